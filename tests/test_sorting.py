"""Sorting hashes: as numpy's stable sort, whatever the number of keys, their ties and the threads."""

import numba
import numpy as np
import pytest

from clustering import sorting
from clustering.sorting import number_hashes, sort_hashes, sorted_parts


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


@pytest.mark.parametrize("n", [0, 90, 100, 101, 1_000])
def test_parts_hold_equal_keys_together_in_order_of_place(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "PART_KEYS", 100)
    keys = _keys(n, 60, n)
    parts = list(sorted_parts(keys))
    assert len(parts) * 100 >= n
    places = np.concatenate([places for _, places in parts])
    assert np.array_equal(np.sort(places), np.arange(n))
    for ordered, where in parts:
        assert np.array_equal(ordered, keys[where])
        assert all(np.all(np.diff(where[ordered == key]) > 0) for key in np.unique(ordered))
        assert np.array_equal(ordered, np.sort(ordered))
    seen = [set(ordered.tolist()) for ordered, _ in parts]
    assert sum(map(len, seen)) == len(set(keys.tolist()))
