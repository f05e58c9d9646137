"""Code points: what each is to a tokeniser, and what it folds to.

Folding is compatibility decomposition and case folding of each code point by itself, format characters skipped. The tables are
made from Python's own Unicode data when they are first asked for.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

LOWER_BIT, UPPER_BIT, DIGIT_BIT, FOLDED = np.uint64(256), np.uint64(512), np.uint64(1024), np.uint64(255)
"""An entry of ``plain``: what the byte folds to, and one of the bits; 0 for a byte that only parts words, 1 for any other."""

# classes of a code point
OTHER, WORD, DIGIT, UPPER_LETTER, SKIP, DENSE, SENTENCE_END, NEWLINE, JOINER = range(9)
_SENTENCE_END_CHARACTERS = ".!?:;…。！？؟۔।॥։።"
_DENSE_RANGES = (
    (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
    (0x0E00, 0x0E7F), (0x0E80, 0x0EFF), (0x1780, 0x17FF), (0x1000, 0x109F), (0x3005, 0x3007),
)
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2F800), (0x30000, 0x323B0))
"""Unified ideographs, assigned or not: they fold to themselves."""


def _is_invisible(character: str) -> bool:
    """Format characters (soft hyphen, joiners, directions) and variation selectors: never part of a word's identity."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f" \
        or "\U000e0100" <= character <= "\U000e01ef"


def fold(text: str) -> str:
    """What a token's hash is made from, code point by code point: NFKD, case folding, NFKD again, nothing invisible."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in _fold(text) if not _is_invisible(c))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


_KINDS = {"Lu": UPPER_LETTER, "Lt": UPPER_LETTER, "Ll": WORD, "Lm": WORD, "Lo": WORD, "Nd": DIGIT, "Nl": WORD, "No": WORD,
          "Mn": JOINER, "Mc": JOINER, "Me": JOINER, "Cf": SKIP}
"""Class of a code point by its general category; a mark continues a word and never starts one."""


@cache
def tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Class (uint8), first folded code point's place (int32) and the folded code points (int32), for all of Unicode.

    The fourth table (uint16[256]) has what a byte of ASCII is and folds to in one entry.
    """
    size = 0x110000
    points = np.arange(size)
    asked = np.ones(size, np.bool_)
    for low, high in (*_IDEOGRAPHS, (0xD800, 0xF900), (0x40000, 0xE0000), (0xE0200, size)):
        asked[low:high] = False  # known, or nothing: surrogates, private use, planes without characters
    characters = points[asked].astype("<u4").tobytes().decode("utf-32-le")
    named = np.full(1 << 16, OTHER, np.uint8)  # by the two letters of a general category, as one number
    for name, value in _KINDS.items():
        named[int.from_bytes(name.encode(), "little")] = value
    kind = np.full(size, OTHER, np.uint8)
    kind[asked] = named[np.frombuffer("".join(map(unicodedata.category, characters)).encode(), "<u2")]
    letters = np.isin(np.arange(JOINER + 1), (WORD, UPPER_LETTER, JOINER))
    for low, high in _DENSE_RANGES:
        inside = kind[low : high + 1]
        inside[letters[inside]] = DENSE
    for low, high in _IDEOGRAPHS:
        kind[low:high] = DENSE
    kind[0xFE00:0xFE10] = kind[0xE0100:0xE01F0] = SKIP
    kind[ord("_")] = WORD
    kind[0x3099] = kind[0x309A] = JOINER  # voicing marks belong to the kana before them, as in the composed letter

    folds = np.isin(np.arange(JOINER + 1), (WORD, DIGIT, UPPER_LETTER, DENSE, JOINER))[kind]
    asked &= folds
    # Every character by itself, in one call: a NUL between two keeps them from being reordered or composed.
    apart = "\0".join(points[asked].astype("<u4").tobytes().decode("utf-32-le"))
    folded = np.frombuffer(_fold(apart).encode("utf-32-le"), "<u4").astype(np.int32)
    folded = folded[kind[folded] != SKIP]
    sizes = folds.astype(np.int32)
    sizes[asked] = np.diff(np.flatnonzero(np.r_[True, folded == 0, True])) - 1
    places = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    table = np.repeat(points, sizes).astype(np.int32)  # ideographs fold to themselves
    table[np.repeat(asked, sizes)] = folded[folded != 0]
    for character in _SENTENCE_END_CHARACTERS:
        kind[ord(character)] = SENTENCE_END
    for newline in "\n\r\u2028\u2029\x0b\x0c\x85":
        kind[ord(newline)] = NEWLINE
    plain = np.ones(256, np.uint16)
    bits = {WORD: LOWER_BIT, UPPER_LETTER: UPPER_BIT, DIGIT: DIGIT_BIT}
    for byte, k in enumerate(kind[:128].tolist()):
        if k in bits:
            plain[byte] = bits[k] | np.uint64(table[places[byte]])
        elif k == OTHER:
            plain[byte] = 0
    return kind, places, table, plain
