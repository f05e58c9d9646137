"""Do articles that share words have anything else in common? The coherence of their remainders.

The *remainder* of an article is what is left of it outside every repeated shingle, with its title. Copied reporting joins
articles whose remainders tell of the same things; furniture joins articles that have nothing else in common. So the
mean pairwise TF-IDF cosine of the remainders separates the two without knowing outlets or events.

Two remainders are kept of each article: outside everything repeated anywhere, and outside everything repeated in the
article's own outlet. The second is larger (wire copy stays in it) and is what articles of a single outlet are compared by:
there, wire copy that other outlets ran is evidence, not noise. It also stands in where many articles of several outlets
are so full of wire copy that too little is left outside it: then by the *median* pair, since what is furniture to most
pairs may well join a few copies of one wire.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import xxhash
from numba import njit

from clustering.text.remainders import per_article, remainders
from clustering.text.repeats import Repeats, cover, of_sets

MEDIAN_ARTICLES, MEDIAN_MOST_MEAN = 10, 0.3
"""The median pair is asked of sets of so many articles, and only when their mean is at most this: it is dear to find."""
SAMPLE_ARTICLES = 24
_RECURRING_DATED, _RECURRING_DAYS = 4, 21.0
_ARTICLE_SHARE, _ARTICLE_TOKENS = 0.5, 60
"""Words of several outlets that are more than this share of most of their articles, and as long as a short text, are these
articles, unless they recur."""
_SECONDS_A_DAY = 86_400.0


class Coherence(NamedTuple):
    """What is known of each posting set; all arrays have one value a set."""

    cosine: np.ndarray
    """float64: mean pairwise cosine of the remainders, quantised to 1e-6; nan when there is too little to compare."""
    median: np.ndarray
    """float64: median pairwise cosine of the remainders outside what their own outlets repeat, quantised to 1e-6; nan but
    for large sets of several outlets whose ``cosine`` is nan."""
    articles: np.ndarray
    """int64: members."""
    outlets: np.ndarray
    """int64: distinct outlets among them."""
    dated: np.ndarray
    """int64: members with a date."""
    spread_days: np.ndarray
    """float64: interquartile range of their dates; nan without a date."""


@njit(cache=True, nogil=True)
def _chosen(rows, ranks, usable, least, sample):  # noqa: ANN001, ANN202
    """The usable rows, at most ``sample`` of them, by rank; none when fewer than two or than ``least`` are usable."""
    codes = np.empty(rows.size, np.int64)
    m = 0
    for row in rows:
        if usable[row]:
            codes[m] = (ranks[row] << 32) | row
            m += 1
    if m < 2 or m < least:
        return codes[:0]
    return np.sort(codes[:m])[:sample] & 0xFFFFFFFF


@njit(cache=True, nogil=True)
def _mean(taken, indptr, terms, weights, scratch):  # noqa: ANN001, ANN202
    """Mean pairwise cosine of unit rows: (|sum|^2 - m) / (m (m - 1)), linear in the rows' lengths."""
    total = 0.0
    for row in taken:
        for j in range(indptr[row], indptr[row + 1]):
            scratch[terms[j]] += weights[j]
    for row in taken:
        for j in range(indptr[row], indptr[row + 1]):
            total += scratch[terms[j]] * weights[j]
    for row in taken:
        for j in range(indptr[row], indptr[row + 1]):
            scratch[terms[j]] = 0.0
    return (total - taken.size) / (taken.size * (taken.size - 1.0))


@njit(cache=True, nogil=True)
def _median(taken, indptr, terms, weights, scratch):  # noqa: ANN001, ANN202
    """Median pairwise cosine of unit rows."""
    found = np.empty(taken.size * (taken.size - 1) // 2)
    n = 0
    for i in range(taken.size):
        for j in range(indptr[taken[i]], indptr[taken[i] + 1]):
            scratch[terms[j]] = weights[j]
        for other in taken[i + 1 :]:
            found[n] = 0.0
            for j in range(indptr[other], indptr[other + 1]):
                found[n] += scratch[terms[j]] * weights[j]
            n += 1
        for j in range(indptr[taken[i]], indptr[taken[i] + 1]):
            scratch[terms[j]] = 0.0
    return np.median(found)


@njit(cache=True, nogil=True)
def _count(set_offsets, members, outlets, days, outlet_count, dated, spread):  # noqa: ANN001, ANN202
    """Fill ``outlet_count``, ``dated`` and ``spread`` (one a set)."""
    for s in range(set_offsets.size - 1):
        rows = members[set_offsets[s] : set_offsets[s + 1]]
        seen = np.empty(rows.size, outlets.dtype)
        times = np.empty(rows.size, np.float64)
        t = 0
        for i in range(rows.size):
            seen[i] = outlets[rows[i]]
            if not np.isnan(days[rows[i]]):
                times[t] = days[rows[i]]
                t += 1
        seen.sort()
        distinct = 1
        for i in range(1, rows.size):
            distinct += seen[i] != seen[i - 1]
        outlet_count[s] = distinct
        dated[s] = t
        spread[s] = np.percentile(times[:t], 75) - np.percentile(times[:t], 25) if t else np.nan


@njit(cache=True, nogil=True)
def _compare_anywhere(set_offsets, members, ranks, outlet_count, indptr, terms, weights, usable, sample, scratch, cosine):  # noqa: ANN001, ANN202
    """Fill in the ``cosine`` of the sets of several outlets; ``scratch`` is zeros, one a term."""
    for s in range(set_offsets.size - 1):
        if outlet_count[s] > 1:
            rows = members[set_offsets[s] : set_offsets[s + 1]]
            taken = _chosen(rows, ranks, usable, rows.size / 3, sample)  # a few odd remainders must not speak for the others
            if taken.size:
                cosine[s] = _mean(taken, indptr, terms, weights, scratch)


@njit(cache=True, nogil=True)
def _compare_at_home(  # noqa: ANN202
    set_offsets, members, ranks, outlet_count, indptr, terms, weights, usable, enough, sample, scratch, cosine, median,  # noqa: ANN001
):
    """Fill in the ``cosine`` of the sets of one outlet, and the ``median`` of large ones whose cosine is still nan."""
    for s in range(set_offsets.size - 1):
        rows = members[set_offsets[s] : set_offsets[s + 1]]
        if outlet_count[s] == 1:
            taken = _chosen(rows, ranks, usable, rows.size / 3, sample)
            if taken.size:
                cosine[s] = _mean(taken, indptr, terms, weights, scratch)
        elif np.isnan(cosine[s]) and rows.size >= MEDIAN_ARTICLES:
            taken = _chosen(rows, ranks, enough, rows.size / 2, sample)
            if taken.size and _mean(taken, indptr, terms, weights, scratch) <= MEDIAN_MOST_MEAN:
                median[s] = _median(taken, indptr, terms, weights, scratch)


def measure(articles: pa.Table, tokens: pa.Table, languages: pa.Table, known: np.ndarray, repeats: Repeats,
            outlets: np.ndarray) -> Coherence:
    """Coherence, outlets and dates of every posting set.

    Parameters
    ----------
    articles, tokens, languages
        ARTICLES, TOKENS and LANGUAGES of the window.
    known
        bool a token: already labelled boilerplate by a rule, so no part of a remainder.
    repeats
        Posting sets over the same tokens.
    outlets
        int32 number of each row's outlet.

    Notes
    -----
    Of a set with more than 24 comparable articles, the 24 with the smallest hash of their id are compared.
    """
    n = len(articles)
    ids = [xxhash.xxh64_intdigest(i.encode()) for i in articles["article_id"].to_pylist()]
    ranks = np.empty(n, np.int64)
    ranks[np.argsort(np.array(ids, np.uint64), kind="stable")] = np.arange(n)
    published = articles["published_at"].cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    sets = repeats.set_offsets.size - 1
    cosine, median, spread = np.full(sets, np.nan), np.full(sets, np.nan), np.empty(sets)
    outlet_count, dated = np.empty(sets, np.int64), np.empty(sets, np.int64)
    _count(repeats.set_offsets, repeats.members, outlets, published / 1e6 / _SECONDS_A_DAY, outlet_count, dated, spread)
    asked = (repeats.set_offsets, repeats.members, ranks, outlet_count)
    both = remainders(articles, tokens, languages, known, repeats)
    left = next(both)  # one kind after the other: each is as large as the window
    _compare_anywhere(*asked, *left[:4], SAMPLE_ARTICLES, np.zeros(left.terms), cosine)
    del left
    left = next(both)
    _compare_at_home(*asked, *left[:5], SAMPLE_ARTICLES, np.zeros(left.terms), cosine, median)
    return Coherence(np.round(cosine, 6) + 0.0, np.round(median, 6) + 0.0,  # no negative zeros
                      np.diff(repeats.set_offsets), outlet_count, dated, np.round(spread, 6))


def recurring(seen: Coherence) -> np.ndarray:
    """Bool a posting set: returns over weeks."""
    found: np.ndarray = (seen.dated >= _RECURRING_DATED) & (np.nan_to_num(seen.spread_days) > _RECURRING_DAYS)
    return found


def are_articles(incoherent: np.ndarray, known: np.ndarray, repeats: Repeats, seen: Coherence,
                  offsets: np.ndarray) -> np.ndarray:
    """Bool a posting set: most of most of its articles, in several outlets, and not over weeks.

    A wire that each outlet follows with matter of its own looks like furniture by what surrounds it; but no page is mostly
    furniture of other outlets. ``incoherent`` is bool a posting set, ``known`` bool a token.
    """
    common: np.ndarray = incoherent & (seen.outlets > 1)
    found: np.ndarray = common & ~recurring(seen)
    if not found.any():
        return found
    covered = cover(of_sets(repeats.set_of, common)) & ~known
    inside, own = per_article(covered, offsets), per_article(~known, offsets)
    mostly = (inside >= _ARTICLE_TOKENS) & (inside > _ARTICLE_SHARE * own)
    held = np.add.reduceat(mostly[repeats.members].astype(np.int64), repeats.set_offsets[:-1])
    found &= 2 * held >= seen.articles
    return found
