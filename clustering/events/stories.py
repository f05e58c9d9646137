"""Stories: events about the same people and places, one after the other.

What makes two events one story is not what makes two articles one event. Within a running story the words that tell its
moments apart change, and what stays are names: so events are compared by their *topic* vectors, names and numbers only,
weighed by what is rare in general news, whatever this window is full of. Two events are linked when

- that cosine is ``min_cosine`` or more and the gap between them is ``max_gap_days`` or less;
  it must reach ``min_cosine_strict`` when the gap is longer (up to ``revive_gap_days``) or when a date is missing;
- several names say so: the evidence is spread over ``min_terms`` terms or more (inverse Simpson index), for a single
  shared name is a theme, not a story.

Links are taken strongest first, and two chains are joined only while *all* their events resemble each other on average
(average link over event pairs): a chain that drifts ends, and no story becomes a blob.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numba import njit

from clustering.config import StoriesSettings
from clustering.events.dating import ALL_ALIKE, undated
from clustering.events.neighbours import heaviest_pairs
from clustering.events.rows import next_shared
from clustering.events.vectors import GRAIN, Vectors
from clustering.events.within import groups_of
from clustering.events.words import Words
from clustering.tables import STORIES_OF, STORY_LINKS, table

Link = tuple[float, int, int]
"""Cosine and the numbers of two events."""
LINKED_TERMS = 8
"""Terms named in a link."""


def _centroids(vectors: Vectors, event: np.ndarray, events: int) -> sp.csr_matrix:
    """Mean topic vector of each event's duplicate groups, norm 1, quantised; ``event`` is the number of each vector's."""
    member = sp.csr_matrix((np.ones(event.size), (event, np.arange(event.size))), shape=(events, event.size))
    sums = member @ vectors.topic_matrix()
    norms = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    scaled = sp.csr_matrix(sp.diags(1 / np.where(norms > 0, norms, 1)) @ sums)
    scaled.data = np.round(scaled.data * GRAIN) / GRAIN
    scaled.eliminate_zeros()
    scaled.sort_indices()
    return scaled


def _span(days: np.ndarray, event: np.ndarray, events: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each event, NaN when no text of it is dated."""
    first, last = np.full(events, np.inf), np.full(events, -np.inf)
    dated = ~np.isnan(days)
    np.minimum.at(first, event[dated], days[dated])
    np.maximum.at(last, event[dated], days[dated])
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(last), np.nan, last)


def _links(centroids: sp.csr_matrix, first: np.ndarray, last: np.ndarray, settings: StoriesSettings) -> list[Link]:
    """The pairs of events that may be linked, strongest first."""
    left, right, cosines, _ = heaviest_pairs(centroids, undated(first.size), settings.candidates, settings.min_cosine, ALL_ALIKE)
    gap = np.maximum(0, np.maximum(first[left] - last[right], first[right] - last[left]))
    near = gap <= settings.max_gap_days
    strict = (np.isnan(gap) | (gap <= settings.revive_gap_days)) & (cosines >= settings.min_cosine_strict)
    asked = np.flatnonzero(near | strict)
    told = _telling(centroids.indptr, centroids.indices, centroids.data, left[asked], right[asked]) >= settings.min_terms
    chosen = asked[told]
    chosen = chosen[np.lexsort((right[chosen], left[chosen], -cosines[chosen]))]
    return list(zip(cosines[chosen].tolist(), left[chosen].tolist(), right[chosen].tolist(), strict=True))


@njit(cache=True, nogil=True)
def _telling(indptr, indices, data, left, right):  # noqa: ANN001, ANN202
    """Over how many terms the cosine of each pair of rows is spread (float64): the inverse of Simpson's index."""
    found = np.zeros(left.size)
    for i in range(left.size):
        total, squares = 0.0, 0.0
        p_end, q_end = indptr[left[i] + 1], indptr[right[i] + 1]
        p, q = next_shared(indices, indptr[left[i]], p_end, indices, indptr[right[i]], q_end)
        while p < p_end and q < q_end:
            total += data[p] * data[q]
            squares += (data[p] * data[q]) ** 2
            p, q = next_shared(indices, p + 1, p_end, indices, q + 1, q_end)
        if squares > 0.0:
            found[i] = total * total / squares
    return found


def _shared(matrix: sp.csr_matrix, left: int, right: int) -> tuple[np.ndarray, np.ndarray]:
    """The terms that two rows share, ascending, and what each contributes to their cosine."""
    a, b = slice(*matrix.indptr[left : left + 2]), slice(*matrix.indptr[right : right + 2])
    terms, i, j = np.intersect1d(matrix.indices[a], matrix.indices[b], assume_unique=True, return_indices=True)
    return terms, matrix.data[a][i] * matrix.data[b][j]


@njit(cache=True, nogil=True)
def _mean_product(indptr, indices, data, one, other, row):  # noqa: ANN001, ANN202
    """Mean dot product of the rows ``one`` with the rows ``other``; ``row`` is zeros, one a term, before and after.

    The values are quantised: sums of few have no rounding, and those of many are rounded far below the sixth digit.
    """
    for i in one:
        for p in range(indptr[i], indptr[i + 1]):
            row[indices[p]] += data[p]
    total = 0.0
    for j in other:
        for p in range(indptr[j], indptr[j + 1]):
            total += row[indices[p]] * data[p]
    for i in one:
        for p in range(indptr[i], indptr[i + 1]):
            row[indices[p]] = 0.0
    return total / (one.size * other.size)


def _chain(centroids: sp.csr_matrix, links: list[Link], least: float) -> tuple[np.ndarray, list[Link]]:
    """The story of each event (number of one of its events) and the links that joined them."""
    story, row = np.arange(centroids.shape[0]), np.zeros(centroids.shape[1])
    members = {i: np.array([i]) for i in range(centroids.shape[0])}
    used = []
    for link in links:
        a, b = sorted((int(story[link[1]]), int(story[link[2]])))
        if a == b:
            continue
        mean = _mean_product(centroids.indptr, centroids.indices, centroids.data, members[a], members[b], row)
        if round(mean, 6) < least:
            continue
        story[members[b]] = a
        members[a] = np.concatenate([members[a], members.pop(b)])
        used.append(link)
    return story, used


def chain_stories(
    articles: pa.Table, vectors: Vectors, events_of: pa.Table, settings: StoriesSettings,
) -> tuple[pa.Table, pa.Table]:
    """The story of every article (STORIES_OF) and the links that hold the stories together (STORY_LINKS)."""
    labels = events_of["event"].to_numpy()
    event_rows, number = np.unique(labels, return_inverse=True)
    event = number.ravel()[vectors.rows]
    centroids = _centroids(vectors, event, event_rows.size)
    first, last = _span(vectors.dating.days, event, event_rows.size)
    story, used = _chain(centroids, _links(centroids, first, last, settings), settings.min_cosine)

    words = Words(articles, vectors)
    order, bounds = groups_of(event)
    rows = []
    for cosine, one, other in used:
        left, right = sorted((one, other), key=lambda e: (np.isnan(first[e]), first[e], e))
        gap = max(0.0, float(first[right] - last[left]))
        terms, parts = _shared(centroids, left, right)
        rows.append({
            "left_event": int(event_rows[left]), "right_event": int(event_rows[right]), "cosine": cosine,
            "gap_days": None if np.isnan(first[left] + first[right]) else round(gap, 6),
            "shared_terms": _name(words, order[bounds[left] : bounds[left + 1]], terms, parts),
        })
    rows.sort(key=lambda row: (row["left_event"], row["right_event"]))
    smallest = np.full(event_rows.size, np.iinfo(np.int32).max, np.int64)
    np.minimum.at(smallest, story, event_rows)
    stories_of = table(STORIES_OF, {"story": smallest[story][number.ravel()].astype(np.int32)})
    return stories_of, pa.Table.from_pylist(rows, schema=STORY_LINKS)


def _name(words: Words, texts: np.ndarray, terms: np.ndarray, scores: np.ndarray) -> list[str]:
    """The best shared terms, read from the texts of one event in row order until enough are found."""
    found: list[str] = []
    for vector in texts:
        folded = {w.casefold() for w in found}
        found += [w for w, _ in words.best(int(vector), terms, scores, LINKED_TERMS) if w.casefold() not in folded]
        if len(found) >= LINKED_TERMS:
            break
    return found[:LINKED_TERMS]
