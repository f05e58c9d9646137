"""Agreement of two partitions of the same articles: gold labels and predicted labels, in the same order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

Labels = Sequence[Hashable]


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


def _score(precision: float, recall: float) -> Score:
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def numbers(labels: Labels) -> np.ndarray:
    """Labels as int64 numbers in order of first appearance."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], np.int64)


def _sizes(gold: Labels, predicted: Labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per article, int64: size of its gold group, of its predicted group, and of what the two have in common."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold labels, but {len(predicted)} predicted ones")
    g, p = numbers(gold), numbers(predicted)
    both = g * (int(p.max(initial=0)) + 1) + p
    _, place, count = np.unique(both, return_inverse=True, return_counts=True)
    return np.bincount(g)[g], np.bincount(p)[p], count[place]


def bcubed(gold: Labels, predicted: Labels) -> Score:
    """B-cubed (Bagga & Baldwin 1998): per article, the share of its group that belongs with it; averaged over articles.

    Precision is mean(common / predicted size), recall mean(common / gold size). No articles score 1.
    """
    if not len(gold):
        return Score(1.0, 1.0, 1.0)
    gold_size, predicted_size, common = _sizes(gold, predicted)
    return _score(float(np.mean(common / predicted_size)), float(np.mean(common / gold_size)))


def bcubed_of(chosen: np.ndarray, gold: Labels, predicted: Labels) -> Score:
    """B-cubed averaged over some of the articles (bool[articles]); all of them make the groups. None chosen score 1."""
    gold_size, predicted_size, common = _sizes(gold, predicted)
    if not chosen.any():
        return Score(1.0, 1.0, 1.0)
    return _score(float(np.mean((common / predicted_size)[chosen])), float(np.mean((common / gold_size)[chosen])))


def bcubed_without_singletons(gold: Labels, predicted: Labels) -> Score:
    """B-cubed over the articles whose gold group has company: many singletons make plain B-cubed look good by themselves."""
    return bcubed_of(_sizes(gold, predicted)[0] > 1, gold, predicted)


def pairwise(gold: Labels, predicted: Labels) -> Score:
    """Precision and recall of "these two belong together", over all pairs. Large groups weigh quadratically."""
    if not len(gold):
        return Score(1.0, 1.0, 1.0)
    gold_size, predicted_size, common = _sizes(gold, predicted)
    # each article counts its own partners, so every pair is counted twice on both sides of the fraction
    right, claimed, true = (float((size - 1).sum()) for size in (common, predicted_size, gold_size))
    return _score(right / claimed if claimed else 1.0, right / true if true else 1.0)


def adjusted_rand(gold: Labels, predicted: Labels) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985), as scikit-learn computes it; 1 for no articles."""
    return float(adjusted_rand_score(numbers(gold), numbers(predicted))) if len(gold) else 1.0


def adjusted_mutual_information(gold: Labels, predicted: Labels) -> float:
    """Mutual information adjusted for chance (Vinh, Epps & Bailey 2010), arithmetic mean of the entropies, as scikit-learn
    computes it; 1 for no articles.
    """
    return float(adjusted_mutual_info_score(numbers(gold), numbers(predicted))) if len(gold) else 1.0
