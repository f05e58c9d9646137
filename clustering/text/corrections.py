"""What people say is no furniture comes back into the body."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from clustering.tables import SPANS, flat, table
from clustering.text.tokens import tokenise

Span = tuple[int, int]


def uncover(articles: pa.Table, tokens: pa.Table, zones: pa.Table, not_boilerplate: pa.Table) -> pa.Table:
    """Take the boilerplate off the words that people say are none.

    Parameters
    ----------
    articles, tokens, zones
        ARTICLES, TOKENS of their texts and SPANS, boilerplate learnt.
    not_boilerplate
        NOT_BOILERPLATE: an outlet (aliases resolved) and its words, compared as tokens.

    Returns
    -------
    pyarrow.Table
        SPANS; what was cut keeps its reason on what is left.
    """
    phrases: dict[str, list[np.ndarray]] = defaultdict(list)
    values, bounds = flat(tokenise(not_boilerplate["text"])["hashes"])
    for number, outlet in enumerate(not_boilerplate["outlet"].to_pylist()):
        phrases[outlet].append(values[bounds[number] : bounds[number + 1]])
    hashes, offsets = flat(tokens["hashes"])
    starts, ends = flat(tokens["starts"])[0], flat(tokens["ends"])[0]
    outlets = articles["outlet"].to_pylist()
    holes: dict[int, list[Span]] = {}
    for row, outlet in enumerate(outlets):
        base, stop = offsets[row], offsets[row + 1]
        here = [place for phrase in phrases.get(outlet, ()) for place in _places(hashes[base:stop], phrase)]
        if here:
            holes[row] = sorted((int(starts[base + first]), int(ends[base + last - 1])) for first, last in here)
    if not holes:
        return zones
    kept = []
    for zone in zones.to_pylist():
        pieces = [(zone["start"], zone["end"])]
        if zone["zone"] == "boilerplate":
            base, stop = offsets[zone["row"]], offsets[zone["row"] + 1]
            pieces = [(low, high) for low, high in _without(pieces[0], holes.get(zone["row"], []))  # a full stop is no zone
                      if np.searchsorted(ends[base:stop], low, side="right") < np.searchsorted(starts[base:stop], high)]
        kept += [zone | {"start": start, "end": end} for start, end in pieces]
    return table(SPANS, kept)


def _places(hashes: np.ndarray, phrase: np.ndarray) -> list[Span]:
    """Where the phrase stands, as token numbers."""
    if not 0 < phrase.size <= hashes.size:
        return []
    found = (np.lib.stride_tricks.sliding_window_view(hashes, phrase.size) == phrase).all(axis=1)
    return [(int(first), int(first) + phrase.size) for first in np.flatnonzero(found)]


def _without(span: Span, holes: list[Span]) -> list[Span]:
    """The span less the holes, which are sorted."""
    pieces, start = [], span[0]
    for low, high in holes:
        if start < low < span[1]:
            pieces.append((start, low))
        start = max(start, min(high, span[1]))
    return [*pieces, (start, span[1])] if start < span[1] else pieces
