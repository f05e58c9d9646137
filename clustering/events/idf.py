"""How much a term tells: an inverse document frequency that means the same in five articles and in five hundred thousand.

The share of articles a term is in is blended from two sources: what general news says (a background table) and what this
window says. A window of five articles about one country cannot know that its name is rare elsewhere; a table of older
news cannot know that a name is everywhere this week. With ``b = background_share``

    p = (1 - s) df / n + s p_background        s = 1 - (1 - b) n^2 / (n^2 + FEW)
    idf = ln 1/p                               terms with idf <= 1 are stop words

where the last factor of s matters to a handful of articles only: in a window of two, what both say would otherwise be
in "half of all articles" and count for nothing.

A language without a table gets its background guessed from the window itself (:func:`guess_shares`). With
``background_share = 0`` the formula is scikit-learn's, ``ln((1 + n) / (1 + df)) + 1``, and nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

FEW = 4
"""The square of the number of articles at which a window has half of the say it can have at most."""
STOP_IDF = 1.0
"""A term in more than 1/e of all articles is a stop word."""
UNSEEN = 0.7
"""Articles of the background an unseen term counts as being in."""
GUESS_TOKENS = 100
"""Length of the imaginary article that turns a token's rate into a document share."""
GUESS_UNSEEN = 0.7 / 20_000
"""Floor of a guessed share: what a table of ordinary size would say of an unseen term."""


@dataclass(frozen=True, eq=False)
class DocumentShares:
    """In which share of the articles of general news a term occurs, one language.

    ``keys`` (uint64, sorted, unique) are token hashes and phrase keys; ``shares`` (float64) stand beside them.
    ``unseen_word`` and ``unseen_phrase`` are the shares of what is not listed.
    """

    keys: np.ndarray
    shares: np.ndarray
    unseen_word: float
    unseen_phrase: float

    def look_up(self, keys: np.ndarray, phrase: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The share of each term (float64) and whether the table lists it (bool)."""
        shares = np.where(phrase, self.unseen_phrase, self.unseen_word)
        if not self.keys.size:
            return shares, np.zeros(keys.size, np.bool_)
        place = np.minimum(np.searchsorted(self.keys, keys), self.keys.size - 1)
        listed = self.keys[place] == keys
        return np.where(listed, self.shares[place], shares), listed


@dataclass(frozen=True, eq=False)
class Background:
    """Document shares of general news by ISO 639-1 language code; an empty one is allowed."""

    languages: Mapping[str, DocumentShares] = field(default_factory=dict)


def plain_idf(df: np.ndarray, articles: int) -> np.ndarray:
    """scikit-learn's smoothed idf: ``ln((1 + n) / (1 + df)) + 1``."""
    return np.log((1 + articles) / (1 + df)) + 1


def guess_shares(occurrences: np.ndarray, tokens: int, telling: np.ndarray) -> np.ndarray:
    """Document shares guessed from rates, for a language without a table.

    A word that makes up the share r of all running words is in an article of 100 words with probability
    ``1 - exp(-100 r)``. Names and numbers (``telling``, bool) are often frequent in a small window only because it is
    about them: they keep the floor.
    """
    guess = -np.expm1(-GUESS_TOKENS * occurrences / max(tokens, 1))
    return np.where(telling, GUESS_UNSEEN, np.maximum(guess, GUESS_UNSEEN))


def general_idf(df: np.ndarray, shares: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """The idf of each term in general news, whatever the window is about; 0 for a term that is left out.

    ``df``, ``shares``, ``listed`` as in :func:`blended_idf`.
    """
    idf = -np.log(np.minimum(shares, 1.0))
    return np.where((idf > STOP_IDF) & ((df >= 2) | ((df > 0) & listed)), idf, 0.0)


def blended_idf(df: np.ndarray, articles: int, shares: np.ndarray, listed: np.ndarray, background_share: float) -> np.ndarray:
    """The idf of each term in this window; 0 for a term that is left out.

    Parameters
    ----------
    df
        Texts of the window (one a duplicate group) with the term, int.
    articles
        Texts of the window in this language.
    shares, listed
        The background's shares, float64, and whether the term is known (listed, or a name), bool. What is in one text
        only and not known is left out.
    background_share
        The background's say in a large window, 0 to 1.
    """
    if background_share == 0:
        return np.where(df > 0, plain_idf(df, articles), 0.0)
    window = (1 - background_share) * articles**2 / (articles**2 + FEW)
    p = window * df / max(articles, 1) + (1 - window) * shares
    idf = -np.log(np.minimum(p, 1.0))
    return np.where((idf > STOP_IDF) & (df > 0) & ((df >= 2) | listed), idf, 0.0)
