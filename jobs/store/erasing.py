"""Withdrawn articles leave the store for good: their texts are gone from the bytes of the file and of every kept run.

A kill is noted when its run commits and carried out right after, or by the next run when that one was killed in between.
Every step may be repeated: kept runs are redacted file by file, the rows are deleted, the database is written anew, and only
that new file no longer says that there is something to erase.
"""

from __future__ import annotations

import duckdb

from jobs.store.database import rewrite, transaction
from jobs.store.holding import Store
from jobs.store.pointer import RUNS
from jobs.store.redaction import redact

_ERASE = """
    DELETE FROM articles WHERE status = 'live' AND added_run <= (
        SELECT max(run) FROM erasures WHERE erasures.article_id = articles.article_id);
    UPDATE articles SET added_run = 0, outlet = NULL, url = NULL, title = NULL, text = '', published = NULL,
        published_at = NULL, published_precision = NULL, published_zone_known = NULL, seen_at = NULL, lang = NULL,
        authors = NULL, extra = NULL
    WHERE status = 'withdrawn' AND article_id IN (SELECT article_id FROM erasures);
"""
"""The note that an article was withdrawn belongs to no run from then on: rolling a run back cannot bring the text back."""


def erase_withdrawn(store: Store) -> int:
    """Carry out the kills that are noted; returns how many articles they were."""
    ids = {row[0] for row in store.database.execute("SELECT article_id FROM erasures").fetchall()}
    if not ids:
        return 0
    for directory in sorted((store.path / RUNS).iterdir()):
        if (directory / "articles.parquet").is_file() and not directory.name.startswith("."):
            redact(directory, ids, store.path)
    with transaction(store.database):
        store.database.execute(_ERASE)
    store.database = rewrite(store.database, store.path, _forget)
    return len(ids)


def _forget(copy: duckdb.DuckDBPyConnection) -> None:
    copy.execute("DELETE FROM erasures")
