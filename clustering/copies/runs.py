"""The longest common run of body tokens of two articles, exactly, for very many pairs.

Every common run of at least k tokens shows as shared shingles on one diagonal. So the left article's shingles go into a
hash table once, each right article's are looked up in it in order of the text, and runs grow along diagonals (the
recurrence of difflib's ``find_longest_match``, on shingles instead of tokens). Tokens are compared before a hash is believed.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.threads import spread

MAX_OCCURRENCES = 64
"""Later occurrences of a shingle inside one article are not tried: a text of one word repeated must not cost its square."""


@njit(cache=True, nogil=True)
def _longest_runs(tokens, offsets, shingles, places, size, left, right, out):  # noqa: ANN001, ANN202 - see longest_runs()
    longest = 1
    for row in left:
        longest = max(longest, places[row + 1] - places[row])
    room = 2
    while room < 2 * longest:
        room *= 2
    slot_shingle, slot_last, slot_count = np.empty(room, np.uint32), np.empty(room, np.int64), np.zeros(room, np.int32)
    previous = np.empty(longest, np.int64)  # the occurrence before this one, -1 for the first
    grown, at = np.empty(longest, np.int64), np.full(longest, -1, np.int64)  # run that ends here, and when it was seen
    now = 0
    built = -1
    mask = 1
    for p in range(left.size):
        a, b = left[p], right[p]
        a_tokens, b_tokens = offsets[a + 1] - offsets[a], offsets[b + 1] - offsets[b]
        width = min(size, a_tokens)
        if width != min(size, b_tokens) or width == 0:
            out[p] = 0
            continue
        if a != built:
            built = a
            n = places[a + 1] - places[a]
            mask = 2
            while mask < 2 * n:
                mask *= 2
            slot_count[:mask] = 0
            mask -= 1
            for j in range(n):
                shingle = shingles[places[a] + j]
                slot = np.int64(shingle) & mask
                while slot_count[slot] > 0 and slot_shingle[slot] != shingle:
                    slot = (slot + 1) & mask
                if slot_count[slot] < MAX_OCCURRENCES:
                    previous[j] = slot_last[slot] if slot_count[slot] > 0 else -1
                    slot_shingle[slot], slot_last[slot] = shingle, j
                    slot_count[slot] += 1
        now += 2  # runs of the pair before are forgotten
        best = 0
        for i in range(places[b + 1] - places[b]):
            now += 1
            shingle = shingles[places[b] + i]
            slot = np.int64(shingle) & mask
            while slot_count[slot] > 0 and slot_shingle[slot] != shingle:
                slot = (slot + 1) & mask
            j = slot_last[slot] if slot_count[slot] > 0 else -1
            while j >= 0:  # from the last occurrence to the first: the run that ends at j - 1 is still the one of i - 1
                goes_on = j > 0 and at[j - 1] == now - 1
                same = True
                for t in range(width - 1 if goes_on else 0, width):
                    same = same and tokens[offsets[a] + j + t] == tokens[offsets[b] + i + t]
                if same:
                    grown[j] = grown[j - 1] + 1 if goes_on else 1
                    at[j] = now
                    best = max(best, grown[j] + width - 1)
                j = previous[j]
        out[p] = best


def longest_runs(
    tokens: np.ndarray, offsets: np.ndarray, shingles: np.ndarray, places: np.ndarray, size: int, left: np.ndarray,
    right: np.ndarray,
) -> np.ndarray:
    """Tokens of the longest run of consecutive body tokens that both articles of each pair have.

    Parameters
    ----------
    tokens, offsets
        uint64 body tokens and int64 offsets.
    shingles, places
        uint32 shingles in order of the text and their int64 offsets, of ``size`` tokens.
    left, right
        int64 rows of the pairs; sorted by left, or the table is built more often.

    Returns
    -------
    int32, one a pair; 0 when no shingle is shared. Exact unless an article repeats one shingle more than
    :data:`MAX_OCCURRENCES` times; then it is a lower bound.
    """
    out = np.empty(left.size, np.int32)
    spread(lambda first, last: _longest_runs(tokens, offsets, shingles, places, size, left[first:last], right[first:last],
                                             out[first:last]), left.size)
    return out
