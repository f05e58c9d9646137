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
import scipy.sparse as sp

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


def _sums(matrix: sp.csr_matrix, order: np.ndarray, bounds: np.ndarray) -> sp.csr_matrix:
    """The sum of the rows of each group, one row a group; ``order`` and ``bounds`` as of :func:`groups_of`."""
    member = sp.csr_matrix((np.ones(order.size), order, bounds), shape=(bounds.size - 1, matrix.shape[0]))
    sums = member @ matrix
    sums.sort_indices()
    return sums


def _keywords(words: Words, sums: sp.csr_matrix, row: int, medoid: int) -> list[str]:
    """Terms of the medoid that weigh most in a sum of vectors, a row of ``sums``."""
    here = slice(*sums.indptr[row : row + 2])
    return [word for word, _ in words.best(medoid, sums.indices[here], sums.data[here], KEYWORDS)]


def _names(words: Words, topics: sp.csr_matrix, row: int, medoid: int) -> list[str]:
    """People, places and organisations of the medoid that weigh most in a sum of topic vectors; no bare numbers."""
    here = slice(*topics.indptr[row : row + 2])
    found = words.best(medoid, topics.indices[here], topics.data[here], 2 * NAMES)
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
    topics = vectors.topic_matrix()
    order, bounds = groups_of(event[vectors.rows])
    sums, names = _sums(vectors.matrix() + NAME_WEIGHT * topics, order, bounds), _sums(topics, order, bounds)
    means = mean_cosines(vectors, event[vectors.rows])
    rows = []
    for number, (begin, end) in enumerate(pairwise(bounds)):
        ranking, weakest, cohesion = order[begin:end], None, None
        if ranking.size > 1:
            cohesion = float(np.round(means[ranking].mean(), 6))
            ranking = ranking[np.lexsort((ranking, -means[ranking]))]
            weakest = int(vectors.rows[ranking[-1]])
        medoid = int(ranking[0])
        titled = (title for v in ranking if (title := headlines.given(int(vectors.rows[v]))))
        row, keywords = int(vectors.rows[medoid]), _keywords(words, sums, number, medoid)
        rows.append({
            "event": int(event[row]), "story": int(story[row]), "title": next(titled, None) or headlines.any(row),
            "keywords": keywords, "names": _full_names(_names(words, names, number, medoid), keywords), "representative_row": row,
            "weakest_row": weakest, "cohesion": cohesion, "stability": float(stability[medoid]),
        })
    return Described(pa.Table.from_pylist(rows, schema=EVENTS), _stories(rows, event, vectors, topics, words))


def _stories(events: list[dict[str, Any]], event: np.ndarray, vectors: Vectors, topics: sp.csr_matrix,
             words: Words) -> pa.Table:
    """Title of the largest event (the earliest row among equals); keywords: the names in the sum of its events' medoids.

    A story of one event has that event's keywords.
    """
    by_story: dict[int, list[dict[str, Any]]] = {}
    for record in events:
        by_story.setdefault(record["story"], []).append(record)
    sizes = np.bincount(event)
    stories = []
    for story in sorted(by_story):
        largest = min(by_story[story], key=lambda e: (-sizes[e["event"]], e["event"]))
        keywords = largest["keywords"]
        if len(by_story[story]) > 1:
            texts = np.searchsorted(vectors.rows, [e["representative_row"] for e in by_story[story]])
            medoid = int(np.searchsorted(vectors.rows, largest["representative_row"]))
            keywords = _keywords(words, _sums(topics, texts, np.array([0, texts.size])), 0, medoid)
        stories.append({"story": story, "title": largest["title"], "keywords": keywords})
    return pa.Table.from_pylist(stories, schema=STORIES)
