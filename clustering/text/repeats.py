"""Which words are said more than once? Repeated shingles, the articles they stand in, and what is left without them.

A shingle is a hashed run of six tokens. Shingles that stand in exactly the same articles are one *posting set*: furniture
and wire copy come as long runs of such shingles, so everything that is asked of a shingle is asked once for its set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64

from clustering.sorting import number_hashes, sorted_runs

SHINGLE_TOKENS = 6

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
def _groups(keys, places, outlets, signatures, kept, group_of, at_home, per_outlet):  # noqa: ANN001, ANN202
    """Runs of equal keys that stand in two or more rows.

    ``keys`` and ``places`` as :func:`sorted_runs` gives them, ``outlets`` int32 a row, ``per_outlet`` zeros, one an outlet.
    Writes the place and the group of each repeated shingle, in order of keys, into ``kept`` and ``group_of``, whether its
    outlet has the key in two rows into ``at_home``, and an order-free signature of each group's rows; returns the number of
    groups and of repeated shingles.
    """
    groups = n = i = 0
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
                kept[n], group_of[n] = places[p], groups
                at_home[n] = per_outlet[outlets[places[p] >> 32]] > 1
                n += 1
            for p in range(i, stop):
                per_outlet[outlets[places[p] >> 32]] = 0
            signatures[groups] = signature
            groups += 1
        i = stop
    return groups, n


@njit(cache=True, nogil=True)
def _members(first, kept, group_of, members, set_offsets):  # noqa: ANN001, ANN202
    """Distinct rows of one group a set; ``first`` holds the first position of each chosen group. Returns how many."""
    n = 0
    set_offsets[0] = 0
    for s in range(first.size):
        p = first[s]
        group = group_of[p]
        previous = -1
        while p < group_of.size and group_of[p] == group:
            row = kept[p] >> 32
            if row != previous:
                previous = row
                members[n] = row
                n += 1
            p += 1
        set_offsets[s + 1] = n
    return n


@njit(cache=True, nogil=True)
def _settle(kept, group_of, at_home, set_of_group, offsets, set_of, home):  # noqa: ANN001, ANN202
    """The set of each repeated shingle, and whether it is repeated at home, at its first token."""
    for p in range(kept.size):
        at = offsets[kept[p] >> 32] + (kept[p] & 0xFFFFFFFF)
        set_of[at] = set_of_group[group_of[p]]
        home[at] = at_home[p]


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
def _support(marked, weight, k, support):  # noqa: ANN001, ANN202
    """Largest weight among the marked shingles that cover each token, 0 for a token that none covers."""
    for i in range(marked.size):
        if marked[i]:
            for j in range(i, min(i + k, marked.size)):
                support[j] = max(support[j], weight[i])


def support(marked: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Int64 a token: the largest weight (int64 a token) among the shingles at marked places that cover it."""
    found = np.zeros(marked.size, np.int64)
    _support(marked, weight, SHINGLE_TOKENS, found)
    return found


def find_repeats(hashes: np.ndarray, offsets: np.ndarray, outlets: np.ndarray) -> Repeats:
    """Posting sets of all shingles that stand in two or more articles.

    Parameters
    ----------
    hashes
        uint64, one a token of the window.
    offsets
        int64, rows + 1.
    outlets
        int32 number of each row's outlet.
    """
    found: list[tuple[np.ndarray, ...]] = []  # a part at a time: signatures of groups; place, group, at home of shingles
    per_outlet, groups = np.zeros(outlets.max(initial=0) + 1, np.int64), 0
    for keys, places in sorted_runs(hashes, offsets, SHINGLE_TOKENS):
        part = (np.empty(keys.size // 2, np.uint64), np.empty(keys.size, np.int64), np.empty(keys.size, np.int32),
                np.empty(keys.size, np.bool_))
        count, repeated = _groups(keys, places, outlets, *part, per_outlet)
        part[2][:repeated] += groups
        groups += count
        found.append((part[0][:count].copy(), *(column[:repeated].copy() for column in part[1:])))
    signatures, kept, group_of, at_home = map(np.concatenate, zip(*found, strict=True))
    del found

    first_group, set_of_group = number_hashes(signatures)
    group_starts = np.flatnonzero(np.diff(group_of, prepend=-1))
    members = np.empty(kept.size, np.int32)
    set_offsets = np.empty(first_group.size + 1, np.int64)
    used = _members(group_starts[first_group], kept, group_of, members, set_offsets)

    set_of, home = np.full(hashes.size, -1, np.int32), np.zeros(hashes.size, np.bool_)
    _settle(kept, group_of, at_home, set_of_group, offsets, set_of, home)
    return Repeats(set_of, set_offsets, members[:used].copy(), cover(set_of >= 0), cover(home))
