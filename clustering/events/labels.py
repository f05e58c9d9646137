"""What events and stories are called, and how well they hold together.

The title is the cleaned headline of the medoid over duplicate groups (over articles the agency text would always win);
an event never gets an invented name. A wrong merge still has a fluent medoid, so the member least like the others and
the mean cosine stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from clustering.events.naming import Word
from clustering.events.vectors import Vectors
from clustering.events.within import groups_of, mean_cosines
from clustering.events.words import Words
from clustering.tables import EVENTS, STORIES, flat
from clustering.text.tokens import NOT_BODY, ZONE_BITS

KEYWORDS, NAMES = 10, 8
NAME_WEIGHT = 0.3
"""What names add to their weight as keywords."""
TITLE_CHARACTERS = 160
"""A first line that serves as a headline is cut here, at a blank."""


@dataclass(frozen=True)
class Described:
    """An EVENTS and a STORIES table."""

    events: pa.Table
    stories: pa.Table


class _Headlines:
    """The headline of an article: its title, else the headline zone of the text, else the first line with body words."""

    def __init__(self, articles: pa.Table, tokens: pa.Table, vectors: Vectors) -> None:
        self._titles, self._texts, self._spans = articles["title"], articles["text"], vectors.headlines
        (self._starts, self._offsets), (self._ends, _), (self._zones, _) = (flat(tokens[c]) for c in ("starts", "ends", "zones"))

    def given(self, row: int) -> str:
        """The cleaned title or headline zone, empty when there is none."""
        start, end = self._spans[row]
        if end > start:
            title: str = self._titles[row].as_py()
            return " ".join(title[start:end].split())
        begin, stop = self._offsets[row : row + 2]
        marked = np.flatnonzero(self._zones[begin:stop] & NOT_BODY == ZONE_BITS["headline"])
        return self._line(row, begin + int(marked[0])) if marked.size else ""

    def any(self, row: int) -> str | None:
        """What there is to call it by, null without a word."""
        begin, stop = self._offsets[row : row + 2]
        body = np.flatnonzero(self._zones[begin:stop] & NOT_BODY == 0)
        first = int(body[0]) if body.size else 0
        return self.given(row) or (self._line(row, begin + first) if stop > begin else None)

    def _line(self, row: int, token: int) -> str:
        """The rest of the line from a token on, shortened at a blank."""
        start = int(self._starts[token])
        line: str = (self._texts[row].as_py()[start : start + 4 * TITLE_CHARACTERS].splitlines() or [""])[0].rstrip()
        if len(line) <= TITLE_CHARACTERS:
            return line
        return line[:TITLE_CHARACTERS].rsplit(maxsplit=1)[0] + " …"


def _names(found: list[Word]) -> list[str]:
    """People, places and organisations; no bare numbers."""
    return [word for word, _ in found if not word[0].isdigit()][:NAMES]


def _full_names(names: list[str], keywords: list[str]) -> list[str]:
    """The names, where two of them are a phrase among the keywords ("Costa Rica") as that."""
    for phrase in keywords:
        parts = phrase.split()
        if len(parts) > 1 and set(parts) <= set(names):
            first = min(map(names.index, parts))
            names = [phrase if n == first else name for n, name in enumerate(names) if n == first or name not in parts]
    return names


def describe(articles: pa.Table, tokens: pa.Table, vectors: Vectors, events_of: pa.Table, stories_of: pa.Table,
             stability: np.ndarray) -> Described:
    """Titles, keywords, medoid, weakest member and cohesion of every event, titles and keywords of every story.

    ``stability`` is that of each vector's event, as of :func:`clustering.events.probe_stability`.
    """
    event, story = events_of["event"].to_numpy(), stories_of["story"].to_numpy()
    headlines, words = _Headlines(articles, tokens, vectors), Words(articles, vectors)
    order, bounds = groups_of(event[vectors.rows])
    means = mean_cosines(vectors, event[vectors.rows])
    # the most central text of each event first, the first of equals; a text that is alone has no mean
    ranking = np.lexsort((order, -np.nan_to_num(means[order]), np.repeat(np.arange(bounds.size - 1), np.diff(bounds))))
    ranking, medoids = order[ranking], order[ranking[bounds[:-1]]]
    keywords = words.of_groups(order, bounds, medoids, KEYWORDS, data=1.0, topics=NAME_WEIGHT)
    names = words.of_groups(order, bounds, medoids, 2 * NAMES, topics=1.0)
    rows = []
    for (begin, end), medoid, of_event, named in zip(pairwise(bounds.tolist()), medoids.tolist(), keywords, names, strict=True):
        weakest, cohesion = None, None
        if end - begin > 1:
            cohesion = float(np.round(means[order[begin:end]].mean(), 6))
            weakest = int(vectors.rows[ranking[end - 1]])
        row = int(vectors.rows[medoid])
        of_keywords = [word for word, _ in of_event]
        titled = (title for v in ranking[begin:end] if (title := headlines.given(int(vectors.rows[v]))))
        rows.append({
            "event": int(event[row]), "story": int(story[row]), "title": next(titled, None) or headlines.any(row),
            "keywords": of_keywords, "names": _full_names(_names(named), of_keywords), "representative_row": row,
            "weakest_row": weakest, "cohesion": cohesion, "stability": float(stability[medoid]),
        })
    return Described(pa.Table.from_pylist(rows, schema=EVENTS), _stories(rows, event, vectors, words))


def _stories(events: list[dict[str, Any]], event: np.ndarray, vectors: Vectors, words: Words) -> pa.Table:
    """Title of the largest event (the earliest row among equals); keywords: the names in the sum of its events' medoids.

    A story of one event has that event's keywords.
    """
    by_story: dict[int, list[dict[str, Any]]] = {}
    for record in events:
        by_story.setdefault(record["story"], []).append(record)
    sizes = np.bincount(event)
    largest = {story: min(here, key=lambda e: (-sizes[e["event"]], e["event"])) for story, here in by_story.items()}
    several = [story for story in sorted(by_story) if len(by_story[story]) > 1]
    texts = np.searchsorted(vectors.rows, [e["representative_row"] for story in several for e in by_story[story]])
    bounds = np.cumsum([0, *(len(by_story[story]) for story in several)])
    medoids = np.searchsorted(vectors.rows, [largest[story]["representative_row"] for story in several])
    keywords = dict(zip(several, words.of_groups(texts, bounds, medoids, KEYWORDS, topics=1.0), strict=True))
    return pa.Table.from_pylist([
        {"story": story, "title": largest[story]["title"],
         "keywords": [word for word, _ in keywords[story]] if story in keywords else largest[story]["keywords"]}
        for story in sorted(by_story)], schema=STORIES)
