"""What speaks for two texts being one happening, in one number.

    cosine x time x openings x (same_outlet_weight, for one outlet's texts of different days; same_day_outlet_weight for those of
    one day) + what shared words add

*Time*: see :mod:`clustering.events.dating`; *openings*, in a feed: see :mod:`clustering.events.openings`. *One outlet on
different days*: much of what such texts share is how this outlet writes about such things; on local news most false pairs are of
this kind. An outlet tells of most things once, so where a date is missing two of its texts are taken to be far apart: in all,
time leaves ``time_floor`` of them. *One outlet on one day*: a feed that brings two texts on one affair tells two sides of it (of
12 such alike pairs read in a German feed one told one happening). *Shared words*: independent reports of one happening quote the
same speaker (on independently written coverage 93 % of all long shared runs are quotes, and hardly any crosses events), so
passages of kind copy and quote are evidence of their own. *Meaning*, when the user supplies a model of sentence embeddings: its
cosine (0 when negative) makes up ``semantic_weight`` of the cosine. *Templates*: issues of one template on different days
(:mod:`clustering.text.templates`) tell different happenings however alike they are: they weigh nothing.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from clustering.config import EventsSettings
from clustering.events.dating import time_kernel, time_weights
from clustering.events.doubts import outlets_of
from clustering.events.openings import Openings
from clustering.events.vectors import Vectors
from clustering.text import template_changes

BLOCK = 65_536
"""Pairs whose sentence embeddings are multiplied at a time."""


class PairWeights:
    """Weighs any pair of vectors.

    Parameters
    ----------
    articles, vectors, settings
        ARTICLES, for their outlets; the vectors with their dating; the constants.
    left, right, tokens
        Pairs of vectors that share copy or quote passages (int64), and how many tokens (int32).
    """

    def __init__(self, articles: pa.Table, vectors: Vectors, left: np.ndarray, right: np.ndarray, tokens: np.ndarray,
                 settings: EventsSettings) -> None:
        self._outlets = outlets_of(articles, vectors.rows)
        self._dating, self._sentences, self._settings = vectors.dating, vectors.sentences, settings
        self._numbers, self._sure_days = vectors.numbers, np.where(vectors.dating.sure, vectors.dating.days, np.nan)
        self._openings = Openings(vectors) if settings.opening_share else None
        self._m = max(vectors.rows.size, 1)
        sharing = np.flatnonzero(tokens > 0)
        pairs = np.minimum(left, right)[sharing].astype(np.int64) * self._m + np.maximum(left, right)[sharing]
        order = np.argsort(pairs, kind="stable")
        self._pairs, self._tokens = pairs[order], tokens[sharing][order]

    def weigh(self, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """The weight of each pair of vectors, float64, quantised to 1e-6."""
        return self.put_together(left, right, cosines, self.times(left, right), self.openings(left, right),
                                 self.changed_numbers(left, right))

    def put_together(self, left: np.ndarray, right: np.ndarray, cosines: np.ndarray, times: np.ndarray, openings: np.ndarray,
                     changed_numbers: np.ndarray) -> np.ndarray:
        """The weight of each pair from what :meth:`times`, :meth:`openings` and :meth:`changed_numbers` say of it."""
        dating, settings = self._dating, self._settings
        weights = np.round(self._fused(left, right, cosines), 6) * times * openings
        gap = np.abs(dating.days[left] - dating.days[right])  # NaN when a date is missing
        floor, _, unknown, _ = time_kernel(settings)
        of_one = np.where(gap < 1.0, settings.same_day_outlet_weight, settings.same_outlet_weight)
        of_one = np.where(np.isnan(gap), of_one * min(1.0, floor / max(unknown, 1e-9)), of_one)
        weights = np.where(self._outlets[left] == self._outlets[right], of_one * weights, weights)
        shared = np.minimum(1.0, self._shared_tokens(left, right) / settings.passage_tokens)
        found: np.ndarray = np.round(weights + settings.passage_weight * shared, 6)
        return np.where(changed_numbers > 0, 0.0, found)

    def changed_numbers(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How many numbers changed between the issues of one template, int32 a pair; 0 for pairs that are none."""
        if self._numbers is None:
            return np.zeros(left.size, np.int32)
        return template_changes(self._numbers, self._sure_days, self._outlets, left, right)

    def _fused(self, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """The cosines with those of the sentence embeddings mixed in, where the run has them."""
        sentences, share = self._sentences, self._settings.semantic_weight
        if sentences is None:
            return cosines
        meaning = np.concatenate([np.einsum("ij,ij->i", sentences[left[i : i + BLOCK]], sentences[right[i : i + BLOCK]])
                                  for i in range(0, left.size, BLOCK)] or [np.zeros(0)])
        found: np.ndarray = (1 - share) * cosines + share * np.maximum(meaning, 0.0)
        return found

    def times(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The time weight of each pair, float64."""
        found: np.ndarray = time_weights(left, right, self._dating.arrays(), time_kernel(self._settings))
        return found

    def openings(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """What the openings of each pair leave of its weight, float64, quantised to 1e-6."""
        if self._openings is None:
            return np.ones(left.size)
        alike = np.minimum(1.0, self._openings.cosines(left, right) / max(self._settings.opening_cosine, 1e-6))
        found: np.ndarray = np.round(1.0 - self._settings.opening_share * (1.0 - alike), 6)
        return found

    def _shared_tokens(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        if not self._pairs.size:
            return np.zeros(left.size)
        pairs = np.minimum(left, right).astype(np.int64) * self._m + np.maximum(left, right)
        place = np.minimum(np.searchsorted(self._pairs, pairs), self._pairs.size - 1)
        return np.where(self._pairs[place] == pairs, self._tokens[place], 0).astype(np.float64)
