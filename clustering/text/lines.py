"""How a text is laid out: its units, each a line, or a paragraph put together from hard-wrapped lines.

Page text comes in three shapes: a paragraph a line; paragraphs with blank lines between them; and lines broken inside
sentences (mail, e-paper, mobile blogs). Every shape rule asks about *units*, so a wrapped sentence is one paragraph and
never a list of short headlines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
_TERMINAL = frozenset(".!?…。！？؟۔।॥։።")
_CLOSERS = " \t\u00a0\"'”’“‘»«›‹)]）」』*_"
_BLANKS = dict.fromkeys(map(ord, " \t\u00a0"))
_BULLET = re.compile(r"[-–—•·*▪►‣◦+>]\s|\(?\d{1,3}[.)]\s")
_DENSE_COMMA = re.compile(r"[。，、；।،۔]")


@dataclass(slots=True)
class Unit:
    """A line, or a hard-wrapped paragraph; ``start`` and ``end`` are code points without the white space around."""

    start: int
    end: int
    first: int
    last: int
    """Its tokens [first, last) among those of the text."""
    text: str
    alone: bool
    """A blank line, or nothing, stands before it."""
    stops: bool
    """It ends like a sentence: with terminal punctuation, closing quotation marks and brackets aside."""
    words: int = field(init=False)
    """Tokens in it."""
    is_prose: bool = field(init=False)
    """Long enough to be a paragraph of an article rather than a headline, a caption or a menu."""

    def __post_init__(self) -> None:
        self.words = self.last - self.first
        self.is_prose = self.words >= 25 or (self.stops and self.words >= 8)

    @property
    def is_bullet(self) -> bool:
        """It opens with a bullet or a number."""
        return _BULLET.match(self.text) is not None


def ends_sentence(text: str) -> bool:
    """Whether the text closes with terminal punctuation (quotation marks and brackets after it do not count)."""
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _TERMINAL


class _Line(NamedTuple):
    """A line without the white space around it."""

    start: int
    end: int
    text: str


def _is_wrapped(block: list[_Line]) -> bool:
    """Whether lines without blank lines between them are one broken text: a third of them go on in lower case.

    Scripts without case show it by a comma or full stop inside a line that does not end there.
    """
    going_on = 0
    for line in block[1:]:
        first = line.text[0]
        caseless = first.isalpha() and not first.isupper()
        going_on += first.islower() or (caseless and _DENSE_COMMA.search(line.text[:-1]) is not None)
    return going_on * 3 >= len(block) - 1


def _goes_on(text: str, last: int, begin: int) -> bool:
    """Whether all that stands between two lines is one line break of a paragraph block, possibly of two characters."""
    if begin - last == 1:
        return True
    between = text[last:begin]
    return between != "\n\n" and len(between.replace("\r\n", "\n").translate(_BLANKS)) == 1


def find_units(text: str, token_starts: np.ndarray) -> list[Unit]:
    """The units of a text, in order.

    Parameters
    ----------
    text
        The untouched text.
    token_starts
        int32 code points of its tokens, ascending: how words are counted.
    """
    blocks: list[list[_Line]] = []
    last = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        bare = raw.strip()
        if not bare:
            continue
        begin, finish = match.span()
        start = begin + raw.find(bare[0])
        line = _Line(start, start + len(bare), bare)
        if blocks and _goes_on(text, last, begin):
            blocks[-1].append(line)
        else:
            blocks.append([line])
        last = finish
    spans: list[tuple[int, int, bool]] = []
    for block in blocks:
        wrapped = len(block) > 1 and _is_wrapped(block)
        for number, line in enumerate(block):
            if wrapped and number and not ends_sentence(text[max(spans[-1][0], spans[-1][1] - 40) : spans[-1][1]]):
                spans[-1] = (spans[-1][0], line.end, spans[-1][2])
            else:
                spans.append((line.start, line.end, number == 0))
    if not spans:
        return []
    firsts = token_starts.searchsorted(np.array([s for s, _, _ in spans], token_starts.dtype)).tolist()
    lasts = token_starts.searchsorted(np.array([e for _, e, _ in spans], token_starts.dtype)).tolist()
    units = []
    for (start, end, alone), first, last in zip(spans, firsts, lasts, strict=True):
        body = text[start:end]
        mark = body[-1]
        stops = mark in _TERMINAL or (mark in _CLOSERS and ends_sentence(body[-60:]))
        units.append(Unit(start, end, first, last, body, alone, stops))
    return units
