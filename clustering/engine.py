"""Where work on single articles is done: here, or wherever the shell has it carried."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from clustering.config import Settings

Rule = Callable[[pa.Table, Settings], pa.Table]
"""One row an article in, one row an article out, each by itself: blocks of rows can be worked on in any place and order."""
Engine = Callable[[Rule, pa.Table, Settings], pa.Table]
"""Applies a rule to all rows; the result is that of one call, in order."""


def here(rule: Rule, articles: pa.Table, settings: Settings) -> pa.Table:
    """The plainest engine: one call in this process."""
    return rule(articles, settings)
