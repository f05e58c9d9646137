"""Events: groups of texts that tell one happening.

Ten label propagations over the neighbour graph, each in another order; an edge counts by how often its ends agree; one
last propagation over the agreement; then each group is split where average link falls below a cut. Propagation finds
groups of any density without a global cut, the consensus takes out the luck of the order, the split takes out chains.

Every order is derived from hashes of article ids, weights are integers, and all steps stay inside a connected component
of the graph: the events of a component are a pure function of it.

Sources: Raghavan, Albert, Kumara 2007 (label propagation); Lancichinetti, Fortunato 2012 (consensus).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import xxhash
from numba import njit
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.spatial.distance import squareform

from clustering.config import EventsSettings
from clustering.events.neighbours import passage_weight, weigh_pairs
from clustering.events.vectors import Vectors
from clustering.events.within import cosines
from clustering.tables import EVENTS_OF, table

SWEEPS = 20
"""Most sweeps of one propagation."""
SPLIT_LIMIT = 4_000
"""A larger group is not split: average link is quadratic."""


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


def _shuffles(ids: list[str], rounds: int) -> np.ndarray:
    """A rank for every node and round, int64[rounds, m], from hashes of the article ids."""
    ranks = np.empty((rounds, len(ids)), np.int64)
    for seed in range(rounds):
        hashes = np.array([xxhash.xxh64_intdigest(i.encode(), seed) for i in ids], np.uint64)
        ranks[seed, np.argsort(hashes, kind="stable")] = np.arange(len(ids))
    return ranks


def _run(left: np.ndarray, right: np.ndarray, weights: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """One propagation from single nodes, over undirected edges with integer weights."""
    m = ranks.size
    graph = csr_matrix((np.r_[weights, weights], (np.r_[left, right], np.r_[right, left])), shape=(m, m))
    labels = np.arange(m, dtype=np.int64)
    _propagate(graph.indptr, graph.indices, graph.data, np.argsort(ranks), ranks, labels, SWEEPS)
    return labels


def propagate(left: np.ndarray, right: np.ndarray, weights: np.ndarray, ids: list[str], rounds: int) -> np.ndarray:
    """Consensus of ``rounds`` label propagations: a label for every node.

    Parameters
    ----------
    left, right
        Edges between node numbers, unique, left < right.
    weights
        float64, multiples of 1e-6.
    ids
        Article id of each node: the source of all "random" orders.
    """
    heavy = np.rint(weights * 1e6).astype(np.int64)
    ranks = _shuffles(ids, rounds + 1)
    agreement = np.zeros(left.size, np.int64)
    for seed in range(rounds):
        labels = _run(left, right, heavy, ranks[seed])
        agreement += labels[left] == labels[right]
    kept = 2 * agreement >= rounds
    return _run(left[kept], right[kept], (agreement * heavy)[kept], ranks[rounds])


def kept_edges(left: np.ndarray, right: np.ndarray, weights: np.ndarray, m: int, k: int, least: float) -> np.ndarray:
    """Which edges are among the ``k`` heaviest of either end and weigh ``least`` or more (bool)."""
    ends, others = np.r_[left, right], np.r_[right, left]
    order = np.lexsort((others, -np.r_[weights, weights], ends))
    first = np.searchsorted(ends[order], np.arange(m))
    rank = np.empty(ends.size, np.int64)
    rank[order] = np.arange(ends.size) - first[ends[order]]
    return (np.minimum(rank[: left.size], rank[left.size :]) < k) & (weights >= least)


def split(members: np.ndarray, vectors: Vectors, shared: csr_matrix, settings: EventsSettings) -> np.ndarray:
    """Average-link parts (1, 2 ...) of a group of vectors: joined while the mean weight is ``split_cut`` or more.

    ``shared`` holds the tokens of shared passages of every pair of vectors, symmetric.
    """
    days = vectors.days[members]
    weights = cosines(vectors, members) * weigh_pairs(days[:, None], days[None, :], settings)
    weights += passage_weight(np.asarray(shared[members][:, members].todense()), settings)
    distances = np.round(1 - np.minimum(weights, 1), 6)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    parts: np.ndarray = fcluster(tree, 1 - settings.split_cut + 1e-9, "distance")
    return parts


def group_events(articles: pa.Table, groups: pa.Table, vectors: Vectors, neighbours: pa.Table, settings: EventsSettings,
                 ) -> pa.Table:
    """The event of every article: an EVENTS_OF table."""
    m = vectors.rows.size
    left = np.searchsorted(vectors.rows, neighbours["left"].to_numpy())
    right = np.searchsorted(vectors.rows, neighbours["right"].to_numpy())
    weights = neighbours["weight"].to_numpy()
    kept = kept_edges(left, right, weights, m, settings.neighbours, settings.min_weight)
    ids = articles["article_id"].take(pa.array(vectors.rows)).to_pylist()
    labels = propagate(left[kept], right[kept], weights[kept], ids, settings.rounds)

    tokens = neighbours["shared_tokens"].to_numpy()
    shared = csr_matrix((np.r_[tokens, tokens], (np.r_[left, right], np.r_[right, left])), shape=(m, m))
    parts = np.zeros(m, np.int64)
    order = np.argsort(labels, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if 2 < members.size <= SPLIT_LIMIT:
            parts[members] = split(members, vectors, shared, settings)
    _, event = np.unique(np.stack([labels, parts]), axis=1, return_inverse=True)
    of_article = event.ravel()[vectors.of_articles(groups)] if m else np.zeros(0, np.int64)
    smallest = np.full(m, np.iinfo(np.int32).max, np.int64)
    np.minimum.at(smallest, of_article, np.arange(of_article.size))
    return table(EVENTS_OF, {"event": smallest[of_article].astype(np.int32)})
