"""The store: one holder, one meaning, and a kill at any moment leaves the run before or the whole new one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from clustering.config import CopiesSettings, Settings
from clustering.errors import IncompatibleError, StoreBusyError, StoreError
from jobs import console, run, store
from jobs.cli import exit_code
from tests import fake_pipeline

RECIPES = {"tokeniser_version": "1", "shingle_recipe": "k=5"}
ROOT = Path(run.__file__).parent.parent


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    fake_pipeline.install(monkeypatch.setattr)


def articles(path, *ids, **more):
    path.write_text("".join(json.dumps({"id": i, "text": f"text of {i}", "published": "2013-01-22", **more}) + "\n" for i in ids))
    return str(path)


def go(tmp_path, *inputs, settings=None, as_of=None):
    request = run.Request(inputs, tmp_path / "store", settings or Settings(), as_of)
    return run.execute(request, console.Log(io.StringIO(), quiet=True))


def rows(tmp_path, query):
    with duckdb.connect(str(tmp_path / "store" / "store.duckdb"), read_only=True) as database:
        return database.execute(query).fetchall()


def test_one_run_at_a_time(tmp_path):
    busy = pytest.raises(StoreBusyError, match=f"process {os.getpid()}")
    with store.open_store(tmp_path / "s", RECIPES), busy, store.open_store(tmp_path / "s", RECIPES):
        pass
    with store.open_store(tmp_path / "s", RECIPES) as again:
        assert again.latest is None


def test_other_recipes_are_refused_with_the_way_out(tmp_path):
    with store.open_store(tmp_path / "s", RECIPES):
        pass
    with pytest.raises(IncompatibleError, match=r"tokeniser version '1'.*'2'.*--store NEW"), \
            store.open_store(tmp_path / "s", RECIPES | {"tokeniser_version": "2"}):
        pass


def test_a_later_schema_is_refused_with_the_way_out(tmp_path):
    with store.open_store(tmp_path / "s", RECIPES) as opened:
        opened.database.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(IncompatibleError, match=r"schema version '99'.*up to 2.*--store NEW"), \
            store.open_store(tmp_path / "s", RECIPES):
        pass


def test_places_that_are_no_store_are_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("x")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "store.duckdb").write_bytes(b"no database at all")
    refusals = {"file": "is a file", "home": "not a store", "broken": "cannot be opened", "file/below": "cannot be used"}
    for name, message in refusals.items():
        with pytest.raises(StoreError, match=message), store.open_store(tmp_path / name, RECIPES):
            pass
    assert (tmp_path / "home" / "letter.txt").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "s").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="not writable"), store.open_store(tmp_path / "s", RECIPES):
        pass


def test_a_changed_shingle_size_is_refused_before_work(tmp_path):
    go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    with pytest.raises(IncompatibleError):
        go(tmp_path, articles(tmp_path / "a.jsonl", "b"), settings=Settings(copies=CopiesSettings(shingle_tokens=7)))


STANDING = "SELECT article_id, modified_at, status FROM articles WHERE removed_run IS NULL ORDER BY 1"


def test_latest_back_on_an_older_run_rolls_the_store_back(tmp_path):
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a", "b"))
    update = articles(tmp_path / "b.jsonl", "b", "c", modified="2013-01-22")
    second = go(tmp_path, update)
    assert rows(tmp_path, "SELECT count(*) FROM runs") == [(2,)]
    after = rows(tmp_path, STANDING)
    store.point_to(tmp_path / "store", first.run_id)
    assert go(tmp_path, articles(tmp_path / "c.jsonl", "a")).status == "nothing_new"
    assert rows(tmp_path, STANDING) == [("a", None, "live"), ("b", None, "live")]
    assert go(tmp_path, update) == second
    assert rows(tmp_path, "SELECT run_id FROM runs ORDER BY number") == [(first.run_id,), (second.run_id,)]
    assert rows(tmp_path, STANDING) == after


def test_rolling_back_does_not_bring_a_withdrawn_text_back(tmp_path):
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a", "b"))
    go(tmp_path, articles(tmp_path / "b.jsonl", "c"), articles(tmp_path / "a.jsonl", "b", status="withdrawn"))
    store.point_to(tmp_path / "store", first.run_id)
    assert go(tmp_path, articles(tmp_path / "c.jsonl", "a")).status == "nothing_new"  # the run of before, redacted
    assert rows(tmp_path, STANDING) == [("a", None, "live"), ("b", None, "withdrawn")]
    assert pq.read_table(tmp_path / "store" / "latest" / "articles.parquet")["article_id"].to_pylist() == ["a"]
    assert go(tmp_path, articles(tmp_path / "c.jsonl", "b")).counts["withdrawn"] == 1


def test_a_store_that_does_not_know_latest_is_refused(tmp_path):
    go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    (tmp_path / "store" / "store.duckdb").unlink()
    with pytest.raises(StoreError, match="knows nothing"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "a"))


def test_a_lost_run_directory_is_refused(tmp_path):
    found = go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    found.path.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is gone"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "a"))


def test_a_lost_latest_costs_nothing(tmp_path):
    for name in "ab":
        found = go(tmp_path, articles(tmp_path / "a.jsonl", name))
    home = tmp_path / "store"
    for name in ("latest", "latest.json"):
        (home / name).unlink()
    before = sorted(p.name for p in (home / "runs").iterdir())
    with pytest.raises(StoreError, match=f"2 runs.*ln -s runs/{found.run_id}"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "c"))
    assert sorted(p.name for p in (home / "runs").iterdir()) == before
    (home / "latest").symlink_to(Path("runs") / found.run_id)
    assert go(tmp_path, articles(tmp_path / "a.jsonl", "b")).status == "nothing_new"


def test_a_latest_that_is_no_link_is_refused_before_work(tmp_path):
    go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    (tmp_path / "store" / "latest").unlink()
    (tmp_path / "store" / "latest").mkdir()
    with pytest.raises(StoreError, match="should be a link"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "b"))


def test_a_link_that_cannot_be_swapped_is_no_commit(tmp_path, monkeypatch):
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a"))

    def refuse(*_):
        raise PermissionError(1, "not yours")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "symlink_to", refuse)
        with pytest.raises(run.RunFailedError, match="not yours"):
            go(tmp_path, articles(tmp_path / "a.jsonl", "b"))
    assert store.latest_run_id(tmp_path / "store") == first.run_id
    assert json.loads((tmp_path / "store" / "latest.json").read_text())["run_id"] == first.run_id
    assert go(tmp_path, articles(tmp_path / "a.jsonl", "b")).counts["new"] == 1


def test_a_damaged_parent_and_a_full_disk_say_where(tmp_path, monkeypatch):
    found = go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    whole = (found.path / "articles.parquet").read_bytes()
    (found.path / "articles.parquet").write_bytes(whole[:40])
    with pytest.raises(run.RunFailedError, match=r"articles\.parquet: of the run that stands, is gone or damaged"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "b"))
    (found.path / "articles.parquet").write_bytes(whole)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run.publish, "write", full)
    with pytest.raises(run.RunFailedError, match="store: No space left on device"):
        go(tmp_path, articles(tmp_path / "a.jsonl", "b"))


def test_strangers_in_runs_stay(tmp_path):
    go(tmp_path, articles(tmp_path / "a.jsonl", "a"))
    runs = tmp_path / "store" / "runs"
    for name in ("notes", "20130122T000000Z-01234567", ".partial-20130122T000000Z-01234567"):
        (runs / name).mkdir()
    go(tmp_path, articles(tmp_path / "a.jsonl", "b"))
    assert sorted(p.name for p in runs.iterdir() if len(list(p.iterdir())) == 0) == ["notes"]


def test_without_links_the_pointer_is_the_commit(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for name in "ab":
        found = go(tmp_path, articles(tmp_path / "a.jsonl", name))
        assert store.latest_run_id(tmp_path / "store") == found.run_id
    assert not (tmp_path / "store" / "latest").exists()


_KILLED = """
import os, sys
from pathlib import Path
from jobs import run, store
from jobs.cli import exit_code
from jobs.store import holding
from tests import fake_pipeline
fake_pipeline.install(setattr)
def die(*_, **__):
    os._exit(9)
where, arguments = sys.argv[1], sys.argv[2:]
if where == "while writing":
    run.publish.write = die
elif where == "before the rename":
    Path.rename = die
elif where == "before the transaction":
    store.Store.commit = die
elif where == "before the link":
    holding.point_to = die
sys.exit(exit_code(arguments))
"""


@pytest.mark.parametrize("where", [
    "while writing", "before the rename", "before the transaction", "before the link", "before the pointer"])
def test_killed_at_any_moment_the_next_run_succeeds(tmp_path, where):
    home = tmp_path / "store"
    first = go(tmp_path, articles(tmp_path / "a.jsonl", "a", "b"))
    update = articles(tmp_path / "b.jsonl", "b", "c", modified="2013-01-23")
    arguments = ["run", "--store", str(home), update]
    if where != "before the pointer":  # a recovery writes the pointer too, so that one would die on its way in
        died = subprocess.run([sys.executable, "-c", _KILLED, where, *arguments], cwd=ROOT, capture_output=True, check=False)
        assert died.returncode == 9, died.stderr.decode()
        assert store.latest_run_id(home) == first.run_id
    else:
        finished = go(tmp_path, update)
        (home / "latest.json").write_text(json.dumps({"run_id": first.run_id}))
        assert store.latest_run_id(home) == finished.run_id
    after = go(tmp_path, update)
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    go(undisturbed, str(tmp_path / "a.jsonl"))
    expected = go(undisturbed, update)
    assert after.run_id == expected.run_id
    assert (after.path / "articles.parquet").read_bytes() == (expected.path / "articles.parquet").read_bytes()
    state = "SELECT article_id, content_hash, added_run, removed_run FROM articles ORDER BY ALL"
    assert rows(tmp_path, state) == rows(undisturbed, state)
    assert json.loads((home / "latest.json").read_text())["run_id"] == after.run_id == store.latest_run_id(home)
    assert sorted(p.name for p in (home / "runs").iterdir()) == sorted([first.run_id, after.run_id])


def test_a_busy_store_exits_75(tmp_path, capsys):
    with store.open_store(tmp_path / "s", RECIPES):
        assert exit_code(["run", "--store", str(tmp_path / "s"), articles(tmp_path / "a.jsonl", "a")]) == 75
    assert capsys.readouterr().err.count("\n") == 1
