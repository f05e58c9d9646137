"""Furniture inside running text: teasers, advertisements in brackets and editors' notes of pages that came as one long line.

Where a page kept its lines, :mod:`clustering.text.furniture` knows a teaser by its line. Some feeds and extractors lose the
lines: "... am Montag. ZUM THEMA Eine Schlagzeile Noch eine Der Minister sagte ...". The mark that opens a teaser is known there,
and its end is where a sentence of the body begins: headlines in German, French and Spanish write function words small, so the
last function word with a capital before the next full stop opens that sentence. Without one, headlines that ask or exclaim are
taken, else the mark alone.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from clustering.text.function_words import small_words
from clustering.text.tokens import word_hashes

MOST_CHARACTERS = 450
"""A teaser is not longer."""
_OPENS, _BEFORE = r"(?:^|(?<=[.!?:…\"”“»]\s))", r"(?:\s?[:>»])?(?=\s+[^\W_a-zß-ÿ„“”‘\"«»])"
_GERMAN = re.compile(
    f"{_OPENS}(?:(?:MEHR )?ZUM THEMA|Mehr zum Thema|LESEN SIE AUCH|Lesen Sie (?:auch|mehr|dazu)|AUCH INTERESSANT|"
    f"Auch [Ii]nteressant|Das könnte Sie auch interessieren){_BEFORE}")
_ROMANCE = re.compile(
    f"{_OPENS}(?:(?:À LIRE|LIRE) AUSSI|(?:À lire|Lire) aussi|À LIRE|L[AE]A TAMBIÉN|LEE TAMBIÉN|Le[ae] también|"
    f"TE PUEDE INTERESAR|Te puede interesar){_BEFORE}")
_MARKS = (
    (("zum Thema", "ZUM THEMA", "Lesen Sie", "LESEN SIE", "nteressant", "INTERESSANT", "nteressieren"), _GERMAN),
    (("ire aussi", "LIRE", "ambién", "TAMBIÉN", "nteresar", "INTERESAR"), _ROMANCE))
"""Words without one of which a form is not tried, since most articles have none; the form."""
_STOP = re.compile(r"(?<![\s(]\w)(?<!\d)(?<!\bDr)(?<!\bSt)(?<!\bNr)(?<!\bSr)(?<!\bProf)\.(?=\s|$)|\n")
_WORD = re.compile(r"(?<=[\w!?]\s)[^\W\d_a-zß-ÿ]\w*")
_ASKING = re.compile(r"[!?](?=\s)")
_BRACKETED = re.compile(r"(?<=[.!?…\"”“»]\s)\[\s?[^\W\d_a-zß-ÿ][^\[\]\n]{40,400}\]")
_READER = re.compile(r"\b(?:Sie|Ihr\w{0,2}|Ihnen|you|your|vous|votre|vos|usted|tu)\b")
_OFFER = re.compile(
    r"\b(?:\w*[Aa]pps?|\w*[Nn]ewsletters?|[Pp]odcasts?|\w*[Bb]log|[Aa]nmeld\w+|abonnieren|[Aa]bo|herunterladen|lesen|"
    r"[Ss]ubscri\w+|[Ss]ign up|[Dd]ownload|[Cc]lick|[Rr]ead more|[Ii]nscri\w+|[Aa]bonnez|[Ss]uscr\w+|[Dd]escarg\w+)\b")
_NOTE = re.compile(
    r"(?:^|(?<=[.!?…\"”“»]\s))(?:Hinweis(?: der Redaktion)?|Anm(?:erkung|\.) (?:der|d\.) Red(?:aktion|\.)|Editor[’']s [Nn]ote|"
    r"Note de la rédaction|Nota (?:de la redacción|del editor))\s?:\s(?=[^\W\d_a-zß-ÿ])")
_SIGNED = re.compile(r"\s(?=(?:Quellen?|Sources?|Fuentes?)\s?:\s)")
_NOTE_FROM, _NOTE_CHARACTERS = 0.55, 1000
"""A note that closes an article begins after this share of it, and is not longer."""

_NOTES = ("Hinweis", "Anm", "Editor", "Note de", "Nota de")
"""Without one of these no note is looked for."""

_WORDS = "thema lesen interessant interessieren lire también interesar hinweis anm anmerkung editor note nota"
"""One of these words stands in every mark of a teaser and of a note."""

Span = tuple[int, int, str]
"""start, end (code points), reason."""


def _end(text: str, start: int, small_words: frozenset[str]) -> int:
    """Where the headlines after a mark end."""
    full = _STOP.search(text, start, min(len(text), start + MOST_CHARACTERS))
    if full is None:
        return start
    small = [m.start() for m in _WORD.finditer(text, start, full.start()) if m[0].lower() in small_words]
    if small:
        return len(text[: small[-1]].rstrip())
    asking = [m.end() for m in _ASKING.finditer(text, start, full.start())]
    return asking[-1] if asking else start


@cache
def teasing_words() -> np.ndarray:
    """Token hashes (uint64) of words without one of which, and without a bracket, no text has anything for find_teasers()."""
    return word_hashes(_WORDS.split())


def find_teasers(text: str) -> list[Span]:
    """Spans of furniture in the running text of one article, in order of place, without overlaps."""
    found = [(mark.start(), _end(text, mark.end(), small), "rule: teaser in running text")
             for (needed, form), small in zip(_MARKS, small_words(), strict=True) if any(words in text for words in needed)
             for mark in form.finditer(text)]
    found += [(*bracket.span(), "rule: offer in brackets") for bracket in _BRACKETED.finditer(text if "[" in text else "")
              if _READER.search(bracket[0]) and _OFFER.search(bracket[0])]
    for note in _NOTE.finditer(text, int(_NOTE_FROM * len(text))) if any(words in text for words in _NOTES) else ():
        line = text.find("\n", note.start())
        stop = len(text.rstrip()) if line < 0 else line
        signed = _SIGNED.search(text, note.end(), stop)
        end = signed.start() if signed else stop
        if end - note.start() <= _NOTE_CHARACTERS:
            found.append((note.start(), end, "rule: note of the editors"))
    kept: list[Span] = []
    for span in sorted(found):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
