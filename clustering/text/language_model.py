"""py3langid's model asked many texts at once: the same answers, without a Python step for each byte.

The model is a naive Bayes over byte n-grams (Lui & Baldwin 2012, *langid.py*): an automaton walks over the UTF-8 bytes and names
the features it meets; a language scores its prior and, for each feature, the logarithm of one plus how often it was met times the
feature's weight. The package takes a third of a millisecond for 600 bytes, most of it looking up one byte after the other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit, uint64

UNKNOWN = "und"


@dataclass(frozen=True)
class Model:
    """The automaton and the weights, as py3langid 0.4 keeps them."""

    languages: tuple[str, ...]
    """One a column; a language written in two scripts has two."""
    moves: np.ndarray
    """uint16 or uint32[rows * 256]: the state that follows."""
    places: np.ndarray
    """int64[states]: where the row of a state begins in ``moves``."""
    features: np.ndarray
    """int32[states]: the feature met on coming there, -1 for none."""
    weights: np.ndarray
    """float32[features, columns]."""
    priors: np.ndarray
    """float32[columns]."""


@cache
def load(languages: tuple[str, ...]) -> Model:
    """The model held to some languages (ISO 639-1); loaded when the first article needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - a third of a second that few runs must pay

    given = LanguageIdentifier.from_model_file(MODEL_FILE)
    given.set_languages(list(languages))
    return Model(tuple(given.nb_classes), np.asarray(given.tk_nextmove), 256 * np.asarray(given.tk_row, np.int64),
                 np.asarray(given.tk_output, np.int32), np.ascontiguousarray(given.nb_ptc, np.float32),
                 np.asarray(given.nb_pc, np.float32))


@njit(cache=True, nogil=True)
def _score(data, offsets, moves, places, features, weights, priors, best):  # noqa: ANN001, ANN202 - shapes are in Model
    """The column of the highest score for each text, -1 where no feature was met."""
    count, met = np.zeros(weights.shape[0], np.int32), np.empty(weights.shape[0], np.int32)
    scores = np.empty(priors.size, np.float32)
    for row in range(best.size):
        state = n = 0
        for i in range(offsets[row], offsets[row + 1]):
            state = int(moves[uint64(places[state] + data[i])])
            feature = features[state]
            if feature >= 0:
                if count[feature] == 0:
                    met[n] = feature
                    n += 1
                count[feature] += 1
        scores[:] = 0
        for k in range(n):
            weight = np.float32(np.log1p(np.float32(count[met[k]])))
            count[met[k]] = 0
            feature_weights = weights[uint64(met[k])]
            for column in range(scores.size):
                scores[column] += weight * feature_weights[column]
        scores += priors
        best[row] = np.argmax(scores) if n else -1


def classify(texts: Sequence[str], languages: tuple[str, ...]) -> list[str]:
    """The likeliest language of each text, :data:`UNKNOWN` where the model knows nothing of what is in it.

    A language of two scripts scores what its better script does, as in py3langid.
    """
    if not texts:
        return []
    model = load(languages)
    pieces = [unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")
              for text in texts]
    offsets = np.cumsum([0, *map(len, pieces)])
    best = np.empty(len(pieces), np.int64)
    _score(np.frombuffer(b"".join(pieces), np.uint8), offsets, model.moves, model.places, model.features, model.weights,
           model.priors, best)
    return [model.languages[column] if column >= 0 else UNKNOWN for column in best.tolist()]
