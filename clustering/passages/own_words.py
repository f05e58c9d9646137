"""Somebody's own words: letters, posts and statements that are printed without quotation marks.

They say I and we; the reports around them do not. Furniture says we too, but speaks to the reader as often.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from clustering.text.membership import among, sieve
from clustering.text.tokens import CAPITAL, NOT_BODY, QUOTE, SENTENCE_START, word_hashes

_WORDS, _SHARE, _FACTOR, _REST = 3, 0.03, 6.0, 60
"""Words like I and we outside quotation marks: so many, and this share, mark somebody's own words where the rest of both
articles, of so many tokens at least, has less than a sixth of that share. A column says I throughout, and stays copy."""

_PERSON = (
    "i me my myself we our ours ourselves ich mich mir mein meine meinen meinem meiner wir uns unser unsere unseren unserem "
    "unserer nous notre nos mon moi mi mis nosotros nuestro nuestra nuestros nuestras io noi nostro nostra"
)
"""Not ``us``, which is the country too, nor ``je`` and ``ma``, which are common words of another language."""
_READER, _POLITE = "you your yours vous votre vos usted ustedes", "sie ihr ihre ihrem ihren ihrer ihnen"
"""Whom furniture speaks to ("we and our partners store files on your device"); the German ones with a capital only."""


@cache
def _hashes(words: str) -> tuple[np.ndarray, np.ndarray]:
    """The sorted hashes of some words, and their sieve."""
    hashes = np.sort(word_hashes(words.split()))
    return hashes, sieve(hashes)


@njit(cache=True, nogil=True)
def _count(low, high, hashes, flags, zones, person, reader, polite):  # noqa: ANN001, ANN202
    """Of each range of tokens, outside quotation marks: body tokens, those that say I or we, those that say you; int64[n, 3]."""
    out = np.zeros((low.size, 3), np.int64)
    for k in range(low.size):
        for t in range(low[k], high[k]):
            if (zones[t] & (NOT_BODY | QUOTE)) == 0:
                out[k, 0] += 1
                out[k, 1] += among(hashes[t], *person)
                out[k, 2] += among(hashes[t], *reader) or (
                    flags[t] & (CAPITAL | SENTENCE_START) == CAPITAL and among(hashes[t], *polite))
    return out


def own_words(blocks: np.ndarray, rows: np.ndarray, tokens: tuple[np.ndarray, ...], offsets: np.ndarray) -> np.ndarray:
    """Bool a block: says I or we outside quotation marks, more often than you, where the rest of neither article does.

    Parameters
    ----------
    blocks
        int64[m, 8], as :func:`cut.cut` returns them.
    rows
        int32[m, 2], the articles of each block.
    tokens
        hashes (uint64), flags and zones (uint8) of all tokens.
    offsets
        int64[articles + 1], first token of each article.
    """
    hashes, flags, zones = tokens
    i, you, polite = _hashes(_PERSON), _hashes(_READER), _hashes(_POLITE)
    inside = [_count(blocks[:, 1 + side], blocks[:, 2 + side], hashes, flags, zones, i, you, polite) for side in (0, 2)]
    found = np.ones(len(blocks), bool)
    for length, said, addressed in (side.T for side in inside):
        found &= (said >= _WORDS) & (said > addressed) & (said >= _SHARE * length)
    chosen = np.flatnonzero(found)  # few: only of these the whole articles are read
    for side, counts in enumerate(inside):
        of = rows[chosen, side]
        whole = _count(offsets[of], offsets[of + 1], hashes, flags, zones, i, you, polite)
        rest, rest_said, _ = (whole - counts[chosen]).T
        length, said, _ = counts[chosen].T
        found[chosen] &= (rest >= _REST) & (rest_said * _FACTOR * length < said * rest)
    return found
