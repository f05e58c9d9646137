"""Drawing events for a blind read: random, repeatable, inside the days asked for; verdicts counted, typing errors refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.blind_read import count_verdicts, drawn, read_before

ROWS = [{"article_id": f"a{n}", "published_at": datetime(2021, 1, 1 + n, tzinfo=UTC) if n != 7 else None} for n in range(12)]
EVENT_OF = {f"a{n}": n // 2 for n in range(11)} | {"a11": 99}


def ids(events: list[list[dict]]) -> set[tuple[str, ...]]:
    return {tuple(row["article_id"] for row in event) for event in events}


def test_events_of_two_and_more_inside_the_days() -> None:
    everything = drawn(ROWS, EVENT_OF, 40, 1, "0000", "9999")
    assert ids(everything) == {("a0", "a1"), ("a2", "a3"), ("a4", "a5"), ("a6", "a7"), ("a8", "a9")}  # a10 and a11 are alone
    assert ids(drawn(ROWS, EVENT_OF, 40, 1, "2021-01-04", "2021-01-09")) == {("a4", "a5"), ("a6", "a7")}


def test_what_was_read_before_is_not_drawn_again(tmp_path: Path) -> None:
    (tmp_path / "groups.jsonl").write_text('{"number": 1, "ids": ["a1", "a6"]}\n{"seed": 1}\n', encoding="utf-8")
    assert read_before([]) == set()
    fresh = drawn(ROWS, EVENT_OF, 40, 1, "0000", "9999", read_before([tmp_path]))
    assert ids(fresh) == {("a2", "a3"), ("a4", "a5"), ("a8", "a9")}


def test_a_draw_is_repeatable_and_the_seed_changes_it() -> None:
    draws = [drawn(ROWS[::step], EVENT_OF, 2, seed, "0000", "9999") for step in (1, -1) for seed in (1, 2, 3)]
    assert [ids(d) for d in draws[:3]] == [ids(d) for d in draws[3:]]
    assert len({frozenset(ids(d)) for d in draws}) > 1
    assert all(len(d) == 2 for d in draws)


def test_verdicts_are_counted_and_typing_errors_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "verdicts.csv"
    sheet.write_text('number,verdict,note\n1,right,\n2,two events,"this, and that"\n3, right,\n', encoding="utf-8")
    assert count_verdicts(tmp_path) == {"right": 2, "one intruder": 0, "two events": 1, "not an event": 0}
    sheet.write_text("number,verdict,note\n1,rihgt,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="group 1: 'rihgt'"):
        count_verdicts(tmp_path)
