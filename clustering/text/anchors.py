"""Where can a pattern begin? Searching for single characters first, and for the pattern only where one of them stands.

Python's ``re`` skips quickly to the next character of a set, but tries a pattern of many alternatives at every character of
a text. The matches are those of ``finditer``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def find_from(anchors: re.Pattern[str], pattern: re.Pattern[str], text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    """Every match of ``pattern`` in text[low:high], in order, without overlaps.

    Parameters
    ----------
    anchors
        A set of characters, ``[...]``, that holds every first character of a match.
    pattern
        What is looked for.
    text, low, high
        Where; what stands before ``low`` is seen by lookbehinds only.
    """
    reached = low
    for anchor in anchors.finditer(text, low, high):
        if anchor.start() >= reached and (match := pattern.match(text, anchor.start(), high)):
            reached = match.end()
            yield match
