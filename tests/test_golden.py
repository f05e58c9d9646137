"""What a user sees of some thirty articles does not change unnoticed; ``tests/golden_run.py`` says how to change it."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.columns import TABLES as DECLARED
from jobs.columns import arrow, guarded
from tests import golden_run


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golden_run.run(tmp_path_factory.mktemp("golden") / "store")


@pytest.mark.parametrize("name", [*golden_run.TEXTS, *(f"{name}.jsonl" for name in golden_run.TABLES)])
def test_the_artifact_is_the_golden_one(today: Path, name: str) -> None:
    expected, got = golden_run.golden().get(name, ""), golden_run.texts_of(today)[name]
    if got != expected:
        pytest.fail(f"{golden_run.difference(name, expected, got)}\n\nIf that is meant: python -m tests.golden_run --update",
                    pytrace=False)


def test_the_golden_run_shows_something_of_everything() -> None:
    kept = golden_run.golden()
    assert sorted(kept) == sorted([*golden_run.TEXTS, *(f"{name}.jsonl" for name in golden_run.TABLES)])
    assert [name for name, text in kept.items() if text.count("\n") < 2] == []
    passages = [json.loads(line) for line in kept["passages.jsonl"].splitlines()]
    assert {"copy", "quote"} <= {p["kind"] for p in passages}
    assert any(o["changes"] for p in passages for o in p["occurrences"])
    assert {json.loads(line)["verdict"] for line in kept["pairs.parquet.jsonl"].splitlines()[1:]} >= {"rejected"}


@pytest.mark.parametrize("name", [name for name in DECLARED if name.endswith(".parquet")])
def test_parquet_has_the_declared_schema(today: Path, name: str) -> None:
    assert pq.read_schema(today / name).equals(arrow(DECLARED[name]))


def test_articles_parquet_says_what_articles_csv_says(today: Path) -> None:
    table = pq.read_table(today / "articles.parquet")
    with (today / "articles.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == table.column_names
    assert rows == [["" if value is None else str(guarded(value)) for value in row.values()] for row in table.to_pylist()]


def test_texts_parquet_holds_the_texts_as_they_came(today: Path) -> None:
    given = {}
    for line in golden_run.ARTICLES.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
            given[record["id"]] = record["text"]
        except (ValueError, KeyError):
            continue
    table = pq.read_table(today / "texts.parquet")
    assert table.schema.field("text").type in (pa.string(), pa.large_string())
    rows = table.to_pylist()
    assert {row["article_id"]: row["text"] for row in rows} == {i: text for i, text in given.items() if i != "dated"}
    assert all(row["sha256"] == hashlib.sha256(row["text"].encode()).hexdigest() for row in rows)


def test_a_difference_is_shown_by_key_and_cut() -> None:
    old, new = '{"a":1,"b":[1,2]}\n', '{"a":1,"b":[1,3]}\n'
    shown = golden_run.difference("x.jsonl", old, new)
    assert "-  2" in shown
    assert "+  3" in shown
    assert "lines more" in golden_run.difference("x.csv", "", "\n".join(map(str, range(500))))
    assert "other bytes" in golden_run.difference("x.jsonl", '{"a": 1}\n', '{"a":1}\n')
