"""Who signs it? Byline lines near the head or the tail: 'By NAME', 'Von NAME', 'NAME, Associated Press', the authors as given."""

from __future__ import annotations

import re

from clustering.text.characters import fold
from clustering.text.lines import Unit
from clustering.text.places import AGENCIES

MAX_WORDS = 14
MAX_CHARACTERS = 1000
"""Longer lines are no bylines however few words they hold; what is asked of shorter ones may cost their square."""
_OPENING = re.compile(r"\(?(?:by|von|par|por|di|da|door|av|af|przez|автор:?|written by|story by|text:|texte?:|autor(?:in)?:"
                      r"|author:|"
                      r"posted by|published by|geschrieben von|propos recueillis par|redazione)\s+(?=\S)", re.IGNORECASE)
_ROLES = re.compile(r"(?i)\b(?:associated press(?: writers?)?|ap writers?|reuters|afp|staff writers?|staff reporters?|staff"
                    r"|correspondents?|"
                    r"bloomberg news|cnn|bbc news|usa today|press association|canadian press|special to|for [A-Z]\w+|reporters?|"
                    r"editors?|korrespondent(?:in)?|redaktion|dpa|envoy[ée] sp[ée]cial\w*|agence france-presse|health reporter|"
                    r"political editor|associate editor|contributor|columnist|writer)\b")
_CREDITED = re.compile(r"(?:[(\[]\s*)?(?:additional )?(?:reporting|writing|editing|compiled|edited|translated"
                       r"|written)(?: and (?:writing|editing))? by\s"
                       r"\S.{1,300}$", re.IGNORECASE)
_SMALL_TEXT = """
von van de der den da di del la le al bin ben ibn el zu and und et y e in with mit dos du ter ten
"""
_SMALL = frozenset(_SMALL_TEXT.split())
_TAIL = re.compile(r"\s*(?:[|–—•·,;/]|\s-\s|\bin\b|\bat\b|\bfor\b|\bvom?\b|\baus\b|\bà\b|\ben\b|\d).*$")


def _is_names(words: str) -> bool:
    """Two to twelve words that all look like parts of names, or an agency."""
    if words.strip(" .()").lower() in AGENCIES:
        return True
    parts = [p for p in re.split(r"[\s,&/]+", words.strip(" .():")) if p]
    names = [p for p in parts if p.lower() not in _SMALL]
    capitals = all(not p[0].islower() and not p[0].isdigit() and any(c.isalpha() for c in p) for p in names)
    return capitals and 2 <= len(names) <= 10 and names[0] == parts[0]


def find_byline(unit: Unit, authors: frozenset[str]) -> str | None:
    """The reason why a unit is a byline, or None.

    Parameters
    ----------
    unit
        A line near the head or the tail.
    authors
        Folded names of the ``authors`` column.
    """
    if unit.words == 0 or unit.words > 60 or len(unit.text) > MAX_CHARACTERS:
        return None
    line = unit.text.strip()
    if _CREDITED.match(line) and not line[0].islower():
        return "rule: reporting and editing credit"
    if unit.words > MAX_WORDS:
        return None
    opening = _OPENING.match(line)
    bare = line[opening.end():] if opening else line
    if authors and fold(bare.strip(" .,:")) in authors:
        return "rule: the author as given"
    if opening:
        names = _TAIL.sub("", bare) or bare
        if _is_names(names) or (names.strip().lower().removeprefix("the ") in AGENCIES):
            return "rule: byline"
        first = names.split()
        # 'Von Max Mustermann und Erika ...', 'By Staff Reporter', 'By our correspondent'
        return "rule: byline" if first and _ROLES.fullmatch(" ".join(first)) and not unit.stops else None
    if not unit.stops and re.search(r"[,|]", line):
        name, _, role = re.sub(r"\|", ",", line).partition(",")
        parts = name.split()
        if 2 <= len(parts) <= 4 and ":" not in name and _is_names(name) and _ROLES.match(role.strip()) and len(role.split()) <= 5:
            return "rule: name and agency or role"
    return None
