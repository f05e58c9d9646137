"""Where work on single articles is done: here, or wherever the shell has it carried."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from clustering.config import Settings

Rule = Callable[[pa.Table, Settings], pa.Table]
"""One row an article in, one row an article out, each by itself: blocks of rows can be worked on in any place and order."""
Engine = Callable[[Rule, pa.Table, Settings], pa.Table]
"""Applies a rule to all rows; the result is that of one call, in order."""


BLOCK_ARTICLES = 2_048
"""Articles a rule is given at a time: what it makes of all of a window at once would be as large as the window itself."""


def here(rule: Rule, articles: pa.Table, settings: Settings) -> pa.Table:
    """The plainest engine: block after block in this process."""
    firsts = range(0, max(len(articles), 1), BLOCK_ARTICLES)
    return pa.concat_tables([rule(articles.slice(first, BLOCK_ARTICLES), settings) for first in firsts])
