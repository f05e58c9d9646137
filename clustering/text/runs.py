"""Where does a piece of furniture begin and end? Runs of masked tokens, brought to words, sentences, lines and addresses.

Everything here looks at one run of one article; ``first`` and ``last`` are its first token and one past its last.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit

from clustering.text.repeats import SHINGLE_TOKENS
from clustering.text.tokens import LINE_START, SENTENCE_START

_HEAD, _TAIL, _LINE_SHARE = 0.1, 0.75, 0.8
_CHANCE = 4
"""A word at the edge of a run that stands there in this many times fewer articles than its neighbour got there by chance."""
_MANY_ARTICLES = 10
"""Furniture of fewer articles must hold a whole sentence or line: what does not is a stock phrase or a name with its titles."""
_OPENING, _SPACE = "([{<«„“‘\"'@#*-–—|»", " \t\n\r\x0b\x0c\x85\u2028\u2029\u00a0"
_CLINGING = 500
"""Characters an address may be long."""


def find_runs(marked: np.ndarray, offsets: np.ndarray, gap: int = 0) -> Iterator[tuple[int, int, int]]:
    """(row, first token, one past the last) of each run of marked tokens; gaps of at most ``gap`` tokens are bridged."""
    yield from zip(*(column.tolist() for column in runs_of(marked, offsets, gap)), strict=True)


def runs_of(marked: np.ndarray, offsets: np.ndarray, gap: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, first token and one past the last of every run, an int64 array each; gaps of at most ``gap`` tokens are bridged."""
    places = np.flatnonzero(marked)
    if not places.size:
        return places, places, places
    rows = np.searchsorted(offsets, places, side="right") - 1
    breaks = np.flatnonzero((np.diff(places) > gap + 1) | (np.diff(rows) > 0)) + 1
    begins = np.concatenate([[0], breaks])
    return rows[begins], places[begins], places[np.concatenate([breaks, [places.size]]) - 1] + 1


@njit(cache=True, nogil=True)
def at_edge(first, last, base, stop):  # noqa: ANN001, ANN201
    """Does the run lie at the head or the tail of its article, tokens ``base`` to ``stop``?"""
    return first - base < _HEAD * (stop - base) or last - base > _TAIL * (stop - base)


@njit(cache=True, nogil=True)
def trim(first, last, articles):  # noqa: ANN001, ANN201
    """The run without words at its edges that only now and then stand beside the furniture; ``articles`` is a count a token."""
    for j in range(min(SHINGLE_TOKENS - 1, last - first - 1), 0, -1):
        if 0 < _CHANCE * articles[first : first + j].max() <= articles[first + j]:
            first += j
            break
    for j in range(min(SHINGLE_TOKENS - 1, last - first - 1), 0, -1):
        if 0 < _CHANCE * articles[last - j : last].max() <= articles[last - j - 1]:
            last -= j
            break
    return first, last


@njit(cache=True, nogil=True)
def to_sentences(first, last, base, stop, flags, articles):  # noqa: ANN001, ANN201
    """The run if it can be furniture by its build, cut to whole sentences and lines where few articles have it; else (-1, -1).

    Furniture is made of sentences and lines; words inside a sentence that unrelated articles share are stock phrases. Only
    what stands in many articles, at the head or the tail, need not respect sentences: extraction may have lost their ends.
    """
    edges, low, high = 0, last, last
    for t in range(first, last + 1):
        if t == stop or flags[t] & (SENTENCE_START | LINE_START):
            low, high = (t if edges == 0 else low), t
            edges += 1
    if articles >= _MANY_ARTICLES:
        fits = edges >= 2 or (edges == 1 and at_edge(first, last, base, stop))
        return (first, last) if fits else (-1, -1)
    return (low, high) if edges >= 2 else (-1, -1)


@njit(cache=True, nogil=True)
def whole_lines(first, last, base, stop, flags, masked):  # noqa: ANN001, ANN201
    """The run, taken to the ends of its first and last line where nearly all of that line is masked."""
    low = first
    while low > base and not flags[low] & LINE_START:
        low -= 1
    end_of_first = first + 1
    while end_of_first < stop and not flags[end_of_first] & LINE_START:
        end_of_first += 1
    begin_of_last = last - 1
    while begin_of_last > base and not flags[begin_of_last] & LINE_START:
        begin_of_last -= 1
    high = last
    while high < stop and not flags[high] & LINE_START:
        high += 1
    return (low if masked[low:end_of_first].sum() / (end_of_first - low) >= _LINE_SHARE else first,
            high if masked[begin_of_last:high].sum() / (high - begin_of_last) >= _LINE_SHARE else last)


@njit(cache=True, nogil=True)
def bounds_of(rows, firsts, lasts, offsets, flags, masked, carried):  # noqa: ANN001, ANN201
    """First and last token of what each run of masked tokens amounts to, by the rules above; -1 where it is no furniture.

    ``rows``, ``firsts``, ``lasts`` int64 a run; ``offsets`` int64 of the articles; ``flags`` uint8, ``masked`` bool and
    ``carried`` int64 (articles of the set that masks it) a token.
    """
    lows, highs = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
    for r in range(rows.size):
        base, stop = offsets[rows[r]], offsets[rows[r] + 1]
        first, last = trim(firsts[r], lasts[r], carried)
        low, high = whole_lines(first, last, base, stop, flags, masked)
        lows[r], highs[r] = to_sentences(low, high, base, stop, flags, carried[first:last].max())
    return lows, highs


def span_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the marks that cling to its words, and the whole of an address it begins or ends in."""
    while start > 0 and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and not text[end].isalnum() and text[end] not in _SPACE and text[end] not in "([{<«„“‘":
        end += 1
    low = start
    while low > 0 and text[low - 1] not in _SPACE and start - low < _CLINGING:
        low -= 1
    high = end
    while high < len(text) and text[high] not in _SPACE and high - end < _CLINGING:
        high += 1
    head, tail = text[low:end].split(maxsplit=1)[:1], text[start:high].rsplit(maxsplit=1)[-1:]
    if head and ("://" in head[0] or head[0].startswith("www.")):
        start = low
    if tail and ("://" in tail[0] or tail[0].startswith("www.")):
        end = high
    return start, end
