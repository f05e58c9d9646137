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

from clustering.sorting import number_hashes
from clustering.tables import flat
from clustering.text.function_words import function_word_hashes
from clustering.text.repeats import Repeats, cover
from clustering.text.tokens import tokenise

MIN_REMAINDER_TOKENS = 12
MIN_REMAINDER_SHARE = 0.2
"""Across outlets a remainder smaller than this share of its article says nothing: it may be the furniture of one outlet
around the copy of a wire that a hundred outlets ran."""
MEDIAN_ARTICLES, MEDIAN_MOST_MEAN = 10, 0.3
"""The median pair is asked of sets of so many articles, and only when their mean is at most this: it is dear to find."""
SAMPLE_ARTICLES = 24
_RECURRING_DATED, _RECURRING_DAYS = 4, 21.0
_ARTICLE_SHARE, _ARTICLE_TOKENS = 0.5, 60
"""Words of several outlets that are more than this share of most of their articles, and as long as a short text, are these
articles, unless they recur."""
_PRIOR_ARTICLES = 200.0
_SECONDS_A_DAY = 86_400.0
_APART = np.uint64(0x9E3779B97F4A7C15)
"""Times the number of its language, added to a word's hash: the same word of two languages is two terms."""


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
def _keep_apart(hashes, offsets, apart, said):  # noqa: ANN001, ANN202
    """Hashes of words, each with ``apart`` (uint64 a row: its language) added, into ``said``."""
    for row in range(offsets.size - 1):
        for t in range(offsets[row], offsets[row + 1]):
            said[t] = hashes[t] + apart[row]


@njit(cache=True, nogil=True)
def _document_frequency(terms, offsets, title_terms, title_offsets, df):  # noqa: ANN001, ANN202
    """Articles that hold each term in text or title, counted into ``df`` (int64, zeros)."""
    seen = np.full(df.size, -1, np.int32)
    for row in range(offsets.size - 1):
        for t in range(offsets[row], offsets[row + 1]):
            if seen[terms[t]] != row:
                seen[terms[t]] = row
                df[terms[t]] += 1
        for t in range(title_offsets[row], title_offsets[row + 1]):
            if seen[title_terms[t]] != row:
                seen[title_terms[t]] = row
                df[title_terms[t]] += 1


@njit(cache=True, nogil=True)
def _remainders(terms, long, offsets, title_terms, title_long, title_offsets, out, idf, indptr, indices, weights, heard):  # noqa: ANN001, ANN202
    """Unit rows of (1 + ln tf) idf over the tokens that are not ``out``, and the titles.

    ``long`` bool a token: two characters or more. Fills ``indptr`` (int64, rows + 1), ``indices`` and ``weights`` (room for
    every token), ``heard`` (int64, zeros: weighing tokens of each row's text); returns how many entries.
    """
    counts = np.zeros(idf.size, np.int32)
    room = 0
    for row in range(offsets.size - 1):
        room = max(room, offsets[row + 1] - offsets[row] + title_offsets[row + 1] - title_offsets[row])
    touched = np.empty(room, np.int32)
    n = 0
    indptr[0] = 0
    for row in range(offsets.size - 1):
        met = 0
        for t in range(offsets[row], offsets[row + 1]):
            term = terms[t]
            if out[t] or not long[t] or idf[term] <= 0.0:
                continue
            heard[row] += 1
            if counts[term] == 0:
                touched[met] = term
                met += 1
            counts[term] += 1
        for t in range(title_offsets[row], title_offsets[row + 1]):
            term = title_terms[t]
            if not title_long[t] or idf[term] <= 0.0:
                continue
            if counts[term] == 0:
                touched[met] = term
                met += 1
            counts[term] += 1
        touched[:met].sort()
        squares = 0.0
        for k in range(met):
            weight = (1.0 + np.log(counts[touched[k]])) * idf[touched[k]]
            indices[n + k], weights[n + k] = touched[k], weight
            squares += weight * weight
            counts[touched[k]] = 0
        length = np.sqrt(squares)
        for k in range(n, n + met):
            weights[k] /= length
        n += met
        indptr[row + 1] = n
    return n


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
def _measure(  # noqa: ANN202
    set_offsets, members, outlets, ranks, days,  # noqa: ANN001
    indptr_all, terms_all, weights_all, usable_all, indptr_home, terms_home, weights_home, usable_home,  # noqa: ANN001
    enough_home, sample, scratch, cosine, median, outlet_count, dated, spread,  # noqa: ANN001
):
    """Fill ``cosine``, ``median``, ``outlet_count``, ``dated`` and ``spread`` (one a set); ``scratch`` is zeros, one a term."""
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

        cosine[s] = median[s] = np.nan
        if distinct == 1:
            taken = _chosen(rows, ranks, usable_home, rows.size / 3, sample)
            if taken.size:
                cosine[s] = _mean(taken, indptr_home, terms_home, weights_home, scratch)
            continue
        taken = _chosen(rows, ranks, usable_all, rows.size / 3, sample)  # a few odd remainders must not speak for the others
        if taken.size:
            cosine[s] = _mean(taken, indptr_all, terms_all, weights_all, scratch)
        elif rows.size >= MEDIAN_ARTICLES:
            taken = _chosen(rows, ranks, enough_home, rows.size / 2, sample)
            if taken.size and _mean(taken, indptr_home, terms_home, weights_home, scratch) <= MEDIAN_MOST_MEAN:
                median[s] = _median(taken, indptr_home, terms_home, weights_home, scratch)


@njit(cache=True, nogil=True)
def _per_article(marked, offsets):  # noqa: ANN001, ANN202
    """Int64 an article: how many of its tokens are marked (bool a token)."""
    counted = np.zeros(offsets.size - 1, np.int64)
    for row in range(counted.size):
        for t in range(offsets[row], offsets[row + 1]):
            counted[row] += marked[t]
    return counted


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
    idf = ln((n + 200) / (df + 1)) over whole articles, for each language by itself (beside a thousand English articles all that
    ten German ones say would be rare, and their furniture would look like a common subject); function words and terms with
    idf <= 1 left out: the 200 unseen
    articles keep the words that two articles of a window of two share from weighing nothing. Of a set with more than 24
    comparable articles, the 24 with the smallest hash of their id are compared.
    """
    n = len(articles)
    hashes, offsets = flat(tokens["hashes"])
    long = flat(tokens["ends"])[0] - flat(tokens["starts"])[0] > 1
    titles = tokenise(articles["title"])
    title_hashes, title_offsets = flat(titles["hashes"])
    title_long = flat(titles["ends"])[0] - flat(titles["starts"])[0] > 1

    spoken, tongue = np.unique(np.array(languages["lang"].to_pylist(), object).astype(str), return_inverse=True)
    apart = tongue.astype(np.uint64) * _APART
    said = np.empty(hashes.size + title_hashes.size, np.uint64)
    _keep_apart(hashes, offsets, apart, said[: hashes.size])
    _keep_apart(title_hashes, title_offsets, apart, said[hashes.size :])
    first, numbers = number_hashes(said)
    terms, title_terms = numbers[: hashes.size], numbers[hashes.size :]
    df = np.zeros(first.size, np.int64)
    _document_frequency(terms, offsets, title_terms, title_offsets, df)
    of_text = first < hashes.size  # whose word each term is: the row of its first token
    row = np.where(of_text, np.searchsorted(offsets, first, side="right"),
                   np.searchsorted(title_offsets, first - hashes.size, side="right")) - 1
    speakers = np.bincount(tongue, minlength=spoken.size)
    idf = np.log((speakers[tongue[row]] + _PRIOR_ARTICLES) / (df + 1.0))
    content = ~np.isin(said[first] - apart[row], function_word_hashes())
    idf[(idf <= 1.0) | ~content] = 0.0

    words = said.size
    del said
    own, says = _per_article(~known, offsets), _per_article(~known & long & content[terms], offsets)
    measured: list[np.ndarray] = []
    for repeated in (repeats.repeated, repeats.repeated_at_home):
        out = repeated | known
        size = _per_article(~out, offsets) + np.diff(title_offsets)
        indptr, heard = np.empty(n + 1, np.int64), np.zeros(n, np.int64)
        indices, weights = np.empty(words, np.int32), np.empty(words, np.float64)
        filled = _remainders(terms, long, offsets, title_terms, title_long, title_offsets, out, idf, indptr, indices, weights,
                              heard)
        usable = (size >= MIN_REMAINDER_TOKENS) & (np.diff(indptr) > 0)
        if repeated is repeats.repeated:
            usable &= size >= MIN_REMAINDER_SHARE * np.maximum(own, 1)
        # the words of a wire that fills the window weigh nothing: what is left then speaks for the furniture alone
        enough = usable & (heard >= MIN_REMAINDER_SHARE * np.maximum(says, 1))
        measured += [indptr, indices[:filled], weights[:filled], usable]

    ids = [xxhash.xxh64_intdigest(i.encode()) for i in articles["article_id"].to_pylist()]
    ranks = np.empty(n, np.int64)
    ranks[np.argsort(np.array(ids, np.uint64), kind="stable")] = np.arange(n)
    published = articles["published_at"].cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    sets = repeats.set_offsets.size - 1
    cosine, median, spread = np.empty(sets), np.empty(sets), np.empty(sets)
    outlet_count, dated = np.empty(sets, np.int64), np.empty(sets, np.int64)
    _measure(  # type: ignore[call-arg]  # numba's dispatcher has no signature to check
        repeats.set_offsets, repeats.members, outlets, ranks, published / 1e6 / _SECONDS_A_DAY, *measured,
        enough, SAMPLE_ARTICLES, np.zeros(first.size), cosine, median, outlet_count, dated, spread)
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
    covered = cover((repeats.set_of >= 0) & np.append(common, False)[repeats.set_of]) & ~known
    inside, own = _per_article(covered, offsets), _per_article(~known, offsets)
    mostly = (inside >= _ARTICLE_TOKENS) & (inside > _ARTICLE_SHARE * own)
    held = np.add.reduceat(mostly[repeats.members].astype(np.int64), repeats.set_offsets[:-1])
    found &= 2 * held >= seen.articles
    return found
