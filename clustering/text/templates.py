"""Issues of one template: the same words on another day, with other numbers.

A health institute's daily figures, a market report, "Day 2" and "Day 21" of a live blog are written by filling in a form. Their
texts are alike enough to be near-duplicates and tell different happenings; what gives them away is that numbers *between the same
two words* have changed. A dispatch that is printed again a day later keeps its numbers (0 or 1 changes in German wire copy,
against 5 to 14 in daily notices).

Two texts that appeared ``APART_DAYS`` or more apart are issues of one template when

- at least ``CHANGED`` numbers between the same two body words differ, and at least half as many as stayed the same, or
- they are one outlet's and their titles are the same words (``TITLE_WORDS`` or more) around different numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numba import njit, uint64

from clustering.tables import flat
from clustering.text.tokens import NOT_BODY, NUMBER

APART_DAYS = 0.75
"""Less than a day, for a daily notice does not come to the minute; updates of one happening are mostly closer."""
CHANGED = 3
"""Of pairs of labelled news that tell one happening a day or more apart, 4 of 1,500 have so many (false pairs: 13 of 2,160)."""
TITLE_WORDS = 3

_MIX, _S33 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(33)


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of some texts and what they stand between.

    CSR: ``offsets`` int64[n + 1]; ``places`` uint64, a hash of the two words around a number, ascending and unique in a text;
    ``values`` uint64, the number's token hash. ``titles`` uint64[n], hash of the title's words without its numbers, 0 when they
    are fewer than ``TITLE_WORDS`` or no number stands among them; ``title_values`` uint64[n], hash of its numbers.
    """

    offsets: np.ndarray
    places: np.ndarray
    values: np.ndarray
    titles: np.ndarray
    title_values: np.ndarray

    def of(self, rows: np.ndarray) -> Numbers:
        """Those of some of the texts."""
        sizes = np.diff(self.offsets)[rows]
        offsets = np.r_[0, np.cumsum(sizes)].astype(np.int64)
        at = np.repeat(self.offsets[rows] - offsets[:-1], sizes) + np.arange(offsets[-1])
        return Numbers(offsets, self.places[at], self.values[at], self.titles[rows], self.title_values[rows])


@njit(cache=True, nogil=True)
def _find(hashes, offsets, is_number, body, places, values, out_offsets):  # noqa: ANN001, ANN202 - a kernel, see find_numbers()
    n = 0
    for row in range(offsets.size - 1):
        begin = n
        before, last = -1, -1
        for i in range(offsets[row], offsets[row + 1]):
            if not body[i]:
                continue
            if before >= 0 and is_number[last] and not is_number[before] and not is_number[i]:
                mixed = (hashes[before] ^ (hashes[before] >> _S33)) * _MIX + hashes[i]
                places[n] = mixed ^ (mixed >> _S33)
                values[n] = hashes[last]
                n += 1
            before, last = last, i
        order = begin + np.argsort(places[begin:n])
        sorted_places, sorted_values = places[order], values[order]
        n, i = begin, 0
        while i < sorted_places.size:
            j, one = i + 1, True
            while j < sorted_places.size and sorted_places[j] == sorted_places[i]:
                one = one and sorted_values[j] == sorted_values[i]
                j += 1
            if one:  # words that stand around several numbers say of none of them which it is
                places[n], values[n] = sorted_places[i], sorted_values[i]
                n += 1
            i = j
        out_offsets[row + 1] = n


@njit(cache=True, nogil=True)
def _titles(hashes, offsets, is_number, least, words, values):  # noqa: ANN001, ANN202 - a kernel, see find_numbers()
    for row in range(offsets.size - 1):
        count, numbers = 0, 0
        around, inside = uint64(0), uint64(0)
        for i in range(offsets[row], offsets[row + 1]):
            number = is_number[i]
            numbers += number
            count += not number
            around = (around + (uint64(1) if number else hashes[i])) * _MIX
            around ^= around >> _S33
            if number:
                inside = (inside + hashes[i]) * _MIX
                inside ^= inside >> _S33
        if count >= least and numbers:
            words[row], values[row] = around | uint64(1), inside


def find_numbers(tokens: pa.Table, title_tokens: pa.Table) -> Numbers:
    """The numbers of every text.

    Parameters
    ----------
    tokens, title_tokens
        TOKENS with zones marked, and TOKENS of the titles, of the same rows. Numbers beside numbers (a score, a date in
        figures) and outside the body are left out.
    """
    hashes, offsets = flat(tokens["hashes"])
    is_number, body = flat(tokens["flags"])[0] & NUMBER != 0, flat(tokens["zones"])[0] & NOT_BODY == 0
    most = int(np.count_nonzero(is_number))
    places, values, found = np.empty(most, np.uint64), np.empty(most, np.uint64), np.zeros(offsets.size, np.int64)
    _find(hashes, offsets, is_number, body, places, values, found)
    hashes, offsets = flat(title_tokens["hashes"])
    words, title_values = np.zeros(offsets.size - 1, np.uint64), np.zeros(offsets.size - 1, np.uint64)
    _titles(hashes, offsets, flat(title_tokens["flags"])[0] & NUMBER != 0, TITLE_WORDS, words, title_values)
    return Numbers(found, places[: found[-1]].copy(), values[: found[-1]].copy(), words, title_values)


@njit(cache=True, nogil=True)
def _changed(offsets, places, values, left, right, changed, same):  # noqa: ANN001, ANN202 - a kernel, see template_changes()
    for p in range(left.size):
        a, a_stop = offsets[left[p]], offsets[left[p] + 1]
        b, b_stop = offsets[right[p]], offsets[right[p] + 1]
        while a < a_stop and b < b_stop:
            if places[a] == places[b]:
                if values[a] == values[b]:
                    same[p] += 1
                else:
                    changed[p] += 1
                a += 1
                b += 1
            elif places[a] < places[b]:
                a += 1
            else:
                b += 1


def template_changes(numbers: Numbers, days: np.ndarray, outlets: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many numbers changed between two issues of one template, int32 a pair; 0 for a pair that is none.

    Parameters
    ----------
    numbers
        Of the texts that the pairs number.
    days
        float64[n], days since 1970 on which each was published; NaN where that is not known: no date, no veto.
    outlets
        int[n], a number for each outlet.
    left, right
        int64, the texts of each pair.
    """
    found = np.zeros(left.size, np.int32)
    apart = np.flatnonzero(np.abs(days[left] - days[right]) >= APART_DAYS)  # false where a day is NaN
    if not apart.size:
        return found
    one, other = left[apart], right[apart]
    changed, same = np.zeros(apart.size, np.int32), np.zeros(apart.size, np.int32)
    _changed(numbers.offsets, numbers.places, numbers.values, one, other, changed, same)
    filled_in = (changed >= CHANGED) & (2 * changed >= same)
    titles = numbers.titles
    numbered = (titles[one] != 0) & (titles[one] == titles[other]) & (numbers.title_values[one] != numbers.title_values[other])
    found[apart] = np.where(filled_in, changed, np.where(numbered & (outlets[one] == outlets[other]), np.maximum(changed, 1), 0))
    return found
