"""docs/operations.md and docs/store.md, tried: units, BashOperator's contract, queries, metrics, OpenLineage events, SIGTERM."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import uuid
from datetime import datetime
from pathlib import Path

import duckdb
import jsonschema
import pytest

from tests.command import COMMAND, ROOT, samestory
from tests.openlineage_schema import SCHEMA

OPERATIONS, STORE_PAGE = ROOT / "docs" / "operations.md", ROOT / "docs" / "store.md"
WORDS = "The ferry ran onto a sandbank at dawn and all on board were brought ashore by noon, the harbour office said. "


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def jsonl(path: Path, *records: dict) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def article(number: int, **more: object) -> dict:
    return {"id": f"a{number}", "outlet": f"Outlet {number % 3}", "text": WORDS + f"Number {number}.",
            "published": f"2024-03-{1 + number % 9:02d}"} | more


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of two runs."""
    home = tmp_path_factory.mktemp("operations")
    samestory("run", jsonl(home / "1.jsonl", *map(article, range(6))), "--store", "store", "-q", cwd=home)
    changed = article(2, text="Another text altogether, about the weather.", modified="2024-03-09T12:00:00Z")
    samestory("run", jsonl(home / "2.jsonl", changed, article(7)), "--store", "store", "-q", cwd=home)
    return home


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    service, timer = blocks(OPERATIONS, "ini")
    command = shutil.which("true")
    (tmp_path / "samestory.service").write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={command}", service, flags=re.MULTILINE)
                                                .replace("/srv/news", str(tmp_path)))
    (tmp_path / "samestory.timer").write_text(timer)
    (tmp_path / "README").touch()
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / "samestory.service"),
                           str(tmp_path / "samestory.timer")], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "samestory" in line]) == (0, [])


def test_every_command_of_the_page_is_understood(tmp_path: Path) -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", page))
    helped = "".join(samestory(verb, "--help", cwd=tmp_path).stdout for verb in ("run", "prune"))
    assert [option for option in sorted(options) if option not in helped] == []


def bash_operator(command: str, cwd: Path) -> tuple[str, str | None]:
    """What Airflow's BashOperator does: bash runs the command, 99 skips, other codes fail, the last line is pushed to XCom."""
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True, check=False,
                          env=os.environ | {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"})
    if done.returncode == 99:
        return "skipped", None
    return ("success" if done.returncode == 0 else "failed"), (done.stdout.splitlines() or [None])[-1]


def test_the_airflow_task_keeps_bash_operators_contract(tmp_path: Path) -> None:
    (python,) = blocks(OPERATIONS, "python")
    template = "".join(re.findall(r'"(samestory run .*?|--as-of.*?)"', python))
    jsonl(tmp_path / "2024-03-05.jsonl", *map(article, range(4)))
    rendered = (template.replace("{{ params.inputs }}", str(tmp_path)).replace("{{ ds }}", "2024-03-05")
                .replace("{{ params.store }}", str(tmp_path / "store"))
                .replace("{{ data_interval_end }}", "2024-03-06T00:00:00+00:00"))
    assert "{{" not in rendered
    state, pushed = bash_operator(rendered, tmp_path)
    assert state == "success"
    assert json.loads(pushed or "")["run_id"].startswith("20240306T000000Z-")
    assert bash_operator(rendered, tmp_path) == ("skipped", None)
    assert bash_operator(rendered.replace("2024-03-05", "2024-03-06"), tmp_path)[0] == "failed"  # no such file


@pytest.mark.parametrize("number", range(6))
def test_the_queries_answer(two_runs: Path, number: int) -> None:
    query = blocks(STORE_PAGE, "sql")[number].replace("STORE", str(two_runs / "store"))
    with duckdb.connect(str(two_runs / "store" / "store.duckdb"), read_only=True) as database:
        found = database.execute(query).fetchall()
    if number == 0:
        assert sorted(row[:2] for row in found) == [("Outlet 0", 2), ("Outlet 1", 3), ("Outlet 2", 2)]
    elif number == 1:
        assert [row[:2] for row in found] == [("a2", 1)]
    elif number == 2:
        assert [row[0] for row in found] == [f"a{i}" for i in range(6)]
    elif number == 3:
        assert found == []
    elif number == 4:
        assert len(found) == 2
    else:
        assert sum(row[1] for row in found) == 7


def test_the_query_for_redirects_follows_chains() -> None:
    with duckdb.connect() as database:
        database.execute("CREATE TABLE redirects AS FROM (VALUES ('a', 'b', 1), ('b', 'c', 2), ('x', 'y', 2)) t(id, became, run)")
        assert database.execute(blocks(STORE_PAGE, "sql")[3]).fetchall() == [("a", "c"), ("b", "c"), ("x", "y")]


def test_the_page_names_every_table_and_column(two_runs: Path) -> None:
    page = STORE_PAGE.read_text(encoding="utf-8")
    with duckdb.connect(str(two_runs / "store" / "store.duckdb"), read_only=True) as database:
        columns = database.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
        version = database.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    assert f"schema version {version[0][0]})" in page
    of_table = {m[1]: m[2] for m in re.finditer(r"^\| `(\w+)` \|.*?\| (.*) \|$", page, re.MULTILINE)}
    assert {table for table, _ in columns} == of_table.keys()
    assert [(table, column) for table, column in columns if f"`{column}`" not in of_table[table]] == []


def test_metrics_and_lineage_events_of_a_run(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", *map(article, range(4)), {"id": "bad"})
    told = ["--store", "store", "--prometheus", "m.prom", "--openlineage", "events.jsonl", "-q"]
    started = time.time()
    samestory("run", source, *told, "--config", settings(tmp_path), cwd=tmp_path)
    metrics = (tmp_path / "m.prom").read_text()
    values = dict(re.findall(r"^(samestory_\S+) (\S+)$", metrics, re.MULTILINE))
    assert float(values["samestory_last_success_timestamp_seconds"]) >= started
    assert (values["samestory_last_run_success"], values['samestory_records{fate="new"}']) == ("1", "4")
    assert values['samestory_records{fate="rejects"}'] == "1"
    assert {line.split()[2] for line in metrics.splitlines() if line.startswith("# TYPE")} == {
        name.split("{")[0] for name in values}
    samestory("run", source, *told, "--config", settings(tmp_path), cwd=tmp_path)  # nothing new

    (tmp_path / "store" / "runs" / "latest-is-gone").touch()
    parquet = (tmp_path / "store" / "latest").resolve() / "articles.parquet"
    parquet.write_bytes(b"damaged")
    failed = samestory("run", jsonl(tmp_path / "more.jsonl", article(5)), *told, cwd=tmp_path, expect=3)
    assert "is gone or damaged" in failed.stderr
    after = dict(re.findall(r"^(samestory_\S+) (\S+)$", (tmp_path / "m.prom").read_text(), re.MULTILINE))
    assert after["samestory_last_run_success"] == "0"
    succeeded, ended = (float(after[f"samestory_last_{what}_timestamp_seconds"]) for what in ("success", "run"))
    assert started <= succeeded < ended
    assert list(tmp_path.glob("m.prom*")) == [tmp_path / "m.prom"]

    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [e["eventType"] for e in events] == ["START", "COMPLETE", "START", "COMPLETE", "START", "FAIL"]
    for event in events:
        jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(event)
        assert str(uuid.UUID(event["run"]["runId"])) == event["run"]["runId"]
        assert datetime.fromisoformat(event["eventTime"]).tzinfo is not None
    assert [events[i]["run"]["runId"] == events[i + 1]["run"]["runId"] for i in range(5)] == [True, False, True, False, True]
    wrote = {Path(d["name"]).name: d["outputFacets"]["outputStatistics"] for d in events[1]["outputs"]}
    assert wrote["articles.csv"]["rowCount"] == 4
    assert wrote["texts.parquet"]["size"] == (tmp_path / "store" / "latest" / "texts.parquet").stat().st_size
    assert events[3]["outputs"] == []
    assert events[1]["inputs"][0]["inputFacets"]["inputStatistics"]["rowCount"] == 5
    assert "gone or damaged" in events[5]["run"]["facets"]["errorMessage"]["message"]


def settings(folder: Path) -> Path:
    path = folder / "samestory.toml"
    path.write_text("[limits]\nmax_rejects_share = 0.5\n")
    return path


def test_openlineages_own_client_reads_the_events(tmp_path: Path) -> None:
    event_v2 = pytest.importorskip("openlineage.client.event_v2", reason="the client of OpenLineage is not installed")
    samestory("run", jsonl(tmp_path / "in.jsonl", article(1)), "--openlineage", "e.jsonl", "-q", cwd=tmp_path)
    for line in (tmp_path / "e.jsonl").read_text().splitlines():
        event = json.loads(line)
        made = event_v2.RunEvent(
            eventType=event_v2.RunState(event["eventType"]), eventTime=event["eventTime"], producer=event["producer"],
            run=event_v2.Run(runId=event["run"]["runId"]), job=event_v2.Job(event["job"]["namespace"], event["job"]["name"]))
        assert made._get_schema() == event["schemaURL"]


@pytest.mark.parametrize(("option", "place"), [("--prometheus", "nowhere/m.prom"), ("--openlineage", "nowhere/e.jsonl"),
                                               ("--corrections", "nowhere.jsonl")])
def test_a_place_that_cannot_be_used_is_refused_before_work_starts(tmp_path: Path, option: str, place: str) -> None:
    done = samestory("run", jsonl(tmp_path / "in.jsonl", article(1)), option, place, "-q", cwd=tmp_path, expect=2)
    assert place in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list((tmp_path / "samestory-store").glob("runs/*"))


def test_operations_are_no_part_of_the_question(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", article(1))
    first = json.loads(samestory("run", source, "-q", cwd=tmp_path).stdout)
    (tmp_path / "samestory.toml").write_text('[operations]\nprometheus = "m.prom"\nkeep_runs = 3\n')
    again = json.loads(samestory("run", source, "-q", cwd=tmp_path).stdout)
    assert (again["run_id"], again["status"]) == (first["run_id"], "nothing_new")
    assert (tmp_path / "m.prom").is_file()


def test_sigterm_ends_cleanly(tmp_path: Path) -> None:
    samestory("run", jsonl(tmp_path / "a.jsonl", *map(article, range(4))), "--store", "store", "-q", cwd=tmp_path)
    before = (tmp_path / "store" / "latest").readlink()
    source = jsonl(tmp_path / "b.jsonl", *({"id": f"n{i}", "text": f"{WORDS} {i} " * 30} for i in range(3000)))
    victim = subprocess.Popen([str(COMMAND), "run", str(source), "--store", "store", "--openlineage", "e.jsonl"], cwd=tmp_path,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert victim.stderr is not None
    for line in victim.stderr:  # the log says when it is in the middle of it
        if '"stage_ended"' in line and '"read"' in line:
            break
    victim.send_signal(signal.SIGTERM)
    out, err = victim.communicate(timeout=60)
    assert (victim.returncode, out) == (143, "")
    assert err.splitlines()[-1] == "samestory: told to stop; nothing was published"
    assert "Traceback" not in err
    assert (tmp_path / "store" / "latest").readlink() == before
    assert [p.name for p in (tmp_path / "store" / "runs").iterdir()] == [before.name]
    assert list((tmp_path / "store" / "tmp").iterdir()) == []
    assert [json.loads(line)["eventType"] for line in (tmp_path / "e.jsonl").read_text().splitlines()] == ["START", "ABORT"]


def test_logs_are_json_lines_with_the_keys_the_page_names(tmp_path: Path) -> None:
    done = samestory("run", jsonl(tmp_path / "in.jsonl", article(1)), cwd=tmp_path)
    logged = [json.loads(line) for line in done.stderr.splitlines()]
    assert all({"ts", "level", "event"} <= line.keys() for line in logged)
    assert {"text", "copies", "passages", "events"} <= {line["stage"] for line in logged if line["event"] == "stage_ended"}
