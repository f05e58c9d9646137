"""The forms of a credit: what the words around an agency's name say it is.

Strong: ``dateline`` "PARIS (AFP) -", ``prefix`` "AP - ", ``byline`` "By Name, AFP", ``credit_line`` "Quelle: dpa" or a closing
"(dpa/AFP)", ``contributed`` "mit Material von dpa", ``copyright`` "© 2013 AFP". Weak: ``mention`` "told AFP". Never
counted: ``photo`` "REUTERS/Name". The forms are English, German, French and Spanish.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

_CONTEXT = 160
_HEAD_CHARACTERS, _END_LETTERS = 600, 40
_STATES = frozenset({"PA"})
"""Short forms that are postal codes too: "ERIE (PA) -" is no dateline."""
_AMBIGUOUS = frozenset({"Bloomberg", "CP", "PA"})
"""Short forms that mean much else (a person, a party, an authority): in prose only the full name is a mention."""
_NAME = r"[^\W\d_][\w.'’ -]{1,50}?"

# what stands before a group, matched against the end of it
_SOURCE = re.compile(r"(?:^|(?<=[\s(]))(?:Quellen?|Sources?|SOURCES?|Fuentes?|Font[ei])\s?:\s*(?:[^\n:]{0,70}[,/]\s?)?$")
_PHOTO_BEFORE = re.compile(
    r"(?:\b(?:\w*[Ff]oto(?:s|grafie)?|\w*[Bb]ild(?:er|quelle)?|Photo(?:graph)?s?|Pictures?|Images?|Cr[ée]dit(?:s|o)?|"
    r"Grafik|Video|Imagen)"
    r"(?:\s(?:[Cc]redits?|copyright|[Bb]y|de|provided by))?\s?[:/©|]\s*[^\n:.!?]{0,40}|\b(?:Image|Photo) copyright\s|"
    r"\b(?:Photos?|Images?|Video|Fotos?) (?:by|provided by|courtesy of|von|de)\s(?:the\s)?|\bvia\s|"
    r"\b(?:[Gg]etty(?: [Ii]mages)?|EPA|epa|imago|[Pp]icture[ -][Aa]lliance|File|Pool|Archiv|Invision)\s?/\s?|"
    r"[^\W\d_][\w'’.-]*[a-zß-ÿ]\s?/\s?)\Z")
_BYLINE = re.compile(
    r"\s*(?:By|Von|Par|Por)\s+(?:(?:the|der|l['’])\s?)?"
    rf"(?:{_NAME}(?:,|\s\||/|\s(?:of|for|and|und|et|y)\b)\s*(?:(?:the|der)\s)?)?", re.IGNORECASE)
_NAME_LINE = re.compile(rf"\s*{_NAME}(?:,|\s\|)\s*(?:the\s)?", re.IGNORECASE)
_WITH = re.compile(
    r"\b(?:Contributing|With (?:files|reporting|information|material|additional reporting) (?:from|by)|"
    r"Additional (?:reporting|material) (?:from|by)|"
    r"(?:mit|unter Verwendung von) (?:\w+\s)?(?:Material|Agenturmaterial|Informationen|Meldungen)(?: von| der| des)?|"
    r"avec (?:agences?|des informations de)|con informaci[óo]n(?:es)? de(?: la)?(?: agencia)?)"
    r"\s?:?\s*(?:the\s|l['’])?$", re.IGNORECASE)
_WITH_BARE = re.compile(r"(?:^|[\s(])(?:[Aa]vec|[Cc]on|[Mm]it|[Ww]ith)\s$")
_COPYRIGHT = re.compile(
    r"(?<!Image )(?<!Photo )(?:©|\(c\)|\bcopyright)(?:\s?(?:©|\(c\)))?\s?"
    r"(?P<year>\d{4}(?:[-–]\d{4})?)?\*?[\s,]{0,2}(?:by\s)?(?:the\s)?$", re.IGNORECASE)
_AGENCIES = re.compile(r"(?:^|[.!?“”\"»\n]\s*|Quellen\s)\W{0,3}Nachrichtenagentur(?:en)?:?\s$")
_INITIALS = re.compile(
    r"(?:^|(?<=[\s(]))(?:(?:[A-ZÄÖÜ]{2,5}|[a-zäöü]{2,5}\.?|[\w-]{2,20}\.(?:de|com|net|at|ch|org))\s?[/,]\s?)+$")
_ALONE = re.compile(r"(?:^\s*|[.!?“”\"»’…)]\s+|\n\s*)(?:[-–—]{1,2}\s?)?$")
_SENTENCE = re.compile(r"(?:^\s*|[.!?*_—\n-]\s*)(?:[Tt]he\s)?$")
_CITY = re.compile(r"(?:[A-ZÀ-Þ][\w'’./-]*,?\s){1,6}(?:\d{1,2}\.?,?\s?(?:\w{2,10}\.?\s)?)?$")
_CITY_SLASH = re.compile(r"\s*(?:[A-ZÀ-Þ][\w'’.-]+|[A-ZÀ-Þ][A-ZÀ-Þ'’. -]+)(?:,\s\d{1,2}\.?\s?\w{0,10}\.?)?\s?/\s?")
_EXPLAINED = re.compile(r"(?:[Aa]gentur|[Aa]gency|Press|Presse)\s\($")
_TOLD = re.compile(
    r"(?:\b(?:told|tells|telling|[Aa]ccording to|with|seen by|reviewed by|obtained by|by|[Tt]he|agency|"
    r"gegenüber|[Nn]achrichtenagentur|Agentur|[Dd]er|[Dd]ie|[Ll]aut|agence|agencia|selon)\s(?:the\s|news agency\s|der\s)?|"
    r"\bl['’]|\b(?:dijo|declaró|explicó|aseguró|informó|afirmó)\b[^\n.]{0,40}\ba\s)$")

# what stands after a group, matched against the beginning of it
_DASH = re.compile(r"(?:/[a-z]{2,4})?\)\s*(?:\.\s?)?(?:[-–—]{1,2}|:)")
_DASH_ALONE = re.compile(r"\s?(?:[-–—]{1,2}|:|\.(?=\s[^\W\d_a-zß-ÿ„“«»\"]))\s")
_PHOTO_AFTER = re.compile(
    r"\s?(?:[Pp]hotos?|PHOTOS?|Images?|File|Pool|Newslook|Video|Foto)\b|"
    r"\s?/\s?(?:[Gg]etty|GETTY|Archiv|[Pp]icture|[A-ZÀ-Þ][\w'’.-]*[a-zß-ÿ])|[\s,]{1,2}[Ff]ile\b")
_CONTRIBUTED = re.compile(
    r"(?:['’]s?)?(?:[^\n.!?]|\.(?=[^\n]{0,3}[a-z]|\s[A-Z][\w.]+\s)){0,250}?"
    r"\bcontributed(?=\s+(?:to (?:this|the)\b|reporting|from)|\s*\.?\s*(?:$|\n))")
_SAID = re.compile(
    r"\s(?:(?:news )?agency\s)?(?:reported|reports|said|says|quoted|learned|berichtete?|meldete?|zufolge|"
    r"(?:a )?rapporté?e?|informó|reportó)\b")
_MORE_INITIALS = re.compile(r"(?:\s?/\s?[a-zäöüA-ZÄÖÜ]{2,5}\b\.?)*")
_STOPS = re.compile(r"\s*$|\s*\n|\s*[A-ZÄÖÜ,;.(]")

_STAMPED = re.compile(r"\s?\|\s?(?:Updated|Published|Aktualisiert|Mis à jour|Actualizado)\b", re.IGNORECASE)
SIGNATURES = (
    ("Reuters", "eporting by", re.compile(
        r"\(?\b(?:Additional )?[Rr]eporting by [^\n]{2,240}?\b(?:[Ee]diting|[Ww]riting) by [^\n;)]{2,80}\)?")),
    ("Bloomberg", "@bloomberg.net", re.compile(
        r"To contact the (?:reporters?|editors? responsible)[^\n]{0,40}? (?:on|for) this story:[^\n]{2,200}?@bloomberg\.net")),
)
"""How some agencies sign without a word of their name: (agency, words that every such signature has, its form)."""

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
    said = (_source(group, around, place) or _dateline(group, around, place) or _photo(group, around, place)
            or _copyright(group, around, place) or _contribution(group, around))
    if said:
        return said
    only = _WITH_BARE.search(around.before) and re.match(r"\s?\)|\.?\s*(?:$|\n)", around.after)
    if only or around.before.endswith("("):
        return _in_brackets(group, around, place) or _mention(group, around)
    return _byline(group, around, place) or _closing(group, around, place) or _mention(group, around)


def _source(group: Group, around: _Around, place: Place) -> Said | None:
    """"Quelle: ntv.de, abc/dpa", unless it is a part of a caption."""
    match = _SOURCE.search(around.before)
    caption = _overlapping(place.captions, group)
    if not match or _PHOTO_AFTER.match(around.after) or (caption and caption[0] < around.base + match.start() - 2):
        return None
    more = _MORE_INITIALS.match(around.after)
    return "credit_line", around.base + match.start(), group.end + (more.end() if more else 0)


def _dateline(group: Group, around: _Around, place: Place) -> Said | None:
    """"CITY, Jan 21 (AFP) -", "(AFP) -" alone, "CITY/dpa -" and "City/dpa. Words"; German pages also write "(afp)"."""
    if not (group.plain or _lower(group, place)) or _STATES.issuperset(group.agencies):
        return None
    dash = _DASH.match(around.after)
    if not dash or not around.before.endswith("("):
        slash = around.line_known and group.start < _HEAD_CHARACTERS and _CITY_SLASH.fullmatch(around.line)
        dash = _DASH_ALONE.match(around.after) if slash else None
        return ("dateline", group.start - len(around.line.lstrip()), group.end + dash.end() - 1) if dash else None
    if _EXPLAINED.search(around.before):
        return None
    city = _CITY.search(around.before[:-1])
    if around.line_known and len(around.line) <= 61:
        start = group.start - len(around.line.lstrip())
    else:
        start = around.base + city.start() if city else group.start - 1
    return "dateline", start, group.end + dash.end()


def _lower(group: Group, place: Place) -> bool:
    """All in small letters: nothing by itself, yet what a desk puts into brackets."""
    return place.text[group.start : group.end].islower()


def _photo(group: Group, around: _Around, place: Place) -> Said | None:
    """A credit for a picture: in a caption, "Bild: dpa", "REUTERS/Name", "Name/AP", "AP Photo", "AP:Associated Press"."""
    before = _PHOTO_BEFORE.search(around.before) and not _INITIALS.search(around.before)
    doubled = ":" in place.text[group.start : group.end]
    if before or doubled or _PHOTO_AFTER.match(around.after) or _overlapping(place.captions, group):
        return "photo", group.start, group.end
    return None


def _copyright(group: Group, around: _Around, place: Place) -> Said | None:
    """"© 2013 AFP", "Copyright The Associated Press"; a sign without year or word in mid-text belongs to a picture."""
    match = _COPYRIGHT.search(around.before)
    if not match:
        return None
    spelled = match["year"] or match[0].lower().startswith("copyright") or re.match(r"\s\d{4}", around.after)
    of_text = spelled or place.at_end(group.end)
    return "copyright" if of_text else "photo", around.base + match.start(), group.end


def _contribution(group: Group, around: _Around) -> Said | None:
    """"The Associated Press contributed to this report", "mit Material von dpa", "avec agences (AFP)"."""
    if _SENTENCE.search(around.before) and (match := _CONTRIBUTED.match(around.after)):
        return "contributed", group.start, group.end + match.end()
    if match := _WITH.search(around.before):
        return "contributed", around.base + match.start(), group.end
    return None


def _in_brackets(group: Group, around: _Around, place: Place) -> Said | None:
    """"(dpa)": a credit at the end of the text or before its first words, a photo credit at the end of a line in between."""
    desk = re.match(r"(?:/[a-z]{2,4})?\)", around.after)  # "(dpa/lno)": a regional service
    closed = desk.end() if desk else 0
    if around.before.endswith("(") and not closed:
        return None
    start = around.base + around.before.rindex("(") if "(" in around.before[-8:] else group.start
    end = group.end + closed
    if place.at_end(end):
        return "credit_line", start, end
    city = around.line[: around.line.rfind("(")].strip()
    if not city and around.line_known and 2 * group.start > len(place.text) and re.match(r"\)\s*\n", around.after):
        return "credit_line", start, end  # on a line of its own below the text, whatever follows
    if ((group.plain or _lower(group, place)) and group.start < _HEAD_CHARACTERS and around.line_known and len(city) <= 40
            and city == city.upper()
            and re.match(r"\)[^\S\n]+\S", around.after) and not _STATES.issuperset(group.agencies)):
        return "dateline", group.start - len(around.line.lstrip()), end
    return ("photo", group.start, group.end) if re.match(r"\)\s*(?:\n|$)", around.after) else None


def _byline(group: Group, around: _Around, place: Place) -> Said | None:
    """"By Name, AFP", "Associated Press" on a line of its own under the title; also "AP - " before the first words."""
    start = group.start - len(around.line.lstrip())
    if group.plain and _overlapping(place.bylines, group):
        return "byline", group.start, group.end
    if not (group.plain and around.line_known) or re.match(r"['’]", around.after):
        return None
    if len(around.line) <= 90 and _BYLINE.fullmatch(around.line):
        return "byline", start, group.end
    if group.start >= _HEAD_CHARACTERS:
        return None
    rest = around.after.split("\n", 1)[0].strip()
    if not around.line.strip() and re.match(r"\s?[-–—]{1,2}\s", around.after):
        return "prefix", group.start, group.end + 2
    if not around.line.strip() and _STAMPED.match(around.after):
        return "byline", group.start, group.end
    if group.start == len(around.line) or "\n" not in around.after:  # the first or the last line is no byline
        return None
    if not around.line.strip() and (rest == "Staff" or not rest):
        return "byline" if group.named or group.agencies != ("AP",) else "photo", group.start, group.end
    if group.named and not rest and _NAME_LINE.fullmatch(around.line) and len(around.line.split()) <= 6:
        return "byline", start, group.end
    return None


def _closing(group: Group, around: _Around, place: Place) -> Said | None:
    """The last words of the article: "RND/dpa", "AP - AFP", "Nachrichtenagenturen dpa und Reuters"."""
    if _AGENCIES.search(around.before) and _STOPS.match(around.after):
        return "credit_line", around.base + around.before.rindex("Nachrichtenagentur"), group.end
    more = _MORE_INITIALS.match(around.after)
    end = group.end + (more.end() if more else 0)
    rest = place.text[end : end + 20]
    if not place.at_end(end) or re.match(r"\w|[^\S\n]+[a-zß-ÿ]", rest):
        return None
    if match := _INITIALS.search(around.before):
        return "credit_line", around.base + match.start(), end
    if _ALONE.search(around.before) and (end > group.end or re.match(r"\s*\W{0,2}\s*(?:$|\n)", rest)):
        return "credit_line", group.start, end
    return None


def _mention(group: Group, around: _Around) -> Said | None:
    """"told AFP", "sagte der dpa", "AFP reported", and every full name."""
    told = _TOLD.search(around.before) or _SAID.match(around.after)
    if group.named or (told and group.plain and not _AMBIGUOUS.issuperset(group.agencies)):
        return "mention", group.start, group.end
    return None
