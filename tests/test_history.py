"""What runs know of each other: redirects, diff, prune, health, and a store that an older samestory made."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import lineage
from jobs import health, run
from jobs.run import _leading_here, recipes
from jobs.store import Run, Store, removable
from tests import fake_pipeline
from tests.command import records, samestory
from tests.test_jobs_store import Settings, articles, go, rows

WIRE = "The ferry {name} ran onto a sandbank off {place} at dawn and all {count} people on board were brought ashore by noon. "


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_pipeline.install(monkeypatch.setattr)


def write(path: Path, *lines: dict) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


PARTITION = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("wxyz"))


@settings(deadline=None)
@given(PARTITION, PARTITION, st.frozensets(st.sampled_from("abcdefgh")))
def test_every_earlier_id_ends_in_exactly_one_way(before: dict, after: dict, withdrawn: frozenset) -> None:
    seconds = dict.fromkeys(after, 0.0)
    told = lineage.became("event", before, after, seconds, withdrawn)
    ends = {(c["previous_id"], c["id"]) for c in told.changes if c["change"] in ("merged", "ended", "withdrawn")}
    for old in set(before.values()):
        into = [new for previous, new in ends if previous == old]
        assert len(into) == (old not in after.values())
        if into and into[0] != old:  # merged: into where most of it is
            members = [a for a in before if before[a] == old and a in after]
            assert max(sum(after[m] == group for m in members) for group in set(after.values())) == sum(
                after[m] == into[0] for m in members)
    assert set(told.status) == set(after.values())
    new = {group for group, status in told.status.items() if status in ("born", "split")}
    assert new <= set(after.values()) - set(before.values())
    assert {c["id"] for c in told.changes if c["change"] in ("born", "split")} == new


def test_redirects_are_followed_through_as_many_merges_as_there_were(tmp_path: Path) -> None:
    """Three texts of one happening are grouped by people, one run after the other."""
    store = tmp_path / "s"
    lines = [{"id": i, "outlet": f"Outlet {i}", "title": f"Report {i}", "published": "2024-03-04", "text": text * 2}
             for i, text in (("a", WIRE.format(name="Halcyon", place="Alder", count=214)),
                             ("b", "Barley prices rose for the third week in Kestwick, farmers were glad and bakers were not. "),
                             ("c", "A museum in Orrin Falls shows four hundred clocks, and none of them tells the same time. "))]
    source = write(tmp_path / "in.jsonl", *lines)
    samestory("run", source, "--store", store, "-q", cwd=tmp_path)
    ids = {a["article_id"]: c["event_id"] for c in records(store / "latest" / "clusters.jsonl") for a in c["articles"]}
    assert len(set(ids.values())) == 3
    said: list[dict] = []
    for a, b in (("a", "b"), ("b", "c")):
        said.append({"type": "must-link", "a": a, "b": b, "note": None})
        samestory("run", source, "--store", store, "-q", "--corrections", write(tmp_path / "c.jsonl", *said), cwd=tmp_path)
    (event,) = records(store / "latest" / "clusters.jsonl")
    gone = sorted(set(ids.values()) - {event["event_id"]})
    leads_to = {r["id"]: r["became_id"] for r in records(store / "latest" / "redirects.jsonl")}
    assert [leads_to[old] for old in gone] == [event["event_id"]] * 2
    for old in gone:
        shown = json.loads(samestory("inspect", old, "--store", store, "--format", "json", cwd=tmp_path).stdout)
        assert shown["event"]["event_id"] == event["event_id"]
        assert shown["redirect"] == [f"{old} was merged into {event['event_id']}."]
    shown = json.loads(samestory("diff", "--store", store, "--format", "json", cwd=tmp_path).stdout)
    assert [(c["change"], c["event_id"]) for c in shown["changes"]] == [("merged", event["event_id"])]
    (first,) = [p.name for p in (store / "runs").iterdir()
                if json.loads((p / "manifest.json").read_bytes())["parent_run_id"] is None]
    shown = json.loads(samestory("diff", first, "--store", store, "--format", "json", cwd=tmp_path).stdout)
    assert shown["diff"]["events"] == {"merged": 2}
    assert (shown["diff"]["new_articles"], shown["diff"]["settled_articles"]) == (0, 0)
    assert len(samestory("diff", "--store", store, cwd=tmp_path).stdout.splitlines()) < 20

    write(tmp_path / "in.jsonl", lines[1], *({"id": i, "status": "withdrawn"} for i in "ac"))
    samestory("run", source, "--store", store, "-q", cwd=tmp_path)
    samestory("run", write(tmp_path / "b.jsonl", {"id": "b", "status": "withdrawn"}, lines[1] | {"id": "n"}), "--store", store,
              "-q", cwd=tmp_path)
    shown = json.loads(samestory("diff", "--store", store, "--format", "json", cwd=tmp_path).stdout)
    assert (shown["diff"]["withdrawn_articles"], shown["diff"]["new_articles"]) == (1, 1)


def test_an_id_that_ended_is_found_in_the_last_run_that_has_it(tmp_path: Path) -> None:
    line = {"id": "a", "text": WIRE.format(name="Halcyon", place="Alder", count=214), "published": "2024-03-04"}
    first = json.loads(samestory("run", write(tmp_path / "a.jsonl", line), "--store", "s", "-q", cwd=tmp_path).stdout)["run_id"]
    (event,) = records(tmp_path / "s" / "latest" / "clusters.jsonl")
    later = write(tmp_path / "b.jsonl", line | {"id": "b", "published": "2024-06-04"})
    (tmp_path / "samestory.toml").write_text("context_articles = 0\n")
    samestory("run", later, "--store", "s", "-q", "--config", "samestory.toml", cwd=tmp_path)
    lost = samestory("inspect", event["event_id"], "--store", "s", cwd=tmp_path, expect=2)
    assert f"the last run that has it is {first}: add --run {first}" in lost.stderr
    samestory("inspect", event["event_id"], "--store", "s", "--run", first, cwd=tmp_path)


@pytest.mark.usefixtures("fake")
def test_pruning_leaves_what_stands_its_parent_and_what_lies_inside_the_limits(tmp_path: Path) -> None:
    made = [go(tmp_path, articles(tmp_path / f"{n}.jsonl", f"a{n}", published=f"2013-01-{10 + n}")).run_id for n in range(6)]
    with duckdb.connect(str(tmp_path / "store" / "store.duckdb")) as database:
        held = Store(tmp_path / "store", database)
        held.latest = Run(6, made[5], made[4], database.execute("SELECT max(as_of) FROM runs").fetchall()[0][0], "", "")
        assert removable(held, 3, None) == made[:3]
        assert removable(held, None, 2.0) == made[:3]
        assert removable(held, 4, 1.0) == made[:4]
        assert removable(held, None, None) == []
        assert removable(held, 1, 0.0) == made[:4]  # never what stands nor what it continues
    home = tmp_path / "store"
    dry = samestory("prune", "--store", home, "--keep-runs", "1", "--dry-run", "--format", "json", cwd=tmp_path)
    assert [row["run_id"] for row in json.loads(dry.stdout)["runs"]] == made[:4]
    assert len(list((home / "runs").iterdir())) == 6
    samestory("prune", "--store", home, "--keep-runs", "2", cwd=tmp_path)
    assert sorted(p.name for p in (home / "runs").iterdir()) == made[4:]
    samestory("prune", "--store", home, cwd=tmp_path)
    assert len(list((home / "runs").iterdir())) == 2
    after = go(tmp_path, articles(tmp_path / "n.jsonl", "n", published="2013-01-20"))
    assert after.counts["articles"] == 7


@pytest.mark.usefixtures("fake")
def test_pruning_drops_the_versions_nobody_can_go_back_to(tmp_path: Path) -> None:
    for n in range(4):
        go(tmp_path, articles(tmp_path / "a.jsonl", "a", modified=f"2013-01-2{n}", title=f"version {n}"))
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(4,)]
    samestory("prune", "--store", tmp_path / "store", "--keep-runs", "2", cwd=tmp_path)
    assert rows(tmp_path, "SELECT title FROM articles ORDER BY added_run") == [("version 2",), ("version 3",)]
    assert b"version 0" not in (tmp_path / "store" / "store.duckdb").read_bytes()


V1 = """
    CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
    CREATE TABLE articles (
        article_id VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, status VARCHAR NOT NULL, outlet VARCHAR, url VARCHAR,
        title VARCHAR, text VARCHAR NOT NULL, published VARCHAR, published_at TIMESTAMP, published_precision VARCHAR,
        published_zone_known BOOLEAN, modified_at TIMESTAMP, seen_at TIMESTAMP, lang VARCHAR, authors VARCHAR[],
        extra VARCHAR, added_run INTEGER NOT NULL, removed_run INTEGER);
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY, run_id VARCHAR NOT NULL UNIQUE, parent_run_id VARCHAR, as_of TIMESTAMP,
        settings_digest VARCHAR NOT NULL, version VARCHAR NOT NULL);
    CREATE TABLE used_ids (id VARCHAR NOT NULL, run INTEGER NOT NULL);
    INSERT INTO articles BY NAME SELECT * FROM old_articles;
    INSERT INTO runs BY NAME SELECT * EXCLUDE corrections_digest FROM old_runs;
    INSERT INTO used_ids SELECT * FROM old_ids;
"""
"""The tables of schema version 1, as the first samestory made them."""


@pytest.mark.usefixtures("fake")
def test_a_store_of_version_1_is_brought_forward(tmp_path: Path) -> None:
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a", "b"))
    path = tmp_path / "store" / "store.duckdb"
    with duckdb.connect(str(path)) as database:
        old = {name: database.sql(f"FROM {table}").to_arrow_table() for name, table in
               (("old_articles", "articles"), ("old_runs", "runs"), ("old_ids", "used_ids"))}
    path.unlink()
    with duckdb.connect(str(path)) as database:
        for name, table in old.items():
            database.register(name, table)
        database.execute(V1)
        database.executemany("INSERT INTO meta VALUES (?, ?)", sorted((recipes(Settings()) | {"schema_version": "1"}).items()))
        database.execute("INSERT INTO articles BY NAME SELECT 'k' AS article_id, 'h' AS content_hash, 'live' AS status, "
                         "'killed words' AS text, 1 AS added_run, 1 AS removed_run")
        database.execute("INSERT INTO articles BY NAME SELECT 'k' AS article_id, 'h2' AS content_hash, 'withdrawn' AS status, "
                         "'' AS text, 1 AS added_run")
    again = go(tmp_path, str(tmp_path / "a.jsonl"))
    assert (again.status, again.run_id) == ("nothing_new", first.run_id)
    assert rows(tmp_path, "SELECT value FROM meta WHERE key = 'schema_version'") == [("2",)]
    assert rows(tmp_path, "SELECT corrections_digest FROM runs") == [("",)]
    assert b"killed words" not in path.read_bytes()  # version 1 had kept it
    assert go(tmp_path, articles(tmp_path / "b.jsonl", "c")).counts["articles"] == 3


def history(runs: int, **more: float) -> list[health.Measures]:
    return [{("new_articles", ""): 100.0, ("rejects_share", ""): 0.001, ("largest_event", ""): 60.0,
             ("boilerplate_share", ""): 0.1, ("changed_ids_share", ""): 0.002, ("new_articles", "Daily"): 40.0}
            | {("new_articles", name): value for name, value in more.items()} for _ in range(runs)]


NOW = history(1)[0]


def test_a_run_like_the_others_is_not_odd() -> None:
    assert health.warnings(NOW, history(20)) == []


@pytest.mark.parametrize(("change", "said"), [
    ({("new_articles", ""): 12.0}, "12 new articles in this run, 100 are usual"),
    ({("new_articles", ""): 900.0}, "900 new articles in this run, 100 are usual"),
    ({("rejects_share", ""): 0.2}, "20.0% of the records could not be used, 0.1% are usual"),
    ({("changed_ids_share", ""): 0.09}, "9.0% of the articles are in an event of another id than before, 0.2% are usual"),
    ({("largest_event", ""): 900.0}, "an event grew to 900 articles; the largest one before had 60"),
    ({("boilerplate_share", ""): 0.6}, "60% of all words are furniture, 10% are usual"),
])
def test_what_is_odd_is_said_with_what_is_usual(change: health.Measures, said: str) -> None:
    assert health.warnings(NOW | change, history(20)) == [said]
    assert health.warnings(NOW | change, history(4)) == []  # too early to tell


def test_an_outlet_is_silent_when_that_is_unlikely() -> None:
    silent = {key: value for key, value in NOW.items() if key[1] != "Daily"}
    assert health.warnings(silent, [silent, *history(20)]) == []
    (said,) = health.warnings(silent, [silent, silent, *history(20)])
    assert said == "outlet Daily sent nothing for 3 runs; before that it was in 100% of them"
    rare = [run for _ in range(6) for run in (*history(1, Rare=1.0), *history(3))]  # in every fourth run
    assert health.warnings(NOW, [*history(8), *rare]) == []
    assert "Rare sent nothing for 20 runs" in health.warnings(NOW, [*history(19), *rare])[0]


def test_an_hourly_job_has_its_nights() -> None:
    def hour(n: int) -> health.Measures:
        night = n % 24 < 7
        quiet = {("new_articles", ""): 2.0 if night else 100.0}
        return {key: value for key, value in NOW.items() if not (night and key[1] == "Daily")} | quiet

    hours = [hour(n) for n in range(24 * 4)]
    for n in range(24 * 2, 24 * 4):  # from the third day on it is known
        assert health.warnings(hours[n], hours[:n][-health.HISTORY_RUNS:][::-1]) == []
    noon = 24 * 3 + 12
    assert health.warnings(NOW | {("new_articles", ""): 1.0}, hours[:noon][-health.HISTORY_RUNS:][::-1]) == [
        "1 new article in this run, 100 are usual"]
    for n in range(noon, noon + 8):  # Daily is gone by day
        hours[n] = {key: value for key, value in hours[n].items() if key[1] != "Daily"}
    (said,) = health.warnings(hours[noon + 7], hours[: noon + 7][-health.HISTORY_RUNS:][::-1])
    assert said.startswith("outlet Daily sent nothing for 8 runs; before that it was in")


@pytest.mark.usefixtures("fake")
def test_oddities_reach_the_log_and_the_results(tmp_path: Path) -> None:
    for n in range(9):
        ids = [f"x{n}-{k}" for k in range(20)] + ([f"y{n}"] if n < 6 else [])
        for i in ids:
            articles(tmp_path / f"{i}.jsonl", i, outlet="Echo" if i.startswith("y") else "Daily")
        last = go(tmp_path, *(str(tmp_path / f"{i}.jsonl") for i in ids))
        said = json.loads((last.path / "run_results.json").read_text())["warnings"]
        assert said == ([] if n < 8 else ["outlet Echo sent nothing for 3 runs; before that it was in 100% of them"])
    assert rows(tmp_path, "SELECT count(DISTINCT run) FROM measures") == [(9,)]


@pytest.mark.usefixtures("fake")
def test_no_id_is_used_twice_and_redirects_end_where_something_is(tmp_path: Path) -> None:
    found = go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    table = pq.read_table(found.path / "articles.parquet")
    result = type("Result", (), {"lineage": lineage_rows(), **{
        level: table.select(["event_id"]).rename_columns(["id"]) for level in ("group_ids", "event_ids", "story_ids")}})
    here = table["event_id"][0].as_py()
    held = type("Held", (), {"redirects": lambda _: {"e-1": "e-2", "e-2": here, "e-3": "e-4"}})()
    assert _leading_here(held, result) == {"e-1": here, "e-2": here}
    assert run._redirects(lineage_rows()).num_rows == 0


def lineage_rows():
    from clustering.tables import LINEAGE
    from clustering.tables import table as made

    return made(LINEAGE, [])
