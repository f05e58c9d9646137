"""What a run writes: valid against the published schemas, the same bytes every time, spans that slice, cells that are safe."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import tables
from clustering.errors import InputError, SamestoryError
from jobs import columns, documents, publish
from jobs.independence import independent_texts
from jobs.view import View, number, utf16_offsets
from tests.hand_result import RECORDS, hand_result

MANIFEST = {"run_id": "20240508T000000Z-00000000", "as_of": "2024-05-08T00:00:00Z", "settings": {"x": float("nan")}, "further": 1}
RUN_RESULTS = {"run_id": MANIFEST["run_id"], "status": "done", "counts": {"read": 5}, "stages": [
    {"name": "text", "status": "done", "seconds": 0.1, "counts": {}, "warnings": [], "peak_memory_mb": 80}]}


def written(directory: Path, records=None) -> dict[str, bytes]:
    directory.mkdir(parents=True)
    publish.write_rejects(directory / "rejects.jsonl", [{"file": "in.jsonl", "line": 3, "reason": "no text"}])
    publish.write_redirects(directory / "redirects.jsonl", {"e-0123456789ab": "e-ba9876543210"})
    publish.write(directory, hand_result(records), MANIFEST, RUN_RESULTS)
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def lines(directory: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (directory / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def run_directory(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("publish") / "run"
    written(directory)
    return directory


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_every_record_keeps_to_its_schema(run_directory: Path, name: str) -> None:
    schema = documents.schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"] == f"urn:samestory:schema:{name}:1.0"
    records = lines(run_directory, name) if name.endswith("l") else [json.loads((run_directory / name).read_bytes())]
    assert records
    for record in records:
        jsonschema.Draft202012Validator(schema).validate(record)
        assert record["schema_version"] == "1.0"
        assert set(schema["properties"]) == set(schema["required"]) == set(record) - {"further"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({k: v for k, v in records[0].items() if k != "schema_version"})


@pytest.mark.parametrize("name", columns.TABLES)
def test_tables_have_the_declared_columns(run_directory: Path, name: str) -> None:
    fields = documents.schema(name)["fields"]
    assert all(field["description"].strip() for field in fields)
    if name.endswith(".csv"):
        with (run_directory / name).open(encoding="utf-8", newline="") as file:
            found = next(csv.reader(file))
    else:
        schema = pq.read_schema(run_directory / name)
        found = schema.names
        assert schema.equals(columns.arrow(columns.TABLES[name]))
        assert [schema.field(f["name"]).metadata[b"about"].decode() for f in fields] == [f["description"] for f in fields]
    assert found == [field["name"] for field in fields]


def test_articles_csv_starts_as_promised(run_directory: Path) -> None:
    head = (run_directory / "articles.csv").read_bytes().split(b"\r\n")[0].decode()
    assert head.startswith("article_id,outlet,url,title,published,lang,duplicate_group_id,event_id,story_id,")


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_rows_are_sorted_by_id(run_directory: Path) -> None:
    for name, key in {"clusters.jsonl": "event_id", "stories.jsonl": "story_id", "passages.jsonl": "passage_id",
                      "duplicate_groups.jsonl": "duplicate_group_id", "lineage.jsonl": "id"}.items():
        ids = [record[key] for record in lines(run_directory, name)]
        assert ids == sorted(ids)
        assert ids


def test_every_article_has_one_group_event_and_story(run_directory: Path) -> None:
    rows = pq.read_table(run_directory / "articles.parquet").to_pylist()
    assert [row["article_id"] for row in rows] == ["a1", "a2", "a3", "a4", "a5"]
    events = {a["article_id"]: (a["duplicate_group_id"], e["event_id"], e["story_id"])
              for e in lines(run_directory, "clusters.jsonl") for a in e["articles"]}
    assert events == {row["article_id"]: (row["duplicate_group_id"], row["event_id"], row["story_id"]) for row in rows}
    in_stories = [event["event_id"] for story in lines(run_directory, "stories.jsonl") for event in story["events"]]
    assert sorted(in_stories) == sorted({event for _, event, _ in events.values()})


def test_spans_slice_back_and_utf16_places_are_javascripts(run_directory: Path) -> None:
    texts = {row["article_id"]: row for row in pq.read_table(run_directory / "texts.parquet").to_pylist()}
    shifted = 0
    for passage in lines(run_directory, "passages.jsonl"):
        first = passage["occurrences"][0]
        assert texts[first["article_id"]]["text"][first["start"] : first["end"]] == passage["text"]
        for o in passage["occurrences"]:
            text = texts[o["article_id"]]["text"]
            utf16 = text.encode("utf-16-le")[2 * o["start_utf16"] : 2 * o["end_utf16"]].decode("utf-16-le")
            assert utf16 == text[o["start"] : o["end"]]
            shifted += o["start_utf16"] - o["start"]
            for change in o["changes"]:
                assert text[change["start"] : change["end"]] == change["here"]
    assert shifted == 2 * 2  # two ships before two passages of a1
    assert all(hashlib.sha256(row["text"].encode()).hexdigest() == row["sha256"] for row in texts.values())


def test_shares_add_up_and_are_null_without_words(run_directory: Path) -> None:
    for row in pq.read_table(run_directory / "articles.parquet").to_pylist():
        shares = [row[f"{kind}_share"] for kind in ("copy", "quote", "background", "boilerplate", "own")]
        if row["article_id"] == "a5":
            assert shares == [None] * 5
        else:
            assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_times_are_printed_as_given(run_directory: Path) -> None:
    event = next(e for e in lines(run_directory, "clusters.jsonl") if e["article_count"] == 3)
    assert (event["first_published"], event["last_published"]) == ("2024-05-07T09:00:00+00:00", "2024-05-08")
    assert [a["published_precision"] for a in event["articles"]] == ["second", "second", "day"]


def test_cosine_of_a_pair_is_that_of_its_groups(run_directory: Path) -> None:
    pairs = pq.read_table(run_directory / "pairs.parquet").to_pylist()
    assert [(p["left_article_id"], p["right_article_id"], p["cosine"]) for p in pairs] == [("a1", "a2", None), ("a2", "a3", 0.52)]
    assert pairs[1]["containment_right"] is None  # was NaN
    assert pairs[1]["jaccard"] == 0.333333


def test_manifest_lists_what_lies_beside_it(run_directory: Path) -> None:
    manifest = json.loads((run_directory / "manifest.json").read_bytes())
    assert manifest["settings"] == {"x": None}
    assert manifest["further"] == 1
    beside = {path.name for path in run_directory.iterdir()} - {"manifest.json", "run_results.json"}
    assert {artifact["name"] for artifact in manifest["artifacts"]} == beside
    for artifact in manifest["artifacts"]:
        assert hashlib.sha256((run_directory / artifact["name"]).read_bytes()).hexdigest() == artifact["sha256"]
    rows = {artifact["name"]: artifact["rows"] for artifact in manifest["artifacts"]}
    assert (rows["articles.csv"], rows["clusters.jsonl"], rows["rejects.jsonl"]) == (5, 3, 1)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_starts_a_formula(tmp_path: Path, start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    directory = tmp_path / "run"
    written(directory, [record | {"title": evil, "outlet": evil} for record in RECORDS])
    with (directory / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["title"] for row in rows} == {row["outlet"] for row in rows} == {"'" + evil}
    assert set(pq.read_table(directory / "articles.parquet")["title"].to_pylist()) == {evil}
    with (directory / "outlet_pairs.csv").open(encoding="utf-8", newline="") as file:
        assert {row["median_lag_hours"] for row in csv.DictReader(file)} == {"3.0", "-3.0"}  # a number is no formula


def test_an_empty_run_is_written_whole(tmp_path: Path) -> None:
    empty = written(tmp_path / "empty", [])
    assert set(empty) == {*documents.names()}
    assert empty["clusters.jsonl"] == b""
    assert empty["articles.csv"].count(b"\r\n") == 1
    assert pq.read_table(tmp_path / "empty" / "texts.parquet").num_rows == 0


def test_a_result_that_lost_an_article_is_refused(tmp_path: Path) -> None:
    result = hand_result()
    with pytest.raises(SamestoryError, match="every article"):
        publish.write(tmp_path, dataclasses.replace(result, events=result.events.slice(0, 2)), MANIFEST, RUN_RESULTS)


def test_a_real_run_keeps_to_its_schemas(tmp_path: Path) -> None:
    from clustering import pipeline
    from clustering.config import Settings
    from jobs.background import load_background

    result = pipeline.run(hand_result().articles, Settings(), load_background())
    publish.write_rejects(tmp_path / "rejects.jsonl", [])
    publish.write_redirects(tmp_path / "redirects.jsonl", {})
    publish.write(tmp_path, result, MANIFEST, RUN_RESULTS)
    for name in documents.DOCUMENTS:
        if name.endswith("l"):
            for record in lines(tmp_path, name):
                jsonschema.Draft202012Validator(documents.schema(name)).validate(record)
    texts = {row["article_id"]: row["text"] for row in pq.read_table(tmp_path / "texts.parquet").to_pylist()}
    passages = lines(tmp_path, "passages.jsonl")
    assert [p["kind"] for p in passages if "Halcyon ran onto" in p["text"]] == ["copy"]
    for passage in passages:
        base = next(o for o in passage["occurrences"] if o["article_id"] == passage["reference_article_id"])
        assert texts[base["article_id"]][base["start"] : base["end"]] == passage["text"]


def test_schema_names_may_be_short_and_unknown_ones_are_refused() -> None:
    assert documents.schema("clusters") == documents.schema("clusters.jsonl")
    assert documents.schema("articles")["title"] == "articles.csv"
    with pytest.raises(InputError, match=r"clusters\.jsonl"):
        documents.schema("cluster")


@given(st.text(), st.data())
@settings(max_examples=50)
def test_utf16_offsets_agree_with_encoding(text: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(text))))
    assert utf16_offsets(text, places) == [len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in places]


@pytest.mark.parametrize(("value", "expected"), [
    (None, None), (float("nan"), None), (float("inf"), None), (-1e-9, 0.0), (1 / 3, 0.333333)])
def test_numbers_fit_to_print(value, expected) -> None:
    assert number(value) == expected
    assert str(number(value)) == str(expected)


def slow_independent(view: View) -> dict[int, int]:
    """The same count by sets of token positions."""
    kinds = {p["passage"]: p["kind"] for p in view.result.passages.to_pylist()}
    tokens = view.result.tokens.to_pylist()
    counts = {}
    for event, rows in view.event_rows.items():
        body = {g: {i for i, zone in enumerate(tokens[g]["zones"]) if zone & 47 == 0} for g in {view.group_of[r] for r in rows}}
        counted: list[int] = []
        for g in sorted(body, key=lambda g: (-len(body[g]), g)):
            repeated = {
                i for passage, here in view.occurrences.items() if kinds[passage] == "copy"
                and any(view.group_of[o["row"]] in counted for o in here)
                for o in here if o["row"] == g
                for i in body[g] if tokens[g]["starts"][i] < o["end"] and tokens[g]["ends"][i] > o["start"]}
            if body[g] and len(repeated) < 0.8 * len(body[g]):
                counted.append(g)
        counts[event] = max(1, len(counted))
    return counts


@given(st.data())
@settings(max_examples=40)
def test_independent_texts_agree_with_the_slow_count(data: st.DataObject) -> None:
    result = hand_result()
    span = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 90), st.integers(1, 200))
    spans = data.draw(st.lists(span, max_size=9))
    rows = sorted({(p, row, s, min(s + n, len(RECORDS[row]["text"]))) for p, row, s, n in spans} | {(0, 0, 0, 5)})
    occurrences = tables.table(tables.OCCURRENCES, [
        {"passage": p, "row": row, "start": s, "end": e, "identity": 1.0} for p, row, s, e in rows])
    alone = tables.table(tables.GROUPS, {"group": np.arange(5), "relation": ["representative"] * 5})
    kinds = result.passages.set_column(1, result.passages.schema.field(1), [["copy", "copy", "quote"]])
    view = View(dataclasses.replace(
        result, occurrences=occurrences, passages=kinds, groups=alone,
        events_of=tables.table(tables.EVENTS_OF, {"event": data.draw(st.sampled_from([[0] * 5, [0, 0, 2, 2, 4]]))})))
    assert independent_texts(view) == slow_independent(view)


def test_copies_of_one_wire_text_count_once() -> None:
    result = hand_result()
    alone = tables.table(tables.GROUPS, {"group": np.arange(5), "relation": ["representative"] * 5})
    assert independent_texts(View(dataclasses.replace(result, groups=alone)))[0] == 2  # a2 is nothing but a3's wire passage
