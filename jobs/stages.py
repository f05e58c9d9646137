"""The stopwatch of a run: seconds, counts and peak memory of each stage, told to whoever watches."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobs.console import Reporter

_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


class Stages:
    """Callable as the ``observe`` of ``clustering.pipeline.run``; ``records`` is what ``run_results.json`` says of the stages."""

    def __init__(self, reporter: Reporter, rest: Callable[[], None] = lambda: None) -> None:
        """``rest`` is called before each stage, to hand back the memory that the one before it has left."""
        self.records: list[dict[str, Any]] = []
        self._reporter, self._rest = reporter, rest

    @contextmanager
    def __call__(self, name: str) -> Iterator[dict[str, int]]:
        """Watch one stage; what it counts goes into the dictionary."""
        counts: dict[str, int] = {}
        record: dict[str, Any] = {"name": name, "status": "failed", "seconds": None, "counts": counts, "warnings": [],
                                  "peak_memory_mb": None}
        self.records.append(record)
        self._rest()
        _reset_peak()
        self._reporter.begin(name)
        start = time.perf_counter()
        try:
            yield counts
            record["status"] = "done"
        finally:
            record |= {"seconds": round(time.perf_counter() - start, 3), "peak_memory_mb": _peak_megabytes()}
            self._reporter.end(record)


def _reset_peak() -> None:
    """Linux only: start measuring the peak anew. Elsewhere the peak is that of the process so far."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        return


def _peak_megabytes() -> int:
    try:
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
