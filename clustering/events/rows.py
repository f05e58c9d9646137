"""Sparse rows whose terms ascend: walking two of them together, and making such rows.

Rows in another order, with other numbers for their columns, are two dealings out instead of a sort, of so many
entries at a time that what lies in between stays small.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def next_shared(a, p, p_end, b, q, q_end):  # noqa: ANN001, ANN201 - called from kernels only
    """The next places, from p of a and q of b on, that hold the same term; one of them at its end where there is none."""
    while p < p_end and q < q_end and a[p] != b[q]:
        if a[p] < b[q]:
            p += 1
        else:
            q += 1
    return p, q


BLOCK = 1 << 22
"""Entries that are dealt out at a time."""


@njit(cache=True, nogil=True)
def _measure(indptr, kept, row_of, out_indptr):  # noqa: ANN001, ANN202
    """Where each row will begin; ``out_indptr`` (int64, rows + 1) comes as zeros."""
    for row in range(indptr.size - 1):
        for p in range(indptr[row], indptr[row + 1]):
            out_indptr[row_of[row] + 1] += kept[p]
    for row in range(out_indptr.size - 1):
        out_indptr[row + 1] += out_indptr[row]


@njit(cache=True, nogil=True)
def _deal(first, last, indptr, terms, kept, number, vocabulary, row_of, out_indptr, out_terms, out_entries):  # noqa: ANN001, ANN202
    """Deal the entries of the rows [first, last) out by term, then term after term by row: each ends up in order of its terms."""
    bounds = np.zeros(vocabulary + 1, np.int64)
    for p in range(indptr[first], indptr[last]):
        if kept[p]:
            bounds[number[terms[p]] + 1] += 1
    for t in range(vocabulary):
        bounds[t + 1] += bounds[t]
    entries, rows, at = np.empty(bounds[-1], np.int32), np.empty(bounds[-1], np.int32), np.empty(last - first, np.int64)
    following = bounds[:-1].copy()
    for row in range(first, last):
        at[row - first] = out_indptr[row_of[row]]
        for p in range(indptr[row], indptr[row + 1]):
            if kept[p]:
                t = number[terms[p]]
                entries[following[t]], rows[following[t]] = p, row - first
                following[t] += 1
    for t in range(vocabulary):
        for q in range(bounds[t], bounds[t + 1]):
            place = at[rows[q]]
            out_terms[place], out_entries[place] = t, entries[q]
            at[rows[q]] = place + 1


def ordered(indptr: np.ndarray, terms: np.ndarray, kept: np.ndarray, number: np.ndarray, vocabulary: int,
            row_of: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some entries of a CSR matrix with the terms numbered anew, ascending in each row.

    Parameters
    ----------
    indptr, terms
        int64[m + 1] and int32[nnz], no term twice in a row; fewer than 2^31 entries.
    kept
        bool[nnz]: the entries that stay.
    number, vocabulary
        int32, the new number of each term; how many new numbers there are.
    row_of
        int[m]: the new place of each row; None leaves them where they are.

    Returns
    -------
    tuple
        ``indptr`` (int64), ``terms`` (int32) and, for each of them, the entry it was (int32).
    """
    most = int(indptr[-1] - indptr[0])
    found, out_terms, entries = np.zeros(indptr.size, np.int64), np.empty(most, np.int32), np.empty(most, np.int32)
    row_of = np.arange(indptr.size - 1) if row_of is None else row_of
    _measure(indptr, kept, row_of, found)
    edges = np.unique(np.r_[0, np.searchsorted(indptr, np.arange(BLOCK, most, BLOCK)), indptr.size - 1])
    for first, last in pairwise(edges.tolist()):
        _deal(first, last, indptr, terms, kept, number, vocabulary, row_of, found, out_terms, entries)
    return found, out_terms[: found[-1]], entries[: found[-1]]
