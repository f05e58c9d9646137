"""What differs inside a passage: numbers, quoted words, names, wording.

The words between two columns that both occurrences hold are compared. Numbers are compared by value and unit
(:mod:`quantities`); a changed number is one that both sides have and differ in, inside quotation marks too. Any other word
that differs there is a changed quote.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit

from clustering.passages.columns import Occurrences
from clustering.passages.kinds import COPY, QUOTED
from clustering.passages.quantities import read
from clustering.text.tokens import CAPITAL, NUMBER, QUOTE, SENTENCE_START

_CAPITALS = 0.25

_REACH = 8
"""More tokens than this missing at the front are a passage begun later, not a change."""


@lru_cache(maxsize=1 << 16)
def classify(here: str, there: str, *, quoted: bool, named: bool) -> str | None:
    """number, quote, name or wording; None when both say the same.

    Parameters
    ----------
    here, there
        The words of both sides, with their conversions in brackets if they have any.
    quoted
        They stand inside quotation marks.
    named
        Every word that differs is capitalised inside a sentence.
    """
    one, other = read(here), read(there)
    if one.contradicts(other):
        return "number"
    if one.says(other):
        return None
    if quoted:
        return "quote"
    return "name" if named else "wording"


@njit(cache=True, nogil=True)
def _gaps(wanted, reference, start, end, column, there, here):  # noqa: ANN001, ANN202
    """Where an occurrence and its reference hold other words between two equal ones, or at an edge that both reach.

    ``wanted`` are the occurrences to look at, the other arrays those of Occurrences. Returns int64[m, 5]: the occurrence, first
    token and one past the last in it, the same in the reference.
    """
    found, n = np.empty((1024, 5), np.int64), 0
    for k in wanted:
        base, low, high = reference[k], column[k, 0], column[k, 1]
        at_there, at_here = start[base] - 1, start[k] - 1
        if there[low] - start[base] > here[low] - start[k] + _REACH:  # it lacks the beginning: not a change of wording
            at_there, at_here = there[low] - 1, here[low] - 1
        last_there, last_here = there[high - 1] if high > low else at_there, here[high - 1] if high > low else at_here
        left_there, left_here = end[base] - last_there, end[k] - last_here
        closed = not (min(left_there, left_here) == 1 or left_there > left_here + _REACH)  # else one of the two ends here
        for c in range(low, high + closed):
            to_there, to_here = (there[c], here[c]) if c < high else (end[base], end[k])
            if to_there - at_there > 1 or to_here - at_here > 1:
                if n == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[n, 0], found[n, 1], found[n, 2], found[n, 3], found[n, 4] = k, at_here + 1, to_here, at_there + 1, to_there
                n += 1
            at_there, at_here = to_there, to_here
    return found[:n]


def _close(text: str, start: int, end: int) -> int:
    """The end, past a bracket that the span opens and leaves open."""
    return end + 1 if text.rfind("(", start, end) > text.rfind(")", start, end) and text[end : end + 1] == ")" else end


@njit(cache=True, nogil=True)
def _without_sentences(gaps, flags):  # noqa: ANN001, ANN202
    """Move the beginnings of gaps behind whole sentences that only one side has before the words that differ.

    Asked where one side begins a sentence: "29 cars burnt" against "It was out. 31 cars burnt" differs in a number, and by
    a sentence more.
    """
    for g in range(gaps.shape[0]):
        h0, h1, t0, t1 = gaps[g, 1], gaps[g, 2], gaps[g, 3], gaps[g, 4]
        if h1 == h0 or t1 == t0:
            continue
        later_here = later_there = -1
        for t in range(h0 + 1, h1):
            later_here = t if flags[t] & SENTENCE_START else later_here
        for t in range(t0 + 1, t1):
            later_there = t if flags[t] & SENTENCE_START else later_there
        if flags[h0] & SENTENCE_START and later_there >= 0 and later_here < 0:
            gaps[g, 3] = later_there
        elif flags[t0] & SENTENCE_START and later_here >= 0 and later_there < 0:
            gaps[g, 1] = later_here


@njit(cache=True, nogil=True)
def _nature(gaps, flags, zones, quoted, named):  # noqa: ANN001, ANN202
    """Whether the words of each gap stand in quotation marks, and whether all are capitalised, one of them inside a sentence."""
    for g in range(gaps.shape[0]):
        marks = np.zeros(2, np.int64)
        capital, inside = True, False
        for side in range(2):
            for t in range(gaps[g, 1 + 2 * side], gaps[g, 2 + 2 * side]):
                marks[side] += (zones[t] & QUOTE) != 0
                capital = capital and (flags[t] & CAPITAL) != 0
                inside = inside or (flags[t] & SENTENCE_START) == 0
        here, there = gaps[g, 2] - gaps[g, 1], gaps[g, 4] - gaps[g, 3]
        quoted[g] = marks[1] == there if not here else marks[0] > 0 and (not there or marks[1] > 0)
        named[g] = capital and inside


@njit(cache=True, nogil=True)
def _capitals_common(offsets, flags):  # noqa: ANN001, ANN202
    """Bool an article: more than a quarter of its words inside sentences have a capital, so that one does not make a name."""
    found = np.zeros(offsets.size - 1, np.bool_)
    for row in range(found.size):
        words = capitals = 0
        for t in range(offsets[row], offsets[row + 1]):
            if not flags[t] & (SENTENCE_START | NUMBER):
                words += 1
                capitals += (flags[t] & CAPITAL) != 0
        found[row] = words > 0 and capitals / words > _CAPITALS
    return found


def compare(texts: dict[int, str], places: Occurrences, reference: np.ndarray, number: np.ndarray,
            tokens: tuple[np.ndarray, ...]) -> dict[str, list[Any]]:
    """The CHANGES columns of all occurrences of copies and quotes.

    Parameters
    ----------
    texts
        Text of each row that has an occurrence.
    places, reference, number
        Occurrences; for each the place of its reference; for each passage its final number.
    tokens
        hashes, flags, zones, starts, ends, offsets of all tokens.
    """
    _, flags, zones, starts, ends, offsets = tokens
    wanted = np.isin(places.kind[places.passage], (COPY, QUOTED)) if places.passage.size else np.zeros(0, bool)
    wanted = np.flatnonzero(wanted & (np.arange(places.passage.size) != reference))
    gaps = _gaps(wanted, reference, places.start, places.end, places.column, places.there, places.here)
    _without_sentences(gaps, flags)
    quoted, named = np.empty(len(gaps), np.bool_), np.empty(len(gaps), np.bool_)
    _nature(gaps, flags, zones, quoted, named)
    of, h0, h1, t0, t1 = gaps.T
    here_rows, there_rows = places.row[of], places.row[reference[of]]
    named &= ~_capitals_common(offsets, flags)[here_rows]  # where nouns are capitalised, a capital does not make a name
    start, there_start = starts[h0], starts[t0]
    columns = (number[places.passage[of]], here_rows, there_rows, start, np.where(h1 > h0, ends[h1 - 1], start), there_start,
               np.where(t1 > t0, ends[t1 - 1], there_start), quoted, named)
    rows: list[tuple[int, int, int, int, str, str, str]] = []
    for passage, row, there_row, low, high, there_low, there_high, in_quotes, a_name in zip(
            *(column.tolist() for column in columns), strict=True):
        here_text, there_text = texts[row], texts[there_row]
        end = _close(here_text, low, high) if high > low else low
        here = here_text[low:end]
        there = there_text[there_low : _close(there_text, there_low, there_high) if there_high > there_low else there_low]
        kind = classify(here, there, quoted=in_quotes, named=a_name)
        if kind:
            rows.append((passage, row, low, end, kind, here, there))
    rows.sort()
    return {name: [row[k] for row in rows] for name, k in
            (("passage", 0), ("row", 1), ("start", 2), ("end", 3), ("type", 4), ("here", 5), ("there", 6))}
