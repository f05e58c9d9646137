"""The counts of some rows, put together with those of the rows before them: what lets several threads count.

Terms are numbered as if all rows had been counted one after the other, in order of appearance, so the number of threads does not
show.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from clustering.events.keys import grown, insert


@dataclass(eq=False)
class Some:
    """The counts of some rows: ``begin``, where their entries begin; the table of keys; the rest as in
    :class:`clustering.events.terms.Counts`.
    """

    begin: int
    indptr: np.ndarray
    table: tuple[np.ndarray, np.ndarray]
    keys: np.ndarray
    first: np.ndarray
    second: np.ndarray
    middle: np.ndarray
    capitals: np.ndarray
    number: np.ndarray


@njit(cache=True, nogil=True)
def _adopt(keys, table_keys, table_numbers, n, number):  # noqa: ANN001, ANN202
    """Number keys as the table does, new ones from ``n`` on; returns how many terms there are then."""
    for i in range(keys.size):
        number[i] = insert(table_keys, table_numbers, keys[i], n)
        n += number[i] == n
    return n


@njit(cache=True, nogil=True)
def _move(out, begin, size, to, number):  # noqa: ANN001, ANN202
    """Bring entries down to where those before them end, with their terms numbered anew."""
    terms, weights, starts, ends, _, opening = out
    for p in range(size):
        terms[to + p], weights[to + p] = number[terms[begin + p]], weights[begin + p]
        starts[to + p], ends[to + p], opening[to + p] = starts[begin + p], ends[begin + p], opening[begin + p]


def join(all_: Some, some: Some, out: tuple[np.ndarray, ...]) -> None:
    """Add the counts of the rows that follow: terms are numbered as if all rows had been counted one after the other."""
    n, number = all_.keys.size, np.empty(some.keys.size, np.int32)
    all_.table = grown(all_.table, n + some.keys.size)
    _adopt(some.keys, *all_.table, n, number)
    fresh = number >= n
    all_.keys = np.r_[all_.keys, some.keys[fresh]]
    for name in ("first", "second"):
        halves = getattr(some, name)[fresh]
        setattr(all_, name, np.r_[getattr(all_, name), np.where(halves < 0, -1, number[halves]).astype(np.int32)])
    for name in ("middle", "capitals"):
        total = np.r_[getattr(all_, name), np.zeros(int(fresh.sum()), np.int32)]
        total[number] += getattr(some, name)
        setattr(all_, name, total)
    all_.number = np.r_[all_.number, some.number[fresh]]
    _move(out, some.begin, int(some.indptr[-1]), int(all_.indptr[-1]), number)
    all_.indptr = np.r_[all_.indptr, all_.indptr[-1] + some.indptr[1:]]
