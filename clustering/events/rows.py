"""Sparse rows whose terms ascend: walking two of them together, and making such rows.

Rows in another order, with other numbers for their columns, are two dealings out instead of a sort, and no copy in between.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.threads import each

BLOCK = 4_096
"""Rows that are dealt out at a time: what they take stays in the processor's cache."""


@njit(cache=True, nogil=True)
def next_shared(a, p, p_end, b, q, q_end):  # noqa: ANN001, ANN201 - called from kernels only
    """The next places, from p of a and q of b on, that hold the same term; one of them at its end where there is none."""
    while p < p_end and q < q_end and a[p] != b[q]:
        if a[p] < b[q]:
            p += 1
        else:
            q += 1
    return p, q


@njit(cache=True, nogil=True)
def _bounds(indptr, kept, row_of, out_indptr):  # noqa: ANN001, ANN202
    """Where each row will begin."""
    for row in range(indptr.size - 1):
        for p in range(indptr[row], indptr[row + 1]):
            out_indptr[row_of[row] + 1] += kept[p]
    for row in range(out_indptr.size - 1):
        out_indptr[row + 1] += out_indptr[row]


@njit(cache=True, nogil=True)
def _deal(indptr, terms, kept, number, vocabulary, at, out_terms, out_entries):  # noqa: ANN001, ANN202
    """Deal the entries of some rows out by term, then term after term by row: each row ends up in order of its terms.

    ``at`` is where each of them begins, and is changed.
    """
    bounds = np.zeros(vocabulary + 1, np.int64)
    for p in range(indptr[0], indptr[-1]):
        if kept[p]:
            bounds[number[terms[p]] + 1] += 1
    for t in range(vocabulary):
        bounds[t + 1] += bounds[t]
    entries, rows = np.empty(bounds[-1], np.int32), np.empty(bounds[-1], np.int32)
    following = bounds[:-1].copy()
    for row in range(indptr.size - 1):
        for p in range(indptr[row], indptr[row + 1]):
            if kept[p]:
                t = number[terms[p]]
                entries[following[t]], rows[following[t]] = p, row
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
    places = np.arange(indptr.size - 1) if row_of is None else row_of
    found = np.zeros(indptr.size, np.int64)
    _bounds(indptr, kept, places, found)
    out_terms, entries = np.empty(found[-1], np.int32), np.empty(found[-1], np.int32)

    def deal(block: int) -> None:
        rows = slice(block * BLOCK, min((block + 1) * BLOCK, places.size))
        _deal(indptr[rows.start : rows.stop + 1], terms, kept, number, vocabulary, found[places[rows]], out_terms, entries)

    each(deal, -(-places.size // BLOCK))
    return found, out_terms, entries
