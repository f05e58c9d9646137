"""Two joins that find pairs of articles without looking at all pairs: by an equal key, and by the shingles they share.

Both sort ``key | row`` packed into 64 bits and read off the runs. Pairs leave as ``left << 32 | right``, left < right.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

LONG_RUN = 200
"""Articles under one key beyond which they are linked as a star and a chain, not as a clique."""

_LOW32, _S32, _S33 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(33)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_BITMAP_BITS = 27
_BUCKETS, _TWO = 2, np.uint8(2)
"""Most keys are met once: of so many buckets a row, those with a second row tell which keys are worth sorting."""


@njit(cache=True, nogil=True)
def _same_key(keys, left, right):  # noqa: ANN001, ANN202 - rows of a matrix
    same = True
    for j in range(keys.shape[1]):
        same = same and keys[left, j] == keys[right, j]
    return same


@njit(cache=True, nogil=True)
def _pack(keys, rows, mask, packed, met):  # noqa: ANN001, ANN202 - shapes are in join_equal_keys()
    """Keys and rows packed, without the rows that meet no other in a bucket of their hashes; how many there are."""
    bits = 0
    while 1 << bits < met.size:
        bits += 1
    shift = uint64(64 - bits)
    for i in range(rows.size):
        mixed = uint64(0)
        for part in range(keys.shape[1]):
            mixed = (mixed ^ uint64(keys[rows[i], part])) * _MIX
            mixed ^= mixed >> _S33
        mixed *= _MIX  # the upper bits, which survive the packing, depend on everything now
        packed[i] = (mixed & ~mask) | uint64(rows[i])
        met[mixed >> shift] += met[mixed >> shift] < _TWO
    n = 0
    for i in range(rows.size):
        packed[n] = packed[i]
        n += met[packed[i] >> shift] == _TWO
    return n


@njit(cache=True, nogil=True)
def _link_runs(packed, mask, keys, lengths, long_run, out):  # noqa: ANN001, ANN202 - shapes are in join_equal_keys()
    """Pairs of each run of equal packed keys; writes as many as ``out`` takes and returns how many there are."""
    n = long_runs = start = 0
    while start < packed.size:
        stop = start + 1
        while stop < packed.size and (packed[stop] & ~mask) == (packed[start] & ~mask):
            stop += 1
        centre = start
        long = stop - start > long_run
        if long:
            long_runs += 1
            for x in range(start, stop):
                if lengths[packed[x] & mask] > lengths[packed[centre] & mask]:
                    centre = x
        for x in range(start, stop):
            for y in range(x + 1, stop):
                if long and y > x + 1 and x != centre:
                    if y > centre:
                        break
                    if y < centre:
                        continue
                left, right = packed[x] & mask, packed[y] & mask
                if _same_key(keys, left, right):  # packing cut the key short
                    if n < out.size:
                        out[n] = (left << _S32) | right
                    n += 1
        start = stop
    return n, long_runs


def join_equal_keys(keys: np.ndarray, rows: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, int]:
    """Pairs of rows with the same key.

    More than :data:`LONG_RUN` rows under one key are linked as a star around the longest article (the one that would
    represent them; the first row among equals) and as a chain of neighbours: a mass repeat costs O(n), not O(n^2).

    Parameters
    ----------
    keys
        uint64 or uint32 of shape (articles, parts): the key is the whole row of the matrix.
    rows
        int64, ascending: the articles that take part.
    lengths
        int64, one an article: what "longest" means.

    Returns
    -------
    Sorted unique uint64 pairs, and the number of long runs.
    """
    mask = np.uint64((1 << max(1, len(keys) - 1).bit_length()) - 1)
    packed = np.empty(rows.size, np.uint64)
    buckets = np.zeros(1 << (_BUCKETS * rows.size + 1).bit_length(), np.uint8)
    packed = packed[: _pack(keys, rows, mask, packed, buckets)]
    packed.sort()
    out = np.empty(2 * rows.size, np.uint64)
    n, long_runs = _link_runs(packed, mask, keys, lengths, LONG_RUN, out)
    if n > out.size:
        out = np.empty(n, np.uint64)
        _link_runs(packed, mask, keys, lengths, LONG_RUN, out)
    pairs = out[:n].copy()
    pairs.sort()  # a row stands under one key, so no pair is met twice
    return pairs, int(long_runs)


@njit(cache=True, nogil=True)
def _sample(shingles, offsets, bound, small, bitmap, out):  # noqa: ANN001, ANN202 - shapes are in join_shared_shingles()
    """Kept shingles as ``shingle << 32 | row``: those below the bound, and all that some small article (perhaps) has."""
    for article in range(offsets.size - 1):
        if small[article]:
            for i in range(offsets[article], offsets[article + 1]):
                place = shingles[i] >> (32 - _BITMAP_BITS)
                bitmap[place >> 3] |= np.uint8(1 << (place & 7))
    n = 0
    for article in range(offsets.size - 1):
        for i in range(offsets[article], offsets[article + 1]):
            place = shingles[i] >> (32 - _BITMAP_BITS)
            if shingles[i] < bound or bitmap[place >> 3] >> (place & 7) & 1:
                out[n] = (uint64(shingles[i]) << _S32) | uint64(article)
                n += 1
    return n


@njit(cache=True, nogil=True)
def _find_runs(packed, max_articles, ends):  # noqa: ANN001, ANN202 - uint64, int, int64 of the same length
    """One past the run each posting stands in, or 0 where the run is single or too long; returns how many were too long."""
    skipped = start = 0
    while start < packed.size:
        stop = start + 1
        while stop < packed.size and (packed[stop] >> _S32) == (packed[start] >> _S32):
            stop += 1
        skipped += stop - start > max_articles
        ends[start:stop] = stop if 1 < stop - start <= max_articles else 0
        start = stop
    return skipped


@njit(cache=True, nogil=True)
def _count_shared(packed, ends, bound, sizes, small, one_in, least_sampled, least_counted, least_share, out):  # noqa: ANN001, ANN202 - as above
    """Walk the postings article by article, counting later articles that share them; no pair is held before it counts."""
    offsets = np.zeros(small.size + 1, np.int64)
    for p in range(packed.size):
        offsets[(packed[p] & _LOW32) + 1] += ends[p] > 0
    for article in range(small.size):
        offsets[article + 1] += offsets[article]
    places = np.empty(offsets[-1], np.int64)
    filled = offsets[:-1].copy()
    for p in range(packed.size):
        if ends[p] > 0:
            article = packed[p] & _LOW32
            places[filled[article]] = p
            filled[article] += 1
    shared = np.zeros(small.size, np.int32)
    met = np.empty(small.size, np.int64)
    n = 0
    for article in range(small.size):
        n_met = 0
        for at in range(offsets[article], offsets[article + 1]):
            p = places[at]
            everyone = small[article] or (packed[p] >> _S32) < bound
            for q in range(p + 1, ends[p]):
                other = np.int64(packed[q] & _LOW32)
                if everyone or small[other]:
                    if shared[other] == 0:
                        met[n_met] = other
                        n_met += 1
                    shared[other] += 1
        for m in range(n_met):
            other = met[m]
            counted = small[article] or small[other]
            estimate = shared[other] * (1 if counted else one_in)
            enough = shared[other] >= (least_counted if counted else least_sampled)
            if enough and estimate >= least_share * min(sizes[article], sizes[other]):
                if n < out.size:
                    out[n] = (uint64(article) << _S32) | uint64(other)
                n += 1
            shared[other] = 0
    return n


def join_shared_shingles(
    shingles: np.ndarray, offsets: np.ndarray, small: np.ndarray, one_in: int, least_sampled: int, least_counted: int,
    least_share: float, max_articles: int,
) -> tuple[np.ndarray, int]:
    """Pairs of articles that share shingles, counted on a sample between large articles and in full beside a small one.

    The sample holds the hashes below ``2^32 / one_in``, the same in every article (FracMinHash: Irber et al. 2022,
    *Lightweight compositional analysis of metagenomes with FracMinHash*), so it measures containment, which banding cannot.

    Parameters
    ----------
    shingles, offsets
        uint32 sets, sorted, with int64 offsets of length articles + 1.
    small
        bool, one an article: all its shingles count.
    one_in
        Size of the sample.
    least_sampled, least_counted
        Sampled shingles two large articles must share; shingles a pair with a small article must share.
    least_share
        The estimated containment of the smaller in the larger set.
    max_articles
        A shingle in more articles than this is skipped.

    Returns
    -------
    Sorted unique uint64 pairs, and the number of shingles skipped.
    """
    bound = np.uint64(-(-(2**32) // one_in))
    packed = np.empty(shingles.size, np.uint64)
    packed = packed[: _sample(shingles, offsets, bound, small, np.zeros(1 << (_BITMAP_BITS - 3), np.uint8), packed)]
    packed.sort()
    ends = np.empty(packed.size, np.int64)
    skipped = int(_find_runs(packed, max_articles, ends))
    out = np.empty(8 * small.size, np.uint64)
    how = (np.diff(offsets), small, one_in, least_sampled, least_counted, least_share)
    n = _count_shared(packed, ends, bound, *how, out)
    if n > out.size:
        out = np.empty(n, np.uint64)
        _count_shared(packed, ends, bound, *how, out)
    return np.unique(out[:n]), skipped
