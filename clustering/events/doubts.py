"""A date that a text's company denies.

Many dates in the wild are wrong, by months; a text whose nearest texts agree with each other on quite another time is most likely
one of those. Its date is doubted like one that the outlet repeats to the minute: it still speaks for a pair, hardly against one.
Look-alikes do not agree with each other, and what is less than ``FAR_DAYS`` away may be a follow-up.

The nearest texts of a text are the ``COMPANY`` with the greatest cosine, whatever the time between them, of those with a
published date believed so far and a cosine of ``LEAST_COSINE`` or more. They agree when at least two, and more than half, of them
are within ``CLOSE_DAYS`` of their (lower) median day; they deny a date when they agree and none of them is within ``FAR_DAYS``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clustering.events.dating import CONTRADICTED, Dating

COMPANY = 5
LEAST_COSINE = 0.2
CLOSE_DAYS = 7
FAR_DAYS = 30


def doubt(dating: Dating, left: np.ndarray, right: np.ndarray, cosines: np.ndarray) -> Dating:
    """The dating with every date doubted that its text's company denies.

    Parameters
    ----------
    dating
        As published and as the texts themselves say.
    left, right, cosines
        The neighbours: numbers of vectors, int64, each pair once, and their bare cosine, float64.
    """
    days, sure = dating.days, dating.sure
    telling = sure[left] & sure[right] & (cosines >= LEAST_COSINE)
    left, right, cosines = left[telling], right[telling], cosines[telling]
    text, other = np.r_[left, right], np.r_[right, left]
    order = np.lexsort((other, -np.r_[cosines, cosines], text))
    text, other = text[order], other[order]
    rank = np.arange(text.size) - np.searchsorted(text, text)
    text, near = text[rank < COMPANY], days[other[rank < COMPANY]]
    order = np.lexsort((near, text))
    text, near = text[order], near[order]

    of, first, size = np.unique(text, return_index=True, return_counts=True)
    group = np.repeat(np.arange(of.size), size)
    median = near[first + (size - 1) // 2]
    agree = np.bincount(group, np.abs(near - median[group]) <= CLOSE_DAYS, of.size)
    confirm = np.bincount(group, np.abs(near - days[text]) <= FAR_DAYS, of.size)
    denied = of[(agree >= 2) & (2 * agree > size) & (confirm == 0)]
    basis = dating.basis.copy()
    basis[denied] = CONTRADICTED
    return replace(dating, basis=basis)
