"""The DuckDB file of a store: its tables, their version, and how to bring an older file forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from clustering.errors import IncompatibleError, StoreError
from jobs.store.pointer import SCRATCH, sync

SCHEMA_VERSION = 2
DATABASE = "store.duckdb"
_MEMORY_LIMIT, _MEMORY_LIMIT_AT_REST = "1GB", "64MB"
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
"""Version 1; what came later is in ``_MIGRATIONS``, so that a new file and a migrated one are the same."""

_MIGRATIONS: dict[int, str] = {
    2: """
    ALTER TABLE runs ADD COLUMN corrections_digest VARCHAR DEFAULT '';
    CREATE TABLE redirects (id VARCHAR NOT NULL, became VARCHAR NOT NULL, run INTEGER NOT NULL);
    CREATE TABLE measures (name VARCHAR NOT NULL, subject VARCHAR NOT NULL, value DOUBLE NOT NULL, run INTEGER NOT NULL);
    CREATE TABLE erasures (article_id VARCHAR NOT NULL, run INTEGER NOT NULL);
    INSERT INTO erasures SELECT article_id, added_run FROM articles WHERE status = 'withdrawn' AND removed_run IS NULL;
""",
}
"""Version -> what makes it of the one before. Version 1 kept the texts of withdrawn articles: they are to be erased."""


@contextmanager
def transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    database.begin()
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.commit()


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the file of the store at ``path``, made when it is not there."""
    try:
        database = duckdb.connect(str(path / DATABASE))
    except duckdb.Error as error:
        raise StoreError(f"{path / DATABASE}: cannot be opened: {str(error).splitlines()[0]}; put a copy of the whole store "
                         "back, or start another one (--store NEW) with the articles of the window") from error
    database.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")
    database.execute("SET arrow_large_buffer_size = true")
    database.execute("SET temp_directory = " + _quoted(path / SCRATCH))
    return database


@contextmanager
def at_rest(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """While others need the memory: what waits in temporary tables goes to STORE/tmp, as far as DuckDB can let go of it."""
    with suppress(duckdb.Error):
        database.execute(f"SET memory_limit = '{_MEMORY_LIMIT_AT_REST}'")
    try:
        yield
    finally:
        database.execute(f"SET memory_limit = '{_MEMORY_LIMIT}'")


def check_meaning(database: duckdb.DuckDBPyConnection, path: Path, recipes: dict[str, str]) -> None:
    """A fresh store notes what it was made with, an older one is brought forward, and another one is refused.

    Raises
    ------
    IncompatibleError
        when the store was made by a later version of samestory, or with other recipes.
    """
    made = database.execute("SELECT count(*) FROM information_schema.tables WHERE table_name = 'meta'").fetchall()[0][0]
    if not made:
        with transaction(database):
            database.execute(_TABLES)
            _migrate(database, 1)
            database.executemany("INSERT INTO meta VALUES (?, ?)",
                                 sorted((recipes | {"schema_version": str(SCHEMA_VERSION)}).items()))
        return
    held = dict(database.execute("SELECT key, value FROM meta").fetchall())
    version = held.get("schema_version", "")
    if not version.isdecimal() or int(version) > SCHEMA_VERSION:
        raise IncompatibleError(
            f"{path}: has schema version {version!r}, and this samestory knows versions up to {SCHEMA_VERSION}: run it with "
            "the samestory that wrote it, or start another store (--store NEW) with the articles of the window")
    for key, value in recipes.items():
        if held.get(key) != value:
            raise IncompatibleError(
                f"{path}: was made with {key.replace('_', ' ')} {held.get(key)!r}, and this run would use {value!r}: its ids "
                "would change their meaning. Start another store (--store NEW) with the articles of the window, or go back")
    if int(version) < SCHEMA_VERSION:
        with transaction(database):
            _migrate(database, int(version))
            database.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [str(SCHEMA_VERSION)])


def _migrate(database: duckdb.DuckDBPyConnection, version: int) -> None:
    for later in range(version + 1, SCHEMA_VERSION + 1):
        database.execute(_MIGRATIONS[later])


def rewrite(
    database: duckdb.DuckDBPyConnection, path: Path, amend: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None,
) -> duckdb.DuckDBPyConnection:
    """Write the file anew, without the bytes of what was deleted from it, and return a connection to the new one.

    DuckDB keeps the bytes of deleted rows, and never gives space back. Killed at any moment the old file or the new one is
    there, whole. ``amend`` changes the copy before it takes the place of the original.
    """
    fresh = path / SCRATCH / DATABASE
    fresh.unlink(missing_ok=True)
    database.execute(f"ATTACH {_quoted(fresh)} AS fresh")
    database.execute(f"COPY FROM DATABASE {Path(DATABASE).stem} TO fresh")
    database.execute("DETACH fresh")
    with duckdb.connect(str(fresh)) as copy:
        amend(copy)
    sync(fresh)
    database.close()
    fresh.replace(path / DATABASE)
    (path / f"{DATABASE}.wal").unlink(missing_ok=True)
    sync(path)
    return connect(path)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
