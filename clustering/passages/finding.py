"""Finding: nominate pairs, align them, name what is shared, join it many ways, and say what differs inside copies."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit, uint64

from clustering.config import PassagesSettings
from clustering.passages.align import align
from clustering.passages.changes import compare
from clustering.passages.columns import Occurrences, join
from clustering.passages.cut import cut
from clustering.passages.found import Alignments, Found
from clustering.passages.kinds import KINDS, REASONS, name_kinds
from clustering.passages.nominate import instants, nominate
from clustering.tables import CHANGES, OCCURRENCES, PASSAGES, flat, table
from clustering.text.tokens import NOT_BODY

_DAY_MICROSECONDS = 86_400_000_000
_SKETCH, _SKETCH_TOKENS = 8, 6
_ODD, _S29 = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_OPENING = "“„«»‘‚‹›\"'”’([「『"
_FINAL = ".!?…。！？"
_CLOSING = "”“»«’‘›‹\"'」』)]"


@njit(cache=True, nogil=True)
def _sketch(hashes, start, end, width):  # noqa: ANN001, ANN202
    """Sorted, unique hashes of the runs of ``width`` tokens in hashes[start:end]; of all of it when it is shorter."""
    width = min(width, end - start)
    out = np.empty(end - start - width + 1, np.uint64)
    for t in range(out.size):
        h = uint64(0)
        for k in range(start + t, start + t + width):
            h = h * _ODD + hashes[k]
            h ^= h >> _S29
        out[t] = h
    return np.unique(out)


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the quotation marks that open before it, its full stop and the marks that close right after it."""
    left = start
    while left > 0 and text[left - 1] in _OPENING:
        left -= 1
    if left < start and left > 0 and text[left - 1].isalnum():  # an apostrophe, or the closing mark of other words
        left = start
    size = len(text)
    while end < size and (text[end] in _FINAL or text[end] in _CLOSING):
        end += 1
    return left, end


def find(articles: pa.Table, tokens: pa.Table, groups: pa.Table, settings: PassagesSettings) -> Found:
    """Passages that articles of different outlets share, with every occurrence.

    Parameters
    ----------
    articles, tokens, groups
        ARTICLES, TOKENS with zones marked, GROUPS.
    settings
        Lengths, gaps, bounds.
    """
    hashes, offsets = flat(tokens["hashes"])
    flags, zones = flat(tokens["flags"])[0], flat(tokens["zones"])[0]
    of_group = groups["group"].to_numpy()
    left, right, skipped = nominate(articles, tokens, of_group, settings)
    least = min(settings.min_tokens, settings.min_fragment_tokens, settings.min_quote_tokens)
    blocks, segments = align(hashes, flags, offsets, left, right, settings.seed_tokens, settings.gap_tokens, least,
                             settings.min_identity)
    blocks, segments = cut(blocks, segments, flags, zones, least)

    times = instants(articles)
    rows = np.stack([left, right], axis=1)[blocks[:, 0]]
    dated = (times[rows] >= 0).all(axis=1)
    days = np.where(dated, np.abs(times[rows[:, 0]] - times[rows[:, 1]]) / _DAY_MICROSECONDS, 0.0)
    kind, reason, keep = name_kinds(blocks, segments, (hashes, flags, zones), rows, offsets, days, settings)

    body = np.r_[0, np.cumsum(zones & NOT_BODY == 0)]
    shorter = (body[offsets[1:]] - body[offsets[:-1]])[rows].min(axis=1)
    shared = Alignments(rows[keep], blocks[keep], segments, kind[keep], reason[keep], shorter[keep])
    return join_many_ways(shared, articles, tokens, skipped, settings)


def join_many_ways(shared: Alignments, articles: pa.Table, tokens: pa.Table, skipped: dict[str, int],
                   settings: PassagesSettings) -> Found:
    """Passages, occurrences and changes of what pairs share, each kind joined by itself."""
    hashes, offsets = flat(tokens["hashes"])
    flags, zones = flat(tokens["flags"])[0], flat(tokens["zones"])[0]
    starts, ends = flat(tokens["starts"])[0], flat(tokens["ends"])[0]
    outlets = np.unique(np.array(articles["outlet_key"].to_pylist(), object).astype(str), return_inverse=True)[1]
    places = join(shared.blocks, shared.segments, shared.kind, shared.reason, offsets, flags, zones, outlets, settings)
    return _tables(articles, places, (hashes, flags, zones, starts, ends, offsets), shared, skipped)


def _tables(articles: pa.Table, places: Occurrences, tokens: tuple[np.ndarray, ...], shared: Alignments,
            skipped: dict[str, int]) -> Found:
    """Number the passages in order of the first occurrence and give everything its span in the text."""
    hashes, _, _, starts, ends, _ = tokens
    texts: dict[int, str] = {}
    column = articles["text"]
    spans = np.empty((places.row.size, 2), np.int64)
    for k, (row, s, e) in enumerate(zip(places.row.tolist(), places.start.tolist(), places.end.tolist(), strict=True)):
        if row not in texts:
            texts[row] = column[row].as_py()
        spans[k] = widen(texts[row], int(starts[s]), int(ends[e - 1]))

    first = np.flatnonzero(np.r_[True, np.diff(places.passage) != 0]) if places.passage.size else np.zeros(0, np.int64)
    by = np.lexsort((spans[:, 1], spans[:, 0], places.row, places.passage))  # the reference need not be the first in row
    head = by[first]
    order = np.lexsort((places.kind, spans[head, 1], spans[head, 0], places.row[head]))
    number = np.empty(first.size, np.int64)
    number[order] = np.arange(first.size)
    length = places.end - places.start
    longest = np.maximum.reduceat(length, first) if first.size else np.zeros(0, np.int64)
    sketches = [_sketch(hashes, places.start[k], places.end[k], _SKETCH_TOKENS)[:_SKETCH].tolist() for k in first[order].tolist()]
    passages = table(PASSAGES, {
        "passage": np.arange(first.size, dtype=np.int32), "kind": [KINDS[k] for k in places.kind[order].tolist()],
        "reason": [REASONS[k] for k in places.reason[order].tolist()], "tokens": longest[order].astype(np.int32),
        "reference_row": places.row[first][order].astype(np.int32), "sketch": sketches,
        "agency": [None] * first.size, "agency_level": ["unknown"] * first.size,
        "evidence": [[] for _ in range(first.size)], "earliest_row": [None] * first.size, "origin": ["unknown"] * first.size,
    })
    reference = np.repeat(first, np.diff(np.r_[first, places.passage.size])) if first.size else first
    identity = np.round(places.equal / np.maximum(1, np.maximum(length, length[reference])), 6)
    identity[first] = 1.0
    of = number[places.passage]
    by = np.lexsort((spans[:, 1], spans[:, 0], places.row, of))
    occurrences = table(OCCURRENCES, {
        "passage": of[by].astype(np.int32), "row": places.row[by].astype(np.int32), "start": spans[by, 0].astype(np.int32),
        "end": spans[by, 1].astype(np.int32), "identity": identity[by],
    })
    changes = table(CHANGES, compare(texts, places, reference, number, tokens))
    return Found(passages, occurrences, changes, skipped, shared)
