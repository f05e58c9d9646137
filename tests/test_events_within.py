"""Cosines inside groups against dense matrices."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.events import within
from clustering.events.dating import undated
from clustering.events.vectors import GRAIN, Vectors


def vectors(dense: np.ndarray) -> Vectors:
    """Vectors with these weights, made multiples of the grain after their norm is 1."""
    norms = np.sqrt((dense**2).sum(axis=1, keepdims=True))
    matrix = sp.csr_matrix(np.round(dense / np.where(norms > 0, norms, 1) * GRAIN) / GRAIN)
    m, terms = dense.shape
    nothing = np.zeros(matrix.nnz, np.int32)
    return Vectors(rows=np.arange(m, dtype=np.int32), dating=undated(m), indptr=matrix.indptr.astype(np.int64),
                   indices=matrix.indices.astype(np.int32), data=matrix.data, topics=np.zeros(matrix.nnz), starts=nothing,
                   ends=nothing, opening=np.ones(matrix.nnz, np.bool_), keys=np.arange(terms, dtype=np.uint64),
                   phrase=np.zeros(terms, np.bool_), headlines=[(0, 0)] * m)


@st.composite
def grouped(draw: st.DrawFn) -> tuple[Vectors, np.ndarray]:
    m = draw(st.integers(0, 12))
    cells = draw(st.lists(st.integers(0, 3), min_size=5 * m, max_size=5 * m))
    labels = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    return vectors(np.array(cells, float).reshape(m, 5)), np.array(labels, np.int64)


@settings(max_examples=60, deadline=None)
@given(grouped())
def test_mean_and_nearest_are_those_of_the_dense_matrix(given_: tuple[Vectors, np.ndarray]) -> None:
    found, labels = given_
    dense = found.matrix().toarray() @ found.matrix().toarray().T
    means, (nearest, cosines) = within.mean_cosines(found, labels), within.nearest(found, labels)
    for v in range(labels.size):
        others = [w for w in range(labels.size) if w != v and labels[w] == labels[v]]
        if not others:
            assert np.isnan(means[v])
            assert np.isnan(cosines[v])
            assert nearest[v] == -1
            continue
        assert means[v] == np.round(sum(dense[v, w] for w in others) / len(others), 6)
        best = max(others, key=lambda w: (np.round(dense[v, w], 6), -w))
        assert nearest[v] == best
        assert cosines[v] == np.round(dense[v, best], 6)


@settings(max_examples=30, deadline=None)
@given(grouped())
def test_cosines_of_pairs_are_those_of_the_dense_matrix(given_: tuple[Vectors, np.ndarray]) -> None:
    found, labels = given_
    dense, row = found.matrix().toarray(), np.zeros(5)
    order, bounds = within.groups_of(labels)
    left, right, cosines = within.pair_cosines(found, order, bounds[:-1], bounds[1:], row)
    want = [(a, b) for label in np.unique(labels) for a, b in combinations(np.flatnonzero(labels == label), 2)]
    assert list(zip(left, right, strict=True)) == want
    assert np.array_equal(cosines, [dense[a] @ dense[b] for a, b in want])
    one, other = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    assert np.array_equal(within.cosines_between(found, one, other, row), dense[one] @ dense[other].T)
    assert not row.any()
