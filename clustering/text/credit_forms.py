"""The forms of a credit: what the words around an agency's name say it is.

Strong: ``dateline`` "PARIS (AFP) -", ``prefix`` "AP - ", ``byline`` "By Name, AFP", ``credit_line`` "Quelle: dpa" or a closing
"(dpa/AFP)", ``contributed`` "mit Material von dpa", ``copyright`` "© 2013 AFP". Weak: ``mention`` "told AFP". Never
counted: ``photo`` "REUTERS/Name". The patterns are in :mod:`clustering.text.credit_patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from clustering.text import credit_patterns as forms

_CONTEXT = 160
_HEAD_CHARACTERS, _END_LETTERS = 600, 40

Said = tuple[str, int, int]
"""(type, start, end)."""


class Group(NamedTuple):
    """Neighbouring names of agencies in a text."""

    agencies: tuple[str, ...]
    start: int
    end: int
    plain: bool
    """Written as the agencies write themselves (dpa, DPA, but not Dpa)."""
    named: bool
    """By full name."""


class Place(NamedTuple):
    """A text with what is known of its parts; the spans of a part sorted, without overlaps."""

    text: str
    captions: list[tuple[int, int]]
    bylines: list[tuple[int, int]]
    furniture: list[tuple[int, int]]

    def at_end(self, end: int) -> bool:
        """Is there next to nothing but furniture after this place?"""
        left, at = 0, end
        for low, high in chain(islice(self.furniture, _first_after(self.furniture, at), None), [(len(self.text),) * 2]):
            left += sum(not c.isspace() for c in self.text[at : min(max(low, at), at + 4 * _END_LETTERS)])
            if left > _END_LETTERS:
                return False
            at = max(at, high)
        return True


class _Around(NamedTuple):
    """What stands around a group."""

    before: str
    after: str
    base: int
    """Place of the first character of ``before``."""
    line: str
    """The part of ``before`` on the group's own line."""
    line_known: bool
    """Does ``before`` reach back to the beginning of that line?"""


def _around(group: Group, text: str) -> _Around:
    base = max(0, group.start - _CONTEXT)
    before = text[base : group.start]
    cut = before.rfind("\n") + 1
    return _Around(before, text[group.end : group.end + 2 * _CONTEXT], base, before[cut:], cut > 0 or base == 0)


def _first_after(spans: list[tuple[int, int]], at: int) -> int:
    """Number of the first span that ends after a place."""
    return bisect_right(spans, at, key=itemgetter(1))


def _overlapping(spans: list[tuple[int, int]], group: Group) -> tuple[int, int] | None:
    number = _first_after(spans, group.start)
    return spans[number] if number < len(spans) and spans[number][0] < group.end else None


def classify(group: Group, place: Place) -> Said | None:
    """What one group is, with the span of the words that say so; None when it is nothing. The first form that fits."""
    around = _around(group, place.text)
    said = (_house_with(group, around) or _source(group, around, place) or _dateline(group, around, place)
            or _photo(group, around, place)
            or _copyright(group, around, place) or _contribution(group, around))
    if said:
        return said
    only = forms.WITH_BARE.search(around.before) and re.match(r"\s?\)|\.?\s*(?:$|\n)", around.after)
    if only or around.before.endswith("("):
        return _in_brackets(group, around, place) or _mention(group, around)
    return _byline(group, around, place) or _closing(group, around, place) or _mention(group, around)


def _house_with(group: Group, around: _Around) -> Said | None:
    """"Le Phare avec AFP" or "Par Luc Marin (avec AFP)" on a line of its own in the head; the first line may be the title."""
    alone = re.match(r"\)?[^\S\n]*\n", around.after)
    if not (group.plain and alone and around.line_known and group.start < _HEAD_CHARACTERS
            and forms.HOUSE_WITH.fullmatch(around.line)):
        return None
    signed = re.match(r"\s*(?:By|Von|Par|Por|Di)\s", around.line)
    if not signed and group.start == len(around.line):
        return None
    return "byline", group.start - len(around.line.lstrip()), group.end


def _source(group: Group, around: _Around, place: Place) -> Said | None:
    """"Quelle: ntv.de, abc/dpa", unless it is a part of a caption."""
    match = forms.SOURCE.search(around.before)
    if (not match and around.line_known and forms.BARE_SOURCE.fullmatch(around.line)
            and re.match(r"\)?\.?\s*(?:\n|$)", around.after)):
        return "credit_line", group.start - len(around.line.lstrip(" \t(")), group.end
    caption = _overlapping(place.captions, group)
    if not match or forms.PHOTO_AFTER.match(around.after) or (caption and caption[0] < around.base + match.start() - 2):
        return None
    more = forms.MORE_INITIALS.match(around.after)
    return "credit_line", around.base + match.start(), group.end + (more.end() if more else 0)


def _dateline(group: Group, around: _Around, place: Place) -> Said | None:
    """"CITY, Jan 21 (AFP) -", "(AFP) -" alone, "CITY/dpa -" and "City/dpa. Words"; German pages also write "(afp)"."""
    if not (group.plain or _lower(group, place)) or forms.STATES.issuperset(group.agencies):
        return None
    dash = forms.DASH.match(around.after)
    if not dash or not around.before.endswith("("):
        slash = around.line_known and group.start < _HEAD_CHARACTERS and forms.CITY_SLASH.fullmatch(around.line)
        dash = forms.DASH_ALONE.match(around.after) if slash else None
        return ("dateline", group.start - len(around.line.lstrip()), group.end + dash.end() - 1) if dash else None
    if forms.EXPLAINED.search(around.before):
        return None
    city = forms.CITY.search(around.before[:-1])
    alone = around.line_known and around.line.strip() == "("
    if forms.AMBIGUOUS.issuperset(group.agencies) and not (city or alone):
        return None
    behind = forms.PLACE_BEHIND.match(around.after, dash.end()) if alone else None
    if around.line_known and len(around.line) <= 61:
        start = group.start - len(around.line.lstrip())
    else:
        start = around.base + city.start() if city else group.start - 1
    return "dateline", start, group.end + (behind or dash).end()


def _lower(group: Group, place: Place) -> bool:
    """All in small letters: nothing by itself, yet what a desk puts into brackets."""
    return place.text[group.start : group.end].islower()


def _photo(group: Group, around: _Around, place: Place) -> Said | None:
    """A credit for a picture: in a caption, "Bild: dpa", "REUTERS/Name", "Name/AP", "AP Photo", "AP:Associated Press"."""
    before = forms.PHOTO_BEFORE.search(around.before) and not forms.INITIALS.search(around.before) and not (
        around.line_known and forms.SIGNED_LINE.fullmatch(around.line))
    doubled = ":" in place.text[group.start : group.end]
    if before or doubled or forms.PHOTO_AFTER.match(around.after) or _overlapping(place.captions, group):
        return "photo", group.start, group.end
    return None


def _copyright(group: Group, around: _Around, place: Place) -> Said | None:
    """"© 2013 AFP", "Copyright The Associated Press"; a sign without year or word in mid-text belongs to a picture."""
    match = forms.COPYRIGHT.search(around.before)
    if not match:
        return None
    spelled = match["year"] or match[0].lower().startswith("copyright") or re.match(r"\s\d{4}", around.after)
    of_text = spelled or place.at_end(group.end)
    return "copyright" if of_text else "photo", around.base + match.start(), group.end


def _contribution(group: Group, around: _Around) -> Said | None:
    """"The Associated Press contributed to this report", "mit Material von dpa", "avec agences (AFP)"."""
    if forms.SENTENCE.search(around.before) and (match := forms.CONTRIBUTED.match(around.after)):
        return "contributed", group.start, group.end + match.end()
    if match := forms.WITH.search(around.before):
        return "contributed", around.base + match.start(), group.end
    return None


def _in_brackets(group: Group, around: _Around, place: Place) -> Said | None:
    """"(dpa)": a credit at the end of the text or before its first words, a photo credit at the end of a line in between."""
    # "(dpa/lno)": a regional service; "(APA, 3.1.2013)"
    desk = re.match(r"(?:/[a-z]{2,4}|,\s\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?)?\)", around.after)
    closed = desk.end() if desk else 0
    if around.before.endswith("(") and not closed:
        return None
    beside = forms.WITH_BARE.search(around.before)
    start = around.base + beside.start() + (not beside[0][0].isalnum()) if beside else group.start
    start = around.base + around.before.rindex("(") if "(" in around.before[-12:] else start
    end = group.end + closed
    if place.at_end(end):
        return "credit_line", start, end
    city = around.line[: around.line.rfind("(")].strip()
    if not city and around.line_known and 2 * group.start > len(place.text) and re.match(r"\)\s*\n", around.after):
        return "credit_line", start, end  # on a line of its own below the text, whatever follows
    opened = forms.OPENED.fullmatch(around.line[:-1])
    placed = city == city.upper() or (opened and (opened["date"] or opened["dot"] or around.after.startswith(").")))
    if ((group.plain or _lower(group, place)) and group.start < _HEAD_CHARACTERS and around.line_known and len(city) <= 40
            and placed and re.match(r"\)\.?[^\S\n]+\S", around.after) and not forms.STATES.issuperset(group.agencies)):
        return "dateline", group.start - len(around.line.lstrip()), end
    return ("photo", group.start, group.end) if re.match(r"\)\s*(?:\n|$)", around.after) else None


def _byline(group: Group, around: _Around, place: Place) -> Said | None:
    """"By Name, AFP", "Associated Press" on a line of its own under the title; also "AP - " before the first words."""
    start = group.start - len(around.line.lstrip())
    if group.plain and _overlapping(place.bylines, group):
        return "byline", group.start, group.end
    if not (group.plain and around.line_known) or re.match(r"['’]", around.after):
        return None
    if len(around.line) <= 90 and forms.BYLINE.fullmatch(around.line):
        return "byline", start, group.end
    if group.start >= _HEAD_CHARACTERS:
        return None
    rest = around.after.split("\n", 1)[0].strip()
    if not around.line.strip() and (dash := re.match(r"\.?\s?[-–—]{1,2}(?=\s)", around.after)):
        return "prefix", group.start, group.end + dash.end()
    desk = re.fullmatch(rf"\s*{forms.DESK}\s?/\s?", around.line) if not rest else (
        not around.line.strip() and re.fullmatch(rf"/\s?{forms.DESK}", rest))
    if desk and "\n" in around.after:
        return "byline", start, group.end
    if not around.line.strip() and forms.STAMPED.match(around.after):
        return "byline", group.start, group.end
    if group.start == len(around.line) or "\n" not in around.after:  # the first or the last line is no byline
        return None
    if not around.line.strip() and (rest == "Staff" or not rest):
        return "byline" if group.named or group.agencies != ("AP",) else "photo", group.start, group.end
    if group.named and not rest and forms.NAME_LINE.fullmatch(around.line) and len(around.line.split()) <= 6:
        return "byline", start, group.end
    return None


def _closing(group: Group, around: _Around, place: Place) -> Said | None:
    """The last words of the article: "RND/dpa", "AP - AFP", "Nachrichtenagenturen dpa und Reuters"."""
    if forms.AGENCIES.search(around.before) and forms.STOPS.match(around.after):
        return "credit_line", around.base + around.before.rindex("Nachrichtenagentur"), group.end
    more = forms.MORE_INITIALS.match(around.after)
    end = group.end + (more.end() if more else 0)
    rest = place.text[end : end + 20]
    if not place.at_end(end) or re.match(r"\w|[^\S\n]+[a-zß-ÿ]", rest):
        return None
    if match := forms.INITIALS.search(around.before):
        return "credit_line", around.base + match.start(), end
    if forms.ALONE.search(around.before) and (end > group.end or re.match(r"\s*\W{0,2}\s*(?:$|\n)", rest)):
        return "credit_line", group.start, end
    return None


def _mention(group: Group, around: _Around) -> Said | None:
    """"told AFP", "sagte der dpa", "AFP reported", and every full name."""
    told = forms.TOLD.search(around.before) or forms.SAID.match(around.after)
    if group.named or (told and group.plain and not forms.AMBIGUOUS.issuperset(group.agencies)):
        return "mention", group.start, group.end
    return None
