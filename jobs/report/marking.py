"""What every word of an event's articles is: own, shared in which passage, or outside the body; by the counting of the run.

The same tokens and zones, the same precedence (boilerplate, copy, quote, background) as ``clustering.passages.shares``, so that
what a figure shows adds up to the shares printed beside it (a test holds the two together).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from clustering.tables import flat
from clustering.text import mark_zones, tokenise
from clustering.text.tokens import BOILERPLATE, NOT_BODY
from jobs import documents as d
from jobs.report.index import IndexedRun

OWN, FURNITURE, ASIDE = -1, -2, -3
"""Labels of words in no passage; of boilerplate; of headlines, datelines, bylines and captions."""
_STRENGTH = {"background": 1, "quote": 2, "copy": 3, "boilerplate": 4}
HUES = 8
"""Colours there are: passage number n has colour n mod HUES; the number tells the rest apart."""


class Run(NamedTuple):
    """Neighbouring words of one label: the number of a passage, or OWN, FURNITURE, ASIDE."""

    label: int
    first: int
    last: int


@dataclass(frozen=True)
class Marked:
    """An article's words: places of each token (code points), what it is, whether it is of the body."""

    starts: np.ndarray
    ends: np.ndarray
    labels: np.ndarray
    body: np.ndarray

    def runs(self) -> list[Run]:
        """The words from first to last, as runs of one label."""
        cuts = np.flatnonzero(np.diff(self.labels)) + 1
        edges = [0, *cuts.tolist(), len(self.labels)] if len(self.labels) else []
        return [Run(int(self.labels[a]), a, b) for a, b in pairwise(edges)]

    def tokens(self, start: int, end: int) -> slice:
        """The tokens inside a span of code points."""
        return slice(int(np.searchsorted(self.ends, start, "right")), int(np.searchsorted(self.starts, end, "left")))


@dataclass(frozen=True)
class Marking:
    """An event: its articles' words and its passages, numbered in reading order of the longest article, then of the next."""

    articles: dict[str, Marked]
    passages: list[d.Passage]
    numbers: dict[str, int]
    """Passage id -> number from 1; boilerplate has none."""
    occurrences: dict[str, list[tuple[d.Passage, d.Occurrence]]]
    """Article -> what stands in it, in order of place."""

    def numbered(self) -> list[d.Passage]:
        """The passages with a number, in order of it."""
        return sorted((p for p in self.passages if p.passage_id in self.numbers), key=lambda p: self.numbers[p.passage_id])


def mark(run: IndexedRun, event: d.Cluster) -> Marking:
    """Label the words of an event's articles."""
    ids = [a.article_id for a in event.articles]
    zones = run.zones(ids)
    tokens = mark_zones(tokenise(pa.array([run.text(id) for id in ids], pa.large_string())), zones)
    starts, offsets = flat(tokens["starts"])
    ends, bits = flat(tokens["ends"])[0], flat(tokens["zones"])[0]
    passages = [run.passages[id] for id in event.passage_ids]
    places = occurrences_by_article(passages)
    numbers = _numbered(ids, np.diff(offsets), places)

    articles = {}
    for row, id in enumerate(ids):
        here = slice(offsets[row], offsets[row + 1])
        zone = bits[here]
        marked = Marked(starts[here], ends[here], np.full(zone.size, OWN, np.int32), np.zeros(zone.size, bool))
        furniture = (zone & BOILERPLATE) != 0
        for p, o in sorted(places[id], key=lambda place: strength(place[0]), reverse=True):  # what counts more, later
            marked.labels[marked.tokens(o.start, o.end)] = numbers.get(p.passage_id, FURNITURE)
            if p.kind == "boilerplate":
                furniture[marked.tokens(o.start, o.end)] = True
        marked.labels[(zone & NOT_BODY) != 0] = ASIDE
        marked.labels[furniture] = FURNITURE
        marked.body[:] = marked.labels >= OWN
        articles[id] = marked
    return Marking(articles, passages, numbers, places)


def occurrences_by_article(passages: Sequence[d.Passage]) -> dict[str, list[tuple[d.Passage, d.Occurrence]]]:
    """Article -> the passages in it, in order of place."""
    found: dict[str, list[tuple[d.Passage, d.Occurrence]]] = defaultdict(list)
    for p in passages:
        for o in p.occurrences:
            found[o.article_id].append((p, o))
    for here in found.values():
        here.sort(key=lambda place: (place[1].start, place[1].end, place[0].passage_id))
    return found


def strength(passage: d.Passage) -> tuple[int, int, str]:
    """Sorts passages over the same words by what they count as, strongest first; longer ones before shorter ones."""
    return -_STRENGTH[passage.kind], -passage.tokens, passage.passage_id


def _numbered(
    ids: list[str], lengths: np.ndarray, places: dict[str, list[tuple[d.Passage, d.Occurrence]]],
) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for row in sorted(range(len(ids)), key=lambda row: (-int(lengths[row]), ids[row])):
        for p, _ in places[ids[row]]:
            if p.kind != "boilerplate" and p.passage_id not in numbers:
                numbers[p.passage_id] = len(numbers) + 1
    return numbers


class Shared(NamedTuple):
    """Body words of outlet A that stand in copy passages B has too, of all body words of A, in one event."""

    outlet_a: str
    outlet_b: str
    shared_words: int
    words: int


def shared_words(event: d.Cluster, marking: Marking, outlets: Sequence[str]) -> list[Shared]:
    """Every ordered pair of the outlets given; a word is of B when it stands in a copy passage that occurs in B."""
    column = {name: i for i, name in enumerate(outlets)}
    width = len(outlets)
    present = {p.passage_id: np.zeros(width, bool) for p in marking.passages if p.kind == "copy"}
    for p in marking.passages:
        for o in p.occurrences:
            if p.kind == "copy" and o.outlet in column and o.article_id in marking.articles:
                present[p.passage_id][column[o.outlet]] = True
    counts, words = np.zeros((width, width), np.int64), Counter[str]()
    for a in event.articles:
        if a.outlet not in column:
            continue
        marked = marking.articles[a.article_id]
        words[a.outlet] += int(marked.body.sum())
        met = np.zeros((len(marked.labels), width), bool)
        for p, o in marking.occurrences[a.article_id]:
            if p.kind == "copy":
                met[marked.tokens(o.start, o.end)] |= present[p.passage_id]
        counts[column[a.outlet]] += met[marked.body].sum(axis=0)
    return [Shared(a, b, int(counts[column[a], column[b]]), words[a]) for a in outlets for b in outlets if a != b]


class Piece(NamedTuple):
    """A stretch of text with the same passages over it: their ids (what counts most first), its zone, the change in it."""

    start: int
    end: int
    passages: tuple[str, ...]
    zone: str | None
    change: int | None


def pieces(length: int, zones: Iterable[tuple[int, int, str]], here: Sequence[tuple[d.Passage, d.Occurrence]]) -> list[Piece]:
    """An article's text cut wherever a passage, a zone (quotes apart) or a change begins or ends; together they are the text.

    Parameters
    ----------
    length
        Code points of the text.
    zones
        (start, end, zone).
    here
        What stands in the article, as in :class:`Marking`. A change is named by its place in :func:`changes` of it.
    """
    covers: list[tuple[int, int, d.Passage | str | int]] = [(o.start, o.end, p) for p, o in here]
    covers += [(start, end, zone) for start, end, zone in zones if zone != "quote"]
    covers += [(c.start, c.end, number) for number, (_, c) in enumerate(changes(here))]
    edges = sorted({0, length, *(place for start, end, _ in covers for place in (start, end))})
    opening: dict[int, list[tuple[int, int, d.Passage | str | int]]] = defaultdict(list)
    for cover in covers:
        opening[cover[0]].append(cover)
    open_now: list[tuple[int, int, d.Passage | str | int]] = []
    found = []
    for start, end in pairwise(edges):
        open_now = [cover for cover in open_now if cover[1] > start] + opening[start]
        over = {what.passage_id: what for _, _, what in open_now if isinstance(what, d.Passage)}
        found.append(Piece(
            start, end, tuple(p.passage_id for p in sorted(over.values(), key=strength)),
            min((what for _, _, what in open_now if isinstance(what, str)), default=None),
            min((what for _, _, what in open_now if isinstance(what, int)), default=None)))
    return found


def changes(here: Sequence[tuple[d.Passage, d.Occurrence]]) -> list[tuple[d.Passage, d.Change]]:
    """Numbers, quotes and names that differ inside what stands in an article, in order of place.

    Mere wording is left out: side by side it is compared between the articles shown, not with the reference occurrence.
    """
    found = [(p, c) for p, o in here for c in o.changes if c.type != "wording"]
    return sorted(found, key=lambda pair: (pair[1].start, pair[1].end, pair[0].passage_id))
