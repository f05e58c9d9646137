"""Rows in order of time, cut into tiles, and their terms in order of how many rows have them: what the search walks over.

The kernels here and in :mod:`clustering.events.products` work for :mod:`clustering.events.search`, which has the idea.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numba import njit

from clustering.events.dating import Dating, Kernel
from clustering.events.rows import ordered

TILE = 2_048
"""Items whose scores are summed at a time."""
DENSE_SHARE = 0.1
"""Terms in more than this share of all rows are kept as columns of a tile: adding a column beats following a list."""
RARE = 64
"""A term in this many rows or fewer is followed through all of time."""
LEVELS = (1.0, 0.25, 0.2, 0.15, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)
"""At each level the terms in more than this share of the rows are bounded, not summed; at the last one all but the rare ones."""
FAR = 0.15
"""Where time leaves less than this of a cosine, hardly any pair is looked at; for sharing out work only."""
NEAR_DAYS = 1.5
"""A day that a text names within this of its own gets no item of its own: the bound of its own day allows for it."""
SURE, DOUBTFUL, NAMED = range(3)
"""What the items of a tile stand at: a published date; nowhere, any gap is possible; a day that the text names."""


class Items(NamedTuple):
    """Rows in order of time, cut into tiles: ``row`` int32; once for its date and once more for each far day it names.

    ``bounds`` int64[tiles + 1]; for each tile ``kinds`` uint8, first and last day float64; ``queries`` int64: items before this
    one are the rows themselves, each once; ``place`` int32, the first item of each item's row.
    """

    row: np.ndarray
    place: np.ndarray
    bounds: np.ndarray
    kinds: np.ndarray
    first: np.ndarray
    last: np.ndarray
    queries: int


class Terms(NamedTuple):
    """Rows in order of the items, terms in order of how many rows have them, those of most rows first.

    CSR: ``indptr`` int64, ``indices`` uint32, ascending, ``data`` float64; the number of terms that are ``dense``, and ``common``
    (not rare); ``cuts`` int64, for each level how many terms it leaves out; ``norms`` float32[levels, m] over these, and for each
    rare term its items: ``starts`` int64, ``items`` uint32, ``weights`` float32.
    """

    indptr: np.ndarray
    indices: np.ndarray
    data: np.ndarray
    dense: int
    common: int
    cuts: np.ndarray
    norms: np.ndarray
    starts: np.ndarray
    items: np.ndarray
    weights: np.ndarray


def place_items(dating: Dating, kernel: Kernel) -> Items:
    """Sure dates in order of time, then the rows of which any gap is possible, then far named days in order of time."""
    sure = np.flatnonzero(dating.sure & ~np.isnan(dating.days))
    sure = sure[np.argsort(dating.days[sure], kind="stable")]
    m = dating.days.size
    doubtful = np.setdiff1d(np.arange(m), sure)
    naming = np.repeat(np.arange(m), np.diff(dating.indptr))
    far = np.isin(naming, sure) & (np.abs(dating.named - dating.days[naming]) > NEAR_DAYS) & (kernel[3] > 0)
    order = np.argsort(dating.named[far], kind="stable")
    parts = ((SURE, sure, dating.days[sure]), (DOUBTFUL, doubtful, np.zeros(doubtful.size)),
             (NAMED, naming[far][order], dating.named[far][order]))
    bounds, kinds, first, last = [0], [], [], []
    for kind, rows, days in parts:
        for begin in range(0, rows.size, TILE):
            end = min(begin + TILE, rows.size)
            bounds.append(bounds[-1] + end - begin)
            kinds.append(kind)
            first.append(days[begin])
            last.append(days[end - 1])
    row = np.concatenate([rows for _, rows, _ in parts]).astype(np.int32)
    place = np.empty(m, np.int32)
    place[row[:m]] = np.arange(m, dtype=np.int32)
    return Items(row, place[row], np.array(bounds, np.int64),
                  np.array(kinds, np.uint8), np.array(first), np.array(last), m)


@njit(cache=True, nogil=True)
def _count_rows(indices, kept, df):  # noqa: ANN001, ANN202
    """In how many rows each term is kept."""
    for p in range(indices.size):
        df[indices[p]] += kept[p]


@njit(cache=True, nogil=True)
def _count(indptr, indices, rows, low, starts):  # noqa: ANN001, ANN202
    """Where the items of each term from ``low`` on will begin."""
    for i in range(rows.size):
        for p in range(indptr[rows[i]], indptr[rows[i] + 1]):
            if indices[p] >= low:
                starts[indices[p] - low + 1] += 1
    for t in range(starts.size - 1):
        starts[t + 1] += starts[t]


@njit(cache=True, nogil=True)
def _list(indptr, indices, data, rows, low, starts, items, weights):  # noqa: ANN001, ANN202
    """The items that have each term from ``low`` on, ascending, and their weights."""
    cursor = starts[:-1].copy()
    for i in range(rows.size):
        for p in range(indptr[rows[i]], indptr[rows[i] + 1]):
            t = indices[p] - low
            if t >= 0:
                items[cursor[t]], weights[cursor[t]] = i, data[p]
                cursor[t] += 1


@njit(cache=True, nogil=True)
def _norms(indptr, indices, data, cuts, norms):  # noqa: ANN001, ANN202
    """The norm of each row over the first ``cuts[level]`` terms, rounded up."""
    for d in range(indptr.size - 1):
        p, total = indptr[d], 0.0
        for level in range(cuts.size):
            while p < indptr[d + 1] and indices[p] < cuts[level]:
                total += data[p] * data[p]
                p += 1
            norms[level, d] = np.sqrt(total) * (1.0 + 1e-6)


def order_terms(matrix: sp.csr_matrix, items: Items) -> Terms:
    """Sort rows as the items are and number the terms anew, those of most rows first; list the items of the rare ones."""
    m, vocabulary = matrix.shape
    kept = matrix.data > 0  # a term may have weight for stories only
    df = np.zeros(vocabulary, np.int64)
    _count_rows(matrix.indices, kept, df)
    order = np.argsort(-df, kind="stable")
    number = np.empty(vocabulary, np.int32)
    number[order] = np.arange(vocabulary, dtype=np.int32)
    place = np.empty(m, np.int64)
    place[items.row[: items.queries]] = np.arange(m)
    indptr, indices, entries = ordered(matrix.indptr.astype(np.int64), matrix.indices, kept, number, vocabulary, place)
    indices, data = indices.view(np.uint32), matrix.data[entries]
    del entries
    df = df[order]
    common = int((df > RARE).sum())
    cuts = np.array([*(min(int((df > share * m).sum()), common) for share in LEVELS), common], np.int64)
    norms = np.empty((cuts.size, m), np.float32)
    _norms(indptr, indices, data, cuts, norms)
    starts = np.zeros(vocabulary - common + 1, np.int64)
    _count(indptr, indices, items.place, common, starts)
    listed, weights = np.empty(starts[-1], np.uint32), np.empty(starts[-1], np.float32)
    _list(indptr, indices, data, items.place, common, starts, listed, weights)
    return Terms(indptr, indices, data, min(int((df > DENSE_SHARE * m).sum()), common), common, cuts, norms,
                 starts, listed, weights)


@njit(cache=True, nogil=True, inline="always")
def time_at(gap, floor, half_life):  # noqa: ANN001, ANN201
    """The weight of a gap in days; ``floor`` is what is left of it in the end."""
    return floor + (1.0 - floor) / (1.0 + (gap / half_life) ** 2)


@njit(cache=True, nogil=True, inline="always")
def _between(day, first, last):  # noqa: ANN001, ANN202
    return max(0.0, first - day, day - last)


@njit(cache=True, nogil=True)
def most_time(row, kind, first, last, dating, kernel):  # noqa: ANN001, ANN201
    """What the time between a row and any item of a tile can weigh at most."""
    days, sure, _, _ = dating
    floor, half_life, unknown, of_named = kernel
    day = days[row]
    if not (sure[row] and not np.isnan(day)):
        if kind == NAMED:
            return 0.0  # met at its own date
        if np.isnan(day):
            return max(unknown, of_named)
        if kind == DOUBTFUL:
            return 1.0
        return max(time_at(_between(day, first, last), max(floor, unknown), half_life), of_named)
    if kind == DOUBTFUL:
        return 1.0
    gap = _between(day, first, last)
    if kind == NAMED:
        return of_named * time_at(gap, floor, half_life)
    return max(time_at(gap, floor, half_life), of_named * time_at(max(0.0, gap - NEAR_DAYS), floor, half_life))


def others_of(items: Items, tile: int) -> np.ndarray:
    """The tiles that a tile is compared with after itself, nearest in time first: those before it, and all named days."""
    tiles = np.flatnonzero((np.arange(items.kinds.size) < tile) | (items.kinds == NAMED))
    gap = np.maximum(items.first[tiles] - items.last[tile], items.first[tile] - items.last[tiles])
    gap = np.where((items.kinds[tiles] == DOUBTFUL) | (items.kinds[tile] == DOUBTFUL), 0.0, np.maximum(gap, 0.0))
    found: np.ndarray = tiles[np.lexsort((np.abs(tiles - tile), gap))]
    return found


def shares_of(items: Items, kernel: Kernel, threads: int) -> list[range]:
    """The tiles in as many runs as there are threads, of about equal work."""
    work = []
    for tile in np.flatnonzero(items.kinds != NAMED):
        gap = np.maximum(items.first[tile] - items.last[:tile], 0.0)
        near = (items.kinds[:tile] == DOUBTFUL) | (items.kinds[tile] == DOUBTFUL) | (time_at(gap, kernel[0], kernel[1]) > FAR)
        work.append(1 + int(near.sum()))
    cuts: Any = np.searchsorted(np.cumsum(work), np.arange(1, threads) / threads * sum(work)) if work else []
    return [range(a, b) for a, b in pairwise([0, *(int(c) for c in cuts), len(work)])]
