"""What is what in an article? Headline, dateline, byline, captions, furniture by its shape, and quotes, as spans beside the text.

The zones but quotes never overlap each other: the first rule to name some words keeps them (bylines and captions before
headlines before furniture). Quotes lie in what is left, the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from clustering.config import Agency, TextSettings
from clustering.tables import SPANS, flat, stream, table
from clustering.text.bylines import find_byline
from clustering.text.captions import find_caption, find_inner_credit, is_alternative_text
from clustering.text.characters import fold
from clustering.text.datelines import MAX_CHARACTERS, find_dateline, find_inner_city
from clustering.text.furniture import Span, find_furniture
from clustering.text.headlines import find_running_title, headlines_above, repeats_title, titles_inside
from clustering.text.lexicon import ALLOWED, DENIED, Hit, find_phrases
from clustering.text.lines import Unit, find_units
from clustering.text.membership import member
from clustering.text.places import AGENCIES
from clustering.text.quotes import find_quotes
from clustering.text.teasers import find_teasers, teasing_words
from clustering.text.tokens import tokenise

_HEAD_UNITS, _TAIL_UNITS = 10, 6
_ALLOWED_WORDS = 60
LATER_UNITS = 4
"""Lines below the first prose at which a dateline that names an agency is still looked for."""
_Found = list[tuple[int, int, str, str]]


def find_zones(
    articles: pa.Table, tokens: pa.Table, settings: TextSettings, agencies: Mapping[str, Agency] | None = None,
) -> pa.Table:
    """Zones of every article by rules alone, as a SPANS table.

    Parameters
    ----------
    articles
        ARTICLES: text, title, authors and outlet are read.
    tokens
        TOKENS of the texts.
    settings
        ``boilerplate`` switches furniture off; ``boilerplate_allow`` and ``boilerplate_deny`` overrule its rules (a phrase
        in both is denied).
    agencies
        Those of the settings, by their short form: datelines may name them too.
    """
    known = AGENCIES | {name.lower() for key, agency in (agencies or {}).items() for name in (key, *agency.names)}
    hashes, offsets = flat(tokens["hashes"])
    starts, ends, flags = (flat(tokens[name])[0] for name in ("starts", "ends", "flags"))
    titles, title_offsets = flat(tokenise(articles["title"])["hashes"])
    named = member(hashes, _longest_words(known))
    teasing = np.unique(np.searchsorted(offsets, np.flatnonzero(member(hashes, teasing_words())), side="right") - 1)
    may_tease, running = set(teasing.tolist()), titles_inside(hashes, offsets, titles, title_offsets).tolist()
    phrases = find_phrases(hashes, offsets, settings.boilerplate_allow, settings.boilerplate_deny)
    rows: list[int] = []
    found: _Found = []
    for row, (text, authors, outlet) in enumerate(stream(articles, ("text", "authors", "outlet"))):
        low, high = int(offsets[row]), int(offsets[row + 1])
        article = _Article(
            text or "", hashes[low:high], starts[low:high], ends[low:high], flags[low:high],
            named[low:high], titles[title_offsets[row] : title_offsets[row + 1]], running[row],
            row in may_tease or "[" in (text or ""),
            frozenset(fold(name.strip(" .,:")) for name in authors or () if name and name.strip(" .,:")),
        )
        article.label_lines()
        article.label_furniture(phrases.get(row, []), outlet or "", switched_on=settings.boilerplate)
        article.label_opening(known)
        article.label_quotes()
        own = sorted(article.found, key=lambda z: (z[0], z[1], z[2]))
        found.extend(own)
        rows.extend([row] * len(own))
    return table(SPANS, {
        "row": np.array(rows, np.int32), "zone": [z for _, _, z, _ in found], "start": np.array([s for s, _, _, _ in found],
        np.int32),
        "end": np.array([e for _, e, _, _ in found], np.int32), "reason": [r for _, _, _, r in found],
    })


def _longest_words(names: frozenset[str]) -> np.ndarray:
    """Distinct uint64 hashes of the longest token of each name: ``press``, not ``the``."""
    words = tokenise(pa.array(sorted(names), pa.large_string()))
    values, offsets = flat(words["hashes"])
    lengths = flat(words["ends"])[0] - flat(words["starts"])[0]
    found: np.ndarray = np.unique([values[low + np.argmax(lengths[low:high])] for low, high in pairwise(offsets) if low < high])
    return found


class _Article:
    """One article while its zones are found; the arrays are its slices of the token columns."""

    def __init__(
        self, text: str, hashes: np.ndarray, starts: np.ndarray, ends: np.ndarray, flags: np.ndarray, named: np.ndarray,
        title: np.ndarray, running: bool, may_tease: bool, authors: frozenset[str],  # noqa: FBT001
    ) -> None:
        self.text, self.hashes, self.starts, self.ends, self.flags = text, hashes, starts, ends, flags
        self.named = named  # bool a token: the longest word of an agency's name
        self.title, self.authors = title, authors
        self.running = running  # the title's words stand in the text
        self.may_tease = may_tease  # it has a word of teasing_words() or a bracket
        self.units = find_units(text, starts)
        self.taken = [False] * len(self.units)
        self.titled = False
        self.found: _Found = []
        self.covered = bytearray(len(text))  # 1 where a zone lies, a byte a code point

    def _label(self, start: int, end: int, zone: str, reason: str) -> None:
        """Add what earlier zones have left of a span."""
        while 0 <= (low := self.covered.find(0, start, end)) < end:
            high = self.covered.find(1, low, end)
            start = high if high >= 0 else end
            words = self.text[low:start]
            first, last = low + len(words) - len(words.lstrip()), low + len(words.rstrip())
            if first < last and (zone == "boilerplate" or any(c.isalnum() for c in words)):
                self.found.append((first, last, zone, reason))
                self.covered[first:last] = b"\1" * (last - first)

    def _clear(self, spans: list[tuple[int, int]]) -> None:
        """Take back every zone that touches one of these spans."""
        marked = bytearray(len(self.text))
        for start, end in spans:
            marked[start:end] = b"\1" * (end - start)
        kept = [z for z in self.found if marked.find(1, z[0], z[1]) < 0]
        for start, end, _, _ in self.found if len(kept) < len(self.found) else ():
            if marked.find(1, start, end) >= 0:
                self.covered[start:end] = bytes(end - start)
        self.found = kept

    def _take(self, number: int, zone: str, reason: str) -> None:
        self.taken[number] = True
        self._label(self.units[number].start, self.units[number].end, zone, reason)

    def label_lines(self) -> None:
        """Bylines, captions and lines that repeat the title: what a line says by itself."""
        units, count = self.units, len(self.units)
        head = min(count, _HEAD_UNITS)
        for number, unit in enumerate(units if count > 1 else ()):  # a text is more than its byline or caption
            near = number < head or number >= count - _TAIL_UNITS
            byline = find_byline(unit, self.authors) if near else None
            caption = None if byline else find_caption(unit, in_head=number < head)
            if byline or caption:
                self._take(number, "byline" if byline else "caption", byline or caption or "")
        prose = self._first_prose()
        for number, (first, second) in enumerate(pairwise(units[: min(head, prose + 2)])):
            if is_alternative_text(first, second):
                for place in (number, number + 1):  # pages also repeat the first sentence of the body below a picture
                    if not self.taken[place] and not (place > number and second.stops):
                        self._take(place, "caption", "rule: one picture described twice")
        for number, unit in enumerate(units[:head] if count > 1 else ()):
            # a sentence that says what the title says is the first of the body, unless it is the title word for word
            words = self._words(unit)
            if not self.taken[number] and repeats_title(words, self.title, exactly=unit.stops and unit.text[-1:] not in "?!"):
                self._take(number, "headline", "rule: repeats the title")
                self.titled = True

    def label_opening(self, agencies: frozenset[str]) -> None:
        """What stands above the first paragraph and opens it: headlines, a title in running text, a caption, the dateline.

        ``agencies``: what a dateline may name, lower case.
        """
        prose = self._first_prose()
        if prose == len(self.units):
            return
        for number, reason in headlines_above(self.units[:prose][:_HEAD_UNITS], self.taken, titled=self.titled).items():
            self._take(number, "headline", reason)
        unit = self.units[prose]
        start = self._skip_zones(unit.start)
        first, last = int(self.starts.searchsorted(self.starts.dtype.type(start))), unit.last
        size = 0
        if self.running and all(self.taken[:prose]):
            upper = min(last, first + 2 * self.title.size + 24)
            size = find_running_title(self.hashes[first:upper], self.flags[first:upper], self.title)
        if size:
            following, end = int(self.starts[first + size]), int(self.ends[first + size - 1])
            closing = self.text[end:following].rstrip()
            end += len(closing) if closing[:1] in tuple('?!”"“»«’') else 0
            self._label(start, end, "headline", "rule: title in running text")
            start = following
        for number, other in enumerate(self.units):
            if self.taken[number] or other.words <= 12:
                continue
            for low, high, reason in find_inner_credit(self.text, max(other.start, start) if number == prose else other.start,
                                                       other.end, opens_body=number == prose):
                self._label(low, high, "caption", reason)
        start = self._skip_zones(start)
        dateline = find_dateline(self.text, start, unit.end, agencies) or find_inner_city(self.text, start)
        if dateline:
            self._label(*dateline[:2], "dateline", dateline[2])
        else:
            self._label_later_dateline(prose, agencies)

    def _label_later_dateline(self, prose: int, agencies: frozenset[str]) -> None:
        """A dateline below what only looks like the lead: a house may put its own lines above the text.

        Only a place with an agency is unmistakable there, and only at the start of one of the next few lines.
        """
        for unit in self.units[prose + 1 : prose + 1 + LATER_UNITS]:
            if not self.named[unit.first : unit.first + MAX_CHARACTERS].any():
                continue
            dateline = find_dateline(self.text, unit.start, unit.end, agencies)
            if dateline and dateline[2] == "rule: place and agency":
                self._label(*dateline[:2], "dateline", dateline[2])
                return

    def _skip_zones(self, start: int) -> int:
        """The next code point at or after ``start`` that is neither white space nor in a zone."""
        while start < len(self.text) and (self.covered[start] or self.text[start].isspace()):
            start += 1
        return start

    def _first_prose(self) -> int:
        """The first unit that is a paragraph; the number of units when there is none."""
        for number, unit in enumerate(self.units):
            if not self.taken[number] and unit.is_prose:
                return number
        return len(self.units)

    def _words(self, unit: Unit) -> np.ndarray:
        return self.hashes[unit.first : unit.last]

    def label_furniture(self, hits: list[Hit], outlet: str, *, switched_on: bool) -> None:
        """Furniture by rules, without what is allowed, and all that is denied.

        Switched off it is left in the body, but still known not to be a headline or the first paragraph.
        """
        spans, units = find_furniture(self.text, self.units, self.taken, self.hashes, self.starts, self.ends, self.flags,
            hits, outlet)
        spans += [Span(*teaser) for teaser in (find_teasers(self.text) if self.may_tease else ())]
        denied, allowed = ([(int(self.starts[h.first]),
            int(self.ends[h.last - 1])) for h in hits if h.family == kind] for kind in (DENIED, ALLOWED))
        kept: list[tuple[int, int]] = []
        for start, end in allowed:
            unit = next((u for u in self.units if u.start <= start < u.end), None)
            kept.append((unit.start, max(unit.end, end)) if unit and unit.words <= _ALLOWED_WORDS else (start, end))
        for number in units:
            self.taken[number] |= not any(s < self.units[number].end and self.units[number].start < e for s, e in kept)
        if not switched_on:
            return
        self._clear(denied)
        for start, end in denied:
            self._label(start, end, "boilerplate", "setting: boilerplate_deny")
        for span in spans:
            pieces = [(span.start, span.end)]
            for s, e in kept:
                pieces = [p for low, high in pieces for p in ((low, min(high, s)), (max(low, e), high)) if p[0] < p[1]]
            for low, high in pieces:
                self._label(low, high, "boilerplate", span.reason)

    def label_quotes(self) -> None:
        """Quotes in the body: paragraph by paragraph, without those that touch another zone."""
        others = sorted((s, e) for s, e, _, _ in self.found)
        quotes: list[tuple[int, int]] = []
        for unit in self.units:
            quotes.extend(find_quotes(self.text, unit.start, unit.end))
        place = 0
        for start, end in quotes:
            while place < len(others) and others[place][1] <= start:
                place += 1
            if place == len(others) or others[place][0] >= end:
                self.found.append((start, end, "quote", "rule: quotation marks"))
