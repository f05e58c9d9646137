"""The labelled sets, prepared once up to the event room, so that settings of that room are tried in a second.

Everything an event is made from but the event room's own settings (tokens, zones, dates, duplicate groups, passages) is computed
by the pipeline's own doors and kept in memory.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from clustering import copies, events, passages, scoring, text
from clustering.config import EventsSettings, Settings
from clustering.events.vectors import Vectors
from jobs import readers
from jobs.background import load_background
from jobs.intake import Intake
from jobs.kernels import forget_stale
from jobs.run import recipes
from jobs.store import open_store

forget_stale()  # a figure of half-old kernels would be worse than none

EVENT_SETS = ("giveme5w1h", "fnc1-train", "ecbplus-1-35", "basil", "gva-2013-2014")


@dataclass(frozen=True, eq=False)
class Prepared:
    """A corpus as it comes to the event room, and the gold event of its labelled articles."""

    articles: pa.Table
    tokens: pa.Table
    titles: pa.Table
    languages: pa.Table
    dates: pa.Table
    groups: pa.Table
    found: passages.Found
    gold: dict[str, str]


def read(source: Path, settings: Settings | None = None) -> pa.Table:
    """The ARTICLES table of an input, as a run would read it."""
    settings = settings or Settings()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store", recipes(settings)) as store:
        intake = Intake(store.database, settings)
        for block in readers.open_input(readers.detect(str(source), settings), settings):
            intake.add(block)
        intake.settle(None)
        return intake.articles()


def read_gold(folder: Path) -> dict[str, str]:
    """Article id -> event, empty when the set has none."""
    path = folder / "gold.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return {r["id"]: r["event"] for r in records if "event" in r}


def prepare(articles: pa.Table, gold: dict[str, str], settings: Settings | None = None) -> Prepared:
    """Through the rooms before the events."""
    s = settings or Settings()
    tokens = text.tokenise(articles["text"])
    languages = text.detect_languages(articles, tokens)
    titles = text.tokenise(articles["title"])
    zones = text.find_stand_ins(articles, tokens, titles, text.find_zones(articles, tokens, s.text, s.agencies))
    marked = text.mark_zones(tokens, text.learn_boilerplate(articles, tokens, languages, zones, s.text))
    shingles = copies.shingle(marked, s.copies)
    candidates, _ = copies.find_candidates(marked, shingles, copies.sign(shingles, s.copies, "fast"), s.copies, "fast")
    pairs = copies.part_issues(articles, text.find_numbers(marked, titles), copies.verify(marked, shingles, candidates, s.copies))
    groups = copies.group_duplicates(articles, marked, pairs, s.copies)
    return Prepared(articles, marked, titles, languages,
                    text.find_dates(articles, tokens), groups, passages.find(articles, marked, groups, s.passages), gold)


def vectors_of(corpus: Prepared, settings: EventsSettings) -> Vectors:
    """The corpus as vectors."""
    return events.vectorise(corpus.articles, corpus.tokens, corpus.titles, corpus.languages, corpus.dates, corpus.groups,
                            load_background(), settings)


def group(corpus: Prepared, settings: EventsSettings, vectors: Vectors | None = None) -> dict[str, int]:
    """Article id -> event."""
    vectors = vectors or vectors_of(corpus, settings)
    fitted = events.fit(vectors.dating, settings)
    near = events.find_neighbours(corpus.articles, corpus.groups, vectors, corpus.found, fitted)
    round_ups = events.find_round_ups(corpus.tokens, vectors, near, fitted)
    of = events.group_events(corpus.articles, corpus.groups, vectors, near, fitted, round_ups)
    return dict(zip(corpus.articles["article_id"].to_pylist(), of["event"].to_pylist(), strict=True))


def score(gold: dict[str, str], found: dict[str, int]) -> scoring.Score:
    """B-cubed over the labelled articles; one that is missing counts as alone."""
    ids = sorted(gold)
    return scoring.bcubed([gold[i] for i in ids], [found.get(i, "missing " + i) for i in ids])


@cache
def load(folder: Path) -> Prepared:
    """One labelled set, prepared."""
    return prepare(read(folder / "articles.jsonl.xz"), read_gold(folder))


def macro(scores: list[float]) -> float:
    """The mean over sets."""
    return float(np.mean(scores))
