"""The store of one run, held and recovered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from jobs.store.database import transaction
from jobs.store.pointer import RUNS, latest_run_id, point_to, sync

_REMOVE = """
    UPDATE articles SET removed_run = ? WHERE removed_run IS NULL AND article_id IN (SELECT article_id FROM applied)
"""
_ADD = """
    INSERT INTO articles BY NAME SELECT *, ? AS added_run, NULL AS removed_run FROM applied
"""
_ERASE_LATER = """
    INSERT INTO erasures SELECT DISTINCT article_id, ?::INTEGER FROM articles
    WHERE status = 'live' AND article_id IN (SELECT article_id FROM applied WHERE status = 'withdrawn')
"""
_USE = "INSERT INTO used_ids SELECT DISTINCT id, ? FROM ids_of_run WHERE id NOT IN (SELECT id FROM used_ids)"


@dataclass(frozen=True)
class Run:
    """A row of ``runs``."""

    number: int
    run_id: str
    parent_run_id: str | None
    as_of: datetime | None
    settings_digest: str
    version: str
    corrections_digest: str = ""


@dataclass(frozen=True)
class Learnt:
    """What a run leaves in the database beside its articles."""

    ids: pa.Table
    """One column ``id``: the ids of this run's groups."""
    redirects: pa.Table
    """``id`` and ``became``: ids of the parent run that were merged away, and into what."""
    measures: pa.Table
    """``name``, ``subject``, ``value``: what later runs compare themselves with."""


class Store:
    """The store of one run, locked and recovered. Use :func:`jobs.store.open_store`."""

    def __init__(self, path: Path, database: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.database = database
        self.latest: Run | None = None

    def run_directory(self, run_id: str) -> Path:
        """Where a run's artifacts are."""
        return self.path / RUNS / run_id

    def used_ids(self) -> frozenset[str]:
        """Every id of a duplicate group, event or story that any run ever used."""
        return frozenset(row[0] for row in self.database.execute("SELECT DISTINCT id FROM used_ids").fetchall())

    def redirects(self) -> dict[str, str]:
        """Id that was merged away -> what it was merged into at that time."""
        return dict(self.database.execute("SELECT id, became FROM redirects ORDER BY run, id").fetchall())

    @contextmanager
    def new_run_directory(self, run_id: str) -> Iterator[Path]:
        """An empty directory to write a run into; when the block ends without an error it is synced and renamed into place."""
        whole = self.run_directory(run_id)
        partial = whole.with_name(f".partial-{run_id}")
        partial.mkdir()
        try:
            yield partial
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        for path in sorted(partial.rglob("*")):
            sync(path)
        sync(partial)
        partial.rename(whole)
        sync(whole.parent)

    def commit(self, run: Run, learnt: Learnt) -> None:
        """Make the run the one that stands: what ``intake`` found to apply, the run and what it learnt, then the link.

        When that fails its directory goes: nobody shall take it for a run.
        """
        try:
            self._note(run, learnt)
            point_to(self.path, run.run_id)
        except BaseException:
            if latest_run_id(self.path) != run.run_id:
                shutil.rmtree(self.run_directory(run.run_id), ignore_errors=True)
            raise
        self.latest = run

    def _note(self, run: Run, learnt: Learnt) -> None:
        number = run.number
        with transaction(self.database):
            self.database.execute(_ERASE_LATER, [number])
            self.database.execute(_REMOVE, [number])
            self.database.execute(_ADD, [number])
            self.database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", [
                number, run.run_id, run.parent_run_id, run.as_of, run.settings_digest, run.version, run.corrections_digest])
            self.database.register("ids_of_run", learnt.ids)
            self.database.execute(_USE, [number])
            self.database.unregister("ids_of_run")
            for name in ("redirects", "measures"):
                self.database.register("learnt", getattr(learnt, name))
                self.database.execute(f"INSERT INTO {name} BY NAME SELECT *, ? AS run FROM learnt", [number])  # noqa: S608
                self.database.unregister("learnt")
