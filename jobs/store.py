"""What earlier runs knew: a DuckDB file, the run directories beside it, and ``latest``, the link that says which run stands.

::

    STORE/lock            held (flock) while a run works; the kernel drops it when the process dies
    STORE/store.duckdb    articles in all versions, runs, ids ever used
    STORE/runs/RUN_ID/    what each run published
    STORE/latest          link to the run that stands; swapping it is the commit (latest.json says the same)
    STORE/tmp/            scratch; emptied when a run begins

A commit goes: run directory complete and renamed into place, database transaction, link swapped. Killed in between, the
database may know a run that ``latest`` does not name: the next run rolls that back (every row carries the number of the
run that added it and of the one that removed it, so this is one delete and one update) and removes what was left over.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from clustering.errors import IncompatibleError, StoreBusyError, StoreError

SCHEMA_VERSION = 1
_DATABASE, _LOCK, _RUNS, _LATEST, _LATEST_JSON, _SCRATCH = "store.duckdb", "lock", "runs", "latest", "latest.json", "tmp"
_OURS = {_DATABASE, _DATABASE + ".wal", _LOCK, _RUNS, _LATEST, _LATEST_JSON, _SCRATCH}
_RUN_ID = re.compile(r"(?:\d{8}T\d{6}Z|undated)-[0-9a-f]{8}")
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS}
_MEMORY_LIMIT = "1GB"
"""DuckDB spills to STORE/tmp beyond this: the window's tables need the rest of the memory."""

_TABLES = """
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
"""
_REMOVE = """
    UPDATE articles SET removed_run = ? WHERE removed_run IS NULL AND article_id IN (SELECT article_id FROM applied)
"""
_ADD = """
    INSERT INTO articles BY NAME SELECT *, ? AS added_run, NULL AS removed_run FROM applied
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


class Store:
    """The store of one run, locked and recovered. Use :func:`open_store`."""

    def __init__(self, path: Path, database: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.database = database
        self.latest: Run | None = None

    def run_directory(self, run_id: str) -> Path:
        """Where a run's artifacts are."""
        return self.path / _RUNS / run_id

    def used_ids(self) -> frozenset[str]:
        """Every id of a duplicate group, event or story that any run ever used."""
        return frozenset(row[0] for row in self.database.execute("SELECT DISTINCT id FROM used_ids").fetchall())

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
            _sync(path)
        _sync(partial)
        partial.rename(whole)
        _sync(whole.parent)

    def commit(self, run: Run, ids: pa.Table) -> None:
        """Make the run the one that stands: what ``intake`` found to apply, the run and its ids, then the link.

        Parameters
        ----------
        run
            The run whose directory is complete.
        ids
            One column ``id``: the ids of this run's groups.
        """
        number = run.number
        with _transaction(self.database):
            self.database.execute(_REMOVE, [number])
            self.database.execute(_ADD, [number])
            self.database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", [
                number, run.run_id, run.parent_run_id, run.as_of, run.settings_digest, run.version])
            self.database.register("ids_of_run", ids)
            self.database.execute(_USE, [number])
            self.database.unregister("ids_of_run")
        point_to(self.path, run.run_id)
        self.latest = run


@contextmanager
def open_store(path: Path, recipes: dict[str, str]) -> Iterator[Store]:
    """The store at ``path``, made when it is not there, locked, and rolled back to the run that ``latest`` names.

    Parameters
    ----------
    path
        The store's directory.
    recipes
        What gives the stored ids their meaning: tokeniser version, shingle recipe. A store made with others refuses.

    Raises
    ------
    StoreBusyError
        when another run holds it.
    StoreError
        when it cannot be read or written, or is no store.
    IncompatibleError
        when it was made by another schema or other recipes.
    """
    try:
        _check_directory(path)
        with _locked(path):
            (path / _RUNS).mkdir(exist_ok=True)
            shutil.rmtree(path / _SCRATCH, ignore_errors=True)
            (path / _SCRATCH).mkdir(exist_ok=True)
            with _connected(path) as database:
                _check_meaning(database, path, recipes)
                store = Store(path, database)
                store.latest = _recover(store)
                yield store
    except duckdb.Error as error:
        raise StoreError(f"{path}: the database failed: {str(error).splitlines()[0]}") from error
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(path)):
            raise
        raise StoreError(f"{error.filename}: {error.strerror}") from error


def latest_run_id(path: Path) -> str | None:
    """The id of the run that stands; null when there is none yet. Needs no lock: readers use run directories only."""
    link = path / _LATEST
    if link.is_symlink():
        return link.readlink().name
    try:
        named = json.loads((path / _LATEST_JSON).read_text())["run_id"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path / _LATEST_JSON}: is damaged; it should name the run that stands as run_id") from error
    return str(named)


def point_to(path: Path, run_id: str) -> None:
    """Swap ``latest`` (the commit), then ``latest.json``. Where links are not possible ``latest.json`` alone is the commit."""
    fresh = path / _SCRATCH / "latest"
    fresh.unlink(missing_ok=True)
    link = path / _LATEST
    try:
        fresh.symlink_to(Path(_RUNS) / run_id)
        fresh.replace(link)
        _sync(path)
    except OSError as error:
        if error.errno not in _NO_LINKS or link.is_symlink():  # with a link that stays as it was nothing is committed
            raise
    # where there is a link it decides, and the next run mends the pointer
    with suppress(OSError) if link.is_symlink() else nullcontext():
        _write_pointer(path, run_id)


def _write_pointer(path: Path, run_id: str) -> None:
    fresh = path / _SCRATCH / "latest.json"
    fresh.write_text(json.dumps({"run_id": run_id, "path": f"{_RUNS}/{run_id}"}) + "\n")
    _sync(fresh)
    fresh.replace(path / _LATEST_JSON)
    _sync(path)


def _check_directory(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        strangers = sorted(entry.name for entry in path.iterdir() if entry.name not in _OURS)
        if strangers and not (path / _DATABASE).exists():
            raise StoreError(f"{path}: is not a store but a directory that holds {strangers[0]!r}; name an empty or new one")
    except FileExistsError as error:
        raise StoreError(f"{path}: is a file; a store is a directory") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be used as a store ({error.strerror})") from error
    if (path / _LATEST).exists() and not (path / _LATEST).is_symlink():
        raise StoreError(f"{path / _LATEST}: should be a link and is none (a copy that followed links?); remove it: "
                         f"{_LATEST_JSON} says the same")
    if not os.access(path, os.W_OK | os.X_OK):
        raise StoreError(f"{path}: is not writable")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with (path / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read(20).strip()
            raise StoreBusyError(f"{path}: another run holds the store{f' (process {holder})' if holder else ''}; "
                                 "wait for it, or use another --store") from error
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _connected(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        database = duckdb.connect(str(path / _DATABASE))
    except duckdb.Error as error:
        raise StoreError(f"{path / _DATABASE}: cannot be opened: {str(error).splitlines()[0]}; put a copy of the whole store "
                         "back, or start another one (--store NEW) with the articles of the window") from error
    try:
        database.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
        database.execute("SET arrow_large_buffer_size = true")
        database.execute("SET temp_directory = " + _quoted(str(path / _SCRATCH)))
        yield database
    finally:
        database.close()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    database.begin()
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.commit()


def _check_meaning(database: duckdb.DuckDBPyConnection, path: Path, recipes: dict[str, str]) -> None:
    """A fresh store notes what it was made with; another one must agree."""
    meaning = {"schema_version": str(SCHEMA_VERSION), **recipes}
    made = database.execute("SELECT count(*) FROM information_schema.tables WHERE table_name = 'meta'").fetchall()[0][0]
    if not made:
        with _transaction(database):
            database.execute(_TABLES)
            database.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meaning.items()))
        return
    held = dict(database.execute("SELECT key, value FROM meta").fetchall())
    for key, value in meaning.items():
        if held.get(key) != value:
            raise IncompatibleError(
                f"{path}: was made with {key.replace('_', ' ')} {held.get(key)!r}, and this run would use {value!r}: its ids "
                "would change their meaning. Start another store (--store NEW) with the articles of the window, or go back")


def _recover(store: Store) -> Run | None:
    """Undo what no run finished; returns the run that stands."""
    named = latest_run_id(store.path)
    database = store.database
    runs = {row[1]: Run(*row) for row in database.execute("SELECT * FROM runs ORDER BY number").fetchall()}
    if named is not None and named not in runs:
        raise StoreError(f"{store.path}: latest names the run {named}, of which {_DATABASE} knows nothing; put the {_DATABASE} "
                         "back that belongs to it, or start another store")
    kept = sorted({*runs, *(p.name for p in (store.path / _RUNS).iterdir() if _RUN_ID.fullmatch(p.name))})
    if named is None and len(kept) > 1:  # a first run that was killed leaves one; more were not made without a latest
        raise StoreError(f"{store.path}: {_LATEST} and {_LATEST_JSON} are gone, and there are {len(kept)} runs; say which one "
                         f"stands, such as: ln -s {_RUNS}/{next(reversed(runs), kept[-1])} {store.path / _LATEST}")
    stands = runs[named] if named is not None else None
    number = stands.number if stands else 0
    undone = [run_id for run_id, run in runs.items() if run.number > number]
    if undone:
        with _transaction(database):
            database.execute("DELETE FROM articles WHERE added_run > ?", [number])
            database.execute("UPDATE articles SET removed_run = NULL WHERE removed_run > ?", [number])
            database.execute("DELETE FROM used_ids WHERE run > ?", [number])
            database.execute("DELETE FROM runs WHERE number > ?", [number])
    for entry in sorted((store.path / _RUNS).iterdir()):
        whole = entry.name.removeprefix(".partial-")
        if _RUN_ID.fullmatch(whole) and (whole != entry.name or whole not in runs or whole in undone):
            shutil.rmtree(entry)
    if stands is not None:
        directory = store.run_directory(stands.run_id)
        if not directory.is_dir():
            raise StoreError(f"{directory}: is the run that stands, and it is gone; put it back, or start another store")
        _write_pointer(store.path, stands.run_id)  # a kill between the link and the pointer leaves the pointer behind
    return stands


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
