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
from clustering.events.rows import ordered
from clustering.events.terms import BODY, SKIP, TITLE, Counts, Stream, count_terms
from clustering.events.titles import Span, clean_titles
from clustering.events.volume import fit
from clustering.shelf import Shelf
from clustering.tables import flat
from clustering.text import Numbers, find_numbers
from clustering.text.tokens import NOT_BODY, ZONE_BITS
from clustering.threads import spread

GRAIN = 2.0 ** 24
"""Weights are multiples of 1 / GRAIN."""
CAPITAL_SHARE = 0.7
"""A word that has a capital in more than this share of its places inside sentences is a name."""
HEADLINE = ZONE_BITS["headline"]

Weigh = Callable[[Counts, np.ndarray, np.ndarray, np.ndarray], None]
"""Fills in the weights of the entries of some texts by the idf of their language: see :func:`_weigh`."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """TF-IDF vectors of the duplicate groups.

    ``rows`` int32[m], ascending: the article each vector was made from, its group's representative; ``dating``: when
    each was published, and the days it names. CSR: ``indptr`` int64[m + 1], ``indices`` int32[nnz], ascending in a row, ``data``
    float64[nnz], rows of norm 1 or empty; ``topics`` float32[nnz], the same for
    stories: names and numbers only, weighed by what is rare in general news, 0 for all other terms.
    ``starts`` and ``ends`` int32[nnz]: one place of the term in that article's text, or, with ``~start``, in its title;
    ``opening`` bool[nnz]: whether it stands in title or lead. For each term: ``keys`` uint64, ``phrase`` bool (two words).
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
        named = np.flatnonzero(self.topics)
        indptr = np.searchsorted(named, self.indptr)
        return sp.csr_matrix((self.topics[named].astype(np.float64), self.indices[named], indptr),
                             shape=(self.rows.size, self.keys.size))

    def on(self, shelf: Shelf) -> Vectors:
        """The same vectors, what there is of each entry put on a shelf."""
        indices, data, topics, starts, ends, opening = shelf.arrays(
            self.indices, self.data, self.topics, self.starts, self.ends, self.opening)
        return replace(self, indices=indices, data=data, topics=topics, starts=starts, ends=ends, opening=opening)

    def of_articles(self, groups: pa.Table) -> np.ndarray:
        """For every article the number of its group's vector, int32."""
        found: np.ndarray = np.searchsorted(self.rows, groups["group"].to_numpy()).astype(np.int32)
        return found


@njit(cache=True, nogil=True)
def _part_text(zones, offsets, untitled, parts):  # noqa: ANN001, ANN202
    """What each token of the texts is; a headline inside the text is the title of a text without one."""
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            zone = zones[i] & NOT_BODY
            if zone == 0:
                parts[i] = BODY
            else:
                parts[i] = TITLE if untitled[row] and zone == HEADLINE else SKIP


@njit(cache=True, nogil=True)
def _part_titles(starts, offsets, spans, parts):  # noqa: ANN001, ANN202
    """What each token of the titles is: only what cleaning left of them counts."""
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            parts[i] = TITLE if spans[row, 0] <= starts[i] < spans[row, 1] else SKIP


def _parts(tokens: pa.Table, title_tokens: pa.Table, headlines: list[Span]) -> tuple[Stream, Stream]:
    """What each token is: cleaned title, else the headline zone of the text; body; or nothing."""
    def stream(tokens: pa.Table) -> Stream:
        columns = ("hashes", "starts", "ends", "flags")
        (hashes, offsets), (starts, _), (ends, _), (flags, _) = (flat(tokens[c]) for c in columns)
        return Stream(hashes, starts, ends, flags, np.empty(hashes.size, np.uint8), offsets)

    text, title = stream(tokens), stream(title_tokens)
    spans = np.array(headlines, np.int64).reshape(-1, 2)
    _part_text(flat(tokens["zones"])[0], text.offsets, spans[:, 1] == 0, text.parts)
    _part_titles(title.starts, title.offsets, spans, title.parts)
    return text, title


@njit(cache=True, nogil=True)
def _add_up(texts, indptr, terms, weights, df, occurrences):  # noqa: ANN001, ANN202
    """Texts and weighted occurrences of each term in some texts."""
    for text in texts:
        for p in range(indptr[text], indptr[text + 1]):
            df[terms[p]] += 1
            occurrences[terms[p]] += weights[p]


def _idf(counts: Counts, texts: np.ndarray, background: Background, language: str, named: np.ndarray,
         settings: EventsSettings) -> tuple[np.ndarray, np.ndarray]:
    """The idf of every term in one language of the window, for events and for stories; ``texts`` (int64) are of it."""
    df, occurrences = np.zeros(counts.keys.size, np.int64), np.zeros(counts.keys.size, np.int64)
    _add_up(texts, counts.indptr, counts.terms, counts.weights, df, occurrences)
    if language in background.languages:
        shares, listed = background.languages[language].look_up(counts.keys, counts.phrase)
    else:
        shares = guess_shares(occurrences, int(occurrences[~counts.phrase].sum()), named)
        listed = ~counts.phrase
    listed = listed | (named & ~counts.number)  # a new name is worth knowing, a misspelling is not
    idf = blended_idf(df, texts.size, shares, listed, settings.background_share)
    idf = np.where(counts.phrase & ((idf[counts.first] == 0) | (idf[counts.second] == 0)), 0.0, idf)
    idf = np.where(named & ~counts.number, settings.capital_weight * idf, idf)
    return idf, np.where(named, general_idf(df, shares, listed), 0.0)


@njit(cache=True, nogil=True)
def _find_weighing(texts, indptr, terms, weighs, kept, sizes):  # noqa: ANN001, ANN202
    """Which entries of some texts are of terms that weigh anything (bool a term), and how many, one place further on."""
    for text in texts:
        for p in range(indptr[text], indptr[text + 1]):
            kept[p] = weighs[terms[p]]
            sizes[text + 1] += kept[p]


def _wanted_once(background: Background, settings: EventsSettings) -> np.ndarray | None:
    """Keys (uint64) among which are all phrases that have an idf when they stand in one text only; None: any may have."""
    if settings.background_share == 0:
        return None
    return np.concatenate([np.zeros(0, np.uint64), *(shares.keys for shares in background.languages.values())])


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
                         lead_tokens=settings.lead_tokens, bigrams=settings.bigrams, always=_wanted_once(background, settings))
    del text, title
    named = ((counts.capitals > CAPITAL_SHARE * counts.middle) & (counts.middle > 0)) | counts.number

    spoken = languages["lang"].take(pa.array(rows)).to_numpy(zero_copy_only=False)
    idfs, kept, sizes = [], np.zeros(counts.terms.size, np.bool_), np.zeros(rows.size + 1, np.int64)
    for language in sorted(set(spoken.tolist())):
        texts = np.flatnonzero(spoken == language)
        idf, topic_idf = _idf(counts, texts, background, language, named, settings)
        _find_weighing(texts, counts.indptr, counts.terms, (idf > 0) | (topic_idf > 0), kept, sizes)
        idfs.append((texts, idf, topic_idf))

    # half of the entries weigh nothing; they, and unused terms, are dropped, and every array as soon as it has been read
    counts = replace(counts, indptr=np.cumsum(sizes))
    for name in ("terms", "weights", "starts", "ends", "opening"):
        counts = replace(counts, **{name: getattr(counts, name)[kept]})
    weights, topics = (np.zeros(counts.terms.size, np.float32) for _ in range(2))  # it holds every multiple of 1 / GRAIN up to 1
    weigh = _reference() if kernels == "reference" else _weigh
    for texts, idf, topic_idf in idfs:
        weigh(counts, texts, idf, weights)
        weigh(counts, texts, topic_idf, topics)
    kept, mentioned = np.empty(counts.terms.size, np.bool_), np.zeros(counts.keys.size, np.bool_)
    _mention(counts.terms, weights, topics, kept, mentioned)
    number = (np.cumsum(mentioned) - 1).astype(np.int32)
    counts = replace(counts, weights=np.zeros(0, np.int32))
    indptr, indices, entries = ordered(counts.indptr, counts.terms, kept, number, int(mentioned.sum()))
    counts = replace(counts, terms=np.zeros(0, np.int32))
    data, topics = weights[entries].astype(np.float64), topics[entries]
    del weights, kept
    return Vectors(
        rows=rows, dating=dating, indptr=indptr, indices=indices, data=data, topics=topics, starts=counts.starts[entries],
        ends=counts.ends[entries], opening=counts.opening[entries], keys=counts.keys[mentioned],
        phrase=counts.phrase[mentioned], headlines=headlines,
        sentences=None if sentences is None else sentences[rows].astype(np.float64),
        numbers=(numbers or find_numbers(tokens, title_tokens)).of(rows),
    )


def _reference() -> Weigh:
    from clustering.events import reference  # noqa: PLC0415 - scikit-learn takes half a second; only runs that use it pay

    def weigh(counts: Counts, texts: np.ndarray, idf: np.ndarray, weights: np.ndarray) -> None:
        sizes = np.diff(counts.indptr)
        entries = np.repeat(np.isin(np.arange(sizes.size), texts), sizes)
        found = reference.weigh(counts.terms[entries], counts.weights[entries], sizes[texts], idf)
        weights[entries] = np.round(found * GRAIN) / GRAIN

    return weigh


def _weigh(counts: Counts, texts: np.ndarray, idf: np.ndarray, weights: np.ndarray) -> None:
    """(1 + ln tf) x idf over the L2 norm of each of ``texts`` (int64), quantised, into ``weights`` (float, one an entry)."""
    damped = 1 + np.log(np.maximum(np.arange(int(counts.weights.max(initial=0)) + 1), 1))

    def scale(first: int, last: int) -> None:
        _scale(texts[first:last], counts.indptr, counts.terms, counts.weights, idf, damped, weights)

    spread(scale, texts.size)


@njit(cache=True, nogil=True)
def _scale(texts, indptr, terms, occurrences, idf, damped, weights):  # noqa: ANN001, ANN202
    """Weigh text after text and divide by its norm; ``damped`` is the weight of so many occurrences."""
    for d in texts:
        total = 0.0
        for p in range(indptr[d], indptr[d + 1]):
            weight = damped[occurrences[p]] * idf[terms[p]]
            total += weight * weight
        norm = np.sqrt(total) if total > 0.0 else 1.0
        for p in range(indptr[d], indptr[d + 1]):
            weights[p] = np.rint(damped[occurrences[p]] * idf[terms[p]] / norm * GRAIN) / GRAIN


@njit(cache=True, nogil=True)
def _mention(terms, weights, topics, kept, mentioned):  # noqa: ANN001, ANN202
    """Which entries have any weight, and which terms have such an entry."""
    for p in range(terms.size):
        kept[p] = weights[p] > 0 or topics[p] > 0
        if kept[p]:
            mentioned[terms[p]] = True
