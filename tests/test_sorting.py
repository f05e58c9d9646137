"""Sorting hashes: as numpy's stable sort, whatever the number of keys, their ties and the threads."""

import numba
import numpy as np
import pytest

from clustering.sorting import number_hashes, sort_hashes


def _keys(n: int, distinct: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed)
    pool = made.integers(0, 1 << 64, max(distinct, 1), dtype=np.uint64)
    return pool[made.integers(0, pool.size, n)]


@pytest.mark.parametrize(("n", "distinct"), [(0, 1), (1, 1), (1_000, 400), (40_000, 1), (70_000, 30), (300_000, 200_000)])
@pytest.mark.parametrize("threads", [1, 2])
def test_it_sorts_as_numpy_does(n: int, distinct: int, threads: int) -> None:
    keys = _keys(n, distinct, n)
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    try:
        ordered, places = sort_hashes(keys)
        first, numbers = number_hashes(keys)
    finally:
        numba.set_num_threads(before)
    order = np.argsort(keys, kind="stable")
    assert np.array_equal(places, order)
    assert np.array_equal(ordered, keys[order])
    _, expected_first, expected_numbers = np.unique(keys, return_index=True, return_inverse=True)
    assert np.array_equal(first, expected_first)
    assert np.array_equal(numbers, expected_numbers)


def test_keys_that_agree_in_their_first_bits_are_compared_whole() -> None:
    keys = _keys(50_000, 50_000, 3)
    keys = np.concatenate([keys, keys[:500] ^ np.uint64(1), keys[:500] ^ np.uint64(3)])
    ordered, places = sort_hashes(keys)
    order = np.argsort(keys, kind="stable")
    assert np.array_equal(places, order)
    assert np.array_equal(ordered, np.sort(keys))
