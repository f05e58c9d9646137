"""The verb run: every record has one fate, order and split change nothing, day by day or at once is the same."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clustering.config import Limits, Outlets, Settings
from jobs import cli, console, health, run, store
from jobs.intake import FATES, Intake
from jobs.readers.records import Item, blocks
from tests import fake_pipeline
from tests.test_jobs_readers import naive
from tests.test_jobs_store import RECIPES, ROOT, articles, go, rows
from tests.test_jobs_store import go as go_with


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    fake_pipeline.install(monkeypatch.setattr)


def jsonl(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def table(outcome):
    return pq.read_table(outcome.path / "articles.parquet").to_pylist()


def fates(outcome):
    assert outcome.counts["read"] == sum(outcome.counts[fate] for fate in FATES)
    return {fate: outcome.counts[fate] for fate in FATES if outcome.counts[fate]}


def test_a_run_publishes_and_commits(tmp_path):
    dated = {"id": "a", "text": "same", "outlet": "Gazette", "published": "2013-01-22T10:00:00+02:00"}
    outcome = go(tmp_path, jsonl(tmp_path / "a.jsonl", {"id": "b", "text": "same"}, dated))
    assert outcome.run_id.startswith("20130122T080000Z-")
    assert [row["article_id"] for row in table(outcome)] == ["a", "b"]
    results = json.loads((outcome.path / "run_results.json").read_text())
    assert [(stage["name"], stage["status"]) for stage in results["stages"]] == [
        ("read", "done"), ("prepare", "done"), ("text", "done")]
    assert all(stage["peak_memory_mb"] > 0 for stage in results["stages"])
    manifest = json.loads((outcome.path / "manifest.json").read_text())
    assert manifest["as_of"] == "2013-01-22T08:00:00Z"
    assert [(i["path"], i["bytes"], i["records"], len(i["sha256"])) for i in manifest["inputs"]] == [
        (str(tmp_path / "a.jsonl"), (tmp_path / "a.jsonl").stat().st_size, 2, 64)]
    assert store.latest_run_id(tmp_path / "store") == outcome.run_id
    assert (tmp_path / "store" / "latest" / "rejects.jsonl").read_bytes() == b""


def test_the_same_again_is_a_no_op(tmp_path):
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a", "b"))
    again = go(tmp_path, articles(tmp_path / "a.jsonl", "b", "a"))
    assert (again.run_id, again.status, again.path) == (first.run_id, "nothing_new", first.path)
    assert fates(again) == {"unchanged": 2}
    other = go(tmp_path, str(tmp_path / "a.jsonl"), settings=Settings(window_days=7))
    assert other.status == "done"
    assert other.run_id != first.run_id


def test_the_parent_tells_groups_and_ids(tmp_path):
    first = go(tmp_path, jsonl(
        tmp_path / "a.jsonl", {"id": "a", "text": "same"}, {"id": "b", "text": "same"}, {"id": "c", "text": "own"}))
    second = go(tmp_path, jsonl(tmp_path / "b.jsonl", {"id": "d", "text": "new"}, {"id": "c", "status": "withdrawn"}))
    parent = json.loads((second.path / "parent.json").read_text())
    assert (parent["run_id"], parent["withdrawn"]) == (first.run_id, ["c"])
    assert [member["article_id"] for member in parent["members"]["event"]] == ["a", "b", "c"]
    assert parent["members"]["duplicate_group"][0]["group_id"].startswith("d-")
    assert len(parent["used_ids"]) == 6
    third = go(tmp_path, jsonl(tmp_path / "c.jsonl", {"id": "e", "text": "third"}))
    assert len(json.loads((third.path / "parent.json").read_text())["used_ids"]) == 9


def test_updates_conflicts_and_kills(tmp_path):
    base = {"id": "a", "text": "first"}
    found = go(tmp_path, jsonl(
        tmp_path / "a.jsonl",
        base, base, base | {"text": "new", "modified": "2013-01-03"}, base | {"text": "mid", "modified": "2013-01-02"},
        {"id": "b", "text": "x"}, {"id": "b", "text": "y"}, {"id": "k", "text": "gone"}, {"id": "k", "status": "withdrawn"}))
    assert fates(found) == {"new": 2, "superseded": 3, "rejects": 1, "withdrawn": 2}
    kept = {row["article_id"]: row["text"] for row in table(found)}
    assert kept["a"] == "new"
    [reject] = map(json.loads, (found.path / "rejects.jsonl").read_text().splitlines())
    assert (reject["article_id"], reject["line"]) == ("b", 6 if kept["b"] == "x" else 5)
    later = go(tmp_path, jsonl(
        tmp_path / "b.jsonl", base | {"text": "newest", "modified": "2013-01-04"}, {"id": "k", "text": "back"}))
    assert fates(later) == {"new": 1, "withdrawn": 1}
    assert later.counts["updated"] == 1
    assert {row["article_id"] for row in table(later)} == {"a", "b"}
    revived = go(tmp_path, jsonl(tmp_path / "c.jsonl", {"id": "a", "status": "withdrawn", "modified": "2013-01-05"},
                                 {"id": "a", "text": "again", "modified": "2013-01-06"}))
    assert fates(revived) == {"new": 1, "superseded": 1}


def test_a_kill_before_its_article_still_kills(tmp_path):
    first = go(tmp_path, jsonl(tmp_path / "a.jsonl", {"id": "k", "status": "withdrawn"}))
    assert table(first) == []
    second = go(tmp_path, jsonl(tmp_path / "b.jsonl", {"id": "k", "text": "t"}))
    assert (second.status, fates(second)) == ("nothing_new", {"withdrawn": 1})


def test_a_kill_without_a_time_is_final(tmp_path):
    found = go(tmp_path, jsonl(tmp_path / "a.jsonl", {"id": "a", "status": "withdrawn"},
                               {"id": "a", "text": "t", "modified": "2013-01-02"}))
    assert (table(found), fates(found)) == ([], {"withdrawn": 2})


def test_the_window_settles_what_is_old(tmp_path):
    def go(folder, *inputs, **more):
        return go_with(folder, *inputs, settings=Settings(context_articles=0), **more)

    archive = jsonl(tmp_path / "a.jsonl", {"id": "old", "text": "old", "published": "2013-01-01"},
                    {"id": "new", "text": "new", "published": "2013-03-01"}, {"id": "undated", "text": "undated"})
    first = go(tmp_path, archive)
    assert len(table(first)) == 3  # newly read ones are grouped, however old
    again = go(tmp_path, archive)
    assert (again.status, fates(again)) == ("nothing_new", {"unchanged": 2, "expired": 1})
    second = go(tmp_path, jsonl(tmp_path / "b.jsonl", {"id": "next", "text": "next", "published": "2013-03-02"},
                                {"id": "old", "text": "changed", "published": "2013-01-01", "modified": "2013-03-02"}))
    assert [row["article_id"] for row in table(second)] == ["new", "next", "undated"]
    assert fates(second) == {"new": 1, "expired": 1}
    late = go(tmp_path, archive, as_of=naive(2014, 1, 1))
    assert table(late) == []
    killed = go(tmp_path, jsonl(tmp_path / "c.jsonl", {"id": "old", "status": "withdrawn"}))
    assert fates(killed) == {"withdrawn": 1}


def test_what_is_settled_is_read_along_while_few_articles_are_in_view(tmp_path):
    def seen(outcome):
        return [row["article_id"] for row in table(outcome)]

    def january(*days, year=2013):
        return [{"id": f"{year}/{day:02d}", "text": f"{year} {day}", "published": f"{year}-01-{day:02d}"} for day in days]

    few = Settings(window_days=2, context_days=1, context_articles=4)
    twin = {"id": "twin", "text": "twin", "published": "2013-01-03"}
    go(tmp_path, jsonl(tmp_path / "a.jsonl", *january(1, 2, 3, 4, 5), twin), settings=few)
    second = go(tmp_path, jsonl(tmp_path / "b.jsonl", *january(7)), settings=few)
    assert seen(second) == ["2013/03", "2013/04", "2013/05", "2013/07", "twin"]  # two of them of one moment
    assert json.loads((second.path / "parent.json").read_text())["settled"] == ["2013/03", "2013/04", "twin"]
    late = go(tmp_path, jsonl(tmp_path / "c.jsonl", *january(5, 6, 7, year=2012), *january(7)), settings=few)
    brought = ["2012/05", "2012/06", "2012/07"]  # older ones, for which no newer one gives way
    assert seen(late) == [*brought, "2013/03", "2013/04", "2013/05", "2013/07", "twin"]
    many = go(tmp_path, jsonl(tmp_path / "d.jsonl", *january(8, 9, 10)), settings=few)
    assert seen(many) == ["2013/07", "2013/08", "2013/09", "2013/10"]
    silence = go(tmp_path, str(tmp_path / "d.jsonl"), settings=few, as_of=naive(2014, 1, 1))
    assert seen(silence) == ["2013/07", "2013/08", "2013/09", "2013/10"]


def test_undated_articles_do_not_keep_everything_in_view(tmp_path):
    few = Settings(window_days=2, context_days=1, context_articles=4)
    go(tmp_path, jsonl(tmp_path / "a.jsonl", *({"id": f"undated {i}", "text": f"undated {i}"} for i in range(6))), settings=few)
    dated = [{"id": f"{day}", "text": f"text {day}", "published": f"2013-01-{day:02d}"} for day in range(10, 20)]
    go(tmp_path, jsonl(tmp_path / "b.jsonl", *dated), settings=few)
    last = go(tmp_path, jsonl(tmp_path / "c.jsonl", {"id": "20", "text": "text 20", "published": "2013-01-20"}), settings=few)
    assert [row["article_id"] for row in table(last)] == ["17", "18", "19", "20", *(f"undated {i}" for i in range(6))]


def test_one_impossible_date_does_not_settle_everything(tmp_path):
    records = [{"id": f"{i}", "text": f"t{i}", "published": f"2013-01-{10 + i}"} for i in range(5)]
    outcome = go(tmp_path, jsonl(tmp_path / "a.jsonl", *records, {"id": "x", "text": "x", "published": "2099-01-01"},
                                 {"id": "y", "text": "y", "published": "2098-12-31", "seen": "2013-01-14"}))
    assert outcome.run_id.startswith("20130114T")


def test_nothing_at_all_is_an_honest_empty_run(tmp_path):
    outcome = go(tmp_path, jsonl(tmp_path / "a.jsonl"))
    assert (outcome.run_id.split("-")[0], table(outcome), fates(outcome)) == ("undated", [], {})
    assert go(tmp_path, jsonl(tmp_path / "a.jsonl")).status == "nothing_new"
    (tmp_path / "b.jsonl").write_bytes(b"\xff\n{")
    hopeless = go(tmp_path, str(tmp_path / "b.jsonl"))
    assert (hopeless.rejects_above_limit, fates(hopeless)) == (True, {"rejects": 2})


def test_aliases_are_resolved_when_the_run_begins(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"id": "a", "text": "a", "outlet": "BBC News"}, {"id": "b", "text": "b"})
    assert [row["outlet"] for row in table(go(tmp_path, path))] == ["BBC News", None]
    renamed = go(tmp_path, path, settings=Settings(outlets=Outlets(aliases={"BBC News": "BBC"}, houses={"BBC": "British"})))
    assert [row["outlet"] for row in table(renamed)] == ["BBC", None]


RECORDS = st.lists(st.fixed_dictionaries(
    {"id": st.sampled_from("abc"), "text": st.sampled_from(["one", "two", "three"])},
    optional={"modified": st.sampled_from(["2013-01-02", "2013-01-03"]), "status": st.just("withdrawn"),
              "seen": st.sampled_from(["2013-01-02", "2013-01-04"]),
              "published": st.sampled_from(["2013-01-01", "2013-01-02"])}), max_size=8)


NOTHING_LEARNT = store.Learnt(
    pa.table({"id": ["d-1"]}), pa.table({"id": pa.array([], pa.string()), "became": pa.array([], pa.string())}),
    health.as_table({}))


def live(directory, *days):
    """What is live after these days, and the fates of each day, without a pipeline."""
    outcomes = []
    with store.open_store(directory, RECIPES) as opened:
        for number, day in enumerate(days, start=1):
            intake = Intake(opened.database, Settings())
            for block in blocks([Item("f", line, record) for line, record in enumerate(day, start=1)], Settings()):
                intake.add(block)
            as_of = intake.settle(None)
            outcomes.append({fate: intake.counts()[fate] for fate in FATES})
            found = (intake.live_digest(), intake.articles().to_pylist(), as_of)
            with opened.new_run_directory(f"undated-{number:08x}"):
                pass
            opened.commit(store.Run(number, f"undated-{number:08x}", None, as_of, "", ""), NOTHING_LEARNT)
    return found, outcomes


@hypothesis_settings(max_examples=25, deadline=None)
@given(RECORDS, st.randoms(use_true_random=False), st.integers(0, 8))
def test_order_split_and_days_change_nothing(tmp_path_factory, records, chance, cut):
    home = tmp_path_factory.mktemp("stores")
    expected, once = live(home / "once", records)
    shuffled = records[:]
    chance.shuffle(shuffled)
    assert live(home / "shuffled", shuffled) == (expected, once)
    daily, _ = live(home / "daily", shuffled[:cut], shuffled[cut:])
    assert daily == expected


def test_the_earliest_sighting_counts_on_whichever_day_it_is_read(tmp_path):
    late, early = ({"id": "a", "text": "t", "seen": day} for day in ("2013-01-04", "2013-01-02"))
    expected, _ = live(tmp_path / "once", [late, early])
    assert expected[1][0]["seen_at"].day == 2
    assert live(tmp_path / "daily", [late], [early])[0] == expected
    again, days = live(tmp_path / "back", [early], [late])
    assert (again, days[1]["unchanged"]) == (expected, 1)


def test_exit_codes_and_the_last_line(tmp_path, capsys):
    home, good = str(tmp_path / "store"), articles(tmp_path / "a.jsonl", "a")
    assert cli.exit_code(["run", "--store", home, good]) == 0
    out, err = capsys.readouterr()
    last = json.loads(out.splitlines()[-1])
    assert (last["status"], last["counts"]["new"]) == ("done", 1)
    assert last["path"].endswith(last["run_id"])
    assert [json.loads(line)["level"] for line in err.splitlines()] == ["info"] * len(err.splitlines())
    assert cli.exit_code(["run", "--store", home, good, "--quiet"]) == 0
    assert cli.exit_code(["run", "--store", home, good, "-q", "--skip-exit-code", "99"]) == 99
    out, err = capsys.readouterr()
    assert (json.loads(out.splitlines()[-1])["status"], err) == ("nothing_new", "")
    bad = jsonl(tmp_path / "b.jsonl", {"id": "x"}, {"id": "b", "text": "t"})
    assert cli.exit_code(["run", "--store", home, bad, "-q"]) == 1
    warning = json.loads(capsys.readouterr().err)["message"]
    assert warning.startswith("1 of 2 records could not be used, more than the limit of 10%")
    assert cli.exit_code(["run", "--store", home, bad, "-q", "--skip-exit-code", "99"]) == 1


@pytest.mark.parametrize("arguments", [
    ["run"], ["run", "nowhere.jsonl"], ["run", "--as-of", "yesterday", "a.jsonl"], ["run", "--config", "none.toml", "a.jsonl"],
    ["run", "--store", "a.jsonl", "a.jsonl"], ["nonsense"], ["run", "--engine", "spark", "a.jsonl"],
])
def test_what_is_seen_before_work_starts_exits_2(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    articles(tmp_path / "a.jsonl", "a")
    assert cli.exit_code(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, "Traceback" in err) == ("", False)
    assert err.strip()


def test_what_fails_later_exits_3_and_publishes_nothing(tmp_path, monkeypatch, capsys):
    home, good = tmp_path / "store", articles(tmp_path / "a.jsonl", "a")
    assert cli.exit_code(["run", "--store", str(home), "-q", good]) == 0
    before = store.latest_run_id(home)
    state = rows(tmp_path, "FROM articles")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run.publish, "write", full)
    more = articles(tmp_path / "b.jsonl", "b")
    capsys.readouterr()
    assert cli.exit_code(["run", "--store", str(home), "-q", more]) == 3
    assert "No space left" in capsys.readouterr().err
    monkeypatch.setenv("SAMESTORY_DEBUG", "1")
    assert cli.exit_code(["run", "--store", str(home), "-q", more]) == 3
    assert "Traceback" in capsys.readouterr().err
    assert (store.latest_run_id(home), rows(tmp_path, "FROM articles")) == (before, state)
    assert [p.name for p in (home / "runs").iterdir()] == [before]


def test_help_lists_every_verb_and_loads_no_heavy_module():
    asked = ("import sys; from jobs.cli import exit_code; exit_code(['--help']); exit_code(['run', '--help']);"
             "sys.exit(sorted({'pyarrow', 'numpy', 'numba', 'duckdb', 'rich'} & set(sys.modules)) or 0)")
    shown = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=False, text=True)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert all(verb in shown.stdout for verb in cli.VERBS)


def test_a_run_loads_what_it_uses_and_no_more():
    """scikit-learn is half a second that only the reference engine and the scores are worth."""
    asked = "import sys, jobs.run; sys.exit(sorted({'sklearn', 'scipy.stats', 'jinja2'} & set(sys.modules)) or 0)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=False, text=True).returncode == 0


def test_people_see_stages_programs_see_json():
    class Screen(io.StringIO):
        def isatty(self):
            return True

    record = {"name": "text", "status": "done", "seconds": 1.25, "counts": {"articles": 1234}, "warnings": []}
    for stream, shown in ((Screen(), "1,234 articles"), (io.StringIO(), '"articles": 1234')):
        reporter = console.reporter(quiet=False, stream=stream)
        reporter.begin("text")
        reporter.progress("half")
        reporter.end(record)
        reporter.warn("[red]not markup[/red]")
        reporter.say("published", run_id="r")
        reporter.close()
        assert shown in stream.getvalue()
        assert "[red]not markup[/red]" in stream.getvalue()


def test_rejects_are_sorted_and_shuffling_files_changes_no_artifact(tmp_path):
    records = [{"id": f"{i:03d}", "text": f"text {i % 7}", "published": str(date(2013, 1, 1) + timedelta(days=i % 20))}
               for i in range(60)] + [{"id": "bad"}]
    outcomes = []
    for seed in range(2):
        home = tmp_path / f"{seed}"
        home.mkdir()
        random.Random(seed).shuffle(records)
        parts = [jsonl(home / f"{n}.jsonl", *records[n::3]) for n in range(3)]
        outcomes.append(go(home, *parts, settings=Settings(limits=Limits(max_rejects_share=0.5))))
    assert outcomes[0].run_id == outcomes[1].run_id
    assert (outcomes[0].path / "articles.parquet").read_bytes() == (outcomes[1].path / "articles.parquet").read_bytes()
