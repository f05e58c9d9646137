"""The reading verbs on a run directory, as a user calls them; hostile text must not reach the terminal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import IncompatibleError, InputError, StoreError
from jobs import compare, documents, explain, inspect, publish, runs, schema, score, show
from jobs.rundir import open_run
from tests.hand_result import EVIL, QUOTE, RECORDS, STOCK, WIRE, hand_result

RUN_ID = "20240508T000000Z-0000000a"
COMMANDS = {"inspect": inspect, "explain": explain, "compare": compare, "score": score, "schema": schema, "runs": runs}


def make_run(store: Path, run_id: str, records: list | None = None, parent: str | None = None) -> Path:
    directory = store / "runs" / run_id
    directory.mkdir(parents=True)
    publish.write_rejects(directory / "rejects.jsonl", [{"file": "in.jsonl", "line": 7, "reason": f"no text {EVIL}"}])
    publish.write(directory, hand_result(records), {"run_id": run_id, "as_of": "2024-05-08T00:00:00Z", "parent_run_id": parent},
                  {"run_id": run_id, "status": "done", "warnings": ["one record was late"]})
    return directory


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("verbs") / "store"
    make_run(path, RUN_ID)
    (path / "latest").symlink_to(Path("runs") / RUN_ID)
    return path


@pytest.fixture(scope="module")
def ids(store: Path) -> dict[str, str]:
    run = open_run(store)
    event = next(e for e in run.events.values() if e.article_count == 3)
    return {"event": event.event_id, "story": event.story_id, "group": next(iter(run.duplicate_groups)),
            "lone_group": run.articles["a4"]["duplicate_group_id"], "lone_event": run.articles["a5"]["event_id"],
            **{p.kind: p.passage_id for p in run.passages.values()}}


def call(verb: str, *arguments: str, store: Path | None = None) -> Result:
    options = ["--store", str(store)] if store else []
    return CliRunner().invoke(COMMANDS[verb].command, [*arguments, *options], catch_exceptions=True)


def said(verb: str, *arguments: str, store: Path) -> str:
    result = call(verb, *arguments, store=store)
    assert result.exit_code == 0, result.exception or result.output
    return result.output


def as_json(verb: str, *arguments: str, store: Path) -> dict:
    return json.loads(said(verb, *arguments, "--format", "json", store=store))


def refused(verb: str, *arguments: str, store: Path) -> str:
    result = call(verb, *arguments, store=store)
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def test_inspect_sums_up_the_run(store: Path) -> None:
    found = as_json("inspect", store=store)
    counts = {"articles": 5, "outlets": 3, "events": 3, "stories": 2, "duplicate_groups": 1, "rejects": 1}
    assert found["run"] | counts == found["run"]
    assert found["run"]["passages"] == {"copy": 1, "quote": 1, "background": 1, "boilerplate": 0}
    assert found["run"]["wire_copy_passages"] == 1
    assert [e["articles"] for e in found["events"]] == [3]
    assert found["agencies"] == [{"agency": "Nordfunk", "articles": 2}]
    assert found["warnings"] == ["one record was late"]


@pytest.mark.parametrize(("what", "words"), [
    ("event", ["Ferry aground", "a1", "Orrin Echo", "independent texts"]),
    ("story", ["Events in order of time", "halcyon"]),
    ("group", ["near_duplicate", "Harbour Post"]),
    ("lone_group", ["single article", "a4"]),
    ("copy", ["sandbank", "credited to", "Nordfunk", "241", "214", "earliest seen in"]),
])
def test_inspect_shows_each_kind_of_thing(store: Path, ids: dict[str, str], what: str, words: list[str]) -> None:
    shown = said("inspect", ids[what], store=store)
    assert all(word in shown for word in words), shown
    assert said("inspect", ids[what][:9], store=store) == shown


def test_inspect_an_article(store: Path) -> None:
    found = as_json("inspect", "a2", store=store)
    assert found["article"]["title"] == '=HYPERLINK("x")'
    assert found["credit_evidence"] == [{"type": "dateline", "agency": "Nordfunk", "words": WIRE[:21]}]
    assert [p["shared_with"] for p in found["passages"]] == [["Alder Daily", "Orrin Echo"]]


def test_inspect_boilerplate_of_an_outlet(tmp_path: Path) -> None:
    make_run(tmp_path, RUN_ID, [record | {"outlet": record["outlet"] or "Hall Courier"} for record in RECORDS])
    (tmp_path / "latest").symlink_to(Path("runs") / RUN_ID)
    found = as_json("inspect", "Hall Courier", "--boilerplate", store=tmp_path)
    assert found == {"boilerplate": [{"times": 1, "reason": "rule: furniture", "words": RECORDS[3]["text"][:10].strip()}]}
    assert "nothing was masked" in said("inspect", "Orrin Echo", "--boilerplate", store=tmp_path)
    assert "Orrin Echo" in refused("inspect", "Orin Eco", "--boilerplate", store=tmp_path)


def test_unknown_and_ambiguous_ids_are_refused_with_a_hint(store: Path, ids: dict[str, str]) -> None:
    assert ids["event"] in refused("inspect", ids["event"][:-1] + "x", store=store)
    assert "give more of it" in refused("inspect", "e-", store=store)
    assert "is a story" in refused("compare", ids["story"], store=store)
    assert "give more" in refused("explain", "a", "a1", store=store)


def test_a_missing_store_run_or_file_is_said_plainly(store: Path, tmp_path: Path) -> None:
    assert "no store at" in refused("inspect", store=tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "no finished run" in refused("inspect", store=tmp_path / "empty")
    assert RUN_ID in refused("inspect", "--run", "2031", store=store)
    directory = make_run(tmp_path / "broken", RUN_ID)
    (tmp_path / "broken" / "latest").symlink_to(Path("runs") / RUN_ID)
    (directory / "passages.jsonl").unlink()
    assert "passages.jsonl" in refused("inspect", store=tmp_path / "broken")
    (directory / "passages.jsonl").write_text("{\n")
    assert "damaged" in refused("inspect", store=tmp_path / "broken")
    (directory / "manifest.json").write_text('{"schema_version": "9.0"}')
    assert isinstance(call("inspect", store=tmp_path / "broken").exception, IncompatibleError)
    (tmp_path / "empty" / "latest.json").write_text("[]")
    assert isinstance(call("inspect", store=tmp_path / "empty").exception, StoreError)


def test_explain_says_why_on_every_level(store: Path) -> None:
    together = said("explain", "a1", "a2", store=store)
    assert "Yes: both are in duplicate group" in together
    assert "Jaccard 0.700" in together
    assert "1 passage of kind copy, 29 tokens in all, credited to Nordfunk." in together
    rejected = as_json("explain", "a3", "a2", store=store)
    assert "Jaccard 0.333 below 0.5" in rejected["duplicate_group"][0]
    assert "cosine 0.520" in rejected["event"][1]
    assert "ferry" in rejected["event"][-1]
    assert rejected["figures"]["verdict"] == "rejected"
    apart = as_json("explain", "a1", "a4", store=store)
    assert "never met" in apart["duplicate_group"][1]
    assert apart["event"][0].startswith("No: ")
    assert "halcyon" in apart["story"][-1]
    assert apart["passages_in_words"] == ["No: they share no passage."]
    assert as_json("explain", "a1", "a5", store=store)["story"][0].startswith("No: ")


def test_explain_walks_the_path_between_two_articles(tmp_path: Path) -> None:
    import dataclasses

    from clustering import tables

    result = dataclasses.replace(
        hand_result(), events_of=tables.table(tables.EVENTS_OF, {"event": [0, 0, 0, 0, 4]}),
        events=hand_result().events.filter([True, False, True]), event_ids=hand_result().event_ids.filter([True, False, True]),
        story_links=hand_result().story_links.slice(0, 0))
    directory = tmp_path / "runs" / RUN_ID
    directory.mkdir(parents=True)
    publish.write(directory, result, {"run_id": RUN_ID}, {"run_id": RUN_ID, "status": "done"})
    found = as_json("explain", "a1", "a4", "--run", RUN_ID, store=tmp_path)
    assert any("a1 —0.500→ a3 —0.150→ a4" in sentence for sentence in found["event"])


def test_explain_needs_two_articles(store: Path) -> None:
    assert call("explain", "a1", "a1", store=store).exit_code == 2
    assert call("explain", "a1", store=store).exit_code == 2


def test_compare_an_event(store: Path, ids: dict[str, str]) -> None:
    found = as_json("compare", ids["event"], store=store)
    assert [(a["outlet"], a["lag_hours"]) for a in found["articles"]] == [
        ("Alder Daily", 0.0), ("Harbour Post", 3.0), ("Orrin Echo", 15.0)]
    assert found["articles"][0] | {"copy_words": 31, "copy_share": 0.688889, "own_words": 4} == found["articles"][0]
    assert found["articles"][2]["lag_uncertainty_hours"] > 24  # a day without a zone
    assert found["event"]["earliest_seen_in"] == "Alder Daily"  # 8 May began nowhere before 10:00 UTC of the 7th
    assert found["summary"][0] == "Wire copy shared in this event: 1 passage, credited to Nordfunk (1)."
    assert [p["kind"] for p in found["passages"]] == ["copy", "quote", "background"]
    assert found["passages"][0]["earliest_seen_in"] == "Alder Daily"
    shown = said("compare", ids["event"], store=store)
    assert "31 (69%)" in shown
    assert not {"copied", "plagiar"} & set(shown.lower().split())


def test_compare_says_when_nothing_is_shared(store: Path, ids: dict[str, str]) -> None:
    alone = as_json("compare", ids["lone_event"], store=store)["summary"]
    assert alone[0] == "No wire copy shared in this event."
    assert "nothing to compare" in alone[-1]


def test_compare_names_the_first_only_outside_the_uncertainty(tmp_path: Path) -> None:
    for day, first in (("2024-05-12", "Alder Daily"), ("2024-05-07", None)):
        dated = [record | ({"published": day} if record["article_id"] == "a3" else {}) for record in RECORDS]
        make_run(tmp_path / day, RUN_ID, dated)
        run = open_run(tmp_path / day, RUN_ID)
        event = next(e for e in run.events.values() if e.article_count == 3)
        assert as_json("compare", event.event_id, "--run", RUN_ID, store=tmp_path / day)["event"]["earliest_seen_in"] == first


def test_compare_two_outlets(store: Path) -> None:
    found = as_json("compare", "--outlets", "alder daily", "Harbour Post", store=store)
    assert [row["outlet_a"] for row in found["outlets"]] == ["Alder Daily", "Harbour Post"]
    assert [row["median_lag_hours"] for row in found["outlets"]] == [3.0, -3.0]
    assert [p["shared_by"] for p in found["passages"]] == [["Alder Daily", "Harbour Post", "Orrin Echo"]]
    assert len(found["events"]) == 1
    assert "nearest" in refused("compare", "--outlets", "Alder Dayly", "Orrin Echo", store=store)
    assert call("compare", store=store).exit_code == 2


def test_runs_lists_what_was_committed(store: Path, tmp_path: Path) -> None:
    first, second, third = (f"2024050{day}T000000Z-0000000{day}" for day in (1, 2, 3))
    make_run(tmp_path, first)
    make_run(tmp_path, second, parent=first)
    make_run(tmp_path, third, parent=second)
    (tmp_path / "latest").symlink_to(Path("runs") / second)
    (tmp_path / "runs" / ".partial-x").mkdir()
    rows = as_json("runs", store=tmp_path)["runs"]
    assert [(r["run_id"], r["latest"], r["articles"], r["events"]) for r in rows] == [(first, False, 5, 3), (second, True, 5, 3)]
    assert RUN_ID in said("runs", store=store)


def test_schema_prints_json() -> None:
    for name in documents.names():
        assert json.loads(call("schema", name).output)["title"] == name
    assert call("schema").output.split() == documents.names()
    assert isinstance(call("schema", "nothing").exception, InputError)


def gold(path: Path, *records: dict) -> str:
    path.write_text("\n".join(json.dumps(record) for record in records) + "\n")
    return str(path)


def test_score_groups(store: Path, tmp_path: Path) -> None:
    labels = gold(tmp_path / "gold.jsonl", *({"id": f"a{i}", "event": event} for i, event in enumerate("xxyzz", start=1)),
                  {"id": "a9", "event": "x"}, {"id": "a1", "dup_group": "g"}, {"id": "a2", "dup_group": "g"})
    found = as_json("score", labels, store=store)
    assert set(found) == {"event", "event_counts", "dup_group", "dup_group_counts"}
    bcubed = found["event"][0]
    assert bcubed["precision"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, abs=1e-6)
    assert bcubed["recall"] == pytest.approx((1 + 1 + 1 + 0.5 + 0.5) / 5, abs=1e-6)
    counts = found["event_counts"]
    assert (counts["articles"], counts["labels_not_in_run"], counts["gold_clusters"], counts["clusters"]) == (5, 1, 3, 3)
    assert 0 < counts["adjusted_mutual_information"] <= 1
    assert found["event"][-1]["measure"] == "B-cubed of look-alikes"
    assert 0 <= counts["look_alike_gold_clusters"] <= counts["look_alike_articles"] <= 5
    assert found["dup_group"][0]["f1"] == 1
    assert set(as_json("score", labels, "--by", "dup_group", store=store)) == {"dup_group", "dup_group_counts"}


def test_score_pairs(store: Path, tmp_path: Path) -> None:
    pairs = [("a1", "a3", True), ("a1", "a4", False), ("a2", "a3", False), ("a1", "nowhere", True)]
    labels = gold(tmp_path / "gold.jsonl", *({"a": a, "b": b, "same_event": same} for a, b, same in pairs))
    event, story = as_json("score", labels, store=store)["pairs"]
    assert (event["pairs"], event["right"], event["recall"], event["pairs_not_in_run"]) == (3, 2, 1.0, 1)
    assert (story["right"], story["precision"]) == (1, 0.333333)


def test_score_passages(store: Path, tmp_path: Path) -> None:
    def span(article: int, words: str) -> list[int]:
        start = RECORDS[article - 1]["text"].index(words)
        return [start, start + len(words)]

    stock = {"a": span(3, STOCK), "b": span(4, STOCK)}
    labels = gold(tmp_path / "gold.jsonl",
                  {"a": "a1", "b": "a2", "passages": [{"a": span(1, WIRE), "b": span(2, WIRE), "kind": "copy"}]},
                  {"a": "a1", "b": "a3", "passages": [{"a": span(1, QUOTE), "b": span(3, QUOTE), "kind": "background"}]},
                  {"a": "a3", "b": "a4", "passages": [], "ignore": [stock]})
    found = as_json("score", labels, store=store)
    kinds = {(row["gold_kind"], row["kind"]): row["passages"] for row in found["kinds"]}
    assert kinds == {("copy", "copy"): 1, ("background", "quote"): 1, ("(none)", "copy"): 1}
    assert found["passages"][0]["recall"] == 1
    assert found["passages"][0]["precision"] < 1
    assert found["passages_counts"]["granularity"] == 1


@pytest.mark.parametrize("line", ["{", "[]", '{"x": 1}', '{"a": "a1", "b": "a2", "passages": [{"a": [1]}]}'])
def test_score_names_the_line_it_cannot_read(store: Path, tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a1", "event": "x"}\n\n' + line + "\n")
    assert "line 3" in refused("score", str(path), store=store)
    path.write_text("")
    assert "no labels" in refused("score", str(path), store=store)


EVERYTHING = [
    ("inspect", "EVENT"), ("inspect", "LONE_EVENT"), ("inspect", "STORY"), ("inspect", "a3"), ("inspect", "a4"),
    ("inspect", "COPY"), ("inspect", "BACKGROUND"), ("inspect", "GROUP"), ("explain", "a3", "a4"), ("explain", "a1", "a3"),
    ("compare", "EVENT"), ("compare", "--outlets", "Orrin Echo", "Alder Daily"), ("inspect",), ("runs",)]


@pytest.mark.parametrize("how", ["table", "json", "jsonl", "csv"])
@pytest.mark.parametrize("arguments", EVERYTHING, ids=" ".join)
def test_hostile_text_never_reaches_the_terminal(store: Path, ids: dict[str, str], arguments: tuple[str, ...], how: str) -> None:
    named = [ids.get(a.lower(), a) if a.isupper() else a for a in arguments]
    shown = said(*named, "--format", how, store=store)
    assert not set(shown) & {chr(c) for c in [*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F)]}
    assert "[bold]" not in shown or "[bold]loud[/bold]" in shown
    if how == "json":
        json.loads(shown)
    elif how == "jsonl":
        assert all("section" in json.loads(line) for line in shown.splitlines())
    elif how == "csv":
        rows = list(csv.reader(io.StringIO(shown)))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]


def test_a_terminal_gets_tables_without_markup(store: Path, ids: dict[str, str], monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    run = open_run(store)
    show.emit([*inspect.event(run, ids["event"]), *inspect.article(run, "a3"), *inspect.passage(run, ids["copy"])], "table")
    shown = capsys.readouterr().out
    assert "[bold]loud[/bold]" in shown
    assert "───" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown


@given(st.text())
def test_safe_text_cannot_control_a_terminal(text: str) -> None:
    for cleaned in (show.safe(text), show.safe(text, lines=True)):
        inner = cleaned.replace("\u2068", "").replace("\u2069", "")
        assert not [c for c in inner if c not in "\n\u200c\u200d" and (ord(c) < 32 or 127 <= ord(c) < 160)]
        assert not set(inner) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c")
        assert cleaned.count("\u2068") == cleaned.count("\u2069")
    assert json.loads(show.encoded([text])) == [text]


@pytest.mark.parametrize(("text", "expected"), [
    ("\x1b[31mred\x1b[0m", "red"), ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"), ("\x1b]0;title\x1b\\x", "x"),
    ("\x9b2Jx", "x"),
    ("a\tb\r\nc", "a b c"), ("e\u202egnp.exe", "egnp.exe"), ("שלום", "\u2068שלום\u2069"), ("[red]x[/red]", "[red]x[/red]"),
    ("👩‍🚒", "👩‍🚒"), ("a\u2069b", "ab")])
def test_safe_examples(text: str, expected: str) -> None:
    assert show.safe(text) == expected
