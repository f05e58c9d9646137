"""What is left of articles outside the words they repeat: weighed, as one sparse unit row an article.

Weights are (1 + ln tf) idf with idf = ln((n + 200) / (df + 1)) over whole articles, for each language by itself (beside a
thousand English articles all that ten German ones say would be rare, and their furniture would look like a common subject);
function words and terms with idf <= 1 are left out. The 200 unseen articles keep the words that two articles of a window of
two share from weighing nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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
    first, last, terms, long, offsets, title_terms, title_long, title_offsets, out, idf, sizes, heard, indices, weights,  # noqa: ANN001
):
    """Unit rows of (1 + ln tf) idf over the tokens that are not ``out``, and the titles, of the articles [first, last).

    ``long`` bool a token: two characters or more. Fills ``sizes`` and ``heard`` (int64, zeros, one an article of all: entries,
    and weighing tokens of its text), ``indices`` and ``weights`` (room for every token); returns how many entries.
    """
    counts = np.zeros(idf.size, np.int32)
    room = 0
    for row in range(first, last):
        room = max(room, offsets[row + 1] - offsets[row] + title_offsets[row + 1] - title_offsets[row])
    touched = np.empty(room, np.int32)
    n = 0
    for row in range(first, last):
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
            weight = idf[touched[k]]
            if counts[touched[k]] > 1:
                weight *= 1.0 + np.log(counts[touched[k]])
            indices[n + k], weights[n + k] = touched[k], weight
            squares += weight * weight
            counts[touched[k]] = 0
        length = np.sqrt(squares)
        for k in range(n, n + met):
            weights[k] /= length
        n += met
        sizes[row] = met
    return n


def _weigh(held: tuple[np.ndarray, ...], words: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What :func:`_remainders` says of all articles: ``heard``, and ``indptr`` (int64), indices and weights of the rows.

    ``held`` are its arguments from ``terms`` to ``idf``, ``words`` all tokens of texts and titles.
    """
    offsets, title_offsets = held[2], held[5]
    rows = offsets.size - 1
    sizes, heard = np.zeros(rows, np.int64), np.zeros(rows, np.int64)

    def work(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        room = int(offsets[last] - offsets[first] + title_offsets[last] - title_offsets[first])
        indices, weights = np.empty(room, np.int32), np.empty(room, np.float64)
        n = _remainders(first, last, *held, sizes, heard, indices, weights)  # type: ignore[call-arg]  # a kernel has no signature
        return indices[:n], weights[:n]

    indices, weights, filled = np.empty(words, np.int32), np.empty(words, np.float64), 0
    for some, their in in_order(work, rows, _BLOCK_ROWS):
        indices[filled : filled + some.size], weights[filled : filled + some.size] = some, their
        filled += some.size
    return heard, np.concatenate([[0], np.cumsum(sizes)]), indices[:filled], weights[:filled]


@njit(cache=True, nogil=True)
def per_article(marked, offsets):  # noqa: ANN001, ANN201
    """Int64 an article: how many of its tokens are marked (bool a token)."""
    counted = np.zeros(offsets.size - 1, np.int64)
    for row in range(counted.size):
        for t in range(offsets[row], offsets[row + 1]):
            counted[row] += marked[t]
    return counted


def remainders(articles: pa.Table, tokens: pa.Table, languages: pa.Table, known: np.ndarray,
               repeats: Repeats) -> Iterator[Remainders]:
    """What is left of each article outside everything repeated anywhere, then outside everything its own outlet repeats.

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
    for repeated, share in ((repeats.repeated, MIN_REMAINDER_SHARE), (repeats.repeated_at_home, 0.0)):
        out = repeated | known
        size = per_article(~out, offsets) + np.diff(title_offsets)
        held = (terms, long, offsets, title_terms, title_long, title_offsets, out, idf)
        heard, indptr, indices, weights = _weigh(held, words)
        usable = (size >= MIN_REMAINDER_TOKENS) & (np.diff(indptr) > 0) & (size >= share * np.maximum(own, 1))
        # the words of a wire that fills the window weigh nothing: what is left then speaks for the furniture alone
        enough = usable & (heard >= MIN_REMAINDER_SHARE * np.maximum(says, 1))
        yield Remainders(indptr, indices, weights, usable, enough, first.size)
        del indices, weights
