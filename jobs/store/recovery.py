"""What start-up undoes: runs that were never made the one that stands, and what they left lying about."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields

from clustering.errors import StoreError
from jobs.store.database import DATABASE, transaction
from jobs.store.holding import Run, Store
from jobs.store.pointer import LATEST, LATEST_JSON, RUNS, latest_run_id, write_pointer

RUN_ID = re.compile(r"(?:\d{8}T\d{6}Z|undated)-[0-9a-f]{8}")
_COLUMNS = ", ".join(field.name for field in fields(Run))


def recover(store: Store) -> Run | None:
    """Undo what no run finished; returns the run that stands.

    Raises
    ------
    StoreError
        when ``latest`` and the database contradict each other and only a person can say which is right.
    """
    named = latest_run_id(store.path)
    rows = store.database.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY number").fetchall()  # noqa: S608 (our own names)
    runs = {row[1]: Run(*row) for row in rows}
    if named is not None and named not in runs:
        raise StoreError(f"{store.path}: latest names the run {named}, of which {DATABASE} knows nothing; put the {DATABASE} "
                         "back that belongs to it, or start another store")
    kept = sorted({*runs, *(p.name for p in (store.path / RUNS).iterdir() if RUN_ID.fullmatch(p.name))})
    if named is None and len(kept) > 1:  # a first run that was killed leaves one; more were not made without a latest
        raise StoreError(f"{store.path}: {LATEST} and {LATEST_JSON} are gone, and there are {len(kept)} runs; say which one "
                         f"stands, such as: ln -s {RUNS}/{next(reversed(runs), kept[-1])} {store.path / LATEST}")
    stands = runs[named] if named is not None else None
    if stands is not None and not store.run_directory(stands.run_id).is_dir():
        raise StoreError(f"{store.run_directory(stands.run_id)}: is the run that stands, and it is gone; put it back, or "
                         "start another store")
    number = stands.number if stands else 0
    undone = {run_id for run_id, run in runs.items() if run.number > number}
    if undone:
        _roll_back(store, number)
    for entry in sorted((store.path / RUNS).iterdir()):
        whole = entry.name.removeprefix(".partial-")
        if RUN_ID.fullmatch(whole) and (whole != entry.name or whole not in runs or whole in undone):
            shutil.rmtree(entry)
    if stands is not None:
        write_pointer(store.path, stands.run_id)  # a kill between the link and the pointer leaves the pointer behind
    return stands


def _roll_back(store: Store, number: int) -> None:
    """Back to what run ``number`` knew. Only withdrawals whose texts are erased stay: there is nothing to go back to."""
    with transaction(store.database):
        store.database.execute("DELETE FROM articles WHERE added_run > ?", [number])
        store.database.execute("UPDATE articles SET removed_run = NULL WHERE removed_run > ?", [number])
        for table in ("used_ids", "redirects", "measures", "erasures"):
            store.database.execute(f"DELETE FROM {table} WHERE run > ?", [number])  # noqa: S608 (our own names)
        store.database.execute("DELETE FROM runs WHERE number > ?", [number])
