"""Agreement of two partitions of the same articles: gold labels and predicted labels, in the same order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import adjusted_rand_score

Labels = Sequence[Hashable]


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


def _score(precision: float, recall: float) -> Score:
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def _numbers(labels: Labels) -> np.ndarray:
    """Labels as int64 numbers in order of first appearance."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], np.int64)


def _sizes(gold: Labels, predicted: Labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per article, int64: size of its gold group, of its predicted group, and of what the two have in common."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold labels, but {len(predicted)} predicted ones")
    g, p = _numbers(gold), _numbers(predicted)
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


def bcubed_without_singletons(gold: Labels, predicted: Labels) -> Score:
    """B-cubed over the articles whose gold group has company: many singletons make plain B-cubed look good by themselves."""
    if not len(gold):
        return Score(1.0, 1.0, 1.0)
    gold_size, predicted_size, common = _sizes(gold, predicted)
    kept = gold_size > 1
    if not kept.any():
        return Score(1.0, 1.0, 1.0)
    return _score(float(np.mean((common / predicted_size)[kept])), float(np.mean((common / gold_size)[kept])))


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
    return float(adjusted_rand_score(_numbers(gold), _numbers(predicted))) if len(gold) else 1.0
