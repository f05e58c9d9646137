"""Shingles: every run of k consecutive body tokens as one 32-bit hash.

The hash is a polynomial over the 64-bit token hashes, rolled from one run to the next, mixed by MurmurHash3's 64-bit
finaliser and cut to its upper 32 bits. It depends on the words alone, never on the batch. Tokens outside the body
(headline, dateline, byline, caption, boilerplate) are skipped as if they were not there, so a text with an advertisement
in its middle keeps the shingle that spans the gap.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit, uint64

from clustering.config import CopiesSettings
from clustering.tables import SHINGLES, flat, ragged, table
from clustering.text.tokens import NOT_BODY

HASH_VERSION = 1
"""Raised when the shingle hash changes meaning; part of the recipe of a signature."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX1, _MIX2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_S33, _S32 = np.uint64(33), np.uint64(32)


@njit(cache=True, nogil=True)
def _keep_body(hashes, zones, offsets, body, places):  # noqa: ANN001, ANN202 - a kernel; shapes are in body_tokens()
    n = places[0] = 0
    for article in range(offsets.size - 1):
        for i in range(offsets[article], offsets[article + 1]):
            body[n] = hashes[i]
            n += (zones[i] & NOT_BODY) == 0
        places[article + 1] = n


def body_tokens(tokens: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Hashes (uint64) of the body tokens of each article and their int64 offsets (length articles + 1)."""
    hashes, offsets = flat(tokens["hashes"])
    zones, _ = flat(tokens["zones"])
    body, places = np.empty_like(hashes), np.empty(offsets.size, np.int64)
    _keep_body(hashes, zones, offsets, body, places)
    return body[: places[-1]], places


@njit(cache=True, nogil=True)
def _count_body(zones, offsets, lengths):  # noqa: ANN001, ANN202 - a kernel; shapes are in body_lengths()
    for article in range(lengths.size):
        for i in range(offsets[article], offsets[article + 1]):
            lengths[article] += (zones[i] & NOT_BODY) == 0


def body_lengths(tokens: pa.Table) -> np.ndarray:
    """How many body tokens each article has, int64."""
    zones, offsets = flat(tokens["zones"])
    lengths = np.zeros(len(tokens), np.int64)
    _count_body(zones, offsets, lengths)
    return lengths


def shingle_counts(lengths: np.ndarray, size: int) -> np.ndarray:
    """How many shingles (repeats included) a body of so many tokens has: one of all tokens when it is too short."""
    return np.where(lengths >= size, lengths - size + 1, np.minimum(lengths, 1))


@njit(cache=True, nogil=True)
def _roll(hashes, offsets, size, places, out):  # noqa: ANN001, ANN202 - a kernel; shapes are in the caller's docstring
    power = uint64(1)
    for _ in range(size):
        power *= _BASE
    for article in range(offsets.size - 1):
        first, stop = offsets[article], offsets[article + 1]
        n = places[article]
        rolling = uint64(0)
        for i in range(first, stop):
            rolling = rolling * _BASE + hashes[i]
            if i - first >= size:
                rolling -= hashes[i - size] * power
            if i - first >= size - 1 or (i == stop - 1 and stop - first < size):
                mixed = (rolling ^ (rolling >> _S33)) * _MIX1
                mixed = (mixed ^ (mixed >> _S33)) * _MIX2
                out[n] = (mixed ^ (mixed >> _S33)) >> _S32
                n += 1


def shingles_in_order(hashes: np.ndarray, offsets: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The shingle that starts at each body token, in order of the text, repeats included.

    Parameters
    ----------
    hashes, offsets
        As :func:`body_tokens` gives them.
    size
        Tokens in a shingle.

    Returns
    -------
    uint32 values and int64 offsets of length articles + 1.
    """
    places = np.zeros(offsets.size, np.int64)
    np.cumsum(shingle_counts(np.diff(offsets), size), out=places[1:])
    out = np.empty(places[-1], np.uint32)
    _roll(hashes, offsets, size, places, out)
    return out, places


@njit(cache=True, nogil=True)
def _distinct(values, offsets, places):  # noqa: ANN001, ANN202
    """Drop each value that equals the one before it in its article, in place; ``places`` takes the new offsets."""
    n = places[0] = 0
    for article in range(offsets.size - 1):
        for i in range(offsets[article], offsets[article + 1]):
            if i == offsets[article] or values[i] != values[i - 1]:
                values[n] = values[i]
                n += 1
        places[article + 1] = n


def shingle(tokens: pa.Table, settings: CopiesSettings) -> pa.Table:
    """The set of shingles of each article's body, as a SHINGLES table: sorted, unique, empty without body tokens.

    Parameters
    ----------
    tokens
        TOKENS of the texts with their zones marked.
    settings
        ``shingle_tokens``: how many consecutive body tokens make a shingle. A shorter body is one shingle.
    """
    values, offsets = shingles_in_order(*body_tokens(tokens), settings.shingle_tokens)
    for first, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        values[first:stop].sort()
    places = np.empty_like(offsets)
    _distinct(values, offsets, places)
    return table(SHINGLES, {"hashes": ragged(values[: places[-1]], places)})
