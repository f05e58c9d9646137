"""Which pairs of articles are worth aligning: those of two outlets that share runs of tokens.

Every run of ``nominate_tokens`` tokens that touches no boilerplate is hashed; the articles that hold it are its posting
list. A pair of different outlets, within ``window_days`` of each other when both are dated, is nominated when it shares
``nominate_min_shared`` different runs. The boilerplate itself is nominated too, with a far lower bound on its articles:
what only a handful of articles repeat is worth showing as furniture, what hundreds repeat is noise.

Two bounds keep the work linear. A run in more than ``max_articles`` duplicate groups nominates nothing. Inside and
between large duplicate groups only a few *bases* of each group (representative, earliest, longest, two more) meet all
others: every member meets the words it shares in one of them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit, uint64

from clustering.config import PassagesSettings
from clustering.sorting import number_hashes, sorted_runs
from clustering.tables import flat
from clustering.text.tokens import ALONE, ALONE_TOKENS, BOILERPLATE

_GROUP_ALL_PAIRS = 8
"""Duplicate groups up to this size are aligned all with all."""
_EVER = np.int64(1) << 62
_DAY = np.int64(86_400_000_000)
_PRIME, _S33 = np.uint64(0x9E3779B97F4A7C15), np.uint64(33)
_MIX1, _MIX2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)


@njit(cache=True, nogil=True)
def _postings(grams, places, groups, most, starts, rows, signatures, seen):  # noqa: ANN001, ANN202
    """Posting lists of the runs that stand in two articles and more, but in at most ``most`` duplicate groups.

    ``grams`` and ``places`` as :func:`sorted_runs` gives them; ``seen`` int64 a row, all -1. Fills ``starts`` (room for half as
    many and one: a list has two rows and more) and ``rows`` (room for all grams), and of each list an order-free signature of
    its rows into ``signatures``; returns the number of lists and of runs left out.
    """
    lists = filled = wide = 0
    starts[0] = 0
    i = 0
    while i < grams.size:
        stop = i + 1
        while stop < grams.size and grams[stop] == grams[i]:
            stop += 1
        first, texts, previous, signature = filled, 0, -1, uint64(0)
        for p in range(i, stop if stop > i + 1 else i):
            row = places[p] >> 32
            if row == previous:
                continue
            previous = row
            rows[filled] = row
            filled += 1
            h = (uint64(row) + _PRIME) * _MIX1
            h = (h ^ (h >> _S33)) * _MIX2
            signature += h ^ (h >> _S33)
            if seen[groups[row]] != i:
                seen[groups[row]] = i
                texts += 1
        if texts > most:
            wide += 1
            filled = first
        elif filled - first < 2:
            filled = first
        else:
            signatures[lists] = signature
            lists += 1
            starts[lists] = filled
        i = stop
    return lists, wide


@njit(cache=True, nogil=True)
def _turn(starts, rows, own_offsets, own_lists):  # noqa: ANN001, ANN202
    """The lists that each row stands in, ascending; ``own_offsets`` (int64, rows + 1) comes as zeros."""
    for row in rows:
        own_offsets[row + 1] += 1
    for row in range(1, own_offsets.size):
        own_offsets[row] += own_offsets[row - 1]
    following = own_offsets[:-1].copy()
    for posting in range(starts.size - 1):
        for p in range(starts[posting], starts[posting + 1]):
            own_lists[following[rows[p]]] = posting
            following[rows[p]] += 1


@njit(cache=True, nogil=True)
def _gather(chosen, starts, rows, own_starts, own_rows):  # noqa: ANN001, ANN202
    """The chosen posting lists one after the other; ``own_starts`` (int64, one more) and ``own_rows`` (room for them)."""
    n = own_starts[0] = 0
    for k in range(chosen.size):
        for p in range(starts[chosen[k]], starts[chosen[k] + 1]):
            own_rows[n] = rows[p]
            n += 1
        own_starts[k + 1] = n
    return n


@njit(cache=True, nogil=True)
def _pairs(starts, rows, runs, own_offsets, own_lists, outlets, times, window, base, least):  # noqa: ANN001, ANN202
    """Count, from each base article, the runs it shares with others; pairs that share ``least`` and may meet.

    ``runs`` int64 a posting list: how many have it.
    """
    n = outlets.size
    shared = np.zeros(n, np.int32)
    touched = np.empty(n, np.int32)
    left, right, room, total = np.empty(1024, np.int32), np.empty(1024, np.int32), 1024, 0
    for i in range(n):
        if not base[i]:
            continue
        met = 0
        for k in range(own_offsets[i], own_offsets[i + 1]):
            posting = own_lists[k]
            for p in range(starts[posting], starts[posting + 1]):
                j = rows[p]
                if j == i or (j < i and base[j]) or outlets[i] == outlets[j]:
                    continue
                if shared[j] == 0:
                    touched[met] = j
                    met += 1
                shared[j] += runs[posting]
        for k in range(met):
            j = touched[k]
            count = shared[j]
            shared[j] = 0
            if count < least or (times[i] >= 0 and times[j] >= 0 and abs(times[i] - times[j]) > window):
                continue
            if total == room:
                room *= 2
                left, right = np.append(left, np.empty_like(left)), np.append(right, np.empty_like(right))
            left[total], right[total] = min(i, j), max(i, j)
            total += 1
    return left[:total], right[:total]


def bases(groups: np.ndarray, times: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, int]:
    """Which rows meet everybody, and how many pairs inside large groups will not be aligned directly.

    Parameters
    ----------
    groups
        int32[n], row of each article's representative.
    times
        int64[n], microseconds, -1 when undated.
    lengths
        int64[n], tokens.
    """
    base = np.ones(groups.size, bool)
    capped = 0
    order = np.argsort(groups, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0]) if groups.size else np.zeros(0, np.int64)
    for members in np.split(order, first[1:]):
        if members.size <= _GROUP_ALL_PAIRS:
            continue
        dated = members[times[members] >= 0]
        chosen = {int(groups[members[0]]), int(members[np.argmax(lengths[members])]),
                  int(members[members.size // 3]), int(members[2 * members.size // 3])}
        if dated.size:
            chosen.add(int(dated[np.argmin(times[dated])]))
        base[members] = False
        base[sorted(chosen)] = True
        rest = members.size - len(chosen)
        capped += rest * (rest - 1) // 2
    return base, capped


def instants(articles: pa.Table) -> np.ndarray:
    """int64 microseconds of ``published_at``, -1 when undated (an instant before 1970 counts from a fixed shift)."""
    column = articles["published_at"]
    values = np.array(column.fill_null(0).cast(pa.int64()), np.int64) + np.int64(400 * 366) * _DAY
    values[np.array(column.is_null(), bool)] = -1
    return values


class _Lists:
    """Posting lists, gathered part by part; a text that several articles have gives them many runs and one list."""

    def __init__(self, articles: int) -> None:
        self.left_out = 0
        self._articles = articles
        self._sizes, self._rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
        self._signatures, self._runs = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]

    def add(self, grams: np.ndarray, places: np.ndarray, groups: np.ndarray, most: int) -> None:
        """The lists of one part of :func:`sorted_runs`, see :func:`_postings`."""
        room = grams.size // 2
        starts, rows, signatures = np.empty(room + 1, np.int64), np.empty(grams.size, np.int32), np.empty(room, np.uint64)
        lists, wide = _postings(grams, places, groups, most, starts, rows, signatures, np.full(self._articles, -1, np.int64))
        self.left_out += wide
        self._put(starts[: lists + 1], rows, signatures[:lists], np.ones(lists, np.int64))

    def distinct(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Starts (int64, lists + 1) and rows (int32) of the lists, each once, and how many runs have it (int64)."""
        starts = np.concatenate([[0], np.cumsum(np.concatenate(self._sizes))])
        rows, signatures, runs = (np.concatenate(parts) for parts in (self._rows, self._signatures, self._runs))
        self._sizes, self._rows, self._signatures, self._runs = [], [], [], []
        self._put(starts, rows, signatures, runs)
        return np.concatenate([[0], np.cumsum(self._sizes[0])]), self._rows[0], self._runs[0]

    def _put(self, starts: np.ndarray, rows: np.ndarray, signatures: np.ndarray, runs: np.ndarray) -> None:
        first, number = number_hashes(signatures)
        own_starts, own_rows = np.empty(first.size + 1, np.int64), np.empty(int(starts[-1]), np.int32)
        filled = _gather(first, starts, rows, own_starts, own_rows)
        self._sizes.append(np.diff(own_starts))
        self._rows.append(own_rows[:filled].copy())
        self._signatures.append(signatures[first])
        self._runs.append(np.bincount(number, runs, first.size).astype(np.int64))


def nominate(articles: pa.Table, tokens: pa.Table, groups: np.ndarray,
             settings: PassagesSettings) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    """Pairs to align: rows ``left < right`` (int32, sorted by both), and what the bounds left out."""
    hashes, offsets = flat(tokens["hashes"])
    zones, flags = flat(tokens["zones"])[0], flat(tokens["flags"])[0]
    alone = ALONE if settings.nominate_tokens >= ALONE_TOKENS else 0  # a run that begins with one that no other article has
    times = instants(articles)
    outlets = np.unique(np.array(articles["outlet_key"].to_pylist(), object).astype(str), return_inverse=True)[1]
    base, capped = bases(groups, times, np.diff(offsets))
    skipped = {"pairs_in_large_groups": capped}
    window = np.int64(min(settings.window_days, 1e6) * _DAY)
    keys = []
    for boilerplate, cap in ((0, settings.max_articles), (1, settings.max_articles_boilerplate)):
        lists_of = _Lists(len(articles))
        runs = sorted_runs(hashes, offsets, settings.nominate_tokens, zones, BOILERPLATE, boilerplate * BOILERPLATE, flags, alone)
        for grams, places in runs:
            lists_of.add(grams, places, groups, cap)
        skipped["runs_of_furniture_in_too_many_articles" if boilerplate else "runs_in_too_many_articles"] = lists_of.left_out
        starts, rows, shared_by = lists_of.distinct()
        own_offsets, own_lists = np.zeros(len(articles) + 1, np.int64), np.empty(rows.size, np.int32)
        _turn(starts, rows, own_offsets, own_lists)
        left, right = _pairs(starts, rows, shared_by, own_offsets, own_lists, outlets.astype(np.int64),
                             times, window if not boilerplate else _EVER, base, settings.nominate_min_shared)
        keys.append(left.astype(np.int64) * len(articles) + right)
    key = np.unique(np.concatenate(keys))
    if not key.size:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), skipped
    return (key // len(articles)).astype(np.int32), (key % len(articles)).astype(np.int32), skipped
