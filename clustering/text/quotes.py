"""Where does an article quote? Every style of quotation marks, also unbalanced ones, paragraph by paragraph.

Marks come in families that close each other within a family whatever their shape, because sub-editors and content
systems mix them: ``‘‘…”``, ``“…’’``, ``"…”``. Which way a mark looks is told by its neighbours, as ``“`` closes a German
quotation and opens an English one, and ``»`` opens a Danish one and closes a French one. A quotation that runs over
paragraphs is reopened at each and closed at the last only: what is open at the end of a paragraph ends there. Apostrophes
never open; single marks count only around three words and more. Inside a quotation only its own family is read.
"""

from __future__ import annotations

import re

from clustering.text.anchors import find_from

_MARK = re.compile(r"‘‘|’’|''|``|,,(?=\w)|[\"“”„‟«»‹›「」『』〝〞＂]|(?<![\w'’])[‘‚‛'](?=\w)")
_SIGN, _SIGN_OR_COMMA = re.compile(r"[‘’'`\"“”„‟«»‹›「」『』〝〞＂‚‛]"), re.compile(r"[,‘’'`\"“”„‟«»‹›「」『』〝〞＂‚‛]")
"""What a mark can begin with, without and with ``,,``."""
_SINGLE_START = re.compile(r"(?<![\w'’])[‘‚‛'](?=\w)")
_SINGLE_END = re.compile(r"(?<=[^\s‘'‚])[’'‘](?![\w’'‘])")
_FAMILY = {"«": "guillemet", "»": "guillemet", "‹": "angle", "›": "angle", "「": "corner", "」": "corner", "『": "corner",
    "』": "corner",
           "‘": "single", "‚": "single", "‛": "single", "'": "single"}
_ALWAYS_OPEN = frozenset(("„", "``", ",,", "「", "『", "〝"))
_BEFORE_OPEN = frozenset(" \t\n\r\u00a0\u2009\u202f\u3000([{（—–-/:>|*…")
_AFTER_CLOSE = frozenset(" \t\n\r\u00a0\u2009\u202f\u3000)]}）.,;:!?…—–-/'’<|*。、，！？")
MIN_SINGLE_WORDS = 3
_MAX_SINGLE_CHARACTERS = 1000


def _looks(text: str, start: int, end: int, low: int, high: int) -> tuple[bool, bool]:
    """Whether a mark can open and can close, by its neighbours inside the paragraph [low, high).

    A mark between two spaces (French « mot », loose typing) can do either; one inside a word can do neither.
    """
    before = text[start - 1] if start > low else " "
    after = text[end] if end < high else " "
    dense = before >= "\u2e80" or after >= "\u2e80"
    space_before, space_after = before.isspace(), after.isspace()
    opens = (before in _BEFORE_OPEN or before in "\"“”„‘’«»‹›'") and (not space_after or space_before)
    closes = (after in _AFTER_CLOSE or after in "\"“”„‘’«»‹›'") and (not space_before or space_after)
    return opens or dense, closes or dense


def _single(text: str, start: int, high: int) -> int:
    """Where a quotation in single marks ends, or -1: at a mark beside punctuation if there is one, else at the first.

    A word or two in marks of their own ('could 'suck up' creatures') are part of it.
    """
    first = -1
    stop = min(high, start + _MAX_SINGLE_CHARACTERS)
    inner_ends: set[int] = set()
    place = start + 1
    while another := _SINGLE_START.search(text, place, stop):
        inner = _SINGLE_END.search(text, another.start() + 2, stop)
        if not inner or len(text[another.start() + 1 : inner.start()].split()) >= MIN_SINGLE_WORDS:
            stop = another.start()
            break
        inner_ends.add(inner.start())
        place = inner.end()
    for close in _SINGLE_END.finditer(text, start + 2, stop):
        at = close.start()
        if at in inner_ends or len(text[start + 1 : at].split()) < MIN_SINGLE_WORDS:
            continue
        if text[at - 1] in ",.?!…" or text[at + 1 : at + 2] in tuple(",.?!;:)"):
            return close.end()
        if first < 0:
            first = close.end()
    return first


def find_quotes(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """Spans of quoted speech, marks included, in one paragraph of the text.

    Parameters
    ----------
    text
        The untouched text.
    low, high
        The paragraph, as code points.
    """
    signs = _SIGN_OR_COMMA if text.find(",,", low, high) >= 0 else _SIGN
    if not signs.search(text, low, high):
        return []
    found: list[tuple[int, int]] = []
    family, opened, opener = "", -1, ""
    nested = 0
    single_until = low
    for mark in find_from(signs, _MARK, text, low, high):
        start, end, shape = mark.start(), mark.end(), mark.group()
        kind = _FAMILY.get(shape, "double")
        if start < single_until or (family and kind != family):
            continue
        if kind == "single":
            close = _single(text, start, high)
            if close > 0:
                found.append((start, close))
                single_until = close
            continue
        if kind == "corner":
            nested += 1 if shape in "「『" else -1
            if not family and nested == 1:
                family, opened = kind, start
            elif family and nested == 0:
                found.append((opened, end))
                family = ""
            nested = max(nested, 0)
            continue
        opens, closes = _looks(text, start, end, low, high)
        if shape in _ALWAYS_OPEN:
            opens, closes = True, False
        elif family and shape != opener and (kind != "double" or opener in ("„", ",,")):
            closes = True  # „…“ and «…»: the other shape closes whatever stands beside it
        if not family:
            if opens and not (shape in ("”", "’’", "''") and closes and start > low and not text[start - 1].isspace()):
                family, opened, opener = kind, start, shape
        elif closes:
            found.append((opened, end))
            family = ""
        elif opens:  # a new quotation although the last was never closed
            found.append((opened, start))
            opened, opener = start, shape
    if family:
        found.append((opened, high))
    spans = []
    for start, end in found:
        inner = text[start:end].rstrip()
        if any(c.isalnum() for c in inner):
            spans.append((start, start + len(inner)))
    return spans
