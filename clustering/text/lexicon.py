"""Where do listed phrases stand? All phrases in all articles at once, compared as tokens.

The first two words of every phrase are looked up for all tokens of the corpus at once; only where they meet is the rest
compared. Case, punctuation, quotation marks and line breaks do not matter, as they do not to tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from clustering.tables import flat
from clustering.text.membership import member
from clustering.text.phrases import FAMILIES
from clustering.text.tokens import tokenise

ALLOWED, DENIED = -1, -2
"""Families of the phrases in the settings."""
_KEY = np.uint64(0x9E3779B97F4A7C15)


@dataclass(slots=True)
class Hit:
    """A listed phrase at tokens [first, last) of an article; ``family`` -1 is an allowed, -2 a denied phrase."""

    first: int
    last: int
    family: int


Lexicon = dict[int, list[tuple[np.ndarray, int]]]


def _add(lexicon: Lexicon, phrases: list[str], family: int) -> None:
    values, offsets = flat(tokenise(pa.array(phrases, pa.large_string()))["hashes"])
    for begin, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        words = values[begin:end]
        if words.size:
            entries = lexicon.setdefault(int(words[0]), [])
            entries.append((words, family))
            entries.sort(key=lambda entry: -entry[0].size)  # the longest first; stable


@cache
def _listed() -> Lexicon:
    lexicon: Lexicon = {}
    for number, family in enumerate(FAMILIES):
        _add(lexicon, list(family.phrases), number)
    return lexicon


def find_phrases(hashes: np.ndarray, offsets: np.ndarray, allow: list[str], deny: list[str]) -> dict[int, list[Hit]]:
    """Where listed, allowed and denied phrases stand, by article row: the longest of each family at each place.

    Parameters
    ----------
    hashes, offsets
        uint64 token hashes of all articles, and int64 offsets of the articles.
    allow, deny
        Phrases of the settings.
    """
    custom: Lexicon = {}
    _add(custom, allow, ALLOWED)
    _add(custom, deny, DENIED)
    lexicons = [_listed(), custom]
    entries = [words for lexicon in lexicons for group in lexicon.values() for words, _ in group]
    if not hashes.size or not entries:
        return {}
    singles = np.array(sorted({int(w[0]) for w in entries if w.size == 1}), np.uint64)
    pairs = np.array(sorted({int(_pair(w[:1], w[1:2])[0]) for w in entries if w.size > 1}), np.uint64)
    hit = member(hashes, singles)
    hit[:-1] |= member(_pair(hashes[:-1], hashes[1:]), pairs)
    found: dict[int, list[Hit]] = {}
    places = np.flatnonzero(hit)
    rows = np.searchsorted(offsets, places, side="right") - 1
    for place, row in zip(places.tolist(), rows.tolist(), strict=True):
        stop = int(offsets[row + 1])
        for lexicon in lexicons:
            seen: set[int] = set()
            for words, family in lexicon.get(int(hashes[place]), ()):
                end = place + words.size
                if end <= stop and family not in seen and np.array_equal(hashes[place:end], words):
                    first = place - int(offsets[row])
                    found.setdefault(row, []).append(Hit(first, first + words.size, family))
                    seen.add(family)
    return found


def _pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    key: np.ndarray = np.bitwise_xor(first * _KEY, second)
    return key
