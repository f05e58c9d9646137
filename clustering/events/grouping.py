"""Events: groups of texts that tell one happening.

Three steps, each against what the one before it gets wrong:

1. *Propagation.* Label propagations over the neighbour graph, each in another order and with another threshold, from
   ``LOOSEST`` to ``STRICTEST`` times ``min_weight``; an edge counts by how often its ends agree; one last propagation over the
   agreement. Propagation finds groups of any density without a global cut, the consensus takes out the luck of an order and of a
   threshold. Only pairs bind that are among the ``neighbours`` heaviest of either end and, in a crowd of
   look-alikes, as heavy as is ``needed`` there.
2. *Split*: each group is cut where average link falls below ``split_cut``; this takes out chains.
3. *Merge* (:mod:`clustering.events.merging`): two events whose centroids look like one happening are one. A propagation over the
   ten nearest texts cannot see that the two halves of a large event belong together.

Every order is derived from hashes of article ids, weights are integers, and all steps stay inside a connected component
of the neighbours: the events of a component are a pure function of it.

Sources: Raghavan, Albert, Kumara 2007 (label propagation); Lancichinetti, Fortunato 2012 (consensus).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import xxhash
from numba import njit
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from clustering.config import EventsSettings
from clustering.events.doubts import doubt, outlets_of
from clustering.events.merging import merge
from clustering.events.trees import cut_trees
from clustering.events.vectors import Vectors
from clustering.events.weights import PairWeights
from clustering.events.within import groups_of, pair_cosines
from clustering.tables import EVENTS_OF, table
from clustering.threads import each

SWEEPS = 20
"""Most sweeps of one propagation."""
LOOSEST, STRICTEST = 0.8, 1.25
"""Times ``min_weight``: the thresholds that the propagations vote over, and those that stability is told by."""
SPLIT_LIMIT = 4_000
"""A larger group is not split: average link is quadratic."""
PAIRS = 1 << 20
"""Pairs of texts inside groups that are weighed at a time, more where one group alone has more."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Neighbours, by number of vector: ``left`` < ``right`` int64, unique; ``weights`` float64, multiples of 1e-6; ``cosines``
    float64; ``binding`` bool, whether the pair may bind: among the nearest of either end, and as heavy as a crowd of look-alikes
    asks.
    """

    left: np.ndarray
    right: np.ndarray
    weights: np.ndarray
    cosines: np.ndarray
    binding: np.ndarray

@njit(cache=True, nogil=True)
def _propagate(indptr, neighbours, weights, order, priority, labels, sweeps):  # noqa: ANN001, ANN202
    """Each node in ``order`` takes the label with the greatest weight (int64) among its neighbours, until none moves.

    A node keeps its label when no other is heavier; among others the one whose ``priority`` is smallest wins.
    """
    total = np.zeros(labels.size, np.int64)
    for _ in range(sweeps):
        moved = False
        for node in order:
            begin, end = indptr[node], indptr[node + 1]
            for p in range(begin, end):
                total[labels[neighbours[p]]] += weights[p]
            best = labels[node]
            for p in range(begin, end):
                label = labels[neighbours[p]]
                if total[label] > total[best] or (
                    total[label] == total[best] and best != labels[node] and priority[label] < priority[best]
                ):
                    best = label
            for p in range(begin, end):
                total[labels[neighbours[p]]] = 0
            if best != labels[node]:
                labels[node] = best
                moved = True
        if not moved:
            break


@lru_cache(maxsize=1)  # the same for every threshold that is tried
def _shuffles(ids: tuple[str, ...], rounds: int) -> np.ndarray:
    """A rank for every node and round, int64[rounds, m], from hashes of the article ids."""
    ranks = np.empty((rounds, len(ids)), np.int64)
    encoded = [i.encode() for i in ids]
    for seed in range(rounds):
        hashes = np.array([xxhash.xxh64_intdigest(i, seed) for i in encoded], np.uint64)
        ranks[seed, np.argsort(hashes, kind="stable")] = np.arange(len(ids))
    return ranks


def _run(left: np.ndarray, right: np.ndarray, weights: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """One propagation from single nodes, over undirected edges with integer weights."""
    m = ranks.size
    graph = csr_matrix((np.r_[weights, weights], (np.r_[left, right], np.r_[right, left])), shape=(m, m))
    labels = np.arange(m, dtype=np.int64)
    _propagate(graph.indptr, graph.indices, graph.data, np.argsort(ranks), ranks, labels, SWEEPS)
    return labels


def propagate(left: np.ndarray, right: np.ndarray, weights: np.ndarray, ids: list[str], thresholds: np.ndarray) -> np.ndarray:
    """Consensus of label propagations, one for each of the thresholds: a label for every node.

    Parameters
    ----------
    left, right, weights
        Edges between node numbers, unique, left < right; float64, multiples of 1e-6.
    ids
        Article id of each node: the source of all "random" orders.
    thresholds
        What an edge must weigh in each round, float64.
    """
    heavy = np.rint(weights * 1e6).astype(np.int64)
    ranks = _shuffles(tuple(ids), thresholds.size + 1)
    agreement = np.zeros(heavy.size, np.int64)
    for threshold, rank in zip(thresholds, ranks[:-1], strict=True):
        kept = weights >= threshold
        labels = _run(left[kept], right[kept], heavy[kept], rank)
        agreement += labels[left] == labels[right]
    kept = 2 * agreement >= thresholds.size
    return _run(left[kept], right[kept], (agreement * heavy)[kept], ranks[-1])


def _refine(labels: np.ndarray, vectors: Vectors, weights: PairWeights, cut: float) -> np.ndarray:
    """The labels with every group of three or more split into its average-link parts: joined while the mean weight is ``cut``."""
    parts, row = np.zeros(labels.size, np.int64), np.zeros(vectors.keys.size)
    order, bounds = groups_of(labels)
    sizes = np.diff(bounds)
    asked = np.flatnonzero((sizes > 2) & (sizes <= SPLIT_LIMIT))
    pairs = np.cumsum(sizes[asked] * (sizes[asked] - 1) // 2)
    for some in np.split(asked, np.flatnonzero(np.diff(pairs // PAIRS)) + 1 if pairs.size else []):
        left, right, cosines = pair_cosines(vectors, order, bounds[some], bounds[some + 1], row)
        distances = np.round(1 - np.minimum(weights.weigh(left, right, cosines), 1), 6)
        found = np.empty(int(sizes[some].sum()), np.int64)
        cut_trees(distances, sizes[some], 1 - cut + 1e-9, found)
        parts[order[np.repeat(np.isin(np.arange(sizes.size), some), sizes)]] = found
    refined: np.ndarray = np.unique(labels * (parts.max(initial=0) + 1) + parts, return_inverse=True)[1].ravel()
    return refined


def partition(graph: Graph, ids: list[str], vectors: Vectors, weights: PairWeights, settings: EventsSettings, *,
              scale: float = 1.0) -> np.ndarray:
    """A label (int64) for every vector: propagation, split, merge; or average link alone.

    ``scale`` multiplies the thresholds, to see what hangs on them.
    """
    if not vectors.rows.size:
        return np.zeros(0, np.int64)
    if settings.grouping == "average_link":
        touching = csr_matrix((np.ones(graph.left.size), (graph.left, graph.right)), shape=(len(ids), len(ids)))
        _, labels = connected_components(touching, directed=False)
        return _refine(labels.astype(np.int64), vectors, weights, scale * settings.average_link_cut)
    thresholds = scale * settings.min_weight * np.geomspace(LOOSEST, STRICTEST, settings.rounds)
    bound = graph.binding
    labels = propagate(graph.left[bound], graph.right[bound], graph.weights[bound], ids, np.round(thresholds, 6))
    labels = _refine(labels, vectors, weights, scale * settings.split_cut)
    return merge(labels, graph.left, graph.right, vectors, weights, settings.merge_cut, graph.cosines)


def _evidence(articles: pa.Table, vectors: Vectors, neighbours: pa.Table, settings: EventsSettings, round_ups: pa.Table | None,
              ) -> tuple[Graph, PairWeights, list[str]]:
    """The neighbours but for round-ups as a graph over vectors, what any pair weighs, and the id of each vector's article."""
    left, right = (np.searchsorted(vectors.rows, neighbours[side].to_numpy()) for side in ("left", "right"))
    outlets, cosines = outlets_of(articles, vectors.rows), neighbours["cosine"].to_numpy()
    vectors = replace(vectors, dating=doubt(vectors.dating, outlets, left, right, cosines))
    weights = PairWeights(articles, vectors, left, right, neighbours["shared_tokens"].to_numpy(), settings)
    heavy, rank, needed = (neighbours[name].to_numpy() for name in ("weight", "rank", "needed"))
    crowded = (needed > settings.min_weight) & (heavy < needed)
    binding = (rank < settings.neighbours) & ~crowded
    kept = np.ones(left.size, np.bool_)
    if round_ups is not None:
        apart = np.isin(vectors.rows, round_ups["row"].to_numpy())
        kept = ~apart[left] & ~apart[right]
    return (Graph(left[kept], right[kept], heavy[kept], cosines[kept], binding[kept]), weights,
            articles["article_id"].take(pa.array(vectors.rows)).to_pylist())


def group_events(articles: pa.Table, groups: pa.Table, vectors: Vectors, neighbours: pa.Table, settings: EventsSettings,
                 round_ups: pa.Table | None = None) -> pa.Table:
    """The event of every article: an EVENTS_OF table. Each of ``round_ups`` (ROUND_UPS) is one of its own."""
    graph, weights, ids = _evidence(articles, vectors, neighbours, settings, round_ups)
    event = partition(graph, ids, vectors, weights, settings)[vectors.of_articles(groups)]
    smallest = np.full(vectors.rows.size, np.iinfo(np.int32).max, np.int64)
    np.minimum.at(smallest, event, np.arange(event.size))
    return table(EVENTS_OF, {"event": smallest[event].astype(np.int32)})


def probe_stability(articles: pa.Table, vectors: Vectors, neighbours: pa.Table, events_of: pa.Table, settings: EventsSettings,
                    round_ups: pa.Table | None = None) -> np.ndarray:
    """How much of each vector's event stands when the thresholds are moved, float64[m].

    For ``LOOSEST`` and ``STRICTEST`` times the thresholds: the Jaccard overlap (over texts) of the event with the group that has
    most in common with it; the lesser of the two.
    """
    graph, weights, ids = _evidence(articles, vectors, neighbours, settings, round_ups)
    event = np.unique(events_of["event"].to_numpy()[vectors.rows], return_inverse=True)[1].ravel()
    size = np.bincount(event)
    scales = (LOOSEST, STRICTEST)
    best = np.zeros((len(scales), size.size))

    def probe(i: int) -> None:
        other = partition(graph, ids, vectors, weights, settings, scale=scales[i])
        sizes = np.bincount(other)
        pairs, both = np.unique(event * sizes.size + other, return_counts=True)
        mine, theirs = np.divmod(pairs, max(sizes.size, 1))
        np.maximum.at(best[i], mine, both / (size[mine] + sizes[theirs] - both))

    each(probe, len(scales))
    found: np.ndarray = np.round(best.min(axis=0)[event], 6)
    return found
