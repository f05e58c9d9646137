"""Which words are said more than once? Repeated shingles, the articles they stand in, and what is left without them.

A shingle is a hashed run of six tokens. Shingles that stand in exactly the same articles are one *posting set*: furniture
and wire copy come as long runs of such shingles, so everything that is asked of a shingle is asked once for its set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64

from clustering.sorting import number_hashes, sorted_runs
from clustering.text.tokens import ALONE_TOKENS

SHINGLE_TOKENS = ALONE_TOKENS

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2, _S33 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(33)


class Repeats(NamedTuple):
    """Posting sets of repeated shingles over the tokens of a window."""

    set_of: np.ndarray
    """int32 a token: posting set of the shingle that starts there, -1 when it is not repeated."""
    set_offsets: np.ndarray
    """int64, sets + 1."""
    members: np.ndarray
    """int32 rows of each set, ascending."""
    repeated: np.ndarray
    """bool a token: inside a shingle that at least one other article has too."""
    repeated_at_home: np.ndarray
    """bool a token: inside a shingle that another article of the same outlet has too."""


@njit(cache=True, nogil=True)
def _groups(keys, places, outlets, offsets, groups, signatures, group_of, at_home, per_outlet):  # noqa: ANN001, ANN202
    """Number the runs of equal keys that stand in two or more rows, from ``groups`` on; returns how many there are.

    ``keys`` and ``places`` as :func:`sorted_runs` gives them, ``outlets`` int32 a row, ``per_outlet`` zeros, one an outlet.
    Writes an order-free signature of each group's rows into ``signatures``, and at the first token of each repeated shingle its
    group into ``group_of`` and whether its outlet has the key in two rows into ``at_home``.
    """
    n = i = 0
    while i < keys.size:
        stop = i + 1
        while stop < keys.size and keys[stop] == keys[i]:
            stop += 1
        if places[i] >> 32 != places[stop - 1] >> 32:
            signature = uint64(0)
            previous = -1
            for p in range(i, stop):
                row = places[p] >> 32
                if row != previous:
                    previous = row
                    h = uint64(row) + _PRIME
                    h = (h ^ (h >> _S33)) * _MIX1
                    h = (h ^ (h >> _S33)) * _MIX2
                    signature += h ^ (h >> _S33)
                    per_outlet[outlets[row]] += 1
            for p in range(i, stop):
                row = places[p] >> 32
                at = offsets[row] + (places[p] & 0xFFFFFFFF)
                group_of[at], at_home[at] = groups + n, per_outlet[outlets[row]] > 1
            for p in range(i, stop):
                per_outlet[outlets[places[p] >> 32]] = 0
            signatures[n] = signature
            n += 1
        i = stop
    return n


@njit(cache=True, nogil=True)
def _members(set_of_group, group_of, offsets, set_offsets, last):  # noqa: ANN001, ANN202
    """Make sets of the groups in ``group_of``; fills ``set_offsets`` (int64, zeros, sets + 1) and returns the rows of each set.

    ``last`` int32 a set, all -1.
    """
    for row in range(offsets.size - 1):
        for t in range(offsets[row], offsets[row + 1]):
            if group_of[t] >= 0:
                one = set_of_group[group_of[t]]
                group_of[t] = one
                if last[one] != row:
                    last[one] = row
                    set_offsets[one + 1] += 1
    for one in range(1, set_offsets.size):
        set_offsets[one] += set_offsets[one - 1]
    members, following = np.empty(set_offsets[-1], np.int32), set_offsets[:-1].copy()
    last[:] = -1
    for row in range(offsets.size - 1):
        for t in range(offsets[row], offsets[row + 1]):
            one = group_of[t]
            if one >= 0 and last[one] != row:
                last[one] = row
                members[following[one]] = row
                following[one] += 1
    return members


@njit(cache=True, nogil=True)
def _cover(marked, k, covered):  # noqa: ANN001, ANN202
    """Set ``covered`` on the k tokens from each marked place on."""
    until = 0
    for i in range(marked.size):
        if marked[i]:
            until = i + k
        covered[i] = i < until


def cover(marked: np.ndarray) -> np.ndarray:
    """Bool a token: inside a shingle that starts at a marked place (bool a token)."""
    covered = np.zeros(marked.size, np.bool_)
    _cover(marked, SHINGLE_TOKENS, covered)
    return covered


@njit(cache=True, nogil=True)
def _of_sets(set_of, chosen, found):  # noqa: ANN001, ANN202
    for t in range(set_of.size):
        found[t] = set_of[t] >= 0 and chosen[set_of[t]]


def of_sets(set_of: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Bool a token: a shingle of one of the chosen sets (bool a set) starts there."""
    found = np.empty(set_of.size, np.bool_)
    _of_sets(set_of, chosen, found)
    return found


@njit(cache=True, nogil=True)
def _support(marked, set_of, weight, k, support):  # noqa: ANN001, ANN202
    """Largest weight among the marked shingles that cover each token, 0 for a token that none covers."""
    for i in range(marked.size):
        if marked[i]:
            for j in range(i, min(i + k, marked.size)):
                support[j] = max(support[j], weight[set_of[i]])


def support(marked: np.ndarray, set_of: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """int32 a token: the largest weight (int64 a set) among the shingles at marked places that cover it."""
    found = np.zeros(marked.size, np.int32)
    _support(marked, set_of, weight, SHINGLE_TOKENS, found)
    return found


def find_repeats(hashes: np.ndarray, offsets: np.ndarray, outlets: np.ndarray, alone: np.ndarray | None = None) -> Repeats:
    """Posting sets of all shingles that stand in two or more articles.

    Parameters
    ----------
    hashes
        uint64, one a token of the window.
    offsets
        int64, rows + 1.
    outlets
        int32 number of each row's outlet.
    alone
        uint8 a token: not 0 where a shingle begins that is known to stand in one article only.
    """
    group_of, home = np.full(hashes.size, -1, np.int32), np.zeros(hashes.size, np.bool_)
    per_outlet, groups = np.zeros(outlets.max(initial=0) + 1, np.int64), 0
    signatures: list[np.ndarray] = []
    for keys, places in sorted_runs(hashes, offsets, SHINGLE_TOKENS, alone=alone, alone_bit=0 if alone is None else 0xFF):
        found = np.empty(keys.size // 2, np.uint64)
        count = _groups(keys, places, outlets, offsets, groups, found, group_of, home, per_outlet)
        groups += count
        signatures.append(found[:count].copy())
    first, set_of_group = number_hashes(np.concatenate(signatures))
    set_offsets = np.zeros(first.size + 1, np.int64)
    members = _members(set_of_group, group_of, offsets, set_offsets, np.full(first.size, -1, np.int32))
    return Repeats(group_of, set_offsets, members, cover(group_of >= 0), cover(home))
