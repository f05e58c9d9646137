"""What the browser tests stand on: two runs of one store, their pages behind both doors, and Debian's Chromium.

The first run is the newsroom; the second adds hostile articles, so that it has something to say of what changed. A machine
without Chromium skips these tests and says why; with SAMESTORY_BROWSER=required (as ``.ci/run`` has it) it fails instead.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from jobs import serve
from jobs.report.index import IndexedRun
from jobs.report.write import write
from jobs.rundir import open_run
from tests import command, hostile

VENDOR = Path(__file__).with_name("vendor")
AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Site:
    """One run's pages: ``root`` is what a path is put behind, a folder's address or a server's."""

    run: IndexedRun
    root: str

    def at(self, path: str) -> str:
        return self.root + path


def chromium() -> str:
    """The browser's path; skips, or fails where it is required."""
    found = os.environ.get("SAMESTORY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        import playwright  # noqa: F401
    except ImportError:
        found, missing = None, "playwright is not installed (the extra e2e)"
    else:
        missing = "no Chromium (Debian: apt-get install chromium; or name one in SAMESTORY_CHROMIUM)"
    if found is None:
        if os.environ.get("SAMESTORY_BROWSER") == "required":
            pytest.fail(f"a browser is required: {missing}")
        pytest.skip(missing)
    return found


@contextmanager
def served(run: IndexedRun) -> Iterator[str]:
    """``serve``'s application behind a real socket; yields its address."""
    listening = serve.listen("127.0.0.1", 0)
    settings = uvicorn.Config(serve.application(run), log_level="warning", access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def two_runs(folder: Path) -> tuple[IndexedRun, IndexedRun]:
    """The newsroom, and the newsroom with the hostile articles."""
    store = folder / "store"
    first = command.run(command.NEWSROOM, store, "-q")["run_id"]
    hostile.write(folder / "hostile.jsonl")
    second = command.run(folder / "hostile.jsonl", store, "-q")["run_id"]
    return IndexedRun(open_run(store, first).directory), IndexedRun(open_run(store, second).directory)


def folder_of(run: IndexedRun, out: Path, events: int = 500) -> str:
    """Write the pages of the largest events; the folder's address."""
    write(run, out, events)
    return out.as_uri() + "/"
