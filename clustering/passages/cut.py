"""Where a block must be cut: at furniture, at datelines, at words of another sentence caught by chance.

Alignment reads every token. A block that runs from the text into the furniture below it is cut there, so that each piece
has one nature; datelines and bylines never belong to a passage; and one or two tokens beyond the edge of a sentence
("The", "Er") are there because they are common words.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.text.tokens import BOILERPLATE, SENTENCE_START, ZONE_BITS

_CREDIT_LINE = ZONE_BITS["dateline"] | ZONE_BITS["byline"]
_STRAY = 2
"""Tokens of another sentence that an edge may have caught by chance."""
_FURNITURE = 6
"""Shorter stretches of boilerplate do not cut a block in two."""


@njit(cache=True, nogil=True)
def cut(blocks, segments, flags, zones, least):  # noqa: ANN001, ANN201
    """Blocks and segments as :func:`align.align` gives them -> the same, cut; pieces under ``least`` tokens are dropped."""
    longest = 1
    for k in range(blocks.shape[0]):
        longest = max(longest, blocks[k, 5])
    at_a, at_b = np.empty(longest, np.int64), np.empty(longest, np.int64)
    furniture = np.empty(longest + 1, np.bool_)
    out, parts = np.empty((blocks.shape[0] + 64, 8), np.int64), np.empty((segments.shape[0] + 1024, 3), np.int64)
    total = part_total = 0
    for q in range(blocks.shape[0]):
        n = 0
        for s in range(blocks[q, 6], blocks[q, 7]):
            for k in range(segments[s, 2]):
                at_a[n], at_b[n] = segments[s, 0] + k, segments[s, 1] + k
                furniture[n] = ((zones[at_a[n]] | zones[at_b[n]]) & BOILERPLATE) != 0
                n += 1
        k = 0
        while k < n:  # short stretches take the nature of what stands before them
            end = k
            while end < n and furniture[end] == furniture[k]:
                end += 1
            if end - k < _FURNITURE and k > 0:
                furniture[k:end] = furniture[k - 1]
            elif end - k < _FURNITURE and end < n:
                furniture[k:end] = furniture[end]
            k = end
        k = 0
        while k < n:
            end = k
            while end < n and furniture[end] == furniture[k]:
                end += 1
            first, last = k, end  # columns of this piece
            k = end
            whole_front, whole_back = first == 0, last == n
            while first < last and (zones[at_a[first]] | zones[at_b[first]]) & _CREDIT_LINE:
                first, whole_front = first + 1, False
            while first < last and (zones[at_a[last - 1]] | zones[at_b[last - 1]]) & _CREDIT_LINE:
                last, whole_back = last - 1, False
            for stray in range(1, _STRAY + 1):
                if first + stray < last and (flags[at_a[first + stray]] & flags[at_b[first + stray]] & SENTENCE_START) \
                        and not (flags[at_a[first]] & flags[at_b[first]] & SENTENCE_START):
                    first, whole_front = first + stray, False
                    break
            a_end, b_end = at_a[last - 1] + 1 if last else 0, at_b[last - 1] + 1 if last else 0
            for stray in range(1, _STRAY + 1):
                edge = last - stray
                if edge > first and (flags[at_a[edge]] & flags[at_b[edge]] & SENTENCE_START) \
                        and blocks[q, 2] - at_a[edge] <= _STRAY and blocks[q, 4] - at_b[edge] <= _STRAY \
                        and not _ends_sentence(flags, a_end) and not _ends_sentence(flags, b_end):
                    last, whole_back = edge, False
                    break
            if last <= first:
                continue
            a0 = blocks[q, 1] if whole_front else at_a[first]
            b0 = blocks[q, 3] if whole_front else at_b[first]
            a1 = blocks[q, 2] if whole_back else at_a[last - 1] + 1
            b1 = blocks[q, 4] if whole_back else at_b[last - 1] + 1
            if min(a1 - a0, b1 - b0) < least:
                continue
            if total == out.shape[0]:
                bigger = np.empty((2 * total, 8), np.int64)
                bigger[:total] = out
                out = bigger
            if part_total + last - first > parts.shape[0]:
                larger = np.empty((2 * parts.shape[0] + last - first, 3), np.int64)
                larger[:part_total] = parts[:part_total]
                parts = larger
            begin = part_total
            for c in range(first, last):
                if c > first and at_a[c] == at_a[c - 1] + 1 and at_b[c] == at_b[c - 1] + 1:
                    parts[part_total - 1, 2] += 1
                else:
                    parts[part_total, 0], parts[part_total, 1], parts[part_total, 2] = at_a[c], at_b[c], 1
                    part_total += 1
            out[total] = blocks[q, 0], a0, a1, b0, b1, last - first, begin, part_total
            total += 1
    return out[:total], parts[:part_total]


@njit(cache=True, nogil=True)
def _ends_sentence(flags, at):  # noqa: ANN001, ANN202
    return at >= flags.size or (flags[at] & SENTENCE_START) != 0
