"""Fed in pieces or at once: the same groups where all fits the window, nearly the same where things expire; ids stay."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from clustering import events, lineage
from clustering.tables import EVENTS_OF, GROUPS, table
from jobs import settings
from tests.build import articles
from tests.command import FIXTURES, NEWSROOM, SETTINGS, records
from tests.day_by_day import ARRIVALS, Fed, agreement, arriving, feed, lines_of

STORIES = {"port-alder-ferry", "quay-street-warehouse-fire", "hohenau-tunnelbrand", "grain-auction-1", "grain-auction-3"}


@cache
def some() -> tuple[str, ...]:
    """The articles of five stories, and some others."""
    story = {record["id"]: record["story"] for record in records(FIXTURES / "truth" / "groups.jsonl")}
    return tuple(line for n, line in enumerate(lines_of(NEWSROOM))
                 if story[json.loads(line)["id"]] in STORIES or n % 20 == 0)


def given(window: float, **more):
    """The shipped settings but for the window."""
    return msgspec.structs.replace(settings.load(SETTINGS), window_days=window, **more)


@pytest.mark.parametrize(("how", "window"), [("late", 30.0), ("daily", 5.0), ("uneven", 5.0)])
def test_in_pieces_or_at_once(tmp_path: Path, how: str, window: float) -> None:
    once = feed(tmp_path / "once", [list(some())], given(30.0))
    fed = feed(tmp_path / "fed", arriving(some(), how), given(window, context_articles=0))
    least = 1.0 if window == 30 else 0.98
    assert agreement(fed.final("event"), once.final("event")) >= least
    assert agreement(fed.final("duplicate_group"), once.final("duplicate_group")) >= (1.0 if window == 30 else 0.9)
    _, unchanged = fed.kept()
    assert unchanged == 1.0
    assert not fed.reused()
    if window == 5 and how == "daily":  # things really expire
        assert len(fed.said[-1]["event"]) < len(some())


@cache
def at_once(path: Path) -> Fed:
    """What a single run over the whole set says."""
    with TemporaryDirectory() as folder:
        return feed(Path(folder) / "once", [lines_of(path)], given(31.0))


@pytest.mark.slow
@pytest.mark.parametrize("how", ARRIVALS)
@pytest.mark.parametrize(("window", "company", "least", "ids"), [
    (30.0, 1500, 1.0, 0.978), (10.0, 1500, 0.99, 0.978), (5.0, 1500, 0.99, 0.98),  # asked are ids of .98: docs/operations.md
    (10.0, 0, 0.99, 0.978), (5.0, 0, 0.98, 0.97),  # by days alone more expires, and fewer articles are left to keep an id
])
def test_the_newsroom_in_pieces_or_at_once(
        tmp_path: Path, how: str, window: float, company: int, least: float, ids: float) -> None:
    once = at_once(NEWSROOM)
    fed = feed(tmp_path / "fed", arriving(lines_of(NEWSROOM), how), given(window, context_articles=company))
    assert agreement(fed.final("event"), once.final("event")) >= least
    share, unchanged = fed.kept()
    assert share >= ids
    assert unchanged == 1.0
    assert not fed.reused()


def parent(**event: str) -> lineage.Parent:
    members = {level: pa.table({"article_id": list(event), "group_id": list(event.values())})
               for level in ("duplicate_group", "event", "story")}
    return lineage.Parent("r", members, settled=frozenset(event))


class Vectors:
    """One text for each article but the last, which is a copy of the one before."""

    rows = np.arange(6, dtype=np.int32)

    def of_articles(self, groups: pa.Table) -> np.ndarray:
        return groups["group"].to_numpy()


GROUPS_OF = table(GROUPS, {"group": [0, 1, 2, 3, 4, 5, 5], "relation": [None] * 7})


@pytest.mark.parametrize(("settled", "found", "expected"), [
    ({}, [0, 0, 0, 3, 3, 5, 5], [0, 0, 0, 3, 3, 5, 5]),
    ({"a001": "x", "a002": "x"}, [0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 3, 3, 3, 3]),  # a young text joins what is settled
    ({"a001": "x", "a002": "x"}, [0, 1, 0, 1, 1, 1, 1], [0, 0, 0, 3, 3, 3, 3]),  # what is settled is not taken apart ...
    ({"a001": "x", "a002": "x", "a004": "y"}, [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 3, 0, 0, 0]),  # ... nor joined
    ({"a001": "x", "a002": "y"}, [0, 0, 0, 3, 3, 3, 3], [0, 1, 0, 3, 3, 3, 3]),
    ({"a006": "x"}, [0, 0, 2, 2, 2, 2, 2], [0, 0, 2, 2, 2, 2, 2]),  # the copy of a settled text
    ({"a006": "x", "a007": "y"}, [0, 0, 2, 2, 2, 2, 2], [0, 0, 2, 2, 2, 2, 2]),  # one text cannot be in two events
])
def test_what_is_settled_stays_and_takes_young_texts_along(settled: dict, found: list[int], expected: list[int]) -> None:
    rows = articles(*(["words"] * 7))
    kept = events.keep_settled(GROUPS_OF, Vectors(), table(EVENTS_OF, {"event": found}), parent(**settled).settled_events(rows))
    smallest = {label: min(n for n, other in enumerate(kept["event"].to_pylist()) if other == label)
                for label in kept["event"].to_pylist()}
    assert [smallest[label] for label in kept["event"].to_pylist()] == kept["event"].to_pylist()
    assert agreement(dict(enumerate(map(str, kept["event"].to_pylist()))), dict(enumerate(map(str, expected)))) == 1.0


@pytest.mark.slow
@pytest.mark.skipif("SAMESTORY_DATA" not in os.environ, reason="SAMESTORY_DATA names no folder of labelled sets")
@pytest.mark.parametrize("how", ARRIVALS)
@pytest.mark.parametrize(("window", "least"), [(31.0, 1.0), (10.0, 0.98), (5.0, 0.98)])
def test_a_real_feed_in_pieces_or_at_once(tmp_path: Path, how: str, window: float, least: float) -> None:
    path = Path(os.environ["SAMESTORY_DATA"]) / "german-press-2021-01" / "articles.jsonl.xz"
    once = at_once(path)
    fed = feed(tmp_path / "fed", arriving(lines_of(path), how), given(window))
    assert agreement(fed.final("event"), once.final("event")) >= least
    share, unchanged = fed.kept()
    assert share >= 0.98
    assert unchanged == 1.0
    assert not fed.reused()
