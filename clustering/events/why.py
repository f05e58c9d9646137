"""Why an article is where it is: its role, the most similar text, the words they share, and how clear the choice was."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa

from clustering.events import within
from clustering.events.dating import BASES
from clustering.events.doubts import doubt, outlets_of
from clustering.events.vectors import Vectors
from clustering.events.words import Words, shared_terms
from clustering.tables import WHY, table

REWRITE_SHARE = 0.2
"""An article with this share of its body words in copy passages, and no duplicate, is a rewrite."""
SHARED_TERMS = 6
BINDING = 12
"""How many of the heaviest neighbours in an event its mean weight is taken over."""



def _margins(vectors: Vectors, neighbours: pa.Table, event: np.ndarray) -> np.ndarray:
    """Mean weight of the heaviest neighbours in the own event less the best such mean in another one.

    Taken over ``BINDING`` neighbours or, in a smaller event, all its texts; who is no neighbour weighs 0. NaN for a text
    that is alone in its event.
    """
    m = event.size
    _, label, sizes = np.unique(event, return_inverse=True, return_counts=True)
    label = label.ravel()
    left = np.searchsorted(vectors.rows, neighbours["left"].to_numpy())
    right = np.searchsorted(vectors.rows, neighbours["right"].to_numpy())
    text, towards = np.r_[left, right], label[np.r_[right, left]]
    weight = np.tile(neighbours["weight"].to_numpy(), 2)
    order = np.lexsort((-weight, towards, text))
    text, towards, weight = text[order], towards[order], weight[order]
    key = text * np.int64(sizes.size + 1) + towards
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    rank = np.arange(key.size) - first[inverse.ravel()]
    sums = np.bincount(inverse.ravel(), np.where(rank < BINDING, weight, 0.0), minlength=first.size)
    text, towards = text[first], towards[first]
    own = label[text] == towards
    means = sums / np.minimum(sizes[towards] - own, BINDING).clip(1)
    inside, outside = np.where(sizes[label] > 1, 0.0, np.nan), np.zeros(m)
    inside[text[own]] = means[own]
    np.maximum.at(outside, text[~own], means[~own])
    return np.round(inside - outside, 6)


def _roles(groups: pa.Table, shares: pa.Table) -> list[str]:
    """How each article's text relates to the others', whoever was first.

    Every member of a group of near-duplicates is a copy, its representative too: it was chosen for its length, not for its
    priority. A text without a duplicate and with much copied in it is a rewrite.
    """
    relation, group = np.array(groups["relation"].to_pylist(), object), groups["group"].to_numpy()
    m = relation.size
    copies = np.isin(relation, ("identical", "near_duplicate"))
    copied_by = np.bincount(group[copies], minlength=m) > 0
    alone = np.bincount(group, minlength=m) == 1
    much = shares["copy_words"].to_numpy() >= REWRITE_SHARE * np.maximum(shares["words"].to_numpy(), 1)
    roles = np.select([copies | copied_by, relation == "excerpt", alone & much], ["copy", "excerpt", "rewrite"], "independent")
    return [str(role) for role in roles]


def explain(articles: pa.Table, groups: pa.Table, vectors: Vectors, neighbours: pa.Table, events_of: pa.Table,
            shares: pa.Table, round_ups: pa.Table) -> pa.Table:
    """A WHY row for every article; copies answer as their representative does."""
    event = events_of["event"].to_numpy()[vectors.rows]
    nearest, cosines = within.nearest(vectors, event)
    margins = _margins(vectors, neighbours, event)
    words = Words(articles, vectors)
    matrix = vectors.matrix()
    terms = [words.best(text, *shared_terms(matrix, text, int(other)), SHARED_TERMS) if other >= 0 else []
             for text, other in enumerate(nearest)]
    left, right = (np.searchsorted(vectors.rows, neighbours[side].to_numpy()) for side in ("left", "right"))
    dating = doubt(vectors.dating, outlets_of(articles, vectors.rows), left, right, neighbours["cosine"].to_numpy())
    days = dating.named.astype("M8[D]").astype(str).tolist()
    named = [days[begin:end] for begin, end in pairwise(dating.indptr)]
    of_article = vectors.of_articles(groups)
    themes = dict(zip(*(round_ups[c].to_pylist() for c in ("row", "near_rows")), strict=True))
    return table(WHY, {
        "role": _roles(groups, shares),
        "nearest_row": [int(vectors.rows[nearest[v]]) if nearest[v] >= 0 else None for v in of_article],
        "cosine": _nullable(cosines[of_article]), "shared_terms": [[word for word, _ in terms[v]] for v in of_article],
        "shared_term_weights": [[round(weight, 6) for _, weight in terms[v]] for v in of_article],
        "dating": [BASES[dating.basis[v]] for v in of_article], "named_days": [named[v] for v in of_article],
        "margin": _nullable(margins[of_article]),
        "round_up_rows": [themes.get(int(vectors.rows[v]), []) for v in of_article],
    })


def _nullable(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
