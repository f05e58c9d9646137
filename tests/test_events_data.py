"""B-cubed F1 on labelled real news, one configuration for all sets (needs the folder named in SAMESTORY_DATA)."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.labelled import load, vectors_of
from clustering import events
from clustering.config import EventsSettings, StoriesSettings
from tests.oracles.events import b_cubed

DATA = os.environ.get("SAMESTORY_DATA")
FLOORS = {"giveme5w1h": 0.935, "fnc1-train": 0.958, "ecbplus-1-35": 0.955, "basil": 0.995, "gva-2013-2014": 0.942}

pytestmark = pytest.mark.skipif(not DATA, reason="SAMESTORY_DATA names no folder of labelled news")


@pytest.mark.parametrize("name", FLOORS)
def test_events_of_labelled_news(name) -> None:
    corpus = load(Path(DATA or "") / name)
    vectors = vectors_of(corpus, EventsSettings())
    fitted = events.fit(vectors.dating, EventsSettings())
    near = events.find_neighbours(corpus.articles, corpus.groups, vectors, corpus.found, fitted)
    events_of = events.group_events(corpus.articles, corpus.groups, vectors, near, fitted)
    found = dict(zip(corpus.articles["article_id"].to_pylist(), events_of["event"].to_pylist(), strict=True))
    assert b_cubed(found, corpus.gold) >= FLOORS[name]

    stories_of, _ = events.chain_stories(corpus.articles, vectors, events_of, StoriesSettings())
    assert max(Counter(stories_of["story"].to_pylist()).values()) < 0.1 * len(corpus.articles)  # no story is a blob
