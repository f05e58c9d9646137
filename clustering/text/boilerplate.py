"""Which words are furniture? Boilerplate learnt from the articles of a window, by the coherence of remainders.

Words that several articles repeat are furniture when the rest of these articles has nothing in common
(:mod:`clustering.text.coherence`), or when they return over weeks around texts that hardly have. Copied reporting
survives: what its articles say besides is alike. Where the rest is too short to compare, only the shape of lines at the
head or the tail of one outlet's articles can tell. Nothing is deleted: the mask is spans beside the text, and each says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.config import TextSettings
from clustering.tables import SPANS, flat, table
from clustering.text.coherence import Coherence, are_articles, measure, recurring
from clustering.text.repeats import SHINGLE_TOKENS, Repeats, cover, find_repeats, support
from clustering.text.runs import at_edge, find_runs, span_of, to_sentences, trim, whole_lines
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
_CLOSING_ARTICLES, _CLOSING_SHARE, _CLOSING_PLACE, _CLOSING_MOST = 10, 0.5, 0.5, 1 / 3
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
    candidates: np.ndarray, flags: np.ndarray, ends: np.ndarray, offsets: np.ndarray, texts: Sequence[str],
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
        if short and not any(texts[row][ends[first + e - 1] : ends[first + e - 1] + 1] in tuple(_TERMINAL) for e in line_ends):
            found[first:last] = True
    return found


def _closed(masked: np.ndarray, incoherent: np.ndarray, repeats: Repeats, seen: Coherence, offsets: np.ndarray) -> np.ndarray:
    """Bool a token: after a closing line, to the end of the article.

    Furniture of ten and more articles is a closing line when, over all of them, at least half of what follows it is masked
    already: teasers and prompts of which some are too rare, or too much like the article, to be learnt by themselves. Never
    more than the last third of an article.
    """
    found = np.zeros(masked.size, np.bool_)
    places = np.flatnonzero(incoherent)
    places = places[seen.articles[repeats.set_of[places]] >= _CLOSING_ARTICLES]
    rows = np.searchsorted(offsets, places, side="right") - 1
    after, stop, length = places + SHINGLE_TOKENS, offsets[rows + 1], np.diff(offsets)[rows]
    behind = np.concatenate([[0], np.cumsum(masked)])
    share = (behind[stop] - behind[after] + 1) / (stop - after + 1)
    late = np.where(places - offsets[rows] >= _CLOSING_PLACE * length, share, 0.0)
    sets = repeats.set_of[places]
    mean = np.bincount(sets, late, seen.articles.size) / np.maximum(np.bincount(sets, minlength=seen.articles.size), 1)
    closing = (np.round(mean, 6)[sets] >= _CLOSING_SHARE) & (stop - after <= _CLOSING_MOST * length)
    for begin, end in zip(after[closing], stop[closing], strict=True):
        found[begin:end] = True
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


def _learn(articles: pa.Table, tokens: pa.Table, languages: pa.Table, known: np.ndarray, min_tokens: int,
           texts: Sequence[str]) -> dict[int, Spans]:
    """Learnt spans of each row that has any."""
    hashes, offsets = flat(tokens["hashes"])
    starts, ends, flags = (flat(tokens[name])[0] for name in ("starts", "ends", "flags"))
    keys = articles["outlet_key"].combine_chunks().dictionary_encode()
    outlets = keys.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    repeats: Repeats = find_repeats(hashes, offsets, outlets)
    seen = measure(articles, tokens, languages, known, repeats, outlets)

    sets = repeats.set_of
    apart = _incoherent(seen)
    apart &= ~are_articles(apart, known, repeats, seen, offsets)
    incoherent = (sets >= 0) & np.append(apart, False)[sets]
    too_short = np.isnan(seen.cosine) & (seen.outlets == 1) & (seen.articles >= _SHAPE_ARTICLES)
    by_shape = (sets >= 0) & np.append(too_short, False)[sets]
    candidates = cover(by_shape)
    telling = incoherent | by_shape
    masked = cover(incoherent) | _shaped(candidates, flags, ends, offsets, texts)
    masked |= _closed(masked, incoherent, repeats, seen, offsets)

    learnt: dict[int, Spans] = {}
    order = np.empty(seen.articles.size, np.int64)  # the set most articles have speaks for a span
    order[np.lexsort((np.nan_to_num(seen.cosine, nan=1.0), seen.outlets, -seen.articles))] = np.arange(order.size)
    carried = support(telling, np.append(seen.articles, 0)[sets])
    for row, run_first, run_last in find_runs(masked, offsets, _GAP_TOKENS):
        base, stop = int(offsets[row]), int(offsets[row + 1])
        first, last = trim(run_first, run_last, carried)
        low, high = whole_lines(first, last, base, stop, flags, masked)
        build = to_sentences(low, high, base, stop, flags, int(carried[first:last].max()))
        if build is None:
            continue
        low, high = build
        start, end = span_of(texts[row], int(starts[low]), int(ends[high - 1]))
        low = base + int(np.searchsorted(ends[base:stop], start, side="right"))
        high = base + int(np.searchsorted(starts[base:stop], end, side="left"))
        if high - low < min_tokens:
            continue
        told = np.unique(sets[low:high][telling[low:high]])
        if not told.size:  # cut to sentences in which no shingle of its own starts
            told = np.unique(sets[base:stop][telling[base:stop]])
        best = int(told[np.argmin(order[told])])
        learnt.setdefault(row, []).append((start, end, _say(best, seen)))
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
                      settings: TextSettings) -> pa.Table:
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
    texts = articles["text"].to_pylist()
    texts = [text or "" for text in texts]
    given = zones.filter(pa.array(is_boilerplate))
    bare = mark_zones(tokens, given)
    known = (flat(bare["zones"])[0] & BOILERPLATE) > 0
    found = _unquoted(_learn(articles, tokens, languages, known, settings.boilerplate_min_tokens, texts), zones)
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
