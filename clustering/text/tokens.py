"""One tokenisation for everything: words with their span in the untouched text, hashed by content.

A token is a run of word characters (letters, digits, underscore, with the combining marks that belong to them); a
number keeps its inner points and commas (``2,500``, ``3.14``). Runs of scripts written without spaces (Han, Kana, Thai,
Lao, Khmer, Burmese) become overlapping bigrams of characters. The text is never rewritten: folding (compatibility
decomposition and case folding of each code point, format characters skipped) happens only on the way into the hash, so
``Straße`` and ``STRASSE``, a composed and a decomposed ``é`` hash alike while their spans stay exact.

The hash is FNV-1a over folded code points, finished with MurmurHash3's 64-bit finaliser. It depends on the word alone,
never on the batch, so stored hashes stay valid while :data:`VERSION` does.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
from numba import njit, uint64

from clustering.tables import TOKENS, flat, ragged, table, whole
from clustering.text.characters import (
    DENSE,
    DIGIT,
    DIGIT_BIT,
    FOLDED,
    JOINER,
    LOWER_BIT,
    NEWLINE,
    OTHER,
    SENTENCE_END,
    SKIP,
    UPPER_BIT,
    UPPER_LETTER,
    WORD,
    tables,
)
from clustering.threads import in_order

VERSION = f"tokens=1;unicode={unicodedata.unidata_version}"

CAPITAL, NUMBER, UPPER, SENTENCE_START, LINE_START, ALONE = 1, 2, 4, 8, 16, 32
"""Flag bits: starts with a capital; starts with a digit; two or more letters, all capitals; first of a sentence, of a line; the
run of ``ALONE_TOKENS`` that begins here is known to stand in no other article (set by ``mark_repeats``)."""
ALONE_TOKENS = 6

ZONE_BITS = {"headline": 1, "dateline": 2, "byline": 4, "caption": 8, "quote": 16, "boilerplate": 32}
QUOTE, BOILERPLATE = ZONE_BITS["quote"], ZONE_BITS["boilerplate"]
NOT_BODY = 1 | 2 | 4 | 8 | 32
"""A token is of the body when ``zones & NOT_BODY == 0``; quoted words belong to the body."""

_FNV_START = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_MIX1, _MIX2, _S33 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53), np.uint64(33)

_BLOCK_TEXTS = 512


@njit(cache=True, inline="always")
def _finish(h):  # noqa: ANN001, ANN202
    h = uint64(h)
    h ^= h >> _S33
    h *= _MIX1
    h ^= h >> _S33
    h *= _MIX2
    return h ^ (h >> _S33)


@njit(cache=True, nogil=True)
def _decode(data, i):  # noqa: ANN001, ANN202
    """One code point of valid UTF-8 and its length in bytes."""
    lead = data[i]
    if lead < 0x80:
        return np.int64(lead), 1
    if lead < 0xE0:
        return ((np.int64(lead) & 31) << 6) | (np.int64(data[i + 1]) & 63), 2
    if lead < 0xF0:
        return ((np.int64(lead) & 15) << 12) | ((np.int64(data[i + 1]) & 63) << 6) | (np.int64(data[i + 2]) & 63), 3
    return (((np.int64(lead) & 7) << 18) | ((np.int64(data[i + 1]) & 63) << 12)
            | ((np.int64(data[i + 2]) & 63) << 6) | (np.int64(data[i + 3]) & 63)), 4


@njit(cache=True, nogil=True)
def _tokenise(data, text_offsets, kind, places, folded, plain, hashes, starts, ends, flags, token_offsets):  # noqa: ANN001, ANN202
    """UTF-8 bytes with int64 offsets -> tokens; returns how many. The outputs need room for one token each second byte.

    A word is finished when a separator, a change to or from a dense script, or the end of the text comes. A point or
    comma between two digits belongs to the number. Letters and digits of ASCII, nearly all there is in most languages,
    are taken byte by byte from ``plain``; the general way goes on where anything else comes.
    """
    n = 0
    token_offsets[0] = 0
    for d in range(text_offsets.size - 1):
        i, stop = text_offsets[d], text_offsets[d + 1]
        at = 0  # code point position
        sentence = line = True
        while i < stop:
            while i < stop and plain[data[uint64(i)]] == 0:
                i += 1
                at += 1
            if i == stop:
                break
            byte = uint64(plain[data[uint64(i)]])
            if byte >= LOWER_BIT:
                k = np.uint8(WORD if byte & LOWER_BIT else (UPPER_LETTER if byte & UPPER_BIT else DIGIT))
            else:
                point, size = _decode(data, i)
                k = kind[point]
            if k == OTHER or k == SKIP or k == SENTENCE_END or k == NEWLINE or k == JOINER:
                if k == SENTENCE_END:
                    sentence = True
                elif k == NEWLINE:
                    sentence = line = True
                i += size
                at += 1
                continue
            start = at
            first = n
            if k == DENSE:
                before = previous = uint64(0)
                previous_start = end = at
                length = 0
                while i < stop:  # a run of a dense script: bigrams, or one unigram for a run of one
                    point, size = _decode(data, i)
                    k = kind[point]
                    if k != DENSE and k != JOINER and k != SKIP:
                        break
                    i += size
                    at += 1
                    if k == SKIP:
                        continue
                    end = at
                    single = previous if k == JOINER else _FNV_START
                    for f in range(places[point], places[point + 1]):
                        single = (single ^ uint64(folded[f])) * _FNV_PRIME
                    if k == JOINER:  # a mark changes the character before it, and the bigram that ends there
                        previous = single
                        if length > 1:
                            hashes[n - 1], ends[n - 1] = _finish((before * _FNV_PRIME) ^ previous), end
                        continue
                    if length:
                        both = (previous * _FNV_PRIME) ^ single
                        hashes[n], starts[n], ends[n], flags[n] = _finish(both), previous_start, end, 0
                        n += 1
                    before, previous, previous_start = previous, single, at - 1
                    length += 1
                if length == 1:
                    hashes[n], starts[n], ends[n], flags[n] = _finish(previous), start, end, 0
                    n += 1
            else:
                h = _FNV_START
                flag = CAPITAL if k == UPPER_LETTER else (NUMBER if k == DIGIT else 0)
                begin, letters, seen = i, 0, uint64(0)
                while i < stop:
                    byte = uint64(plain[data[uint64(i)]])
                    if byte < LOWER_BIT:
                        break
                    h = (h ^ (byte & FOLDED)) * _FNV_PRIME
                    seen |= byte
                    letters += (byte & DIGIT_BIT) == 0
                    i += 1
                at += i - begin
                end = at
                upper = (seen & LOWER_BIT) == 0
                last_digit = i > begin and (plain[data[uint64(i - 1)]] & DIGIT_BIT) != 0
                ended = i < stop and data[i] < 128 and not (last_digit and (data[i] == 44 or data[i] == 46))
                while i < stop and not ended:
                    point, size = _decode(data, i)
                    k = kind[point]
                    if k == WORD or k == UPPER_LETTER or k == DIGIT or k == JOINER:
                        letters += k == WORD or k == UPPER_LETTER
                        upper = upper and k != WORD
                        last_digit = k == DIGIT
                        i += size
                        at += 1
                        end = at
                    elif k == SKIP:
                        i += size
                        at += 1
                        continue
                    elif last_digit and (point == 44 or point == 46) and i + 1 < stop:
                        following, _ = _decode(data, i + 1)
                        if kind[following] != DIGIT:
                            break
                        i += 1
                        at += 1
                    else:
                        break
                    for f in range(places[point], places[point + 1]):
                        h = (h ^ uint64(folded[f])) * _FNV_PRIME
                    if point == 44 or point == 46:
                        h = (h ^ uint64(point)) * _FNV_PRIME
                if upper and letters >= 2:
                    flag |= UPPER
                hashes[n], starts[n], ends[n], flags[n] = _finish(h), start, end, flag
                n += 1
            if n > first:
                if sentence:
                    flags[first] |= SENTENCE_START
                if line:
                    flags[first] |= LINE_START
                sentence = line = False
        token_offsets[d + 1] = n
    return n


def _bytes(texts: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The UTF-8 bytes and int64 offsets of a string column; null counts as empty."""
    array = whole(texts if texts.type == pa.large_string() else texts.cast(pa.large_string()))
    if array.null_count:
        array = array.fill_null("")
    _, offsets, data = array.buffers()
    place = np.zeros(1, np.int64)
    if len(array):
        place = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return raw, place


def utf8(texts: pa.ChunkedArray | pa.Array) -> tuple[memoryview, np.ndarray]:
    """The bytes of a string column and the int64 offsets of its values; null counts as empty."""
    data, offsets = _bytes(texts)
    return data.data, offsets


def tokenise(texts: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Tokens of each text (or title), as a TOKENS table of one row an article.

    Parameters
    ----------
    texts
        A string column; null counts as empty. Must be valid Unicode without surrogates, as Arrow guarantees.
    """
    data, offsets = _bytes(texts)
    known = tables()
    kinds = {"hashes": np.uint64, "starts": np.int32, "ends": np.int32, "flags": np.uint8}

    def work(first: int, last: int) -> tuple[np.ndarray, list[np.ndarray]]:
        room = (int(offsets[last] - offsets[first]) + last - first) // 2
        columns = [np.empty(room, kind) for kind in kinds.values()]
        places = np.empty(last - first + 1, np.int64)
        _tokenise(data, offsets[first : last + 1], *known, *columns, places)  # type: ignore[call-arg]  # a kernel has no signature
        return np.diff(places), [column[: places[-1]] for column in columns]

    token_offsets, n = np.zeros(offsets.size, np.int64), 0
    # a token takes two bytes with what parts it from the next (of a dense script three): memory that is not written costs nothing
    most = int(offsets[-1] - offsets[0]) // 2 + offsets.size
    joined, done = [np.empty(most, kind) for kind in kinds.values()], 0
    for lengths, columns in in_order(work, offsets.size - 1, _BLOCK_TEXTS):
        token_offsets[done + 1 : done + 1 + lengths.size] = lengths
        done += lengths.size
        for gathered, column in zip(joined, columns, strict=True):
            gathered[n : n + column.size] = column
        n += columns[0].size
    np.cumsum(token_offsets, out=token_offsets)
    values = dict(zip(kinds, (column[:n] for column in joined), strict=True)) | {"zones": np.zeros(n, np.uint8)}
    return table(TOKENS, {name: ragged(column, token_offsets) for name, column in values.items()})


def count(tokens: pa.Table) -> int:
    """How many tokens the table holds."""
    return int(flat(tokens["starts"])[0].size)


@njit(cache=True, nogil=True)
def _mark(token_offsets, starts, ends, rows, span_starts, span_ends, bits, zones):  # noqa: ANN001, ANN202
    """Set the bit of each span on the tokens that overlap it."""
    for s in range(rows.size):
        i, stop = token_offsets[rows[s]], token_offsets[rows[s] + 1]
        last = stop
        while i < last:  # first token that ends after the span starts
            middle = (i + last) // 2
            if ends[middle] <= span_starts[s]:
                i = middle + 1
            else:
                last = middle
        while i < stop and starts[i] < span_ends[s]:
            zones[i] |= bits[s]
            i += 1


def mark_zones(tokens: pa.Table, zones: pa.Table) -> pa.Table:
    """The tokens with the bits of ``zones`` (a SPANS table) set on every token that overlaps a span."""
    starts, offsets = flat(tokens["starts"])
    ends, _ = flat(tokens["ends"])
    marks = np.zeros(starts.size, np.uint8)
    bits = np.array([ZONE_BITS[z] for z in zones["zone"].to_pylist()], np.uint8)
    _mark(offsets, starts, ends, zones["row"].to_numpy(), zones["start"].to_numpy(), zones["end"].to_numpy(), bits, marks)
    place = tokens.schema.get_field_index("zones")
    return tokens.set_column(place, tokens.schema.field(place), ragged(marks, offsets))


def word_hashes(words: list[str]) -> np.ndarray:
    """The uint64 token hash of each word: how word lists kept as text meet the tokens. A word must be a single token."""
    column = tokenise(pa.array(words, pa.large_string()))["hashes"]
    values = column.combine_chunks()
    offsets = values.offsets.to_numpy()
    if len(words) and not np.all(np.diff(offsets) == 1):
        bad = words[int(np.flatnonzero(np.diff(offsets) != 1)[0])]
        raise ValueError(f"{bad!r} is not one token")
    return np.asarray(values.values.to_numpy())
