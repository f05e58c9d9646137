"""Whom does the text say it is from? Evidence that names an agency, told apart from photo credits and mentions.

One pattern finds every spelling of every agency, at tokens that can begin one; neighbouring names ("dpa/AFP") form one
group; what stands directly before and after a group says what it is (:mod:`clustering.text.credit_forms`). So a bare "AP" or
"PA" in prose is nothing at all, and the cost is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.config import Agency
from clustering.tables import CREDITS, flat, stream, table
from clustering.text.agencies import Known, known_agencies
from clustering.text.credit_forms import Group, Place, classify
from clustering.text.credit_patterns import SIGNATURES
from clustering.text.membership import member
from clustering.text.tokens import tokenise

_JOINT = re.compile(r"\s{0,2}(?:[/,&+:–-]|und|and|et|y)\s{0,2}(?:the\s|The\s|der\s)?")
_HOST = re.compile(r"[A-Za-z][\w+.-]*://(?:[^/?#@]*@)?([^/?#:]*)")

_DENSE = "\u2e80"
"""From here on scripts written without spaces: their tokens do not begin where names do."""
CREDIT_ZONES = ("boilerplate", "byline", "caption")
"""The zones that change what a name beside or inside them says."""
Evidence = tuple[int, int, str, str]
"""(start, end, agency, type)."""


class _Names:
    """Every spelling of every agency in one pattern."""

    def __init__(self, agencies: tuple[Known, ...]) -> None:
        self.of: dict[str, tuple[str, bool, bool]] = {}  # spelling -> agency, written as the agency does, by full name
        for known in agencies:
            for code in known.codes:
                for odd in (code.lower(), code.capitalize()):
                    self.of.setdefault(_squeezed(odd), (known.key, False, False))
        for known in agencies:
            for spelled in (*known.names, *(name.upper() for name in known.names)):
                self.of[_squeezed(spelled)] = (known.key, True, True)
            for plain in (*known.codes, *(code.upper() for code in known.codes)):
                self.of[_squeezed(plain)] = (known.key, True, False)
        self.of.pop("", None)
        spellings = sorted(self.of, key=lambda s: (-len(s), s))
        parts = (r"[\s\u00ad-]{1,3}".join(map(re.escape, spelled.split(" "))) for spelled in spellings)
        self.pattern = re.compile(r"(?<![\w@#.-])(?:" + "|".join(parts) + r")(?![\w@]|-\w|\.[a-z])")
        self.anywhere = any(not spelled[0].isalnum() or spelled[0] >= _DENSE for spelled in spellings)
        # a soft hyphen between two words of a name makes one token of them
        openings = {"".join(words[:k]) for words in (s.split(" ") for s in spellings) for k in range(1, len(words) + 1)}
        values, offsets = flat(tokenise(pa.array(sorted(openings), pa.large_string()))["hashes"])
        self.first_tokens: np.ndarray = np.unique(values[offsets[:-1][np.diff(offsets) > 0]])

    def _matches(self, text: str, starts: Sequence[int] | None) -> Iterator[re.Match[str]]:
        if starts is None or self.anywhere:
            yield from self.pattern.finditer(text)
            return
        reached = 0
        for start in starts:
            if start >= reached and (match := self.pattern.match(text, start)):
                reached = match.end()
                yield match

    def groups(self, text: str, starts: Sequence[int] | None = None) -> list[Group]:
        """All groups, in order of place; ``starts`` (ascending) is where a token stands that a name may begin with."""
        found: list[Group] = []
        for match in self._matches(text, starts):
            key, plain, named = self.of[_squeezed(match[0])]
            last = found[-1] if found else None
            if last and match.start() - last.end <= 12 and _JOINT.fullmatch(text, last.end, match.start()):
                agencies = last.agencies if key in last.agencies else (*last.agencies, key)
                found[-1] = Group(agencies, last.start, match.end(), last.plain and plain, last.named or named)
            else:
                found.append(Group((key,), match.start(), match.end(), plain, named))
        return found


def _squeezed(name: str) -> str:
    """The spelling without the differences that line breaks and hyphens make."""
    return re.sub(r"[\s\u00ad-]+", " ", name).strip()


def _own_site(known: Known, outlet: str, host: str) -> bool:
    """Is the article on the agency's own site, or the outlet the agency itself?"""
    sites = (outlet.casefold(), host.casefold())
    if any(site == domain or site.endswith("." + domain) for domain in map(str.casefold, known.domains) for site in sites):
        return True
    return outlet.casefold() in {word.casefold() for word in (known.key, *known.codes, *known.names)}


def _host(url: str) -> str:
    match = _HOST.match(url)
    return match[1] if match else ""


def _by_author(author: str, names: _Names) -> set[Evidence]:
    """Agencies that an entry of the authors column names: alone ("Reuters Staff") or after a person ("Name, AFP")."""
    found: set[Evidence] = set()
    for group in names.groups(author):
        before, after = author[: group.start], author[group.end :].strip(" \t).").lower()
        alone = before.strip(" \t(,|/-").lower() in ("", "the", "by", "von", "par", "por", "with", "mit", "avec", "con")
        if (alone or re.search(r"[,|/(-]\s*(?:the\s)?$", before, re.IGNORECASE)) and (
                after in ("", "staff", "news", "newsroom", "news agency", "agency")):
            found |= {(0, 0, agency, "byline") for agency in group.agencies}
    return found


def _in_text(text: str, starts: Sequence[int], names: _Names, spans: Mapping[str, list[tuple[int, int]]]) -> set[Evidence]:
    """All evidence in one text; ``starts`` of tokens that may open a name; ``spans`` by zone, sorted."""
    place = Place(text, spans.get("caption", []), spans.get("byline", []), spans.get("boilerplate", []))
    found: set[Evidence] = set()
    for group in names.groups(text, starts):
        if said := classify(group, place):
            kind, start, end = said
            found |= {(start, end, agency, kind) for agency in group.agencies}
    for agency, words, form in SIGNATURES:
        if words in text:
            found |= {(match.start(), match.end(), agency, "contributed")
                      for match in form.finditer(text) if not names.pattern.search(match[0])}
    return found


def find_credits(articles: pa.Table, tokens: pa.Table, zones: pa.Table, agencies: Mapping[str, Agency]) -> pa.Table:
    """Evidence that names an agency in each article.

    Parameters
    ----------
    articles
        ARTICLES. Credits live in marks and case, so they are read off the untouched text and not off tokens.
    tokens
        TOKENS of the texts: where it is worth looking for a name.
    zones
        SPANS: inside captions everything is a photo credit, inside bylines a short form suffices, and boilerplate does not
        keep a credit from being the last words of an article.
    agencies
        The settings' own agencies, by short form; they join the shipped ones.

    Returns
    -------
    pyarrow.Table
        CREDITS, one row for an agency and a piece of evidence; the span is that of the whole evidence ("Quelle: dpa/AFP"
        for both agencies). What only the authors column says has the empty span (0, 0). An article on an agency's own
        site has no evidence for that agency: it is not syndicated.
    """
    known = known_agencies(agencies)
    names = _Names(known)
    spans: dict[int, dict[str, list[tuple[int, int]]]] = {}
    read = zones.filter(pc.is_in(zones["zone"], pa.array(CREDIT_ZONES)))
    for row, zone, start, end in zip(*(read[name].to_pylist() for name in ("row", "zone", "start", "end")), strict=True):
        spans.setdefault(row, {}).setdefault(zone, []).append((start, end))
    hashes, offsets = flat(tokens["hashes"])
    places = np.flatnonzero(member(hashes, names.first_tokens))
    begins = flat(tokens["starts"])[0][places].tolist()
    bounds = np.searchsorted(places, offsets).tolist()
    rows: list[tuple[int, int, int, str, str]] = []
    for row, (text, outlet, url, authors) in enumerate(stream(articles, ("text", "outlet", "url", "authors"))):
        evidence = _in_text(text or "", begins[bounds[row] : bounds[row + 1]], names, spans.get(row, {}))
        for author in authors or ():
            evidence |= _by_author(author or "", names)
        if evidence:
            host = _host(url or "")
            own = {k.key for k in known if _own_site(k, outlet or "", host)}
            rows += [(row, *piece) for piece in evidence if piece[2] not in own]
    rows.sort()
    columns_out = list(zip(*rows, strict=True)) or [()] * 5
    return table(CREDITS, dict(zip(("row", "start", "end", "agency", "type"), columns_out, strict=True)))
