"""What always holds (docs/architecture.md; the numbers are those of the design), through the installed command."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.command import COMMAND, FIXTURES, NEWSROOM, SETTINGS, artifacts, partition, records, run, samestory


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """A part of the newsroom small enough to run many times: every article of five stories and some locals."""
    truth = {r["id"]: r for r in records(FIXTURES / "truth" / "groups.jsonl")}
    kept = {"port-alder-ferry", "brennstadt-klinik", "quay-street-warehouse-fire", "tanner-road-paint-works-fire",
            "grain-auction-1", "grain-auction-3"}
    chosen = [line for n, line in enumerate(NEWSROOM.read_text(encoding="utf-8").splitlines())
              if truth[json.loads(line)["id"]]["story"] in kept or n % 17 == 0]
    assert len(chosen) > 100
    return chosen


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> Path:
    """A store with one run over the lines."""
    folder = tmp_path_factory.mktemp("first")
    run(write(folder / "in.jsonl", lines), folder / "store")
    return folder / "store"


def test_1_every_span_slices_back_to_its_words(first: Path) -> None:
    texts = dict(zip(*(c.to_pylist() for c in pq.read_table(first / "latest" / "texts.parquet", columns=["article_id", "text"])
                       .columns), strict=True))
    spans = 0
    for passage in records(first / "latest" / "passages.jsonl"):
        quoted = [texts[o["article_id"]][o["start"]:o["end"]] for o in passage["occurrences"]]
        assert passage["text"] in quoted
        for occurrence, words in zip(passage["occurrences"], quoted, strict=True):
            text = texts[occurrence["article_id"]]
            as_utf16 = text.encode("utf-16-le")[2 * occurrence["start_utf16"]:2 * occurrence["end_utf16"]].decode("utf-16-le")
            assert as_utf16 == words != ""
            assert not words[0].isspace()
            assert not words[-1].isspace()
            for change in occurrence["changes"]:
                assert text[change["start"]:change["end"]] == change["here"]
                assert occurrence["start"] <= change["start"] <= change["end"] <= occurrence["end"]
            spans += 1
    assert spans > 100
    for cluster in records(first / "latest" / "clusters.jsonl"):
        for article in cluster["articles"]:
            for evidence in article["agency"]["evidence"]:
                assert texts[article["article_id"]][evidence["start"]:evidence["end"]].strip()


@pytest.mark.parametrize(("seed", "environment"), [
    (1, {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}),
    (2, {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "2"}),
])
def test_2_order_split_hash_seed_and_threads_change_no_byte(
        first: Path, lines: list[str], tmp_path: Path, seed: int, environment: dict) -> None:
    shuffled = random.Random(seed).sample(lines, len(lines))
    cut = len(lines) // 3
    sources = [write(tmp_path / "one.jsonl", shuffled[:cut]), write(tmp_path / "two.jsonl", shuffled[cut:])]
    run(sources, tmp_path / "store", **environment)
    expected, got = artifacts(first), artifacts(tmp_path / "store")
    assert got.keys() == expected.keys()
    assert [name for name in expected if got[name] != expected[name]] == []


def test_3_day_by_day_or_at_once_gives_the_same_groups(first: Path, lines: list[str], tmp_path: Path) -> None:
    by_day: dict[str, list[str]] = {}
    for line in lines:
        by_day.setdefault((json.loads(line)["published"] or "2024-03-09")[:10], []).append(line)
    days = sorted(by_day)
    for part in (days[:5], days[5:6], days[6:]):  # uneven on purpose
        run(write(tmp_path / f"{part[0]}.jsonl", [line for day in part for line in by_day[day]]), tmp_path / "store")
    for level in ("duplicate_group", "event", "story"):
        assert partition(tmp_path / "store", level) == partition(first, level)


def test_4_the_same_run_again_is_a_no_op(lines: list[str], tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", lines[:40])
    before = run(source, tmp_path / "store")
    again = run(source, tmp_path / "store")
    assert again["run_id"] == before["run_id"]
    assert len(list((tmp_path / "store" / "runs").iterdir())) == 1
    done = samestory("run", source, "--store", tmp_path / "store", "--config", SETTINGS, "--skip-exit-code", "99", cwd=tmp_path,
                     expect=99)
    assert json.loads(done.stdout.splitlines()[-1])["run_id"] == before["run_id"]


def test_5_nothing_is_lost(lines: list[str], tmp_path: Path) -> None:
    article = json.loads(lines[0])
    newer = article | {"text": article["text"] + " More.", "modified": "2024-03-30T00:00:00Z"}
    killed = json.loads(lines[1]) | {"status": "withdrawn", "modified": "2024-03-30T00:00:00Z"}
    first = run(write(tmp_path / "a.jsonl", [*lines[:30], "{", json.dumps(newer)]), tmp_path / "store")
    second = run(write(tmp_path / "b.jsonl", [*lines[20:50], json.dumps(killed)]), tmp_path / "store")
    for counts, read in ((first["counts"], 32), (second["counts"], 31)):
        assert counts["read"] == read
        assert counts["read"] == sum(counts[k] for k in ("new", "unchanged", "superseded", "withdrawn", "expired", "rejects"))
    assert first["counts"]["rejects"] == 1
    assert second["counts"]["unchanged"] == 10
    kept = pq.read_table(tmp_path / "store" / "latest" / "articles.parquet")["article_id"].to_pylist()
    assert json.loads(lines[1])["id"] not in kept
    assert len(kept) == len(set(kept)) == 49


def test_6_both_kernels_give_equal_tables(first: Path, lines: list[str], tmp_path: Path) -> None:
    run(write(tmp_path / "in.jsonl", lines), tmp_path / "store", "--kernels", "reference")
    expected, got = artifacts(first), artifacts(tmp_path / "store")
    assert [name for name in expected if got[name] != expected[name]] == []


def test_8_killed_at_any_moment_the_store_is_the_one_before_or_the_whole_new_one(lines: list[str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    before = run(write(tmp_path / "a.jsonl", lines[:60]), store)["run_id"]
    source = write(tmp_path / "b.jsonl", lines)
    started = time.monotonic()
    undisturbed = run(source, tmp_path / "undisturbed")["run_id"]
    lasts = time.monotonic() - started
    assert undisturbed
    for share in (0.35, 0.6, 0.75, 0.85, 0.95):
        victim = subprocess.Popen([str(COMMAND), "run", str(source), "--store", str(store), "--config", str(SETTINGS)],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
        time.sleep(lasts * share)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        latest = (store / "latest").resolve()
        assert (latest / "manifest.json").exists()
        if latest.name != before:  # it was quicker than the signal: then it is whole
            break
        assert records(latest / "clusters.jsonl")
    after = run(source, store)
    assert after["counts"]["read"] == len(lines)
    assert len(pq.read_table(store / "latest" / "articles.parquet")) == len(lines)
    assert partition(store) == partition(tmp_path / "undisturbed")
    assert {p.name for p in (store / "runs").iterdir()} == {before, after["run_id"]}


def test_9_an_empty_or_hopeless_input_gives_an_honest_empty_result(tmp_path: Path) -> None:
    empty = run(write(tmp_path / "empty.jsonl", []), tmp_path / "store")
    assert empty["counts"]["read"] == 0
    assert records(tmp_path / "store" / "latest" / "clusters.jsonl") == []
    source = write(tmp_path / "hopeless.jsonl", ["nonsense", "[]", "7"])
    hopeless = samestory("run", source, "--store", tmp_path / "other", cwd=tmp_path, expect=1)
    assert json.loads(hopeless.stdout.splitlines()[-1])["counts"]["rejects"] == 3
    assert len(records(tmp_path / "other" / "latest" / "rejects.jsonl")) == 3


def test_the_command_needs_no_writable_home_and_no_colour(lines: list[str], tmp_path: Path) -> None:
    environment = {"HOME": "/nonexistent", "NO_COLOR": "1", "TERM": "dumb"}
    assert run(write(tmp_path / "in.jsonl", lines[:20]), tmp_path / "store", **environment)["counts"]["articles"] == 20
    assert "\x1b" not in samestory("inspect", "--store", tmp_path / "store", cwd=tmp_path, **environment).stdout
