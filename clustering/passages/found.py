"""What this room hands on: passages, their occurrences, what changed in them, and what was left undone."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Found:
    """Shared passages, as tables of ``clustering.tables``."""

    passages: pa.Table
    """PASSAGES, in order of the first occurrence."""
    occurrences: pa.Table
    """OCCURRENCES, sorted by passage, row, start."""
    changes: pa.Table
    """CHANGES, sorted by passage, row, start."""
    skipped: dict[str, int]
    """What a bound kept the room from looking at, by name: counted, never lost silently."""
