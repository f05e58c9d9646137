"""Closing lines: furniture behind which nothing of the article comes.

Furniture of ten and more articles is a closing line when, over all of them, at least half of what follows it is masked
already: teasers and prompts of which some are too rare, or too much like the article, to be learnt by themselves. Never
more than the last third of an article.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.text.repeats import SHINGLE_TOKENS

_CLOSING_ARTICLES, _CLOSING_SHARE, _CLOSING_PLACE, _CLOSING_MOST = 10, 0.5, 0.5, 1 / 3


@njit(cache=True, nogil=True)
def _follow(masked, incoherent, set_of, offsets, articles, behind, share, count):  # noqa: ANN001, ANN202
    """Sum up for each set how much of what follows its shingles is masked, and count them; both come as zeros, one a set.

    What stands in the first half of its article is followed by nothing of the kind. ``behind`` float64, room for the longest.
    """
    for row in range(offsets.size - 1):
        base, stop = offsets[row], offsets[row + 1]
        masks, t = 0, stop
        for at in range(stop - SHINGLE_TOKENS, base - 1, -1):
            while t > at + SHINGLE_TOKENS:
                t -= 1
                masks += masked[t]
            behind[at - base] = (masks + 1) / (stop - at - SHINGLE_TOKENS + 1)
        for at in range(base, stop - SHINGLE_TOKENS + 1):
            one = set_of[at]
            if incoherent[at] and articles[one] >= _CLOSING_ARTICLES:
                count[one] += 1
                share[one] += behind[at - base] if at - base >= _CLOSING_PLACE * (stop - base) else 0.0


@njit(cache=True, nogil=True)
def _close(closing, incoherent, set_of, offsets, articles, found):  # noqa: ANN001, ANN202
    """Mark each article from behind its first shingle of a closing set (bool a set) that is near enough to the end."""
    for row in range(offsets.size - 1):
        base, stop = offsets[row], offsets[row + 1]
        for at in range(base, stop - SHINGLE_TOKENS + 1):
            if incoherent[at] and articles[set_of[at]] >= _CLOSING_ARTICLES and closing[set_of[at]] \
                    and stop - at - SHINGLE_TOKENS <= _CLOSING_MOST * (stop - base):
                found[at + SHINGLE_TOKENS : stop] = True
                break


def behind_closing_lines(masked: np.ndarray, incoherent: np.ndarray, set_of: np.ndarray, articles: np.ndarray,
                         offsets: np.ndarray) -> np.ndarray:
    """Bool a token: behind a closing line, to the end of its article.

    Parameters
    ----------
    masked, incoherent
        bool a token: masked already; the first of a shingle of furniture.
    set_of
        int32 a token: posting set of the shingle that begins there.
    articles
        int64 a set: how many have it.
    offsets
        int64, articles + 1.
    """
    share, count = np.zeros(articles.size), np.zeros(articles.size, np.int64)
    most = int(np.diff(offsets).max(initial=0))
    _follow(masked, incoherent, set_of, offsets, articles, np.empty(most), share, count)
    found = np.zeros(masked.size, np.bool_)
    _close(np.round(share / np.maximum(count, 1), 6) >= _CLOSING_SHARE, incoherent, set_of, offsets, articles, found)
    return found
