"""Runs that something happens to, each in a process of its own, forked from one that has everything loaded.

Started as a program it reads one JSON object a line, forks, and answers with the exit status of the child, negative for a
signal. ``point`` kills the child with SIGKILL at that call that touches the world (files, directories, the database), right
before or right after it; ``file_bytes`` is the longest file it may write, as on a full disk.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
WORLD = {"execute", "executemany", "begin", "commit", "rollback", "register", "connect", "close", "open", "write", "mkdir",
         "rename", "replace", "unlink", "rmdir", "symlink", "fsync", "flock", "ftruncate", "truncate", "write_table",
         "to_arrow_table"}


class FaultyRuns:
    """The other side: a context manager that starts the program and asks it."""

    def __enter__(self) -> Self:
        self._program = subprocess.Popen([sys.executable, "-m", "tests.faulty_runs"], cwd=ROOT, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait()
        assert self._program.stdout is not None
        self._program.stdout.close()

    def run(self, store: Path, *sources: Path, point: int = 0, file_bytes: int = 0) -> tuple[int, int, str]:
        """Exit status, how many calls there were when nothing happened, and what was said on stderr."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps({"arguments": ["run", "--store", str(store), "-q", *map(str, sources)],
                                              "log": str(store.parent / "stderr"), "point": point, "bytes": file_bytes}) + "\n")
        self._program.stdin.flush()
        status, calls = json.loads(self._program.stdout.readline())
        return status, calls, (store.parent / "stderr").read_text()


def _child(asked: dict[str, Any]) -> None:
    from jobs.cli import exit_code

    calls = 0

    def watch(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal calls
        if event in ("c_call", "c_return") and getattr(function, "__name__", "") in WORLD:
            calls += 1
            if calls == asked["point"]:
                os.kill(os.getpid(), signal.SIGKILL)

    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if asked["bytes"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["bytes"], asked["bytes"]))
    sys.setprofile(watch)
    code = exit_code(asked["arguments"])
    sys.setprofile(None)
    sys.stderr.flush()
    if not asked["bytes"]:
        Path(asked["log"]).with_name("calls").write_text(str(calls))
    os._exit(code)


def main() -> None:
    """Answer until nobody asks any more."""
    from jobs import run
    from tests import fake_pipeline

    fake_pipeline.install(setattr)
    assert run.pipeline.run is fake_pipeline.group
    for line in sys.stdin:
        asked = json.loads(line)
        counted = Path(asked["log"]).with_name("calls")
        counted.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            _child(asked)
        _, status = os.waitpid(child, 0)
        calls = int(counted.read_text()) if counted.exists() else 0
        print(json.dumps([os.waitstatus_to_exitcode(status), calls]), flush=True)


if __name__ == "__main__":
    main()
