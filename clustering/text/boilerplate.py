"""Which words are furniture? Boilerplate learnt from the articles of a window, by the coherence of remainders.

Words that several articles repeat are furniture when the rest of these articles has nothing in common
(:mod:`clustering.text.coherence`), or when they return over weeks around texts that hardly have. Copied reporting
survives: what its articles say besides is alike. Where the rest is too short to compare, only the shape of lines at the
head or the tail of one outlet's articles can tell. Nothing is deleted: the mask is spans beside the text, and each says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from clustering.config import TextSettings
from clustering.tables import SPANS, flat, table, whole
from clustering.text.alone import look_for_repeats
from clustering.text.closing import behind_closing_lines
from clustering.text.coherence import Coherence, are_articles, measure, recurring
from clustering.text.repeats import Repeats, cover, of_sets, support
from clustering.text.runs import at_edge, bounds_of, find_runs, runs_of, span_of
from clustering.text.tokens import BOILERPLATE, LINE_START, mark_zones, tokenise

_SIZES = np.array([3, 5, 10])
_HOUSE_BOUNDS = np.array([0.03, 0.06, 0.09, 0.13])
_PLATFORM_BOUNDS = np.array([0.03, 0.03, 0.04, 0.04])
"""Incoherent below the first bound in 2 articles, the second in 3 or 4, the third in 5 to 9, the fourth in 10 and more.
Across outlets the bounds are lower: an agency's standing paragraphs join articles that are only loosely alike."""
_RECURRING_HOUSE_BOUND, _RECURRING_PLATFORM_BOUND = 0.2, 0.13
_MEDIAN_BOUND = 0.05
"""For many articles of several outlets that are nearly all wire copy: the median pair has this little in common."""
_SHAPE_ARTICLES, _SHAPE_LINE_TOKENS = 3, 15
_GAP_TOKENS = 2
_TOO_SHORT = -2
QUOTED_SHARE = 0.8
"""A learnt span with this share of its characters inside quotation marks is no furniture."""
_TERMINAL = ".!?…。！？:;,"

Spans = list[tuple[int, int, str]]


def _incoherent(seen: Coherence) -> np.ndarray:
    """Bool a posting set: furniture by the coherence of its articles' remainders, or by recurring over weeks."""
    known = ~np.isnan(seen.cosine)
    cosine = np.where(known, seen.cosine, 1.0)
    house, size = seen.outlets == 1, np.searchsorted(_SIZES, seen.articles, side="right")
    back = recurring(seen)
    bound = np.where(house, _HOUSE_BOUNDS[size], _PLATFORM_BOUNDS[size])
    bound[back] = np.where(house, _RECURRING_HOUSE_BOUND, _RECURRING_PLATFORM_BOUND)[back]
    found: np.ndarray = np.less(cosine, bound) | np.less(np.nan_to_num(seen.median, nan=1.0), _MEDIAN_BOUND)
    return found


def _shaped(
    candidates: np.ndarray, flags: np.ndarray, ends: np.ndarray, offsets: np.ndarray, text: Callable[[int], str],
) -> np.ndarray:
    """Bool a token: in candidate runs of whole short lines without a closing point, at the head or the tail.

    Never most of an article: then it is a text that was published three times.
    """
    found = np.zeros(candidates.size, np.bool_)
    for row, first, last in find_runs(candidates, offsets):
        base, stop = offsets[row], offsets[row + 1]
        from_line_to_line = flags[first] & LINE_START and (last == stop or flags[last] & LINE_START)
        if not (from_line_to_line and at_edge(first, last, base, stop) and 2 * (last - first) < stop - base):
            continue
        lines = np.flatnonzero(flags[first:last] & LINE_START)
        line_ends = np.append(lines[1:], last - first)
        short = np.all(line_ends - lines <= _SHAPE_LINE_TOKENS)
        if short and not any(text(row)[ends[first + e - 1] : ends[first + e - 1] + 1] in tuple(_TERMINAL) for e in line_ends):
            found[first:last] = True
    return found


def _phrases(phrases: Sequence[str], hashes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Bool a token: part of one of the phrases, compared by token hashes."""
    found = np.zeros(hashes.size, np.bool_)
    values, bounds = flat(tokenise(pa.array(list(phrases), pa.large_string()))["hashes"])
    rows = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    for low, high in pairwise(bounds):
        phrase = values[low:high]
        if not 0 < phrase.size <= hashes.size:
            continue
        starts = np.arange(hashes.size - phrase.size + 1)
        starts = starts[rows[starts] == rows[starts + phrase.size - 1]]
        for j, word in enumerate(phrase):
            starts = starts[hashes[starts + j] == word]
        for j in range(phrase.size):
            found[starts + j] = True
    return found


def _say(which: int, seen: Coherence) -> str:
    """Why a posting set is boilerplate, in words."""
    count, outlets = int(seen.articles[which]), int(seen.outlets[which])
    kind = f"house: repeated in {count} articles of one outlet"
    if outlets > 1:
        kind = f"platform: repeated in {count} articles of {outlets} outlets"
    if not np.isnan(seen.median[which]):
        return f"{kind} of which most pairs have little else in common (median cosine {seen.median[which]:.2f})"
    if np.isnan(seen.cosine[which]):
        return f"{kind}, short lines at the edge of the text"
    return f"{kind} whose other words have little in common (cosine {seen.cosine[which]:.2f})"


@njit(cache=True, nogil=True)
def _foremost(sets, telling, order, first, last):  # noqa: ANN001, ANN202
    """The set of the lowest ``order`` among the telling tokens [first, last), -1 when there is none."""
    best = -1
    for t in range(first, last):
        if telling[t] and (best < 0 or order[sets[t]] < order[best]):
            best = sets[t]
    return best


@njit(cache=True, nogil=True)
def _speakers(rows, spans, offsets, starts, ends, sets, telling, order, min_tokens):  # noqa: ANN001, ANN202
    """Int64 a span of characters (int32[n, 2]) of a row: the set that speaks for it, _TOO_SHORT when it has too few tokens."""
    best = np.empty(rows.size, np.int64)
    for k in range(rows.size):
        base, stop = offsets[rows[k]], offsets[rows[k] + 1]
        first = base + np.searchsorted(ends[base:stop], spans[k, 0], side="right")
        last = base + np.searchsorted(starts[base:stop], spans[k, 1], side="left")
        if last - first < min_tokens:
            best[k] = _TOO_SHORT
            continue
        best[k] = _foremost(sets, telling, order, first, last)
        if best[k] < 0:  # cut to sentences in which no shingle of its own starts
            best[k] = _foremost(sets, telling, order, base, stop)
    return best


def _learn(articles: pa.Table, tokens: pa.Table, languages: pa.Table, known: np.ndarray, repeats: Repeats,
           min_tokens: int) -> dict[int, Spans]:
    """Learnt spans of each row that has any."""
    starts, offsets = flat(tokens["starts"])
    ends, flags = (flat(tokens[name])[0] for name in ("ends", "flags"))
    keys = whole(articles["outlet_key"]).dictionary_encode()
    outlets = keys.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    column = whole(articles["text"])

    @lru_cache(maxsize=1)  # runs come by article
    def text(row: int) -> str:
        return column[row].as_py() or ""

    seen = measure(articles, tokens, languages, known, repeats, outlets)

    sets = repeats.set_of
    apart = _incoherent(seen)
    apart &= ~are_articles(apart, known, repeats, seen, offsets)
    incoherent = of_sets(sets, apart)
    too_short = np.isnan(seen.cosine) & (seen.outlets == 1) & (seen.articles >= _SHAPE_ARTICLES)
    by_shape = of_sets(sets, too_short)
    candidates = cover(by_shape)
    telling = incoherent | by_shape
    masked = cover(incoherent) | _shaped(candidates, flags, ends, offsets, text)
    masked |= behind_closing_lines(masked, incoherent, sets, seen.articles, offsets)

    learnt: dict[int, Spans] = {}
    order = np.empty(seen.articles.size, np.int64)  # the set most articles have speaks for a span
    order[np.lexsort((np.nan_to_num(seen.cosine, nan=1.0), seen.outlets, -seen.articles))] = np.arange(order.size)
    carried = support(telling, sets, seen.articles)
    rows, firsts, lasts = runs_of(masked, offsets, _GAP_TOKENS)
    lows, highs = bounds_of(rows, firsts, lasts, offsets, flags, masked, carried)
    spoken: dict[int, str] = {}
    rows, lows, highs = (column[lows >= 0] for column in (rows, lows, highs))
    spans = [span_of(text(row), start, end)
             for row, start, end in zip(rows.tolist(), starts[lows].tolist(), ends[highs - 1].tolist(), strict=True)]
    places = np.array(spans, np.int32).reshape(-1, 2)
    speaks = _speakers(rows, places, offsets, starts, ends, sets, telling, order, min_tokens)
    for row, (start, end), best in zip(rows.tolist(), spans, speaks.tolist(), strict=True):
        if best == _TOO_SHORT:
            continue
        if best not in spoken:
            spoken[best] = _say(best, seen)
        learnt.setdefault(row, []).append((start, end, spoken[best]))
    return learnt


def _without(spans: Spans, holes: list[tuple[int, int]]) -> Spans:
    """The spans less the holes; both sorted."""
    kept: Spans = []
    for span_start, end, reason in spans:
        start = span_start
        for low, high in holes:
            if high <= start or low >= end:
                continue
            if low > start:
                kept.append((start, low, reason))
            start = high
        if start < end:
            kept.append((start, end, reason))
    return kept


def _merge(spans: Spans) -> Spans:
    """Overlapping and touching spans joined; the reasons too, in order of place."""
    merged: Spans = []
    for start, end, reason in sorted(spans):
        if merged and start <= merged[-1][1]:
            before = merged[-1]
            reasons = before[2] if reason in before[2].split("; ") else f"{before[2]}; {reason}"
            merged[-1] = (before[0], max(before[1], end), reasons)
        else:
            merged.append((start, end, reason))
    return merged


def _unquoted(found: dict[int, Spans], zones: pa.Table) -> dict[int, Spans]:
    """The learnt spans without those that are mostly quotation: a page does not quote itself, and reporters share quotes."""
    quotes: dict[int, list[tuple[int, int]]] = {}
    for zone in zones.filter(pc.equal(zones["zone"], "quote")).to_pylist():
        quotes.setdefault(zone["row"], []).append((zone["start"], zone["end"]))

    def quoted(row: int, start: int, end: int) -> bool:
        inside = sum(max(0, min(end, e) - max(start, s)) for s, e in quotes.get(row, []))
        return inside >= QUOTED_SHARE * (end - start)

    kept = {row: [span for span in spans if not quoted(row, span[0], span[1])] for row, spans in found.items()}
    return {row: spans for row, spans in kept.items() if spans}


def learn_boilerplate(articles: pa.Table, tokens: pa.Table, languages: pa.Table, zones: pa.Table,
                      settings: TextSettings, repeats: Repeats | None = None) -> pa.Table:
    """The zones given, with the boilerplate that the window teaches: a pure function of articles and settings.

    Parameters
    ----------
    articles, tokens, languages
        ARTICLES, the TOKENS of their texts and their LANGUAGES.
    zones
        SPANS found by rules; boilerplate among them is kept and left out of what articles are compared by.
    settings
        ``boilerplate`` False takes every boilerplate span away; ``boilerplate_deny`` phrases are always masked,
        ``boilerplate_allow`` phrases never, not even by a rule (a phrase in both is denied).
    repeats
        What :func:`look_for_repeats` says of the same articles, where it has been asked already.

    Returns
    -------
    pyarrow.Table
        SPANS, boilerplate merged where it touches; quotes give way to it, since quoted words are body.

    Notes
    -----
    Repeated 6-token shingles are masked when the mean pairwise cosine of their articles' remainders is below .03, .06, .09
    or .13 for 2, 3-4, 5-9 or more articles of one outlet, below .03 or .04 (from 5 articles) across outlets; or, with at
    least four dated articles spread (interquartile range) over more than 21 days, below .2 in one outlet, .13 across them.
    Ten and more articles across outlets that are nearly all wire copy leave too little outside it; of these the median
    cosine of what their own outlets do not repeat decides, below .05. Words of several outlets that are most of most of
    their articles are left alone (:func:`clustering.text.coherence.are_articles`).
    """
    is_boilerplate = np.array([z == "boilerplate" for z in zones["zone"].to_pylist()], np.bool_)
    if not settings.boilerplate:
        return zones.filter(pa.array(~is_boilerplate))
    given = zones.filter(pa.array(is_boilerplate))
    bare = mark_zones(tokens, given)
    known = (flat(bare["zones"])[0] & BOILERPLATE) > 0
    learnt = _learn(articles, tokens, languages, known, repeats or look_for_repeats(articles, tokens),
                    settings.boilerplate_min_tokens)
    found = _unquoted(learnt, zones)
    for span in given.to_pylist():
        found.setdefault(span["row"], []).append((span["start"], span["end"], span["reason"]))

    hashes, offsets = flat(tokens["hashes"])
    starts, ends = flat(tokens["starts"])[0], flat(tokens["ends"])[0]
    denied = _phrases(settings.boilerplate_deny, hashes, offsets)
    for row, first, last in find_runs(denied, offsets):
        found.setdefault(row, []).append((int(starts[first]), int(ends[last - 1]), "setting: boilerplate_deny"))
    allowed: dict[int, list[tuple[int, int]]] = {}
    for row, first, last in find_runs(_phrases(settings.boilerplate_allow, hashes, offsets) & ~denied, offsets):
        allowed.setdefault(row, []).append((int(starts[first]), int(ends[last - 1])))

    rows: list[tuple[int, int, int, str, str]] = []
    masks: dict[int, list[tuple[int, int]]] = {}
    for row in sorted(found):
        spans = _without(_merge(found[row]), allowed.get(row, []))
        masks[row] = [(start, end) for start, end, _ in spans]
        rows += [(row, start, end, "boilerplate", reason) for start, end, reason in spans]
    for zone in zones.filter(pa.array(~is_boilerplate)).to_pylist():
        one = [(zone["start"], zone["end"], zone["reason"])]
        kept = _without(one, masks.get(zone["row"], [])) if zone["zone"] == "quote" else one
        rows += [(zone["row"], start, end, zone["zone"], reason) for start, end, reason in kept]
    rows.sort()
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return table(SPANS, {"row": columns[0], "start": columns[1], "end": columns[2], "zone": columns[3], "reason": columns[4]})
