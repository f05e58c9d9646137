"""``latest``: which run stands."""

from __future__ import annotations

import errno
import json
import os
from contextlib import nullcontext, suppress
from pathlib import Path

from clustering.errors import StoreError

RUNS, LATEST, LATEST_JSON, SCRATCH, MEMORY = "runs", "latest", "latest.json", "tmp", "memory"
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS}


def latest_run_id(path: Path) -> str | None:
    """The id of the run that stands; null when there is none yet. Needs no lock: readers use run directories only."""
    link = path / LATEST
    if link.is_symlink():
        return link.readlink().name
    try:
        named = json.loads((path / LATEST_JSON).read_text())["run_id"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path / LATEST_JSON}: is damaged; it should name the run that stands as run_id") from error
    return str(named)


def point_to(path: Path, run_id: str) -> None:
    """Swap ``latest`` (the commit), then ``latest.json``. Where links are not possible ``latest.json`` alone is the commit."""
    fresh = path / SCRATCH / "latest"
    fresh.unlink(missing_ok=True)
    link = path / LATEST
    try:
        fresh.symlink_to(Path(RUNS) / run_id)
        fresh.replace(link)
        sync(path)
    except OSError as error:
        if error.errno not in _NO_LINKS or link.is_symlink():  # with a link that stays as it was nothing is committed
            raise
    # where there is a link it decides, and the next run mends the pointer
    with suppress(OSError) if link.is_symlink() else nullcontext():
        write_pointer(path, run_id)


def write_pointer(path: Path, run_id: str) -> None:
    """Write ``latest.json``, whole or not at all."""
    fresh = path / SCRATCH / "latest.json"
    fresh.write_text(json.dumps({"run_id": run_id, "path": f"{RUNS}/{run_id}"}) + "\n")
    sync(fresh)
    fresh.replace(path / LATEST_JSON)
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file or a directory is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
