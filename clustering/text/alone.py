"""Which words stand in one article only? Known of most of a window from the run before, so that only the others are joined.

A run of six tokens that stood in one article of the window before still does, unless an article that has come since has it
too. So a run remembers of each article which of its runs others had; the next one hashes the runs of the articles that are
new and asks for each run of the others whether it may be among these. What is left over is sorted as ever, and the result is
that of sorting everything.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit, uint64

from clustering.sorting import BASE, power
from clustering.tables import flat, ragged, whole
from clustering.text.repeats import SHINGLE_TOKENS, Repeats, find_repeats
from clustering.text.tokens import ALONE
from clustering.threads import spread

_WORTH_SHARE = 0.25
"""With more of the window's tokens new than this, asking costs what it saves."""
_BITS_A_RUN = 16
"""Of the table of new runs: one old run in this many is sorted for nothing."""


@njit(cache=True, nogil=True)
def _note(hashes, offsets, chosen, table, shift):  # noqa: ANN001, ANN202
    """Set the bit of every run of the chosen rows in ``table`` (uint8, zeros): that of the first bits of its hash."""
    leaving = power(SHINGLE_TOKENS)
    for row in chosen:
        h = uint64(0)
        for t in range(offsets[row], offsets[row + 1]):
            h = h * BASE + hashes[t]
            if t - offsets[row] >= SHINGLE_TOKENS:
                h -= hashes[t - SHINGLE_TOKENS] * leaving
            if t - offsets[row] >= SHINGLE_TOKENS - 1:
                at = np.int64(h >> shift)
                table[at >> 3] |= np.uint8(1 << (at & 7))


@njit(cache=True, nogil=True)
def _ask(first, last, hashes, offsets, known, bits, places, table, shift, alone):  # noqa: ANN001, ANN202
    """Set ``alone`` (uint8, zeros, a token) where a run of the known rows in [first, last) begins that nobody else can have.

    ``bits`` holds one for each run of a row, from the byte ``places[row]`` on: others had it in the window before.
    """
    leaving = power(SHINGLE_TOKENS)
    for row in range(first, last):
        base = offsets[row]
        if not known[row]:
            continue
        h = uint64(0)
        for t in range(base, offsets[row + 1]):
            h = h * BASE + hashes[t]
            if t - base >= SHINGLE_TOKENS:
                h -= hashes[t - SHINGLE_TOKENS] * leaving
            run = t - base - SHINGLE_TOKENS + 1
            if run >= 0 and not bits[places[row] + (run >> 3)] >> (run & 7) & 1:
                at = np.int64(h >> shift)
                alone[base + run] = ALONE * (not table[at >> 3] >> (at & 7) & 1)


@njit(cache=True, nogil=True)
def _pack(offsets, flags, places, bits):  # noqa: ANN001, ANN202
    """Set the bit of every run that is not marked as alone; ``bits`` come as zeros."""
    for row in range(offsets.size - 1):
        for run in range(offsets[row + 1] - offsets[row] - SHINGLE_TOKENS + 1):
            if not flags[offsets[row] + run] & ALONE:
                bits[places[row] + (run >> 3)] |= np.uint8(1 << (run & 7))


def _places(offsets: np.ndarray) -> np.ndarray:
    """int64, articles + 1: where the bits of each article's runs begin, a byte for eight."""
    runs = np.maximum(np.diff(offsets) - SHINGLE_TOKENS + 1, 0)
    return np.concatenate([[0], np.cumsum((runs + 7) // 8)])


def pack_repeats(tokens: pa.Table) -> pa.Array:
    """A binary value an article: a bit for each run of six tokens, set unless it is marked as alone.

    Parameters
    ----------
    tokens
        TOKENS, as :func:`mark_repeats` returns them.
    """
    flags, offsets = flat(tokens["flags"])
    places = _places(offsets)
    bits = np.zeros(int(places[-1]), np.uint8)
    _pack(offsets, flags, places, bits)
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(tokens), [None, pa.py_buffer(places), pa.py_buffer(bits)])


def mark_repeats(tokens: pa.Table, repeats: Repeats) -> pa.Table:
    """The tokens with the flag ALONE where a run of six begins that stands in no other article."""
    flags, offsets = flat(tokens["flags"])
    marked = np.where(repeats.set_of < 0, flags | np.uint8(ALONE), flags)
    place = tokens.schema.get_field_index("flags")
    return tokens.set_column(place, tokens.schema.field(place), ragged(marked, offsets))


def look_for_repeats(articles: pa.Table, tokens: pa.Table, remembered: pa.Table | None = None) -> Repeats:
    """What is said in more than one article of the window: the posting sets of its shingles.

    Parameters
    ----------
    articles, tokens
        ARTICLES and the TOKENS of their texts.
    remembered
        REMEMBERED of the same rows, all of one earlier window, where ``repeats`` is null for what was not in it. It changes
        nothing but the time this takes.
    """
    hashes, offsets = flat(tokens["hashes"])
    outlets = whole(articles["outlet_key"]).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return find_repeats(hashes, offsets, outlets, None if remembered is None else _alone(hashes, offsets, remembered))


def _alone(hashes: np.ndarray, offsets: np.ndarray, remembered: pa.Table) -> np.ndarray | None:
    """uint8 a token: not 0 where a run begins that certainly stands in one article; None when it is not worth while."""
    column = whole(remembered["repeats"])
    known = np.asarray(column.is_valid())
    # the same article twice was perhaps there once, and of what it says nobody else had anything then
    _, of, count = np.unique(whole(remembered["key"]).dictionary_encode().indices.to_numpy(), return_inverse=True,
                             return_counts=True)
    known &= count[of] == 1
    places = _places(offsets)
    sizes = pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    known &= sizes == np.diff(places)
    lengths = np.diff(offsets)
    new = int(lengths[~known].sum())
    if new > _WORTH_SHARE * hashes.size:
        return None
    shift = np.uint64(64 - max(6, int(_BITS_A_RUN * new).bit_length()))
    table = np.zeros(1 << (61 - int(shift)), np.uint8)
    _note(hashes, offsets, np.flatnonzero(~known), table, shift)
    starts = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + len(column)]
    bits = np.frombuffer(column.buffers()[2] or b"", np.uint8)
    alone = np.zeros(hashes.size, np.uint8)
    spread(lambda first, last: _ask(first, last, hashes, offsets, known, bits, starts, table, shift, alone), known.size)
    return alone
