"""Where does a piece of furniture begin and end? Runs of masked tokens, brought to words, sentences, lines and addresses.

Everything here looks at one run of one article; ``first`` and ``last`` are its first token and one past its last.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

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
    places = np.flatnonzero(marked)
    rows = np.searchsorted(offsets, places, side="right") - 1
    breaks = np.flatnonzero((np.diff(places) > gap + 1) | (np.diff(rows) > 0)) + 1
    for block in np.split(np.arange(places.size), breaks) if places.size else ():
        yield int(rows[block[0]]), int(places[block[0]]), int(places[block[-1]]) + 1


def at_edge(first: int, last: int, base: int, stop: int) -> bool:
    """Does the run lie at the head or the tail of its article, tokens ``base`` to ``stop``?"""
    return first - base < _HEAD * (stop - base) or last - base > _TAIL * (stop - base)


def trim(first: int, last: int, articles: np.ndarray) -> tuple[int, int]:
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


def to_sentences(first: int, last: int, base: int, stop: int, flags: np.ndarray, articles: int) -> tuple[int, int] | None:
    """The run if it can be furniture by its build, cut to whole sentences and lines where few articles have it; else None.

    Furniture is made of sentences and lines; words inside a sentence that unrelated articles share are stock phrases. Only
    what stands in many articles, at the head or the tail, need not respect sentences: extraction may have lost their ends.
    """
    starts = (flags[first:last] & (SENTENCE_START | LINE_START)) > 0
    closed = last == stop or bool(flags[last] & (SENTENCE_START | LINE_START))
    edges = np.append(np.flatnonzero(starts), [last - first] if closed else []).astype(np.int64)
    if articles >= _MANY_ARTICLES:
        return (first, last) if edges.size >= 2 or (edges.size == 1 and at_edge(first, last, base, stop)) else None
    return (first + int(edges[0]), first + int(edges[-1])) if edges.size >= 2 else None


def whole_lines(first: int, last: int, base: int, stop: int, flags: np.ndarray, masked: np.ndarray) -> tuple[int, int]:
    """The run, taken to the ends of its first and last line where nearly all of that line is masked."""
    lines = np.append(np.flatnonzero(flags[base:stop] & LINE_START) + base, stop)
    if lines[0] > base:
        lines = np.append(base, lines)
    opening, closing = np.searchsorted(lines, (first, last - 1), side="right").tolist()
    low, high = int(lines[opening - 1]), int(lines[closing])
    return (low if masked[low : lines[opening]].mean() >= _LINE_SHARE else first,
            high if masked[lines[closing - 1] : high].mean() >= _LINE_SHARE else last)


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
