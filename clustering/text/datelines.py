"""Where was it written, and for whom? Datelines: 'OSTERMOOR, Valdria —', 'PARIS, 12 janv (AFP) —', '(Reuters) -'.

A dateline is taken apart rather than matched whole: the words before the first separators of the body are read from the
right (agency in brackets, date, region, place), and what is left must look like a place. The more of these parts there are,
the less each must prove; a bare city in ordinary capitals ('Berlin. Die ...') must be on a list.
"""

from __future__ import annotations

import re

from clustering.text.credit_patterns import PLACE_BEHIND
from clustering.text.places import AGENCIES, CITIES, MONTHS, NOT_PLACES

MAX_CHARACTERS = 90
_SEPARATOR = re.compile(r"\s*(?:\.\s?[—–-]{1,2}|—|–|--+|:|\))\s*|\s+-\s*|-\s+|\.(?=\s)")
_SEPARATING = re.compile(r"[.—–:)-]")
"""What every separator has."""
_BRACKET = re.compile(r"[(（\[]\s*([^()（）\[\]]{2,45})\s*[)）\]]?\s*$")
_DATE = re.compile(r"(?:^|[,\s]\s*)(?:(\d{1,2})\.?(?:er|st|nd|rd|th)?\s+(?:de\s+)?([^\W\d_]{3,10})\.?"
                   r"|([^\W\d_]{3,10})\.?\s+(\d{1,2}))"
                   r"(?:,?\s+\d{4})?\.?$")
_SMALL_TEXT = """
a al am an and auf bei da de del della der des di do dos du e el et i im in la las le los of on ob o os s sur the und upon y
"""
_SMALL = frozenset(_SMALL_TEXT.split())
_EAST_ASIAN = re.compile(
    r"[（(【［\[]?(?:新华社|中新社|中新网|人民网|中央社|共同社|路透社|法新社|美联社|本报)[^。\n]{0,25}?(?:电|讯)\s*[）)】］\]]?\s*"
    r"|[【［]\s*[^】］\n]{1,20}(?:共同|時事|ロイター|AFP|ＡＦＰ|CNN|ＣＮＮ)[^】］\n]{0,12}[】］]\s*[-－—]?"
    r"|[（(]\s*[가-힣·ㆍ]{1,12}\s*=\s*[가-힣A-Za-z]{2,12}\s*[）)]\s*(?:[가-힣]{2,4}(?:\s[가-힣]{2,3})?\s*=\s*)?"
)
_INNER_CITY = re.compile(
    r"[.!?:…”“\"»«](?=\s([^\W\d_][^\s.:!?,]{1,20}"
    r"(?:\s(?:am\s)?[^\W\d_a-zß-ÿ][^\s.:!?,]{1,15})?)\.\s[^\W\d_a-zß-ÿ„“\"»])"
)
_HEAD_TOKENS_CHARACTERS = 700
_AGENCY_FIRST = "rule: agency in brackets opens the body"
_AGENCY_BEHIND = re.compile(r"\s*\([^()\n]{2,45}\)\s*[.:—–-]")


def _is_agency(words: str, agencies: frozenset[str]) -> bool:
    """Agencies by name, several joined; a regional desk may follow, as in 'dpa/lno'."""
    parts = re.split(r"\s*[/|,+&]\s*|\s+(?:und|and|et|y|-|–)\s+", words.strip().lower())
    return parts[0] in agencies and all(part in agencies or (len(part) <= 3 and part.isalpha()) for part in parts[1:])


def _is_name(word: str) -> bool:
    """Starts like a proper name: a capital, or a script without case."""
    return word[:1].isalpha() and not word[:1].islower()


def _place(words: str) -> tuple[bool, bool, bool]:
    """Whether the words look like a place (with regions); whether it is all in capitals; whether it has a region."""
    pieces = [piece.strip() for piece in words.split(",")]
    if not 1 <= len(pieces) <= 3 or any(not piece for piece in pieces):
        return False, False, False
    for number, piece in enumerate(pieces):
        parts = re.split(r"[\s/]+", piece)
        if len(parts) > (6 if "/" in piece else 4) or any(c.isdigit() for c in piece):
            return False, False, False
        if not _is_name(parts[0]) or not all(_is_name(p) or p.lower() in _SMALL for p in parts if p):
            return False, False, False
        if number == 0 and (parts[0].lower() in NOT_PLACES or len(piece) < 2):
            return False, False, False
    letters = [c for c in pieces[0] if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    # 'McALLEN', 'RAMALLAH', 'WASHINGTON D.C.'; a single abbreviation of two letters is no place
    return True, len(letters) >= 3 and capitals >= 0.8 * len(letters), len(pieces) > 1


def _is_city(words: str) -> bool:
    return all(part.strip().lower() in CITIES for part in re.split(r"\s*/\s*(?!main\b|oder\b)", words.split(",",
        maxsplit=1)[0], flags=re.IGNORECASE))


def _reads(prefix: str, separator: str, rest: str, agencies: frozenset[str]) -> str | None:
    """The reason why ``prefix + separator`` is a dateline, or None."""
    dash = any(c in separator for c in "—–-")
    after = next((c for c in rest if c not in " \t\u00a0\"'“”„»«‘’‚(["), "")
    lower = after.islower()
    words, agency = prefix.strip(), False
    bracket = _BRACKET.search(words)
    if bracket:
        inside, words = bracket.group(1).strip(), words[: bracket.start()].rstrip(" ,")
        agency = _is_agency(inside, agencies)
        if not agency and not (dash and inside[0].isupper() and len(inside.split()) <= 4 and not _DATE.search(inside)):
            return None
        if not agency and not words:
            return None
    elif separator.strip() == ")":
        return None
    elif _is_agency(words, agencies) and words.upper() == words and dash and not lower:
        return "rule: agency before the first sentence"
    elif " / " not in words and dash and "," in words and _is_agency(words.rsplit(",", 1)[1], agencies):
        words, agency = words.rsplit(",", 1)[0], True
    elif ((dash or separator.strip() == ".") and "/" in words and " " not in words
            and _is_agency(words.rsplit("/", 1)[1], agencies)):
        words, agency = words.rsplit("/", 1)[0], True
    date = _DATE.search(words)
    dated = date is not None and (date.group(2) or date.group(3)).lower().rstrip(".") in MONTHS
    if dated and date:
        words = words[: date.start()].rstrip(" ,")
    if not words:
        return _AGENCY_FIRST if agency and (dash or separator.strip() == ")") else None
    place, capitals, region = _place(words)
    if not place:
        return None
    if bracket and agency:
        return "rule: place and agency" if dash or not lower else None
    if bracket:
        return "rule: place and bracket" if capitals or dated or _is_city(words) else None
    if lower or separator.strip() == ")":
        return None
    if agency:
        return "rule: place and agency"
    if dated:
        return "rule: place and date" if dash or capitals or separator.strip() == ":" else None
    if separator.strip() == ".":
        return "rule: a city as the first sentence" if _is_city(words) and not region else None
    if capitals and (dash or region or len(words.split()) <= 2 or _is_city(words)):
        return "rule: place in capitals"
    if region and dash and " - " not in separator and "-" not in separator.strip("-"):
        return "rule: place and region"
    if _is_city(words) and (dash or region or separator.strip() == ":"):
        return "rule: city before the first sentence"
    if "/" in words and separator.strip() == ":":
        return "rule: two places before the first sentence"
    return None


def find_dateline(text: str, start: int, end: int, agencies: frozenset[str] = AGENCIES) -> tuple[int, int, str] | None:
    """(start, end, reason) of a dateline that opens ``text[start:end]``, its separator included, or None.

    ``agencies`` are their short forms and names, lower case.
    """
    opening = text[start : start + 1]
    asian = _EAST_ASIAN.match(text, start, end) if opening in "（(【［[" or opening >= "\u2e80" else None
    if asian:
        return start, start + len(asian.group().rstrip()), "rule: agency and place opens the body"
    stop = min(end, start + MAX_CHARACTERS)
    sign = _SEPARATING.search(text, start, stop)
    begin = sign.start() if sign else stop
    while begin > start and text[begin - 1].isspace():  # a separator begins with the white space before its sign
        begin -= 1
    for number, separator in enumerate(_SEPARATOR.finditer(text, begin, stop)):
        if number >= 7 or separator.end() >= end:
            return None
        mark = separator.group()
        # a bracket closes its own prefix: 'Berlin (dpa) Die ...' has no separator; look at the dash behind it first
        prefix = text[start : separator.start() + (mark.lstrip()[:1] == ")")]
        if mark.strip() == ")" and re.match(r"\s*[.:—–-]", text[separator.end() : separator.end() + 4]):
            continue
        if mark.strip() == "." and _AGENCY_BEHIND.match(text, separator.end()):
            continue  # the point of an abbreviation: 'MADRID, 3 Ene. (EUROPA PRESS) - ...'
        reason = _reads(prefix, mark, text[separator.end() : separator.end() + 12], agencies)
        if reason:
            last = separator.start() + len(mark.rstrip())
            behind = PLACE_BEHIND.match(text, last) if reason == _AGENCY_FIRST else None
            last = behind.end() if behind else last
            if mark.strip() == ":" and "\n" + text[start:last] in text[last:]:
                return None  # a speaker of an interview, not a place
            return start, last, reason
    return None


def find_inner_city(text: str, start: int) -> tuple[int, int, str] | None:
    """A listed city as a sentence of its own after the lead ('... wollen. Berlin. Die ...'), near the head."""
    for found in _INNER_CITY.finditer(text, max(0, start - 2), start + _HEAD_TOKENS_CHARACTERS):
        if _is_city(found.group(1)):
            return found.start(1), found.end(1) + 1, "rule: a city as a sentence after the lead"
    return None
