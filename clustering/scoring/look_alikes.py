"""The hard part of a gold standard: articles of events that share much vocabulary with another gold event.

Most gold events have nothing in common, and any method tells them apart; whether it is any good shows where two shootings in one
city or two rumours about one product must be. The subset is made from the labels and the texts alone, by scikit-learn's own
tokens and counts: nothing of the product decides on what it is judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from clustering.scoring.clusters import Labels, numbers

LOOK_ALIKE_COSINE = 0.25
"""Cosine of two events' centroids from which they are look-alikes. On labelled news a tenth (brief local reports) to two thirds
(ECB+, made of pairs of look-alikes) of the events have such another one."""


def look_alikes(texts: Sequence[str], gold: Labels) -> np.ndarray:
    """Whether each article's gold event is a look-alike of another one, bool[articles].

    An event's centroid is the sum of its articles' vectors, (1 + ln tf) x ln((1 + n) / (1 + df)) with norm 1: what is in every
    text weighs nothing. Two events are look-alikes when the cosine of their centroids is ``LOOK_ALIKE_COSINE`` or more.

    Parameters
    ----------
    texts, gold
        What each article says (title and text), and its gold label, in the same order.

    Raises
    ------
    ValueError
        when there are not as many texts as labels.
    """
    if len(texts) != len(gold):
        raise ValueError(f"{len(texts)} texts, but {len(gold)} gold labels")
    label = numbers(gold)
    if not any(any(c.isalnum() for c in text) for text in texts):
        return np.zeros(len(texts), np.bool_)
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - half a second that other scores need not pay

    vectoriser = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106 - of words
    vectoriser.fit(texts)
    vectoriser.idf_ = vectoriser.idf_ - 1
    matrix = vectoriser.transform(texts)
    member = sp.csr_matrix((np.ones(label.size), (label, np.arange(label.size))))
    centroids = member @ matrix
    norms = np.sqrt(np.asarray(centroids.multiply(centroids).sum(axis=1)).ravel())
    centroids = sp.csr_matrix(sp.diags(1 / np.where(norms > 0, norms, 1.0)) @ centroids)
    alike = sp.csr_matrix(centroids @ centroids.T)
    alike = sp.csr_matrix(alike - sp.diags(alike.diagonal()))
    nearest = np.asarray(alike.max(axis=1).todense()).ravel()
    found: np.ndarray = np.round(nearest, 6)[label] >= LOOK_ALIKE_COSINE
    return found
