"""What this room hands on: passages, their occurrences, what changed in them, and what was left undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Alignments:
    """What pairs of articles share, before it is joined many ways: kept so that a kind can change when events are known."""

    rows: np.ndarray
    """int32[m, 2], the two articles of each block."""
    blocks: np.ndarray
    """int64[m, 8], as :data:`align.BLOCK` names its columns."""
    segments: np.ndarray
    """int64[s, 3], the equal runs of the blocks."""
    kind: np.ndarray
    """uint8[m], an index of :data:`kinds.KINDS`."""
    reason: np.ndarray
    """uint8[m], an index of :data:`kinds.REASONS`."""
    body: np.ndarray
    """int64[m], body tokens of the shorter article."""


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
    alignments: Alignments | None = None
    """What the passages were joined from; None when there is nothing to join."""
