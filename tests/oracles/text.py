"""Slow, obviously right twins of ``clustering/text``: one Python loop over characters each."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from clustering.text.characters import fold
from clustering.text.tokens import CAPITAL, LINE_START, NUMBER, SENTENCE_START, UPPER

MASK = (1 << 64) - 1
PRIME = 0x100000001B3
NEWLINES = "\n\r\u2028\u2029\x0b\x0c\x85"
SENTENCE_ENDS = ".!?:;…。！？؟۔।॥։።"
DENSE = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
         (0x0E00, 0x0E7F), (0x0E80, 0x0EFF), (0x1780, 0x17FF), (0x1000, 0x109F), (0x3005, 0x3007))
UNIFIED = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2F7FF), (0x30000, 0x323AF))


def kind(character: str) -> str:
    """skip, end, line, dense, joiner, digit, upper, word or other."""
    point, category = ord(character), unicodedata.category(character)
    if character in NEWLINES:
        return "line"
    if character in SENTENCE_ENDS:
        return "end"
    if point in (0x3099, 0x309A):
        return "joiner"
    if any(low <= point <= high for low, high in UNIFIED):
        return "dense"
    if 0xE000 <= point < 0xF900 or point >= 0xE0200:
        return "other"
    if category == "Cf" or 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:
        return "skip"
    if category[0] not in "LMN" and character != "_":
        return "other"
    if category != "Nd" and any(low <= point <= high for low, high in DENSE):
        return "dense"
    if category[0] == "M":
        return "joiner"
    if category == "Nd":
        return "digit"
    return "upper" if category in ("Lu", "Lt") else "word"


def finish(h: int) -> int:
    """MurmurHash3's 64-bit finaliser."""
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ (h >> 33)


def fnv(folded: str) -> int:
    """FNV-1a over code points."""
    h = 0xCBF29CE484222325
    for c in folded:
        h = (h ^ ord(c)) * PRIME & MASK
    return h


def fold_each(text: str) -> str:
    """fold() code point by code point: how the kernel sees a word."""
    return "".join(fold(c) for c in text)


def tokens(text: str) -> list[tuple[int, int, int, int]]:
    """(hash, start, end, flags) of each token."""
    found: list[tuple[int, int, int, int]] = []
    sentence = line = True
    i = 0
    while i < len(text):
        what = kind(text[i])
        if what in ("end", "line"):
            sentence = True
            line = line or what == "line"
        if what not in ("word", "upper", "digit", "dense"):
            i += 1
            continue
        start = i
        first = len(found)
        if what == "dense":
            clusters: list[tuple[int, int]] = []  # a character with its marks
            while i < len(text) and kind(text[i]) in ("dense", "joiner", "skip"):
                if kind(text[i]) == "dense":
                    clusters.append((i, i + 1))
                elif kind(text[i]) == "joiner":
                    clusters[-1] = (clusters[-1][0], i + 1)
                i += 1
            singles = [fnv(fold_each(text[s:e])) for s, e in clusters]
            if len(clusters) == 1:
                found.append((finish(singles[0]), *clusters[0], 0))
            for (s, _), (_, e), a, b in zip(clusters, clusters[1:], singles, singles[1:], strict=False):
                found.append((finish(a * PRIME & MASK ^ b), s, e, 0))
        else:
            end, last_digit, word = i, False, ""
            while i < len(text):
                what = kind(text[i])
                if what in ("word", "upper", "digit", "joiner"):
                    word += text[i]
                    last_digit = what == "digit"
                    end = i + 1
                elif what == "skip":
                    pass
                elif last_digit and text[i] in ",." and i + 1 < len(text) and kind(text[i + 1]) == "digit":
                    word += text[i]
                else:
                    break
                i += 1
            kinds = [kind(c) for c in word]
            flags = CAPITAL * (kinds[0] == "upper") | NUMBER * (kinds[0] == "digit")
            if "word" not in kinds and kinds.count("upper") >= 2:
                flags |= UPPER
            found.append((finish(fnv(fold_each(word))), start, end, flags))
        h, s, e, flags = found[first]
        found[first] = (h, s, e, flags | SENTENCE_START * sentence | LINE_START * line)
        sentence = line = False
    return found


def marks(found: list[tuple[int, int, int, int]], spans: list[tuple[int, int, int]]) -> list[int]:
    """The bits of all (start, end, bit) spans that overlap each token."""
    zones = []
    for _, start, end, _ in found:
        bits = 0
        for s, e, bit in spans:
            if s < end and start < e:
                bits |= bit
        zones.append(bits)
    return zones


def phrases(hashes: list[int], offsets: list[int], listed: list[tuple[list[int], int]]) -> list[tuple[int, int, int, int]]:
    """(row, first, last, family) of every place where a phrase stands: the longest of each family at each place."""
    found = []
    for row, (begin, end) in enumerate(pairwise(offsets)):
        words = hashes[begin:end]
        for first in range(len(words)):
            best: dict[int, int] = {}
            for phrase, family in listed:
                if phrase and words[first : first + len(phrase)] == phrase:
                    best[family] = max(best.get(family, 0), len(phrase))
            found += [(row, first, first + size, family) for family, size in best.items()]
    return sorted(found)
