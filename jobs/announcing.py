"""Telling the machines that watch a scheduled job how it went: OpenLineage events and Prometheus metrics.

A place that cannot be written to is refused before work starts. Later it costs a warning: a run that is published is not
undone because somebody could not be told.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from clustering.config import Operations
from clustering.errors import SettingsError
from jobs import prometheus
from jobs.console import Reporter
from jobs.intake import FATES
from jobs.openlineage import Emitter


class Announcer:
    """Who is told about one run; nobody by default."""

    def __init__(self, operations: Operations, reporter: Reporter, inputs: Sequence[Path], version: str) -> None:
        self._reporter = reporter
        self._started = time.time()
        self._metrics = Path(operations.prometheus) if operations.prometheus else None
        self._events = Emitter(Path(operations.openlineage), operations.openlineage_namespace) if operations.openlineage else None
        try:
            if self._metrics and not self._metrics.parent.is_dir():
                raise SettingsError(f"{self._metrics}: the directory for Prometheus metrics does not exist")
            if self._events:
                self._events.start(inputs, version)
        except OSError as error:
            raise SettingsError(f"{error.filename}: OpenLineage events cannot be written there ({error.strerror})") from error

    def finished(self, *, inputs: Sequence[dict[str, Any]], directory: Path | None, artifacts: Sequence[dict[str, Any]],
                 as_of: datetime | None, counts: dict[str, int], stages: Sequence[dict[str, Any]], warnings: int) -> None:
        """The run is published, or there was nothing new (no directory)."""
        try:
            if self._events:
                self._events.complete(inputs, directory, artifacts, as_of)
            self._write(counts, stages, warnings, success=True)
        except OSError as error:
            self._reporter.warn(f"{error.filename}: nobody could be told that the run is done ({error.strerror})")

    def failed(self, message: str, stages: Sequence[dict[str, Any]]) -> None:
        """The run failed and published nothing."""
        try:
            if self._events:
                self._events.fail(message)
            self._write({}, stages, 0, success=False)
        except OSError as error:
            self._reporter.warn(f"{error.filename}: nobody could be told that the run failed ({error.strerror})")

    def stopped(self) -> None:
        """Somebody stopped the run."""
        try:
            if self._events:
                self._events.abort()
        except OSError as error:
            self._reporter.warn(f"{error.filename}: nobody could be told that the run was stopped ({error.strerror})")

    def _write(self, counts: dict[str, int], stages: Sequence[dict[str, Any]], warnings: int, *, success: bool) -> None:
        if self._metrics:
            ended = time.time()
            prometheus.write(self._metrics, ended=ended, seconds=round(ended - self._started, 3), success=success,
                             counts=counts, stages=stages, warnings=warnings, fates=FATES)
