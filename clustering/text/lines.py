"""How a text is laid out: its units, each a line, or a paragraph put together from hard-wrapped lines.

Page text comes in three shapes: a paragraph a line; paragraphs with blank lines between them; and lines broken inside
sentences (mail, e-paper, mobile blogs). Every shape rule asks about *units*, so a wrapped sentence is one paragraph and
never a list of short headlines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c\x85]+")
_TERMINAL = frozenset(".!?…。！？؟۔।॥։።")
_CLOSERS = " \t\u00a0\"'”’“‘»«›‹)]）」』*_"
_BULLET = re.compile(r"[-–—•·*▪►‣◦+>]\s|\(?\d{1,3}[.)]\s")
_DENSE_COMMA = re.compile(r"[。，、；।،۔]")


@dataclass(slots=True)
class Unit:
    """A line, or a hard-wrapped paragraph; ``start`` and ``end`` are code points without the white space around."""

    start: int
    end: int
    words: int
    text: str
    alone: bool
    """A blank line, or nothing, stands before it."""
    stops: bool = field(default=False)
    """It ends like a sentence: with terminal punctuation, closing quotation marks and brackets aside."""

    @property
    def is_prose(self) -> bool:
        """Long enough to be a paragraph of an article rather than a headline, a caption or a menu."""
        return self.words >= 25 or (self.stops and self.words >= 8)

    @property
    def is_bullet(self) -> bool:
        """It opens with a bullet or a number."""
        return _BULLET.match(self.text) is not None


def ends_sentence(text: str) -> bool:
    """Whether the text closes with terminal punctuation (quotation marks and brackets after it do not count)."""
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _TERMINAL


def _is_wrapped(block: list[re.Match[str]]) -> bool:
    """Whether lines without blank lines between them are one broken text: a third of them go on in lower case.

    Scripts without case show it by a comma or full stop inside a line that does not end there.
    """
    going_on = 0
    for line in block[1:]:
        first = line.group().lstrip(" \t\u00a0")[:1]
        caseless = first.isalpha() and not first.isupper()
        going_on += first.islower() or (caseless and _DENSE_COMMA.search(line.group().rstrip()[:-1]) is not None)
    return going_on * 3 >= len(block) - 1


def find_units(text: str, token_starts: np.ndarray) -> list[Unit]:
    """The units of a text, in order.

    Parameters
    ----------
    text
        The untouched text.
    token_starts
        int32 code points of its tokens, ascending: how words are counted.
    """
    blocks: list[list[re.Match[str]]] = []
    last = 0
    for line in _LINE.finditer(text):
        if line.group().isspace():
            continue
        # a line break of the same paragraph block leaves exactly one line end, possibly written \r\n, between the lines
        between = text[last : line.start()].replace("\r\n", "\n")
        if blocks and sum(c not in " \t\u00a0" for c in between) == 1:
            blocks[-1].append(line)
        else:
            blocks.append([line])
        last = line.end()
    spans: list[tuple[int, int, bool]] = []
    for block in blocks:
        wrapped = len(block) > 1 and _is_wrapped(block)
        for number, line in enumerate(block):
            raw = line.group()
            start = line.start() + len(raw) - len(raw.lstrip())
            end = line.start() + len(raw.rstrip())
            if wrapped and number and not ends_sentence(text[spans[-1][0] : spans[-1][1]][-40:]):
                spans[-1] = (spans[-1][0], end, spans[-1][2])
            else:
                spans.append((start, end, number == 0))
    if not spans:
        return []
    firsts = np.searchsorted(token_starts, [s for s, _, _ in spans])
    lasts = np.searchsorted(token_starts, [e for _, e, _ in spans])
    units = []
    for (start, end, alone), words in zip(spans, (lasts - firsts).tolist(), strict=True):
        body = text[start:end]
        units.append(Unit(start, end, words, body, alone, ends_sentence(body[-60:])))
    return units
