"""Somebody's own words: letters, posts and statements that are printed without quotation marks.

They say I and we; the reports around them do not. Furniture says we too, but speaks to the reader as often.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from clustering.passages.listed import among, may_be, sieve
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
def _lists() -> tuple[np.ndarray, ...]:
    """The sieve of all lists; the sorted hashes of those who speak, of those who are spoken to, of these in German."""
    hashes = [np.sort(word_hashes(words.split())) for words in (_PERSON, _READER, _POLITE)]
    return sieve(np.concatenate(hashes)), *hashes


@njit(cache=True, nogil=True)
def _count(low, high, hashes, flags, zones, listed, person, reader, polite):  # noqa: ANN001, ANN202
    """Of each range of tokens, outside quotation marks: body tokens, those that say I or we, those that say you; int64[n, 3]."""
    out = np.zeros((low.size, 3), np.int64)
    for k in range(low.size):
        for t in range(low[k], high[k]):
            if (zones[t] & (NOT_BODY | QUOTE)) == 0:
                out[k, 0] += 1
                if may_be(hashes[t], listed):
                    out[k, 1] += among(hashes[t], person)
                    out[k, 2] += among(hashes[t], reader) or (
                        flags[t] & (CAPITAL | SENTENCE_START) == CAPITAL and among(hashes[t], polite))
    return out


def own_words(asked: np.ndarray, blocks: np.ndarray, rows: np.ndarray, tokens: tuple[np.ndarray, ...],
              offsets: np.ndarray) -> np.ndarray:
    """Bool a block: says I or we outside quotation marks, more often than you, where the rest of neither article does.

    Parameters
    ----------
    asked
        bool[m], of which blocks it is asked; of others it is false.
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
    lists = _lists()
    found = np.zeros(len(blocks), bool)
    left = np.flatnonzero(asked)
    inside: list[np.ndarray] = []
    for side in (0, 2):  # of those that are left, few, the other side is read, and of these the whole articles
        counts = _count(blocks[left, 1 + side], blocks[left, 2 + side], hashes, flags, zones, *lists)
        length, said, addressed = counts.T
        speaks = (said >= _WORDS) & (said > addressed) & (said >= _SHARE * length)
        left, inside = left[speaks], [*(before[speaks] for before in inside), counts[speaks]]
    found[left] = True
    for side, counts in enumerate(inside):
        of = rows[left, side]
        whole = _count(offsets[of], offsets[of + 1], hashes, flags, zones, *lists)
        rest, rest_said, _ = (whole - counts).T
        length, said, _ = counts.T
        found[left] &= (rest >= _REST) & (rest_said * _FACTOR * length < said * rest)
    return found
