"""The same vectors by scikit-learn itself: what ``--kernels reference`` runs.

``TfidfVectorizer`` counts, weighs and normalises over our terms; only its ``idf_`` is replaced by ours.
"""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer


def _as_given(document: list[int]) -> list[int]:
    return document


def weigh(terms: np.ndarray, occurrences: np.ndarray, sizes: np.ndarray, idf: np.ndarray) -> np.ndarray:
    """The weight of each entry, as the fast kernel orders them.

    Parameters
    ----------
    terms, occurrences
        Term number and weighted occurrences of each entry, int32[nnz], text after text.
    sizes
        Entries a text, int64[m].
    idf
        By term number, float64.
    """
    if not terms.size:
        return np.zeros(0)
    stops = np.cumsum(sizes)
    texts = [np.repeat(terms[b - s : b], occurrences[b - s : b]).tolist() for s, b in zip(sizes, stops, strict=True)]
    vocabulary = {term: term for term in range(idf.size)}
    vectoriser = TfidfVectorizer(analyzer=_as_given, vocabulary=vocabulary, lowercase=False, sublinear_tf=True, norm="l2")
    vectoriser.fit(texts)
    vectoriser.idf_ = idf
    matrix = vectoriser.transform(texts)
    row = np.repeat(np.arange(sizes.size), sizes)
    return np.asarray(matrix[row, terms], np.float64).ravel()
