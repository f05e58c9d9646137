"""Old runs go: their directories, and the versions of articles that only they could be rolled back to."""

from __future__ import annotations

import shutil
from datetime import timedelta

from jobs.store.database import rewrite, transaction
from jobs.store.holding import Store
from jobs.store.pointer import RUNS, sync

_KNOWN = "SELECT number, run_id, as_of FROM runs ORDER BY number DESC"


def removable(store: Store, keep_runs: int | None, keep_days: float | None) -> list[str]:
    """Ids of the runs that lie outside a limit, oldest first; never the one that stands nor the one that it continues.

    Parameters
    ----------
    keep_runs
        How many runs stay; null for no such limit.
    keep_days
        How long before the as-of time of the run that stands; null for no such limit. The clock decides nothing here, and a
        run without an as-of time is not old.
    """
    if store.latest is None:
        return []
    newest, found = store.latest.as_of, []
    for place, (_, run_id, as_of) in enumerate(store.database.execute(_KNOWN).fetchall()):
        many = keep_runs is not None and place >= keep_runs
        old = keep_days is not None and as_of and newest and newest - as_of > timedelta(days=keep_days)
        if (many or old) and run_id not in (store.latest.run_id, store.latest.parent_run_id) \
                and store.run_directory(run_id).is_dir():
            found.append(run_id)
    return found[::-1]


def prune(store: Store, run_ids: list[str]) -> None:
    """Remove these runs and what only they need; the file is written anew, for DuckDB never gives space back.

    Each directory is renamed before it is removed: a reader sees a whole run or none, and what a kill leaves behind is
    removed when the next run begins.
    """
    if not run_ids:
        return
    for run_id in run_ids:
        condemned = store.path / RUNS / f".partial-{run_id}"
        store.run_directory(run_id).rename(condemned)
        sync(condemned.parent)
        shutil.rmtree(condemned)
    oldest = store.database.execute("SELECT number, run_id FROM runs ORDER BY number").fetchall()
    first_kept = next(number for number, run_id in oldest if store.run_directory(run_id).is_dir())
    with transaction(store.database):
        store.database.execute("DELETE FROM articles WHERE removed_run <= ?", [first_kept])
    store.database = rewrite(store.database, store.path)
