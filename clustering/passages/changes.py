"""What differs inside a passage: numbers, quoted words, names, wording.

The words between two columns that both occurrences hold are compared. Numbers are compared by value and unit, so
``2,500``, ``2 500`` and ``2.5 thousand`` are one number and ``400 kilometres (250 miles)`` says what ``400 km`` says.
A number inside quotation marks is a changed number; any other word changed there is a changed quote.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from clustering.passages.columns import Occurrences
from clustering.passages.kinds import COPY, QUOTED
from clustering.text.tokens import CAPITAL, NUMBER, QUOTE, SENTENCE_START, fold

_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
           "tausend": 1e3, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
           "mille": 1e3, "millions": 1e6, "milliard": 1e9, "milliards": 1e9, "mil": 1e3, "millón": 1e6, "millones": 1e6}
_UNITS = {"kilometre": "km", "kilometres": "km", "kilometer": "km", "kilometers": "km", "kms": "km", "km": "km",
          "metre": "metre", "metres": "metre", "meter": "metre", "meters": "metre",
          "mile": "mile", "miles": "mile", "mi": "mile", "percent": "%", "per cent": "%", "prozent": "%", "%": "%", "pct": "%",
          "dollar": "$", "dollars": "$", "$": "$", "usd": "$", "us$": "$", "euro": "€", "euros": "€", "€": "€", "eur": "€",
          "pound": "£", "pounds": "£", "£": "£",
          "kilogram": "kg", "kilograms": "kg", "kilogramm": "kg", "kilos": "kg", "kg": "kg",
          "tonne": "tonne", "tonnes": "tonne", "tonnen": "tonne", "feet": "foot", "foot": "foot", "ft": "foot",
          "uhr": "h", "hours": "h", "hour": "h", "stunden": "h", "stunde": "h"}
_WORDS = {word: value for words in (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf") for value, word in enumerate(words.split())}
del _WORDS["ein"]  # also the article

_FIGURE = r"\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?!\d)|\d+(?:[.,]\d+)*"
_MENTION = re.compile(rf"(?P<sign>[$€£])?\s?(?P<figure>{_FIGURE})"
                      r"(?:[\s-]?(?P<next>%|[^\W\d_]+\$?))?(?:[\s-](?P<after>[^\W\d_]+))?")
_CONVERSION = re.compile(rf"\(\s*(?:about|around|roughly|some|rund|etwa)?\s*[$€£]?(?:{_FIGURE})"
                         r"[\s-]?[^\W\d_]+\.?(?:[\s-][^\W\d_]+)?\s*\)")
_WORD = re.compile(r"\w+|[%$€£]")


def values(figure: str) -> frozenset[float]:
    """Every value a written figure may have: ``1.019`` is 1019 to one newsroom and 1.019 to another."""
    bare = re.sub(r"[ \u00a0\u202f\u2009'’]", "", figure)
    marks = [c for c in bare if c in ".,"]
    digits = re.sub(r"[.,]", "", bare)
    if not marks:
        return frozenset({float(digits)})
    groups = re.split(r"[.,]", bare)
    grouped = 1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])
    whole = "".join(groups[:-1])
    out = set()
    if grouped and len(set(marks)) == 1:
        out.add(float(digits))
    if marks.count(marks[-1]) == 1 and (len(marks) == 1 or (len(set(marks)) == 2 and all(len(g) == 3 for g in groups[1:-1]))):
        out.add(float(f"{whole}.{groups[-1]}"))
    return frozenset(out or {float(digits)})


def quantities(text: str) -> list[tuple[frozenset[float], str]]:
    """The numbers of a text: possible values, and the unit in one spelling ('' when none is known)."""
    out = []
    for m in _MENTION.finditer(text):
        scale, unit = 1.0, _UNITS.get(m["sign"] or "", "")
        for word in (m["next"], m["after"]):
            known = (word or "").casefold()
            if known in _SCALES and scale == 1.0:
                scale = _SCALES[known]
            elif known in _UNITS:
                unit = unit or _UNITS[known]
                break
            else:
                break
        out.append((frozenset(round(v * scale, 6) for v in values(m["figure"])), unit))
    out.extend((frozenset({float(_WORDS[w])}), "") for w in (fold(w) for w in _WORD.findall(text)) if w in _WORDS)
    return out


def _rest(text: str) -> tuple[list[str], list[str]]:
    """The other words of a text, in order, and its units in one spelling, sorted; numbers and scales left out."""
    bare = _MENTION.sub(lambda m: " " + " ".join(filter(None, (m["sign"], m["next"], m["after"]))) + " ", text)
    found = [fold(w) for w in _WORD.findall(bare)]
    return ([w for w in found if w not in _UNITS and w not in _SCALES and w not in _WORDS],
            sorted(_UNITS[w] for w in found if w in _UNITS))


def _same(one: list[tuple[frozenset[float], str]], other: list[tuple[frozenset[float], str]]) -> bool:
    """Each number has a partner of equal value; units that are written on both sides agree."""
    left = list(other)
    for value, unit in one:
        partner = next((o for o in left if o[0] & value and (not unit or not o[1] or o[1] == unit)), None)
        if partner is None:
            return False
        left.remove(partner)
    return not left


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
    here, there = _CONVERSION.sub(" ", here), _CONVERSION.sub(" ", there)
    numbers, other = quantities(here), quantities(there)
    if not _same(numbers, other):
        return "number"
    if _rest(here) == _rest(there):
        return None
    if quoted:
        return "quote"
    return "name" if named else "wording"


def _close(text: str, start: int, end: int) -> int:
    """The end, past a bracket that the span opens and leaves open."""
    return end + 1 if text.rfind("(", start, end) > text.rfind(")", start, end) and text[end : end + 1] == ")" else end


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
    for k in np.flatnonzero(wanted & (np.arange(places.passage.size) != reference)).tolist():
        base = int(reference[k])
        lo, hi = places.column[k]
        at_there = np.r_[places.start[base] - 1, places.there[lo:hi]]
        at_here = np.r_[places.start[k] - 1, places.here[lo:hi]]
        if places.there[lo] - places.start[base] > places.here[lo] - places.start[k] + _REACH:
            at_there[0] = places.there[lo] - 1  # it lacks the beginning: not a change of wording
            at_here[0] = places.here[lo] - 1
        here_row, there_row = int(places.row[k]), int(places.row[base])
        here_text, there_text = texts[here_row], texts[there_row]
        for n in np.flatnonzero((np.diff(at_there) > 1) | (np.diff(at_here) > 1)).tolist():
            h0, h1, t0, t1 = int(at_here[n]) + 1, int(at_here[n + 1]), int(at_there[n]) + 1, int(at_there[n + 1])
            start = int(starts[h0])
            end = _close(here_text, start, int(ends[h1 - 1])) if h1 > h0 else start
            there_start = int(starts[t0])
            there_end = _close(there_text, there_start, int(ends[t1 - 1])) if t1 > t0 else there_start
            here, there = here_text[start:end], there_text[there_start:there_end]
            inside = np.r_[flags[h0:h1], flags[t0:t1]]
            quoted = bool(((zones[h0:h1] & QUOTE) != 0).any() and (t1 == t0 or ((zones[t0:t1] & QUOTE) != 0).any())) or \
                bool(h1 == h0 and ((zones[t0:t1] & QUOTE) != 0).all())
            named = not capitals_common[here_row] and bool((inside & CAPITAL != 0).all() and (inside & SENTENCE_START == 0).any())
            kind = classify(here, there, quoted=quoted, named=named)
            if kind:
                rows.append((int(number[places.passage[k]]), here_row, start, end, kind, here, there))
    rows.sort()
    return {name: [row[k] for row in rows] for name, k in
            (("passage", 0), ("row", 1), ("start", 2), ("end", 3), ("type", 4), ("here", 5), ("there", 6))}


_REACH = 8
"""More tokens than this missing at the front are a passage begun later, not a change."""
