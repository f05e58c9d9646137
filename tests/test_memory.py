"""What a run remembers of the articles it read changes nothing but the time the next one takes."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from unittest import mock

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clustering import text
from clustering.config import Settings, TextSettings
from clustering.tables import ARTICLES, REMEMBERED
from clustering.text import memory as reading
from jobs import console, memory, settings
from jobs.run import Request, execute
from tests.build import articles
from tests.command import NEWSROOM, SETTINGS, VOLATILE, records

SOME = 40


@cache
def newsroom() -> pa.Table:
    """Articles of the newsroom, some without a language, one without a title or a word."""
    chosen = [{name: record[name] for name in ("title", "text", "outlet", "authors", "url", "lang")}
              for record in records(NEWSROOM)[::11][:SOME - 1]]
    for number, record in enumerate(chosen):
        record["lang"] = record["lang"] if number % 3 else None
    return articles(*chosen, {"text": "", "outlet": "Kestwick Courier"})


def read(table: pa.Table, remembered: pa.Table | None, given: Settings | None = None) -> text.Read:
    return text.read_by_rules(table, given or settings.load(SETTINGS), remembered)


@cache
def plain() -> tuple[pa.Table, ...]:
    table, shipped = newsroom(), settings.load(SETTINGS)
    tokens = text.tokenise(table["text"])
    return (text.detect_languages(table, tokens), text.find_zones(table, tokens, shipped.text, shipped.agencies),
            text.find_dates(table, tokens))


@hypothesis_settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(0, SOME - 1), unique=True), st.lists(st.integers(0, SOME - 1), unique=True))
def test_whatever_is_remembered_the_rules_say_the_same(first: list[int], second: list[int]) -> None:
    table = newsroom()
    once = read(table.take(pa.array(first, pa.int64())), None)
    twice = read(table.take(pa.array(second, pa.int64())), once.remembered)
    assert twice.new == len(set(second) - set(first))
    found = read(table, twice.remembered)
    assert found.new == SOME - len(second)
    assert (found.languages, found.zones, found.dates) == plain()
    assert found.remembered.equals(read(table, None).remembered)


@pytest.mark.parametrize("column", ARTICLES.names)
def test_an_article_is_read_again_when_what_the_rules_read_has_changed(column: str) -> None:
    table = newsroom().slice(5, 1)
    place = table.schema.get_field_index(column)
    other = table.slice(0, 0).schema.field(column).type
    value = [["Somebody Else"]] if pa.types.is_list(other) else [True] if pa.types.is_boolean(other) else \
        [0] if pa.types.is_timestamp(other) else ["other"]
    changed = table.set_column(place, table.schema.field(column), pa.array(value, other))
    assert read(changed, read(table, None).remembered).new == (column in ("text", "title", "outlet", "authors", "lang", "url"))


def test_nothing_and_something_missing_are_told_apart() -> None:
    seen = read(articles({"text": "words", "title": None}), None).remembered
    for other in ({"title": ""}, {"title": "None"}, {"title": None, "authors": [""]}, {"title": None, "authors": ["", ""]}):
        assert read(articles({"text": "words"} | other), seen).new == 1
    assert read(articles({"text": "words"}), seen).new == 0
    assert read(articles(), seen).new == 0


def test_credits_are_read_again_when_the_zones_beside_them_have_changed() -> None:
    table, shipped = newsroom(), settings.load(SETTINGS)
    tokens, seen = text.tokenise(table["text"]), read(table, None)
    credits, told = text.credit(table, tokens, seen.zones, shipped.agencies, seen.remembered)
    assert credits == text.find_credits(table, tokens, seen.zones, shipped.agencies)
    assert len(credits) > 5
    row = credits["row"][0].as_py()
    masked = pa.concat_tables([seen.zones, pa.Table.from_pylist(
        [{"row": row, "zone": "boilerplate", "start": 0, "end": len(table["text"][row].as_py()), "reason": "a test"}],
        seen.zones.schema)]).sort_by([("row", "ascending"), ("start", "ascending"), ("end", "ascending")])
    with mock.patch.object(reading, "find_credits", wraps=text.find_credits) as asked:
        assert text.credit(table, tokens, seen.zones, shipped.agencies, told)[0] == credits
        assert text.credit(table, tokens, masked, shipped.agencies, told)[0] == text.find_credits(
            table, tokens, masked, shipped.agencies)
    assert [len(call.args[0]) for call in asked.call_args_list] == [0, 1]


def run(store: Path, lines: list[dict], given: Settings | None = None) -> tuple[dict[str, bytes], int]:
    """The artifacts of one run, and how many articles it read by rules."""
    source = store.with_suffix(".jsonl")
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    path = execute(Request([str(source)], store, given or settings.load(SETTINGS)), console.reporter(quiet=True)).path
    (stage,) = [s for s in json.loads((path / "run_results.json").read_bytes())["stages"] if s["name"] == "text"]
    written = {p.name: p.read_bytes() for p in path.iterdir() if p.is_file() and p.name not in VOLATILE}
    return written, stage["counts"]["read_anew"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_runs_with_and_without_memory_write_the_same_bytes(tmp_path: Path, seed: int) -> None:
    """Most at first, then a few, then the rest with late articles among them, one that has changed and one that is withdrawn."""
    lines = records(NEWSROOM)[::4]
    random.Random(seed).shuffle(lines)
    corrected = lines[0] | {"text": lines[0]["text"] + "\n\nMore was said later.", "modified": "2024-03-30T00:00:00Z"}
    most = 60 + 20 * seed
    batches = [lines[:most], lines[most : most + 10],
               [*lines[most + 10 :], corrected, {"id": lines[1]["id"], "status": "withdrawn"}]]
    for number, (batch, new) in enumerate(zip(batches, (most, 10, len(lines) - most - 10 + 1), strict=True)):
        remembering, anew = run(tmp_path / "remembers", batch)
        for file in (tmp_path / "forgets").glob("memory/*"):
            file.unlink()
        forgetting, all_of_them = run(tmp_path / "forgets", batch)
        assert (anew, all_of_them) == (new, len(pq.read_table(tmp_path / "forgets" / "latest" / "texts.parquet"))), number
        assert [name for name in forgetting if forgetting[name] != remembering[name]] == []
    left = pq.read_table(tmp_path / "remembers" / "memory" / "articles.parquet")
    assert len(left) == len(lines) - 1  # nothing is known of what was withdrawn
    whole = (tmp_path / "remembers" / "memory" / "articles.parquet").read_bytes()
    said = whole + repr(left.to_pylist()).encode()  # the file is compressed
    assert [word for word in lines[1]["text"].split() if len(word) > 9 and word.encode() in said] == []


@pytest.mark.parametrize("harm", ["cut", "bit", "gone", "other"])
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, harm: str) -> None:
    table = newsroom()
    seen = read(table, None).remembered
    (tmp_path / "memory").mkdir()
    (tmp_path / "tmp").mkdir()
    memory.remember(tmp_path, seen, "recipe")
    file = tmp_path / "memory" / "articles.parquet"
    assert memory.recall(tmp_path, "recipe").equals(seen)
    whole = file.read_bytes()
    if harm == "cut":
        for size in range(0, len(whole), len(whole) // 20):
            file.write_bytes(whole[:size])
            assert memory.recall(tmp_path, "recipe") is None
    elif harm == "bit":
        for place in range(4, len(whole), len(whole) // 200):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1:])
            found = memory.recall(tmp_path, "recipe")
            assert found is None or found.equals(seen), place
    elif harm == "gone":
        file.unlink()
        assert memory.recall(tmp_path, "recipe") is None
    else:
        assert memory.recall(tmp_path, "another recipe") is None
        pq.write_table(pa.table({"key": [b"x"]}), file)
        assert memory.recall(tmp_path, "recipe") is None


def test_other_rules_forget() -> None:
    shipped = settings.load(SETTINGS)
    assert memory.recipe(shipped) == memory.recipe(settings.load(SETTINGS))
    denied = msgspec.structs.replace(shipped, text=TextSettings(boilerplate_deny=["read more"]))
    assert len({memory.recipe(given) for given in (shipped, denied, Settings())}) == 3


def test_what_cannot_be_remembered_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(memory, "sync", full)
    run(tmp_path / "s", records(NEWSROOM)[:5])
    assert list((tmp_path / "s" / "memory").iterdir()) == []
    assert "text" not in REMEMBERED.names
