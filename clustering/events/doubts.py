"""A date that a text's company denies.

Many dates in the wild are wrong, by months. A doubted date counts like one that the outlet repeats to the minute: it still
speaks for a pair, hardly against one. There are two reasons to doubt one; both ask the texts most alike, whatever the time
between them, of those with a published date believed so far.

*Company agrees on another time.* Of the ``COMPANY`` most alike texts with a cosine of ``LEAST_COSINE`` or more, at least two,
and more than half, are within ``CLOSE_DAYS`` of their (lower) median day, and none is within ``FAR_DAYS`` of the date.
Look-alikes do not agree with each other, and what is less far away may be a follow-up.

*The twin stands out.* Two texts of different outlets are each other's most alike, with a cosine of ``TWIN_COSINE`` or more that
is ``TWIN_FACTOR`` times that of the text next after the ``BESIDE`` most alike, and nothing that is half as alike as the twin is
within ``FAR_DAYS`` of the date. Look-alikes come in crowds; reports on one happening stand out, and where they disagree a date
is wrong.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from clustering.events.dating import CONTRADICTED, Dating
from clustering.events.ends import by_end

COMPANY = 5
LEAST_COSINE = 0.2
CLOSE_DAYS = 7
FAR_DAYS = 30
TWIN_COSINE, TWIN_FACTOR, BESIDE = 0.25, 3, 3
_LEAST = 0.02
"""What lies beyond the last neighbour is taken to be this alike."""


def doubt(dating: Dating, outlets: np.ndarray, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> Dating:
    """The dating with every date doubted that its text's company denies.

    Parameters
    ----------
    dating
        As published and as the texts themselves say.
    outlets
        A number for the outlet of each vector, as of :func:`outlets_of`.
    left, right, cosines
        The neighbours: numbers of vectors, int64, each pair once, and their bare cosine, float64, quantised to 1e-6.
    """
    sure = dating.sure
    telling = sure[left] & sure[right]
    left, right, cosines = left[telling], right[telling], cosines[telling]
    text, pair, rank = by_end(left, right, cosines, sure.size)
    other, alike = left[pair] + right[pair] - text, cosines[pair]
    basis = dating.basis.copy()
    company = (alike >= LEAST_COSINE) & (rank < COMPANY)
    basis[_denied(dating.days, text[company], dating.days[other[company]])] = CONTRADICTED
    basis[_misdated_twins(dating.days, outlets, text, other, alike, rank)] = CONTRADICTED
    return replace(dating, basis=basis)


def outlets_of(articles: pa.Table, rows: np.ndarray) -> np.ndarray:
    """A number for the outlet of each of ``rows``, int32; an unknown outlet is one of its own."""
    keys = articles["outlet_key"].take(pa.array(rows))
    found: np.ndarray = keys.combine_chunks().dictionary_encode().indices.to_numpy() if len(keys) else np.zeros(0, np.int32)
    return found


def _denied(days: np.ndarray, text: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The texts whose company (``near``: the day of each, beside ``text``) agrees on another time."""
    order = np.lexsort((near, text))
    text, near = text[order], near[order]
    of, first, size = np.unique(text, return_index=True, return_counts=True)
    group = np.repeat(np.arange(of.size), size)
    median = near[first + (size - 1) // 2]
    agree = np.bincount(group, np.abs(near - median[group]) <= CLOSE_DAYS, of.size)
    confirm = np.bincount(group, np.abs(near - days[text]) <= FAR_DAYS, of.size)
    denied: np.ndarray = of[(agree >= 2) & (2 * agree > size) & (confirm == 0)]
    return denied


def _misdated_twins(days: np.ndarray, outlets: np.ndarray, text: np.ndarray, other: np.ndarray, alike: np.ndarray,
                    rank: np.ndarray) -> np.ndarray:
    """The texts with a twin that stands out, and nothing near their date; entries as :func:`doubt` ranks them."""
    m = days.size
    twin, most, beyond = np.arange(m), np.zeros(m), np.full(m, _LEAST)
    first, later = rank == 0, rank == BESIDE
    twin[text[first]], most[text[first]] = other[first], alike[first]
    beyond[text[later]] = np.maximum(alike[later], _LEAST)
    near = (2 * alike >= most[text]) & (np.abs(days[other] - days[text]) <= FAR_DAYS)
    confirmed = np.bincount(text[near], minlength=m) > 0
    mutual = (twin[twin] == np.arange(m)) & (outlets[twin] != outlets)
    return np.flatnonzero(mutual & ~confirmed & (most >= TWIN_COSINE) & (most >= TWIN_FACTOR * beyond))
