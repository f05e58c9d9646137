"""Why an article is where it is: its role, the most similar text, the words they share, and how clear the choice was."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from clustering.events import within
from clustering.events.dating import BASES
from clustering.events.doubts import doubt, outlets_of
from clustering.events.naming import Word
from clustering.events.vectors import Vectors
from clustering.events.words import Words
from clustering.tables import WHY, table

REWRITE_SHARE = 0.2
"""An article with this share of its body words in copy passages, and no duplicate, is a rewrite."""
SHARED_TERMS = 6
BINDING = 12
"""How many of the heaviest neighbours in an event its mean weight is taken over."""
HEAVIEST = (1 << 32) - 1
"""More than a pair can weigh, in millionths: 32 bits."""

@njit(cache=True, nogil=True)
def _lean(left, right, grains, label, sizes, inside, outside):  # noqa: ANN001, ANN202
    """The mean weight of each text (float64) towards its own event, and the greatest towards another: see :func:`_margins`."""
    bounds = np.zeros(label.size + 1, np.int64)
    for i in range(left.size):
        bounds[left[i] + 1] += 1
        bounds[right[i] + 1] += 1
    for v in range(label.size):
        bounds[v + 1] += bounds[v]
    at, company = bounds[:-1].copy(), np.empty(bounds[-1], np.int64)
    for i in range(left.size):
        company[at[left[i]]] = label[right[i]] << 32 | (HEAVIEST - grains[i])
        company[at[right[i]]] = label[left[i]] << 32 | (HEAVIEST - grains[i])
        at[left[i]] += 1
        at[right[i]] += 1
    for v in range(label.size):
        here = np.sort(company[bounds[v] : bounds[v + 1]])  # by event, the heaviest first
        i = 0
        while i < here.size:
            towards, total, n = here[i] >> 32, 0.0, 0
            while i < here.size and here[i] >> 32 == towards:
                if n < BINDING:
                    total += (HEAVIEST - (here[i] & HEAVIEST)) / 1e6
                n += 1
                i += 1
            own = towards == label[v]
            mean = total / max(min(sizes[towards] - own, BINDING), 1)
            if own:
                inside[v] = mean
            else:
                outside[v] = max(outside[v], mean)


def _margins(vectors: Vectors, neighbours: pa.Table, event: np.ndarray) -> np.ndarray:
    """Mean weight of the heaviest neighbours in the own event less the best such mean in another one.

    Taken over ``BINDING`` neighbours or, in a smaller event, all its texts; who is no neighbour weighs 0. NaN for a text
    that is alone in its event.
    """
    _, label, sizes = np.unique(event, return_inverse=True, return_counts=True)
    label = label.ravel()
    left, right = (np.searchsorted(vectors.rows, neighbours[side].to_numpy()) for side in ("left", "right"))
    inside, outside = np.where(sizes[label] > 1, 0.0, np.nan), np.zeros(event.size)
    grains = np.rint(neighbours["weight"].to_numpy() * 1e6).astype(np.int64)
    _lean(left, right, grains, label, sizes, inside, outside)
    return np.round(inside - outside, 6)


def _roles(groups: pa.Table, shares: pa.Table) -> pa.Array:
    """How each article's text relates to the others', whoever was first.

    Every member of a group of near-duplicates is a copy, its representative too: it was chosen for its length, not for its
    priority. A text without a duplicate and with much copied in it is a rewrite.
    """
    relation, group = groups["relation"], groups["group"].to_numpy()
    copies, excerpt = (np.asarray(pc.is_in(relation, pa.array(names)))
                       for names in (("identical", "near_duplicate"), ("excerpt",)))
    copied_by = np.bincount(group[copies], minlength=group.size) > 0
    alone = np.bincount(group, minlength=group.size) == 1
    much = shares["copy_words"].to_numpy() >= REWRITE_SHARE * np.maximum(shares["words"].to_numpy(), 1)
    names = ("copy", "excerpt", "rewrite", "independent")
    role = np.select([copies | copied_by, excerpt, alone & much], [0, 1, 2], 3)
    return pa.array(names).take(pa.array(role))


def explain(articles: pa.Table, groups: pa.Table, vectors: Vectors, neighbours: pa.Table, events_of: pa.Table,
            shares: pa.Table, round_ups: pa.Table) -> pa.Table:
    """A WHY row for every article; copies answer as their representative does."""
    event = events_of["event"].to_numpy()[vectors.rows]
    nearest, cosines = within.nearest(vectors, event)
    margins = _margins(vectors, neighbours, event)
    near = np.flatnonzero(nearest >= 0)
    terms: list[list[Word]] = [[]] * nearest.size
    for text, found in zip(near.tolist(), Words(articles, vectors).shared(near, nearest[near], SHARED_TERMS), strict=True):
        terms[text] = found
    left, right = (np.searchsorted(vectors.rows, neighbours[side].to_numpy()) for side in ("left", "right"))
    dating = doubt(vectors.dating, outlets_of(articles, vectors.rows), left, right, neighbours["cosine"].to_numpy())
    days = pa.array(dating.named.astype("M8[D]").astype(str).tolist(), pa.string())
    days = pa.ListArray.from_arrays(pa.array(dating.indptr, pa.int32()), days)
    of_article = vectors.of_articles(groups)
    themes = dict(zip(*(round_ups[c].to_pylist() for c in ("row", "near_rows")), strict=True))
    by_text = {
        "nearest_row": pa.array(vectors.rows[nearest], mask=nearest < 0),
        "cosine": _nullable(cosines), "margin": _nullable(margins), "named_days": days,
        "shared_terms": pa.array([[word for word, _ in found] for found in terms], pa.list_(pa.string())),
        "shared_term_weights": pa.array([[round(weight, 6) for _, weight in found] for found in terms], pa.list_(pa.float64())),
        "round_up_rows": pa.array([themes.get(row, []) for row in vectors.rows.tolist()], pa.list_(pa.int32())),
        "dating": pa.array(BASES).take(pa.array(dating.basis)),
    }
    return table(WHY, {"role": _roles(groups, shares)} | {name: column.take(pa.array(of_article))
                                                         for name, column in by_text.items()})


def _nullable(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
