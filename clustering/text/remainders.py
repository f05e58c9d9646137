"""What is left of articles outside the words they repeat: weighed, as one sparse unit row an article.

Weights are (1 + ln tf) idf with idf = ln((n + 200) / (df + 1)) over whole articles, for each language by itself (beside a
thousand English articles all that ten German ones say would be rare, and their furniture would look like a common subject);
function words and terms with idf <= 1 are left out. The 200 unseen articles keep the words that two articles of a window of
two share from weighing nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.sorting import number_hashes
from clustering.tables import flat
from clustering.text.function_words import function_word_hashes
from clustering.text.repeats import Repeats
from clustering.text.tokens import tokenise
from clustering.threads import in_order

MIN_REMAINDER_TOKENS = 12
MIN_REMAINDER_SHARE = 0.2
"""Across outlets a remainder smaller than this share of its article says nothing: it may be the furniture of one outlet
around the copy of a wire that a hundred outlets ran."""
_PRIOR_ARTICLES = 200.0
_BLOCK_ROWS = 4_096
_APART = np.uint64(0x9E3779B97F4A7C15)
"""Times the number of its language, added to a word's hash: the same word of two languages is two terms."""


class Remainders(NamedTuple):
    """Unit rows of what is left of each article, and what they are good for."""

    indptr: np.ndarray
    """int64, articles + 1."""
    indices: np.ndarray
    """int32: terms, ascending in a row."""
    weights: np.ndarray
    """float64."""
    usable: np.ndarray
    """bool an article: enough is left to compare it by."""
    enough: np.ndarray
    """bool an article: usable, and what weighs anything in it is a fair share of what does in the whole article."""
    terms: int
    """How many there are in the window."""


@njit(cache=True, nogil=True)
def _long(starts, ends):  # noqa: ANN001, ANN202
    """Bool a token: two characters or more."""
    found = np.empty(starts.size, np.bool_)
    for t in range(starts.size):
        found[t] = ends[t] - starts[t] > 1
    return found


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
def _remainders(  # noqa: ANN202
    first, last, terms, long, offsets, title_terms, title_long, title_offsets, out, idf, told, anywhere, at_home,  # noqa: ANN001
):
    """Unit rows of (1 + ln tf) idf of the articles [first, last), with their titles, outside two sets of tokens.

    ``long`` bool a token: two characters or more; ``out`` (known, repeated, repeated at home) bool a token each. What is repeated
    at home is repeated: the row outside what is repeated anywhere has no term that the other lacks. ``told`` (int64[6, articles],
    zeros) takes of both, anywhere first: tokens outside, weighing tokens of the text, entries of the row. ``anywhere`` and
    ``at_home``: indices and weights of the rows (room for every token); returns how many entries each has.
    """
    known, repeated, repeated_at_home = out
    counts, fewer = np.zeros(idf.size, np.int32), np.zeros(idf.size, np.int32)
    room = 0
    for row in range(first, last):
        room = max(room, offsets[row + 1] - offsets[row] + title_offsets[row + 1] - title_offsets[row])
    touched = np.empty(room, np.int32)
    n_anywhere = n_home = 0
    for row in range(first, last):
        met = 0
        for t in range(offsets[row], offsets[row + 1]):
            if known[t] or repeated_at_home[t]:
                continue
            alone = not repeated[t]
            told[0, row] += alone
            told[3, row] += 1
            term = terms[t]
            if not long[t] or idf[term] <= 0.0:
                continue
            told[1, row] += alone
            told[4, row] += 1
            if counts[term] == 0:
                touched[met] = term
                met += 1
            counts[term] += 1
            fewer[term] += alone
        for t in range(title_offsets[row], title_offsets[row + 1]):
            term = title_terms[t]
            if not title_long[t] or idf[term] <= 0.0:
                continue
            if counts[term] == 0:
                touched[met] = term
                met += 1
            counts[term] += 1
            fewer[term] += 1
        touched[:met].sort()
        told[2, row] = _unit(touched[:met], fewer, idf, anywhere[0][n_anywhere:], anywhere[1][n_anywhere:])
        told[5, row] = _unit(touched[:met], counts, idf, at_home[0][n_home:], at_home[1][n_home:])
        n_anywhere += told[2, row]
        n_home += told[5, row]
    return n_anywhere, n_home


@njit(cache=True, nogil=True)
def _unit(touched, counts, idf, indices, weights):  # noqa: ANN001, ANN202
    """The unit row of those of some terms (ascending) that are counted; clears their counts, returns how many entries it has."""
    n, squares = 0, 0.0
    for term in touched:
        if counts[term] == 0:
            continue
        weight = idf[term]
        if counts[term] > 1:
            weight *= 1.0 + np.log(counts[term])
        indices[n], weights[n] = term, weight
        squares += weight * weight
        counts[term] = 0
        n += 1
    length = np.sqrt(squares)
    for k in range(n):
        weights[k] /= length
    return n


Rows = tuple[np.ndarray, np.ndarray]
"""Indices and weights of sparse rows, one after the other."""


def _weigh(held: tuple[Any, ...], words: int) -> tuple[np.ndarray, Rows, Rows]:
    """What :func:`_remainders` tells of all articles, and both kinds of rows.

    ``held`` are its arguments from ``terms`` to ``idf``, ``words`` all tokens of texts and titles.
    """
    offsets, title_offsets = held[2], held[5]
    rows = offsets.size - 1
    told = np.zeros((6, rows), np.int64)

    def room(tokens: int) -> Rows:
        return np.empty(tokens, np.int32), np.empty(tokens, np.float64)

    def work(first: int, last: int) -> list[Rows]:
        most = int(offsets[last] - offsets[first] + title_offsets[last] - title_offsets[first])
        both = [room(most), room(most)]
        sizes = _remainders(first, last, *held, told, *both)  # type: ignore[call-arg]  # a kernel has no signature
        return [(indices[:n], weights[:n]) for (indices, weights), n in zip(both, sizes, strict=True)]

    joined, filled = [room(words), room(words)], [0, 0]
    for some in in_order(work, rows, _BLOCK_ROWS):
        for k, (indices, weights) in enumerate(some):
            low, high = filled[k], filled[k] + indices.size
            joined[k][0][low:high], joined[k][1][low:high] = indices, weights
            filled[k] = high
    anywhere, at_home = ((indices[:n], weights[:n]) for (indices, weights), n in zip(joined, filled, strict=True))
    return told, anywhere, at_home


@njit(cache=True, nogil=True)
def per_article(marked, offsets):  # noqa: ANN001, ANN201
    """Int64 an article: how many of its tokens are marked (bool a token)."""
    counted = np.zeros(offsets.size - 1, np.int64)
    for row in range(counted.size):
        for t in range(offsets[row], offsets[row + 1]):
            counted[row] += marked[t]
    return counted


def remainders(articles: pa.Table, tokens: pa.Table, languages: pa.Table, known: np.ndarray,
               repeats: Repeats) -> tuple[Remainders, Remainders]:
    """What is left of each article outside everything repeated anywhere, and outside everything its own outlet repeats.

    Parameters
    ----------
    articles, tokens, languages
        ARTICLES, TOKENS and LANGUAGES of the window.
    known
        bool a token: already labelled boilerplate by a rule, so no part of a remainder.
    repeats
        Posting sets over the same tokens.
    """
    hashes, offsets = flat(tokens["hashes"])
    long = _long(flat(tokens["starts"])[0], flat(tokens["ends"])[0])
    titles = tokenise(articles["title"])
    title_hashes, title_offsets = flat(titles["hashes"])
    title_long = _long(flat(titles["starts"])[0], flat(titles["ends"])[0])

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
    own, says = per_article(~known, offsets), per_article(~known & long & content[terms], offsets)
    out = (known, repeats.repeated, repeats.repeated_at_home)
    told, *both = _weigh((terms, long, offsets, title_terms, title_long, title_offsets, out, idf), words)
    found = []
    for (size, heard, entries), (indices, weights), share in zip((told[:3], told[3:]), both, (MIN_REMAINDER_SHARE, 0.0),
                                                                 strict=True):
        usable = (size + np.diff(title_offsets) >= MIN_REMAINDER_TOKENS) & (entries > 0)
        usable &= size + np.diff(title_offsets) >= share * np.maximum(own, 1)
        # the words of a wire that fills the window weigh nothing: what is left then speaks for the furniture alone
        enough = usable & (heard >= MIN_REMAINDER_SHARE * np.maximum(says, 1))
        found.append(Remainders(np.concatenate([[0], np.cumsum(entries)]), indices, weights, usable, enough, first.size))
    return found[0], found[1]
