"""B-cubed F1 on labelled real news, one configuration for all sets (needs the folder named in SAMESTORY_DATA)."""

from __future__ import annotations

import json
import lzma
import os
from collections import Counter
from pathlib import Path

import pytest

from clustering import events, text
from clustering.config import EventsSettings, StoriesSettings, TextSettings
from jobs.background import load_background
from tests.build import articles, nothing_shared
from tests.oracles.events import b_cubed
from tests.test_events_vectors import alone

DATA = os.environ.get("SAMESTORY_DATA")
FLOORS = {"giveme5w1h": 0.90, "fnc1-train": 0.92, "ecbplus-1-35": 0.92, "basil": 0.97, "gva-2013-2014": 0.92}

pytestmark = pytest.mark.skipif(not DATA, reason="SAMESTORY_DATA names no folder of labelled news")


@pytest.mark.parametrize("name", FLOORS)
def test_events_of_labelled_news(name) -> None:
    folder = Path(DATA or "") / name
    records = [json.loads(line) for line in lzma.decompress((folder / "articles.jsonl.xz").read_bytes()).splitlines()]
    gold = {g["id"]: g["event"] for g in map(json.loads, (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines())}
    table = articles(*({"article_id": r["id"], **{k: r.get(k) for k in ("outlet", "title", "text", "published", "lang")}}
                       for r in records))
    tokens, title_tokens = text.tokenise(table["text"]), text.tokenise(table["title"])
    languages = text.detect_languages(table, tokens)
    tokens = text.mark_zones(tokens, text.find_zones(table, tokens, TextSettings()))
    groups = alone(len(table))
    vectors = events.vectorise(table, tokens, title_tokens, languages, text.find_dates(table, tokens), groups,
                               load_background(), EventsSettings())
    neighbours = events.find_neighbours(table, groups, vectors, nothing_shared(), EventsSettings())
    events_of = events.group_events(table, groups, vectors, neighbours, EventsSettings())
    found = dict(zip(table["article_id"].to_pylist(), events_of["event"].to_pylist(), strict=True))
    assert b_cubed(found, gold) >= FLOORS[name]

    stories_of, _ = events.chain_stories(table, vectors, events_of, StoriesSettings())
    assert max(Counter(stories_of["story"].to_pylist()).values()) < 0.1 * len(table)  # no story is a blob
