"""Opening a store: is it one, is it free, does it mean the same, and what did the last run leave undone?"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from clustering.errors import StoreBusyError, StoreError
from jobs.store.database import DATABASE, check_meaning, connect
from jobs.store.erasing import erase_withdrawn
from jobs.store.holding import Store
from jobs.store.pointer import LATEST, LATEST_JSON, MEMORY, RUNS, SCRATCH
from jobs.store.recovery import recover

_LOCK = "lock"
_OURS = {DATABASE, DATABASE + ".wal", _LOCK, RUNS, LATEST, LATEST_JSON, SCRATCH, MEMORY}


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
        when it was made by a later schema or other recipes.
    """
    try:
        _check_directory(path)
        with _locked(path):
            (path / RUNS).mkdir(exist_ok=True)
            (path / MEMORY).mkdir(exist_ok=True)
            _empty(path / SCRATCH)
            store = Store(path, connect(path))
            try:
                check_meaning(store.database, path, recipes)
                store.latest = recover(store)
                erase_withdrawn(store)
                yield store
            finally:
                store.database.close()
                _empty(path / SCRATCH)  # what DuckDB spilled holds texts
    except duckdb.Error as error:
        raise StoreError(f"{path}: the database failed: {str(error).splitlines()[0]}") from error
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(path)):
            raise
        raise StoreError(f"{error.filename}: {error.strerror}") from error


def _empty(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(exist_ok=True)


def _check_directory(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        strangers = sorted(entry.name for entry in path.iterdir() if entry.name not in _OURS)
        if strangers and not (path / DATABASE).exists():
            raise StoreError(f"{path}: is not a store but a directory that holds {strangers[0]!r}; name an empty or new one")
    except FileExistsError as error:
        raise StoreError(f"{path}: is a file; a store is a directory") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot be used as a store ({error.strerror})") from error
    if (path / LATEST).exists() and not (path / LATEST).is_symlink():
        raise StoreError(f"{path / LATEST}: should be a link and is none (a copy that followed links?); remove it: "
                         f"{LATEST_JSON} says the same")
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
