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


def _without_sentences(h0: int, h1: int, t0: int, t1: int, flags: np.ndarray) -> tuple[int, int]:
    """Where the words that differ begin on both sides, whole sentences that only one side has before them left out.

    Asked where one side begins a sentence: "29 cars burnt" against "It was out. 31 cars burnt" differs in a number, and by
    a sentence more.
    """
    later_here = np.flatnonzero(flags[h0 + 1 : h1] & SENTENCE_START)
    later_there = np.flatnonzero(flags[t0 + 1 : t1] & SENTENCE_START)
    if flags[h0] & SENTENCE_START and later_there.size and not later_here.size:
        return h0, t0 + 1 + int(later_there[-1])
    if flags[t0] & SENTENCE_START and later_here.size and not later_there.size:
        return h0 + 1 + int(later_here[-1]), t0
    return h0, t0


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
    capitals_common = np.zeros(offsets.size - 1, bool)
    for row in texts:  # where nouns are capitalised, a capital does not make a name
        inside = flags[offsets[row] : offsets[row + 1]]
        inside = inside[(inside & (SENTENCE_START | NUMBER)) == 0]
        capitals_common[row] = inside.size > 0 and bool(np.mean((inside & CAPITAL) != 0) > 0.25)
    rows: list[tuple[int, int, int, int, str, str, str]] = []
    wanted = np.isin(places.kind[places.passage], (COPY, QUOTED)) if places.passage.size else np.zeros(0, bool)
    wanted = np.flatnonzero(wanted & (np.arange(places.passage.size) != reference))
    gaps = _gaps(wanted, reference, places.start, places.end, places.column, places.there, places.here)
    for k, h0, h1, t0, t1 in gaps.tolist():
        here_row, there_row = int(places.row[k]), int(places.row[reference[k]])
        here_text, there_text = texts[here_row], texts[there_row]
        if h1 > h0 and t1 > t0:
            h0, t0 = _without_sentences(h0, h1, t0, t1, flags)
        start = int(starts[h0])
        end = _close(here_text, start, int(ends[h1 - 1])) if h1 > h0 else start
        there_start = int(starts[t0])
        there_end = _close(there_text, there_start, int(ends[t1 - 1])) if t1 > t0 else there_start
        here, there = here_text[start:end], there_text[there_start:there_end]
        inside = np.concatenate([flags[h0:h1], flags[t0:t1]])
        quoted = bool(((zones[h0:h1] & QUOTE) != 0).any() and (t1 == t0 or ((zones[t0:t1] & QUOTE) != 0).any())) or \
            bool(h1 == h0 and ((zones[t0:t1] & QUOTE) != 0).all())
        named = not capitals_common[here_row] and bool((inside & CAPITAL != 0).all() and (inside & SENTENCE_START == 0).any())
        kind = classify(here, there, quoted=quoted, named=named)
        if kind:
            rows.append((int(number[places.passage[k]]), here_row, start, end, kind, here, there))
    rows.sort()
    return {name: [row[k] for row in rows] for name, k in
            (("passage", 0), ("row", 1), ("start", 2), ("end", 3), ("type", 4), ("here", 5), ("there", 6))}
