"""What a run says while it works, on stderr: a live line for people at a terminal, JSON lines for everything else.

Standard output belongs to the results alone.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any, Protocol, TextIO

from rich.console import Console
from rich.markup import escape
from rich.status import Status

_SENTENCES = {"compiling_kernels": "compiling kernels for this machine, once"}
"""What people read instead of an event's name."""


class Reporter(Protocol):
    """Who is told about the run."""

    def begin(self, stage: str) -> None:
        """Tell that a stage begins."""

    def progress(self, text: str) -> None:
        """Tell how far the present stage is; may be called often."""

    def end(self, record: dict[str, Any]) -> None:
        """Tell that a stage ended: name, status, seconds, counts, peak_memory_mb."""

    def say(self, event: str, **facts: Any) -> None:
        """Tell something worth knowing."""

    def warn(self, text: str) -> None:
        """Tell something that needs attention."""

    def close(self) -> None:
        """Leave the terminal clean."""


def reporter(*, quiet: bool, stream: TextIO | None = None) -> Reporter:
    """The one that fits stderr; a quiet one passes warnings only."""
    stream = stream or sys.stderr
    return Terminal(stream, quiet=quiet) if stream.isatty() else Log(stream, quiet=quiet)


class Terminal:
    """A spinner while a stage works, one line when it is done."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._console = Console(file=stream, highlight=False)
        self._quiet = quiet
        self._status: Status | None = None
        self._stage = ""

    def begin(self, stage: str) -> None:
        """Start the spinner."""
        self._stage = stage
        if not self._quiet:
            self._status = self._console.status(escape(stage))
            self._status.start()

    def progress(self, text: str) -> None:
        """Say how far it is, beside the spinner."""
        if self._status:
            self._status.update(f"{escape(self._stage)}  [dim]{escape(text)}[/dim]")

    def end(self, record: dict[str, Any]) -> None:
        """Replace the spinner by a line."""
        self.close()
        if self._quiet:
            return
        counts = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in record["counts"].items() if value)
        mark = "[green]✓[/green]" if record["status"] == "done" else "[red]✗[/red]"
        self._console.print(f"{mark} {escape(record['name']):<10} {record['seconds']:>7.1f} s  [dim]{escape(counts)}[/dim]")

    def say(self, event: str, **facts: Any) -> None:
        """Print a line."""
        if not self._quiet:
            said = [_SENTENCES.get(event, event), *(f"{name}: {value}" for name, value in facts.items())]
            self._console.print(escape("  ".join(said)))

    def warn(self, text: str) -> None:
        """Print a line that stands out."""
        self._console.print(f"[yellow]warning:[/yellow] {escape(text)}")

    def close(self) -> None:
        """Stop the spinner."""
        if self._status:
            self._status.stop()
            self._status = None


class Log:
    """One JSON object a line: ts, level, event, and what belongs to it."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._stream = stream
        self._quiet = quiet

    def begin(self, stage: str) -> None:
        """Log that a stage began."""
        self.say("stage_started", stage=stage)

    def progress(self, text: str) -> None:
        """Stay silent: a log is no place for a progress bar."""

    def end(self, record: dict[str, Any]) -> None:
        """Log that a stage ended."""
        facts = {name: value for name, value in record.items() if name not in ("name", "warnings")}
        self.say("stage_ended", stage=record["name"], **facts)

    def say(self, event: str, **facts: Any) -> None:
        """Log an event."""
        if not self._quiet:
            self._write("info", event, facts)

    def warn(self, text: str) -> None:
        """Log a warning."""
        self._write("warning", "warning", {"message": text})

    def close(self) -> None:
        """Nothing stays open."""

    def _write(self, level: str, event: str, facts: dict[str, Any]) -> None:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"ts": moment, "level": level, "event": event, **facts}, default=str)
        self._stream.write(line + "\n")
        self._stream.flush()
