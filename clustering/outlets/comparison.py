"""Tables of outlets and of ordered pairs of outlets."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from clustering.tables import OUTLET_PAIRS, OUTLETS, flat, table
from clustering.text import Moment, certainly_first, moments
from clustering.text.tokens import NOT_BODY

WORD_COLUMNS = ("copy_words", "quote_words", "background_words", "own_words", "boilerplate_words")


def compare(
    articles: pa.Table, tokens: pa.Table, events_of: pa.Table, shares: pa.Table, passages: pa.Table, occurrences: pa.Table,
    article_credits: pa.Table,
) -> tuple[pa.Table, pa.Table]:
    """OUTLETS and OUTLET_PAIRS of a run. Articles of unknown outlets take no part.

    Parameters
    ----------
    articles, tokens, events_of, shares, article_credits
        One row an article; tokens with their zones marked.
    passages, occurrences
        What the passages room settled; only ``copy`` passages count as shared words.
    """
    outlets = articles["outlet"].to_pylist()
    events = events_of["event"].to_pylist()
    times = moments(articles)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, outlet in enumerate(outlets):
        if outlet is not None:
            rows_of[outlet].append(row)
    return (_by_outlet(rows_of, events, times, shares, article_credits),
            _by_pair(rows_of, outlets, events, times, tokens, shares, passages, occurrences))


def _firsts(rows_of: dict[str, list[int]], events: list[int], times: list[Moment | None]) -> Counter[str]:
    """Multi-outlet events each outlet was certainly the first in."""
    earliest: dict[int, dict[str, Moment | None]] = defaultdict(dict)
    for outlet in sorted(rows_of):
        for row in rows_of[outlet]:
            known, moment = earliest[events[row]].get(outlet), times[row]
            if outlet not in earliest[events[row]] or (moment is not None and (known is None or moment < known)):
                earliest[events[row]][outlet] = moment
    first = (certainly_first(by_outlet) for by_outlet in earliest.values() if len(by_outlet) > 1)
    return Counter(outlet for outlet in first if outlet is not None)


def _by_outlet(
    rows_of: dict[str, list[int]], events: list[int], times: list[Moment | None], shares: pa.Table, article_credits: pa.Table,
) -> pa.Table:
    words = {name: shares[name].to_numpy() for name in ("words", *WORD_COLUMNS)}
    agencies = article_credits["agency"].to_pylist()
    firsts = _firsts(rows_of, events, times)
    found: list[dict[str, Any]] = []
    for outlet in sorted(rows_of):
        rows = rows_of[outlet]
        credited = Counter(agencies[row] for row in rows if agencies[row] is not None)
        found.append({
            "outlet": outlet, "articles": len(rows), "events": len({events[row] for row in rows}),
            "first_in_events": firsts[outlet],
            "agencies": [agency for agency, _ in sorted(credited.items(), key=lambda item: (-item[1], item[0]))],
        } | {name: int(values[rows].sum()) for name, values in words.items()})
    return table(OUTLETS, found)


def _met_in_events(rows_of: dict[str, list[int]], events: list[int]) -> Counter[tuple[str, str]]:
    present: dict[int, set[str]] = defaultdict(set)
    for outlet, rows in rows_of.items():
        for row in rows:
            present[events[row]].add(outlet)
    return Counter((a, b) for here in present.values() for a in here for b in here if a != b)


def _shared_words(
    spans: list[tuple[int, int, int]], outlets_in: dict[int, set[str]], own: str,
    starts: np.ndarray, ends: np.ndarray, body: np.ndarray,
) -> dict[str, int]:
    """Body words of one article that stand in a copy passage each other outlet has too.

    ``spans`` are (passage, start, end) in this article; ``starts``, ``ends`` (code points) and ``body`` are of its tokens.
    """
    marks: dict[str, np.ndarray] = {}
    for passage, start, end in spans:
        first, last = np.searchsorted(ends, start, "right"), np.searchsorted(starts, end, "left")
        for other in outlets_in[passage] - {own}:
            marks.setdefault(other, np.zeros(starts.size, bool))[first:last] = True
    return {other: int((mark & body).sum()) for other, mark in marks.items()}


def _by_pair(
    rows_of: dict[str, list[int]], outlets: list[str | None], events: list[int], times: list[Moment | None],
    tokens: pa.Table, shares: pa.Table, passages: pa.Table, occurrences: pa.Table,
) -> pa.Table:
    copies = {p for p, kind in zip(passages["passage"].to_pylist(), passages["kind"].to_pylist(), strict=True) if kind == "copy"}
    spans_of: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    outlets_in: dict[int, set[str]] = defaultdict(set)
    first_in: dict[tuple[int, str], Moment] = {}
    columns = (occurrences[name].to_pylist() for name in ("passage", "row", "start", "end"))
    for passage, row, start, end in zip(*columns, strict=True):
        outlet, moment = outlets[row], times[row]
        if passage not in copies or outlet is None:
            continue
        spans_of[row].append((passage, start, end))
        outlets_in[passage].add(outlet)
        if moment is not None:
            first_in[passage, outlet] = min(moment, first_in.get((passage, outlet), moment))

    together = _met_in_events(rows_of, events)
    passages_of = Counter((a, b) for here in outlets_in.values() for a in here for b in here if a != b)
    lags: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for passage, present in sorted(outlets_in.items()):
        dated = [(outlet, first_in[passage, outlet]) for outlet in sorted(present) if (passage, outlet) in first_in]
        for a, at_a in dated:
            for b, at_b in dated:
                if a != b:
                    unsure = at_a.uncertainty_seconds + at_b.uncertainty_seconds
                    lags[a, b].append(((at_b.seconds - at_a.seconds) / 3600, unsure / 3600))

    starts, offsets = flat(tokens["starts"])
    ends, _ = flat(tokens["ends"])
    body = (flat(tokens["zones"])[0] & NOT_BODY) == 0
    shared_words: Counter[tuple[str, str]] = Counter()
    for row, spans in spans_of.items():
        mine = slice(offsets[row], offsets[row + 1])
        own = outlets[row] or ""
        for other, count in _shared_words(spans, outlets_in, own, starts[mine], ends[mine], body[mine]).items():
            shared_words[own, other] += count

    words = shares["words"].to_numpy()
    all_words = {outlet: int(words[rows].sum()) for outlet, rows in rows_of.items()}
    return table(OUTLET_PAIRS, [{
        "outlet_a": a, "outlet_b": b, "events_together": together[a, b], "shared_passages": passages_of[a, b],
        "shared_words": shared_words[a, b],
        "containment": round(shared_words[a, b] / all_words[a], 6) if all_words[a] else 0.0,
        "median_lag_hours": round(median(lag for lag, _ in lags[a, b]), 6) if (a, b) in lags else None,
        "lag_uncertainty_hours": round(median(unsure for _, unsure in lags[a, b]), 6) if (a, b) in lags else None,
    } for a, b in sorted(together.keys() | passages_of.keys())])
