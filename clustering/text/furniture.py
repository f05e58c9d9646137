"""Furniture by its shape: what is not the article although nobody has seen the site before.

Rules, from sure to shaped: phrases that pages say around articles (:mod:`clustering.text.phrases`), lines of code, dates and
addresses, menus, lists of other headlines, and blocks: between two pieces of furniture after the article everything is
furniture. A rule that cannot be sure leaves the words in the body; what a site repeats is learnt elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clustering.text.lexicon import Hit
from clustering.text.lines import Unit
from clustering.text.lists import LIST_WORDS, headline_lists, menus
from clustering.text.phrases import FAMILIES
from clustering.text.places import MONTHS
from clustering.text.tokens import CAPITAL, NUMBER

BLOCK_GAP_TOKENS, BLOCK_PROSE_TOKENS = 60, 120
"""A block behind the article bridges gaps of so many tokens, and holds so many tokens of unlisted prose at most."""
SHORT_WORDS, START_WORDS, COVER = 25, 45, 0.6
SENTENCE_CHARACTERS = 500
CODE_SHARE = 0.09
"""Share of brackets, quotes and operators from which a line with a statement in it is code and not an article about it."""

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@[^\s@]+\.\w{2,}|@\w+|pic\.twitter\.com/\w+")
_ADDRESS_SIGN = re.compile(r"@|://|www\.|pic\.")
_FOLDED_LENGTH = 3
"""Case folding makes a text at most so many times as long or as short."""
_CODE = re.compile(r"@media\b.*\{|\bfunction\s*\(.*[{;]|^\s*(?:var|window|document)[. ]\S.*[;=]|googletag\."
                   r"|\{\s*[\w-]+\s*:\s*[^}]*;?\s*\}|<!--|<script|</?\w+[^>]*>\s*$")
_CODE_SIGN = re.compile(r"[{}<>;]")
_STAMP = re.compile(r"(?:first |last |originally )?(?:published|updated|modified|posted|created)(?: on| at)?\b|erstellt"
                    r"|veröffentlicht|aktualisiert|stand\s*:|"
                    r"publié|mis à jour|modifié|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано"
                    r"|обновлено", re.IGNORECASE)
_RELATED = re.compile(r"(?:related|see also|read also|also read|read more|read next|more|watch|don't miss|mehr zum thema"
                      r"|lesen sie auch|lesen sie mehr|lesen sie hier|"
                      r"lesen sie dazu|auch interessant|siehe auch|à lire aussi|lire aussi|à lire|voir aussi|lea también"
                      r"|lee también|leer más|ver también|"
                      r"leia também|leia mais|leggi anche|lees ook|läs också|czytaj też|czytaj także|читайте также)\s*[:>»"
                      r"|–-]\s*\S", re.IGNORECASE)
_RELATED_STARTS = ("re", "se", "al", "mo", "wa", "do", "me", "le", "au", "si", "à ", "li", "vo", "ve", "lä", "cz", "чи")
"""The first two characters of these, in lower case."""
_RIGHTS = re.compile(r"(?:copyright|©|\(c\))\s*(?:©|\(c\))?\s*(?:19|20)\d\d\b|©\s+\S|copyright\s*(?:©|\(c\)|:)", re.IGNORECASE)
_FOLLOW = re.compile(r"\b(?:Follow|FOLLOW|Like [Uu]s|LIKE US|Find us|Join us|Folgen Sie|Folge|Suivez|Siga|Síguenos)\b.{0,60}"
                     r"\b(?i:twitter|facebook|instagram|google\+|youtube|telegram|whatsapp)\b")
_FOLLOW_WORDS = ("Follow", "FOLLOW", "Like", "LIKE", "Find us", "Join us", "Folge", "Suivez", "Siga", "Síguenos")
_PERMALINK = re.compile(r"\bPermalink:\s*https?://\S+")
_MINUTES = re.compile(r"\b\d{1,2} Min\.\s{0,20}\Z")
_ABOUT = re.compile(r"(?:about|über|à propos de|sobre|acerca de)\s+\S", re.IGNORECASE)
_CLOCK_TEXT = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun am pm a p m at est edt
gmt utc cet cest et montag dienstag mittwoch donnerstag freitag samstag sonntag uhr um den le lundi mardi mercredi jeudi
vendredi samedi dimanche à h lunes martes miércoles jueves viernes sábado domingo de ist
"""
_CLOCK = frozenset(_CLOCK_TEXT.split())


@dataclass(slots=True)
class Span:
    """Something labelled: code points [start, end) and why."""

    start: int
    end: int
    reason: str


def _is_date(unit: Unit) -> bool:
    """Nothing but a date or a time."""
    words = [w for w in re.split(r"[\s,.:/|()\-–—]+", unit.text.lower()) if w]
    return (0 < len(words) <= 10 and any(c.isdigit() for c in unit.text) and any(w in MONTHS or re.fullmatch(r"(?:19"
    r"|20)\d\d", w) for w in words)
            and all(w.isdigit() or w in MONTHS or w in _CLOCK or re.fullmatch(r"\d{1,4}(?:am|pm|st|nd|rd|th|h\d*)?",
            w) for w in words))


def _shape(unit: Unit, *, edge: bool) -> tuple[str, bool] | None:
    """(reason, stands after articles only) of a unit whose form alone says furniture."""
    text, words = unit.text, unit.words
    if _CODE_SIGN.search(text) and _CODE.search(text[:2000]) \
            and sum(c in "{}()[];:=<>_'\"/" for c in text) >= CODE_SHARE * len(text):
        return "rule: code", False
    if words <= START_WORDS and text[:2].lower() in _RELATED_STARTS and _RELATED.match(text):
        return "rule: related articles", False
    if not edge or words > 60:
        return None
    if text[0] in "cC©(" and _RIGHTS.match(text):
        return "rule: rights", True
    if words <= SHORT_WORDS and any(word in text for word in _FOLLOW_WORDS) and _FOLLOW.search(text) \
            and "contributed" not in text:  # a credit stays readable
        return "rule: sharing", False
    if words <= 12 and _STAMP.match(text) and any(c.isdigit() for c in text) and not unit.stops:
        return "rule: date of publication", False
    if words <= 10 and _is_date(unit):
        return "rule: date of publication", False
    if words <= START_WORDS and _ADDRESS_SIGN.search(text) and _ADDRESS.search(text) \
            and not any(c.isalnum() for c in _ADDRESS.sub("", text)):
        return "rule: address", False
    return None


def _sentence(text: str, unit: Unit, start: int, end: int) -> tuple[int, int]:
    """The sentence around [start, end) inside its unit."""
    low, high = max(unit.start, start - SENTENCE_CHARACTERS), min(unit.end, end + SENTENCE_CHARACTERS)
    before = max((m.end() for m in re.finditer(r"[.!?…。]['\"”’»)]*\s+", text[low:start])), default=0)
    after = re.search(r"[.!?…。]['\"”’»)]*(?=\s|$)", text[end - 1 : high])
    return low + before, end - 1 + after.end() if after else high


def find_furniture(
    text: str, units: list[Unit], taken: list[bool], hashes: np.ndarray, starts: np.ndarray, ends: np.ndarray,
    flags: np.ndarray, hits: list[Hit], outlet: str,
) -> tuple[list[Span], set[int]]:
    """The furniture of one article by rules alone: the spans, sorted, and the numbers of the units that are nothing else.

    Parameters
    ----------
    text
        The untouched text.
    units, taken
        Its layout, and which units are something else already.
    hashes, starts, ends, flags
        Its tokens.
    hits
        What :func:`find_phrases` found in it.
    outlet
        Who published it; a line that says only that is furniture.
    """
    spans: list[Span] = []
    whole: dict[int, str] = {}
    anchors: set[int] = set()
    total = starts.size
    edges = [(u.first, u.last) for u in units]
    first_prose = next((i for i, u in enumerate(units) if u.is_prose and not taken[i]), len(units))
    listed = [h for h in hits if h.family >= 0]
    place = 0
    for number, unit in enumerate(units):
        begin, end = edges[number]
        edge = number <= first_prose or number < 8 or number >= len(units) - 12 or begin >= 0.7 * total
        while place < len(listed) and listed[place].first < begin:
            place += 1
        own = []
        while place < len(listed) and listed[place].first < end:
            own.append(listed[place])
            place += 1
        shape = _shape(unit, edge=edge)
        if shape:
            whole[number] = shape[0]
            if shape[1]:
                anchors.add(number)
        if outlet and len(unit.text) <= _FOLDED_LENGTH * len(outlet) and unit.text.casefold() == outlet.casefold():
            whole.setdefault(number, "rule: name of the outlet")
        if own:
            _apply(text, number, unit, (begin, end), own, (starts, ends, flags), edge=edge, whole=whole, anchors=anchors,
                spans=spans)
    for link in _PERMALINK.finditer(text) if "Permalink:" in text else ():
        minutes = _MINUTES.search(text, max(0, link.start() - 30), link.start())
        spans.append(Span(minutes.start() if minutes else link.start(), link.end(), "rule: permalink"))
    for first, last in menus(units):
        for number in range(first, last):
            whole.setdefault(number, "rule: menu")
    covered = [t or number in whole for number, t in enumerate(taken)]

    def told(first: int, last: int) -> float:
        named = (flags & (CAPITAL | NUMBER)) != 0
        paragraphs = np.zeros(total, bool)
        for n, u in enumerate(units):
            if u.is_prose and not covered[n]:
                paragraphs[edges[n][0] : edges[n][1]] = True
        inside = slice(edges[first][0], edges[last - 1][1])
        names = hashes[inside][named[inside]]
        return float(np.isin(names, hashes[named & paragraphs]).mean()) if names.size else 0.0

    lists = headline_lists(units, covered, told)
    for first, last in lists:
        spans.append(Span(units[first].start, units[last - 1].end, "rule: headline list"))
    inside = {n for first, last in lists for n in range(first, last)}
    _close_blocks(units, edges, total, whole, anchors, taken, inside)
    spans.extend(Span(units[n].start, units[n].end, reason) for n, reason in whole.items() if n not in inside and not taken[n])
    # the longer first, so that what it covers adds nothing
    return sorted(spans, key=lambda s: (s.start, -s.end, s.reason)), inside | set(whole)


def _apply(
    text: str, number: int, unit: Unit, edges: tuple[int, int], own: list[Hit], tokens: tuple[np.ndarray, np.ndarray, np.ndarray],
    *, edge: bool, whole: dict[int, str], anchors: set[int], spans: list[Span],
) -> None:
    """What the phrases inside one unit label: the unit, a sentence of it, or everything after."""
    (begin, end), (starts, ends, flags) = edges, tokens
    size = max(end - begin, 1)
    covered = np.zeros(size, bool)
    for hit in own:
        covered[hit.first - begin : hit.last - begin] = True
    only_single = all(h.last - h.first == 1 for h in own)
    if _ADDRESS_SIGN.search(text, unit.start, unit.end):
        for address in _ADDRESS.finditer(text, unit.start, unit.end):
            low, high = np.searchsorted(starts[begin:end], (address.start(), address.end()))
            covered[low:high] = True
    covered |= (flags[begin:end] & NUMBER) != 0
    share = covered.mean()
    sentences: list[Span] = []
    # a form flattened into one line: it opens and closes with furniture
    framed = bool(sum(h.last - h.first > 1 for h in own) >= 3 and covered[0] and covered[-1] and size <= 150)
    for hit in own:
        family = FAMILIES[hit.family]
        reason = f"rule: {family.purpose}"
        at_start = hit.first <= begin + 1
        labelled = (
            (family.reach == "short" and unit.words <= SHORT_WORDS and (edge or unit.words <= 14))
            or (family.reach == "start" and at_start and unit.words <= (START_WORDS if edge else SHORT_WORDS))
            or (family.reach in ("line", "start", "sentence", "end") and share >= (1.0 if only_single else COVER))
            or framed
        )
        if labelled:
            whole.setdefault(number, reason)
        elif family.reach == "sentence":
            low, high = _sentence(text, unit, int(starts[hit.first]), int(ends[hit.last - 1]))
            if high - low <= SENTENCE_CHARACTERS:
                sentences.append(Span(low, high, reason))
        elif family.reach == "opening" and hit.first == 0:
            spans.append(Span(int(starts[0]), int(ends[hit.last - 1]), reason))
        if family.reach == "end" and hit.first >= 0.5 * starts.size:
            spans.append(Span(int(starts[hit.first]), len(text.rstrip()), f"{reason}, to the end"))
        if family.tail and labelled:
            anchors.add(number)
    if edge and sum(s.end - s.start for s in {s.start: s for s in sentences}.values()) * 2 >= unit.end - unit.start:
        whole.setdefault(number, sentences[0].reason)
        anchors.add(number)
    spans.extend(sentences)


def _close_blocks(
    units: list[Unit], edges: list[tuple[int, int]], total: int, whole: dict[int, str], anchors: set[int], taken: list[bool],
    lists: set[int],
) -> None:
    """Fill the gaps between furniture after the article, and the crumbs behind its last piece."""
    if not anchors:
        return
    prose = [i for i, u in enumerate(units) if u.is_prose and i not in whole and not taken[i]]
    earliest, behind = prose[0] + 1 if prose else len(units), 0
    for number in reversed(prose):
        behind += units[number].words
        if behind > BLOCK_PROSE_TOKENS:  # with this paragraph, too much prose stands behind what comes before it
            earliest = max(earliest, number)
            break
    tail = sorted(n for n in anchors if n >= earliest and edges[n][0] >= 0.3 * total)
    if not tail:
        return
    first = tail[0]
    about = next((n for n in range(first - 1, -1, -1) if edges[first][0] - edges[n][0] > BLOCK_GAP_TOKENS
                  or (_ABOUT.match(units[n].text) and units[n].words <= 5 and not units[n].stops)), -1)
    if about >= 0 and edges[first][0] - edges[about][0] <= BLOCK_GAP_TOKENS and edges[about][0] >= 0.3 * total:
        whole.setdefault(about, "rule: about the outlet")
        first = about
    pieces = sorted(n for n in set(whole) | lists if n >= first)
    for left, right in pairwise(pieces):
        if edges[right][0] - edges[left][1] <= BLOCK_GAP_TOKENS:
            for number in range(left + 1, right):
                whole.setdefault(number, "rule: between furniture")
    last = pieces[-1]
    rest = units[last + 1 :]
    if rest and total - edges[last][1] <= SHORT_WORDS and all(u.words <= LIST_WORDS and not u.stops for u in rest):
        for number in range(last + 1, len(units)):
            whole.setdefault(number, "rule: behind furniture")
