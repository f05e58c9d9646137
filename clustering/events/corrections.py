"""People know better: the last word on events is theirs. Must-links join events, cannot-links take them apart.

Neither depends on the order in which corrections were written. An event is taken apart around the texts that must not be
together: each of them opens a part or joins one that it may join, then every other text goes where it belongs most, by its
mean weight to the part. Duplicate groups are never taken apart: two articles with the same text tell the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from clustering.tables import EVENTS_OF, table


class Corrected(NamedTuple):
    """Events as people want them, and which corrections could not be followed."""

    events_of: pa.Table
    """EVENTS_OF."""
    in_force: pa.Table
    """LINKS whose two articles are both here."""
    impossible: pa.Table
    """Cannot-links of LINKS whose articles carry the same text, or are tied to the same text by must-links."""


def correct_events(articles: pa.Table, groups: pa.Table, neighbours: pa.Table, events_of: pa.Table, links: pa.Table) -> Corrected:
    """Apply must-links and cannot-links to events.

    Parameters
    ----------
    articles, groups, neighbours, events_of
        ARTICLES, GROUPS, NEIGHBOURS and EVENTS_OF of this run.
    links
        LINKS, free of contradictions. Those that name an article that is not here say nothing about this run.
    """
    ids = articles["article_id"].combine_chunks()
    here = pc.and_(pc.is_in(links["a"], ids), pc.is_in(links["b"], ids))
    links = links.filter(here)
    if not len(links):
        return Corrected(events_of, links, links)
    n = len(articles)
    left, right = (pc.index_in(links[end], ids).to_numpy(zero_copy_only=False).astype(np.int64) for end in ("a", "b"))
    must = np.array([kind == "must-link" for kind in links["type"].to_pylist()], np.bool_)
    group = groups["group"].to_numpy().astype(np.int64)
    cells = _joined(n, np.r_[np.arange(n), left[must]], np.r_[group, right[must]])
    impossible = ~must & (cells[left] == cells[right])
    event = events_of["event"].to_numpy().astype(np.int64)
    event = _joined(n, np.r_[np.arange(n), left[must]], np.r_[event, right[must]])

    apart: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b in zip(left[~must & ~impossible].tolist(), right[~must & ~impossible].tolist(), strict=True):
        if event[a] == event[b]:
            apart[int(event[a])].append((int(cells[a]), int(cells[b])))
    part = np.zeros(n, np.int64)
    for label in sorted(apart):
        rows = np.flatnonzero(event == label)
        part[rows] = _parts(rows, cells[rows], apart[label], neighbours)
    _, first, inverse = np.unique(np.stack([event, part]), axis=1, return_index=True, return_inverse=True)
    return Corrected(table(EVENTS_OF, {"event": first[inverse.ravel()].astype(np.int32)}), links,
                     links.filter(pa.array(impossible)))


def _joined(n: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int64[n]: the smallest row of the component each row is in."""
    graph = csr_matrix((np.ones(left.size, np.int8), (left, right)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    smallest = np.full(n, n, np.int64)
    np.minimum.at(smallest, labels, np.arange(n))
    joined: np.ndarray = smallest[labels]
    return joined


def _parts(rows: np.ndarray, cells: np.ndarray, conflicts: list[tuple[int, int]], neighbours: pa.Table) -> np.ndarray:
    """The part (0, 1 ...) of each row of one event.

    Parameters
    ----------
    rows, cells
        int64[m], the rows of the event, ascending, and the cell of each: what stays together.
    conflicts
        Pairs of cells that must not be in one part.
    """
    names, of_row, sizes = np.unique(cells, return_inverse=True, return_counts=True)
    weight = _weights(rows, of_row.ravel(), names.size, neighbours)
    forbidden = np.zeros((names.size, names.size), np.bool_)
    for a, b in conflicts:
        i, j = np.searchsorted(names, (a, b))
        forbidden[i, j] = forbidden[j, i] = True
    part = np.full(names.size, -1, np.int64)
    for cell in np.flatnonzero(forbidden.any(axis=1)).tolist():
        open_parts = [p for p in range(part.max() + 1) if not forbidden[cell, part == p].any()]
        means = [_mean(weight, sizes, cell, part == p) for p in open_parts]
        part[cell] = open_parts[int(np.argmax(means))] if open_parts else part.max() + 1
    while (part < 0).any():
        ties = [(-_mean(weight, sizes, cell, part == p), cell, p)
                for cell in np.flatnonzero(part < 0).tolist() for p in range(part.max() + 1)]
        _, cell, best = min(ties)  # the first of equals: smallest row, oldest part
        part[cell] = best
    return part[of_row.ravel()]


def _weights(rows: np.ndarray, cell_of: np.ndarray, m: int, neighbours: pa.Table) -> np.ndarray:
    """float64[m, m]: summed weights between the texts of every two cells, in millionths so that sums are exact."""
    ends = [neighbours[name].to_numpy().astype(np.int64) for name in ("left", "right")]
    inside = np.isin(ends[0], rows) & np.isin(ends[1], rows)
    i, j = (cell_of[np.searchsorted(rows, end[inside])] for end in ends)
    weight = np.zeros((m, m))
    np.add.at(weight, (i, j), np.rint(neighbours["weight"].to_numpy()[inside] * 1e6))
    return weight + weight.T


def _mean(weight: np.ndarray, sizes: np.ndarray, cell: int, members: np.ndarray) -> float:
    return round(float(weight[cell, members].sum() / (sizes[cell] * sizes[members].sum())), 6)
