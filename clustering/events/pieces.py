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
    """The counts of some rows: ``entries``, what there is of each (terms, weights, starts, ends, opening); the table of keys; the
    rest as in :class:`clustering.events.terms.Counts`.
    """

    entries: list[np.ndarray]
    indptr: np.ndarray
    table: tuple[np.ndarray, np.ndarray]
    keys: np.ndarray
    first: np.ndarray
    second: np.ndarray
    middle: np.ndarray
    capitals: np.ndarray
    number: np.ndarray

    def forget_table(self) -> None:
        """Everything is counted: no key is looked up any more."""
        self.table = (np.zeros(0, np.uint64), np.zeros(0, np.int32))


@njit(cache=True, nogil=True)
def _adopt(keys, table_keys, table_numbers, n, number):  # noqa: ANN001, ANN202
    """Number keys as the table does, new ones from ``n`` on; returns how many terms there are then."""
    for i in range(keys.size):
        number[i] = insert(table_keys, table_numbers, keys[i], n)
        n += number[i] == n
    return n


def join(all_: Some, some: Some) -> None:
    """Add the terms of the rows that follow, numbered as if all rows had been counted one after the other."""
    some.forget_table()
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
    all_.indptr = np.r_[all_.indptr, all_.indptr[-1] + some.indptr[1:]]
    some.entries[0] = number[some.entries[0]]


def in_one(pieces: list[Some]) -> list[np.ndarray]:
    """The entries of all pieces, which are left without: one array after the other, so that only one is there twice."""
    found = []
    for i in range(len(pieces[0].entries)):
        found.append(np.concatenate([piece.entries[i] for piece in pieces]) if len(pieces) > 1 else pieces[0].entries[i])
        for piece in pieces:
            piece.entries[i] = found[i][:0]
    return found
