"""Which lines are the headline? Those that repeat the title, or stand short and unpunctuated above the body.

A title may open the body in running text, too, when a page was flattened to one line ('Kicker Title The body begins').
It is cut off only where the next word starts with a capital: a title made of the first sentence stays in its sentence.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from clustering.text.lines import Unit
from clustering.text.tokens import CAPITAL, NUMBER

MAX_WORDS = 22
MAX_WITHOUT_TITLE = 3
_MIN_TITLE_TOKENS = 4
_MAX_KICKER_TOKENS = 22


def repeats_title(words: np.ndarray, title: np.ndarray, *, exactly: bool) -> bool:
    """Whether a line (uint64 token hashes) says what the title says; unless ``exactly``,
    a site's name or a kicker aside.
    """
    if words.size == 0 or title.size == 0 or words.size > 2 * title.size + 8:
        return False
    if words.size == title.size and np.array_equal(words, title):
        return True
    if exactly:
        return False
    said, titled = words.tolist(), title.tolist()
    shared = sum(map(set(titled).__contains__, said))
    covered = sum(map(set(said).__contains__, titled))
    return bool(min(words.size, title.size) >= 3 and (
        (shared >= 0.8 * words.size and covered >= 0.5 * title.size)
        or (covered >= 0.8 * title.size and shared >= 0.5 * words.size)))


@njit(cache=True, nogil=True)
def titles_inside(hashes, offsets, titles, title_offsets):  # noqa: ANN001, ANN201
    """Bool an article: all words of its title (uint64 token hashes, int64 offsets) stand one after the other in its text."""
    found = np.zeros(offsets.size - 1, np.bool_)
    for row in range(found.size):
        first, size = title_offsets[row], title_offsets[row + 1] - title_offsets[row]
        for at in range(offsets[row], offsets[row + 1] - size + 1 if size else offsets[row]):
            same = 0
            while same < size and hashes[at + same] == titles[first + same]:
                same += 1
            if same == size:
                found[row] = True
                break
    return found


def find_running_title(hashes: np.ndarray, flags: np.ndarray, title: np.ndarray) -> int:
    """How many of the first tokens are kicker and title in running text; 0 when the title is not there.

    Parameters
    ----------
    hashes, flags
        uint64 and uint8, the first tokens of the unit that opens the article.
    title
        uint64 token hashes of the title.
    """
    size = title.size
    if size < _MIN_TITLE_TOKENS:
        return 0
    last = 0
    for at in np.flatnonzero(hashes[: _MAX_KICKER_TOKENS + 1] == title[0]).tolist():
        end = at + size
        if end < hashes.size and np.array_equal(hashes[at:end], title) and flags[end] & (CAPITAL | NUMBER):
            last = end
    return last


def headlines_above(units: list[Unit], taken: list[bool], *, titled: bool) -> dict[int, str]:
    """Which units above the first paragraph are headlines, kickers or decks by their shape, with the reason.

    Parameters
    ----------
    units
        What stands above the first paragraph.
    taken
        Whether each is something else already (byline, caption, furniture, the title).
    titled
        Whether a line repeats the title: then the page sets headlines, and every short line above the body is one.
    """
    found: dict[int, str] = {}
    for number, unit in enumerate(units):
        if len(found) >= MAX_WITHOUT_TITLE and not titled:
            break
        if taken[number] or unit.is_bullet or not 2 <= unit.words <= MAX_WORDS or unit.text[-1:] in tuple(".:,;。"):
            continue
        twice = any(unit.text == other.text for other in units[:number])
        found[number] = "rule: stands twice above the body" if twice else "rule: stands above the body"
    return found
