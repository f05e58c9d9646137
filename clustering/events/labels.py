"""What events and stories are called, and how well they hold together.

The title is the cleaned headline of the medoid over duplicate groups (over articles the agency text would always win);
an event never gets an invented name. A wrong merge still has a fluent medoid, so the member least like the others and
the mean cosine stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from clustering.events.vectors import Vectors
from clustering.events.words import Words
from clustering.tables import EVENTS, STORIES, flat
from clustering.text.tokens import NOT_BODY, ZONE_BITS

KEYWORDS = 10
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


def _sum(rows: sp.csr_matrix) -> sp.csr_matrix:
    """The sum of some rows; sparse, for a dense one is as long as the vocabulary."""
    return sp.csr_matrix(np.ones((1, rows.shape[0]))) @ rows


def mean_cosines(rows: sp.csr_matrix) -> np.ndarray:
    """The mean cosine of each of two or more vectors to the others, float64[k], quantised."""
    total = _sum(rows)
    own = np.asarray(rows.multiply(rows).sum(axis=1)).ravel()
    others: np.ndarray = np.asarray((rows @ total.T).todense()).ravel() - own
    means: np.ndarray = np.round(others / (rows.shape[0] - 1), 6)
    return means


def _keywords(words: Words, sums: sp.csr_matrix, medoid: int) -> list[str]:
    """Terms of the medoid that weigh most in a sum of vectors (one row)."""
    sums.sort_indices()
    return words.best(medoid, sums.indices, sums.data, KEYWORDS)


def describe(articles: pa.Table, tokens: pa.Table, vectors: Vectors, events_of: pa.Table, stories_of: pa.Table) -> Described:
    """Titles, keywords, medoid, weakest member and cohesion of every event, titles and keywords of every story."""
    event, story = events_of["event"].to_numpy(), stories_of["story"].to_numpy()
    headlines, words = _Headlines(articles, tokens, vectors), Words(articles, vectors)
    matrix, topics = vectors.matrix(), vectors.topic_matrix()
    weights = matrix + NAME_WEIGHT * topics
    order = np.argsort(event[vectors.rows], kind="stable")
    labels = event[vectors.rows][order]
    rows = []
    for members in np.split(order, np.flatnonzero(np.diff(labels)) + 1) if order.size else ():
        ranking, weakest, cohesion = members, None, None
        if members.size > 1:
            means = mean_cosines(matrix[members])
            ranking = members[np.lexsort((members, -means))]
            weakest, cohesion = int(vectors.rows[ranking[-1]]), float(np.round(means.mean(), 6))
        medoid = int(ranking[0])
        titled = (title for v in ranking if (title := headlines.given(int(vectors.rows[v]))))
        row = int(vectors.rows[medoid])
        rows.append({
            "event": int(event[row]), "story": int(story[row]), "title": next(titled, None) or headlines.any(row),
            "keywords": _keywords(words, _sum(weights[members]), medoid), "representative_row": row,
            "weakest_row": weakest, "cohesion": cohesion,
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
            keywords = _keywords(words, _sum(topics[texts]), medoid)
        stories.append({"story": story, "title": largest["title"], "keywords": keywords})
    return pa.Table.from_pylist(stories, schema=STORIES)
