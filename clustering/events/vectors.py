"""One TF-IDF vector for each duplicate group, from the tokens that copies and passages read too.

    tf     = body + title_weight x title + lead_weight x first lead_tokens of the body
    weight = (1 + ln tf) x idf x (capital_weight for words that stand capitalised inside sentences)

over words and phrases of two words that are both terms themselves, divided by the L2 norm: scikit-learn's
``sublinear_tf`` definition with the idf of :mod:`clustering.events.idf`. Weights are multiples of 2^-24, so that
products and sums of them are exact in float64 and a cosine does
not depend on the order of summation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numba import njit

from clustering.config import EventsSettings
from clustering.events.dating import Dating, date_texts
from clustering.events.idf import Background, blended_idf, general_idf, guess_shares
from clustering.events.terms import BODY, SKIP, TITLE, Counts, Stream, count_terms
from clustering.events.titles import Span, clean_titles
from clustering.events.volume import fit
from clustering.tables import flat
from clustering.text import Numbers, find_numbers
from clustering.text.tokens import NOT_BODY, ZONE_BITS

GRAIN = 2.0 ** 24
"""Weights are multiples of 1 / GRAIN."""
CAPITAL_SHARE = 0.7
"""A word that has a capital in more than this share of its places inside sentences is a name."""

Weigh = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Makes the weight of each entry from terms, occurrences, entries a text and idf: see :func:`_weigh`."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """TF-IDF vectors of the duplicate groups.

    ``rows`` int32[m], ascending: the article each vector was made from, its group's representative; ``dating``: when
    each was published, and the days it names. CSR: ``indptr`` int64[m + 1], ``indices`` int32[nnz], ascending in a row, ``data``
    float64[nnz], rows of norm 1 or empty; ``topics`` float64[nnz], the same for stories: names and numbers only, weighed by
    what is rare in general news. ``starts`` and ``ends`` int32[nnz]: one place of the term in that article's text, or, with
    ``~start``, in its title; ``opening`` bool[nnz]: whether the term stands in title or lead. For each term: ``keys`` uint64,
    ``phrase`` bool (two words).
    ``headlines``: span of the cleaned title of every article. ``sentences`` float64[m, dimensions]: sentence embeddings of norm
    1, when the run has a model. ``numbers``: what tells issues of one template apart; without it none are.
    """

    rows: np.ndarray
    dating: Dating
    indptr: np.ndarray
    indices: np.ndarray
    data: np.ndarray
    topics: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    opening: np.ndarray
    keys: np.ndarray
    phrase: np.ndarray
    headlines: list[Span]
    sentences: np.ndarray | None = None
    numbers: Numbers | None = None

    def matrix(self) -> sp.csr_matrix:
        """The vectors as a SciPy matrix, m x terms."""
        return sp.csr_matrix((self.data, self.indices, self.indptr), shape=(self.rows.size, self.keys.size))

    def topic_matrix(self) -> sp.csr_matrix:
        """The story vectors as a SciPy matrix, m x terms."""
        return sp.csr_matrix((self.topics, self.indices, self.indptr), shape=(self.rows.size, self.keys.size))

    def of_articles(self, groups: pa.Table) -> np.ndarray:
        """For every article the number of its group's vector, int32."""
        found: np.ndarray = np.searchsorted(self.rows, groups["group"].to_numpy()).astype(np.int32)
        return found


def _parts(tokens: pa.Table, title_tokens: pa.Table, headlines: list[Span]) -> tuple[Stream, Stream]:
    """What each token is: cleaned title, else the headline zone of the text; body; or nothing."""
    def stream(tokens: pa.Table, parts: np.ndarray) -> Stream:
        columns = ("hashes", "starts", "ends", "flags")
        (hashes, offsets), (starts, _), (ends, _), (flags, _) = (flat(tokens[c]) for c in columns)
        return Stream(hashes, starts, ends, flags, parts, offsets)

    starts, offsets = flat(title_tokens["starts"])
    lengths = np.diff(offsets)
    spans = np.array(headlines, np.int64).reshape(-1, 2)
    inside = (starts >= np.repeat(spans[:, 0], lengths)) & (starts < np.repeat(spans[:, 1], lengths))
    title = stream(title_tokens, np.where(inside, TITLE, SKIP).astype(np.uint8))

    zones, offsets = flat(tokens["zones"])
    untitled = np.repeat(spans[:, 1] == 0, np.diff(offsets))
    headline = untitled & (zones & NOT_BODY == ZONE_BITS["headline"])
    parts = np.where(zones & NOT_BODY == 0, BODY, np.where(headline, TITLE, SKIP))
    return stream(tokens, parts.astype(np.uint8)), title


def _idf(counts: Counts, of_language: np.ndarray, articles: int, background: Background, language: str, named: np.ndarray,
         settings: EventsSettings) -> tuple[np.ndarray, np.ndarray]:
    """The idf of every term in one language of the window, for events and for stories.

    ``of_language`` (bool[nnz]) are the entries of its texts, ``articles`` how many texts these are.
    """
    terms = counts.terms[of_language]
    df = np.bincount(terms, minlength=counts.keys.size)
    if language in background.languages:
        shares, listed = background.languages[language].look_up(counts.keys, counts.phrase)
    else:
        occurrences = np.bincount(terms, counts.weights[of_language], minlength=counts.keys.size)
        shares = guess_shares(occurrences, int(occurrences[~counts.phrase].sum()), named)
        listed = ~counts.phrase
    listed = listed | (named & ~counts.number)  # a new name is worth knowing, a misspelling is not
    idf = blended_idf(df, articles, shares, listed, settings.background_share)
    idf = np.where(counts.phrase & ((idf[counts.first] == 0) | (idf[counts.second] == 0)), 0.0, idf)
    idf = np.where(named & ~counts.number, settings.capital_weight * idf, idf)
    return idf, np.where(named, general_idf(df, shares, listed), 0.0)


def vectorise(articles: pa.Table, tokens: pa.Table, title_tokens: pa.Table, languages: pa.Table, dates: pa.Table,
              groups: pa.Table, background: Background, settings: EventsSettings, kernels: str = "fast",
              sentences: np.ndarray | None = None, numbers: Numbers | None = None) -> Vectors:
    """The vector of each duplicate group.

    Parameters
    ----------
    articles, tokens, title_tokens, languages, dates, groups
        ARTICLES, TOKENS with zones marked, TOKENS of the titles, LANGUAGES, DATES, GROUPS.
    background
        Document shares of general news; other languages use the window's own counts.
    settings
        Weights of title, lead and names, and the background's share; as given, not fitted to the volume yet.
    kernels
        ``reference`` has scikit-learn's ``TfidfVectorizer`` make the vectors.
    sentences
        Sentence embeddings of the articles, float32[articles, dimensions], rows of norm 1 or 0.
    numbers
        Those of all articles, read off the tokens when not given.
    """
    rows = np.unique(groups["group"].to_numpy()).astype(np.int32)
    dating = date_texts(articles, dates, groups)
    settings = fit(dating, settings)  # in a feed the news stands in title and lead
    headlines = clean_titles(articles)
    text, title = _parts(tokens, title_tokens, headlines)
    counts = count_terms(rows, text, title, title_weight=settings.title_weight, lead_weight=settings.lead_weight,
                         lead_tokens=settings.lead_tokens, bigrams=settings.bigrams)
    named = ((counts.capitals > CAPITAL_SHARE * counts.middle) & (counts.middle > 0)) | counts.number

    spoken = np.array(languages["lang"].to_pylist(), object)[rows] if rows.size else np.empty(0, object)
    sizes = np.diff(counts.indptr)
    weights, topics = np.zeros(counts.terms.size), np.zeros(counts.terms.size)
    for language in sorted(set(spoken.tolist())):
        texts = spoken == language
        entries = np.repeat(texts, sizes)
        idf, topic_idf = _idf(counts, entries, int(texts.sum()), background, language, named, settings)
        make = _reference() if kernels == "reference" else _weigh
        weights[entries] = make(counts.terms[entries], counts.weights[entries], sizes[texts], idf)
        topics[entries] = make(counts.terms[entries], counts.weights[entries], sizes[texts], topic_idf)
    weights, topics = np.round(weights * GRAIN) / GRAIN, np.round(topics * GRAIN) / GRAIN
    made = replace(_vectors(rows, dating, counts, weights, topics, headlines),
                   numbers=(numbers or find_numbers(tokens, title_tokens)).of(rows))
    return made if sentences is None else replace(made, sentences=sentences[rows].astype(np.float64))


def _reference() -> Weigh:
    from clustering.events import reference  # noqa: PLC0415 - scikit-learn takes half a second; only runs that use it pay

    return reference.weigh


def _weigh(terms: np.ndarray, occurrences: np.ndarray, sizes: np.ndarray, idf: np.ndarray) -> np.ndarray:
    """(1 + ln tf) x idf over the L2 norm of each text; ``sizes`` are the entries a text."""
    damped = 1 + np.log(np.maximum(np.arange(int(occurrences.max(initial=0)) + 1), 1))
    weights = np.empty(terms.size)
    _scale(terms, occurrences, np.r_[0, np.cumsum(sizes)], idf, damped, weights)
    return weights


@njit(cache=True, nogil=True)
def _scale(terms, occurrences, indptr, idf, damped, weights):  # noqa: ANN001, ANN202
    """Weigh text after text and divide by its norm; ``damped`` is the weight of so many occurrences."""
    for d in range(indptr.size - 1):
        total = 0.0
        for p in range(indptr[d], indptr[d + 1]):
            weights[p] = damped[occurrences[p]] * idf[terms[p]]
            total += weights[p] * weights[p]
        norm = np.sqrt(total) if total > 0.0 else 1.0
        for p in range(indptr[d], indptr[d + 1]):
            weights[p] /= norm


def _vectors(rows: np.ndarray, dating: Dating, counts: Counts, weights: np.ndarray, topics: np.ndarray,
             headlines: list[Span]) -> Vectors:
    """Entries without weight and unused terms dropped, terms ascending in each row."""
    entries = np.flatnonzero((weights > 0) | (topics > 0))
    terms = counts.terms[entries]
    mentioned = np.bincount(terms, minlength=counts.keys.size) > 0
    used, terms = np.flatnonzero(mentioned), (np.cumsum(mentioned) - 1)[terms]
    indptr = np.searchsorted(entries, counts.indptr)
    # the place of each entry travels through the sort as the value of a matrix
    order = sp.csr_matrix((entries + 1, terms, indptr), shape=(rows.size, used.size)).tocsc().tocsr()
    entries = order.data - 1
    return Vectors(
        rows=rows, dating=dating, indptr=indptr.astype(np.int64), indices=order.indices.astype(np.int32), data=weights[entries],
        topics=topics[entries], starts=counts.starts[entries], ends=counts.ends[entries], opening=counts.opening[entries],
        keys=counts.keys[used], phrase=counts.phrase[used], headlines=headlines,
    )
