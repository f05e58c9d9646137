"""Equal hashes together: as plain Python groups them, whatever their number, their ties, the parts and the threads."""

from collections.abc import Iterator
from contextlib import contextmanager

import numba
import numpy as np
import pytest

from clustering import sorting
from clustering.sorting import number_hashes, sorted_runs


@contextmanager
def _threads(number: int) -> Iterator[None]:
    before = numba.get_num_threads()
    numba.set_num_threads(min(number, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _keys(n: int, distinct: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed)
    pool = made.integers(0, 1 << 64, max(distinct, 1), dtype=np.uint64)
    return pool[made.integers(0, pool.size, n)]


@pytest.mark.parametrize(("n", "distinct"), [(0, 1), (1, 1), (1_000, 400), (40_000, 1), (70_000, 30), (300_000, 200_000)])
@pytest.mark.parametrize("threads", [1, 2])
def test_it_numbers_as_numpy_does(n: int, distinct: int, threads: int) -> None:
    keys = _keys(n, distinct, n)
    with _threads(threads):
        first, numbers = number_hashes(keys)
    _, expected_first, expected_numbers = np.unique(keys, return_index=True, return_inverse=True)
    assert np.array_equal(first, expected_first)
    assert np.array_equal(numbers, expected_numbers)


def _found(words: np.ndarray, offsets: np.ndarray, width: int, parts: list[tuple[np.ndarray, np.ndarray]]) -> list[list[int]]:
    """Places (token numbers) of equal runs, a list each; every key once, and every run what its key says."""
    groups: dict[int, list[int]] = {}
    for keys, places in parts:
        assert np.array_equal(keys, np.sort(keys))
        assert not set(keys.tolist()) & groups.keys(), "equal runs in two parts"
        for key, place in zip(keys.tolist(), places.tolist(), strict=True):
            groups.setdefault(key, []).append(int(offsets[place >> 32]) + (place & 0xFFFFFFFF))
    said = {key: {tuple(words[at : at + width].tolist()) for at in group} for key, group in groups.items()}
    assert all(len(runs) == 1 for runs in said.values()), "different runs under one key"
    return sorted(groups.values())


@pytest.mark.parametrize(("tokens", "vocabulary"), [(0, 1), (3, 2), (500, 1), (2_000, 4), (90_000, 9), (90_000, 50_000)])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("part", [300, 1 << 23])
def test_equal_runs_stand_together_in_order_of_place(tokens: int, vocabulary: int, threads: int, part: int,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "PART_RUNS", part)
    words, made, width = _keys(tokens, vocabulary, tokens), np.random.default_rng(1), 4
    offsets = np.unique(np.concatenate([[0, 0, tokens], made.integers(0, tokens + 1, tokens // 60)]))
    offsets = np.concatenate([[0], offsets, [tokens]])  # articles without words too
    marks = (made.random(tokens) < 0.1).astype(np.uint8) * np.uint8(32)
    for bit, wanted in ((0, 0), (32, 0), (32, 32)):
        with _threads(threads):
            parts = [(keys.copy(), places.copy()) for keys, places in sorted_runs(words, offsets, width, marks, bit, wanted)]
        assert all(keys.size <= max(part, 1 << 16) for keys, _ in parts)
        expected: dict[tuple[int, ...], list[int]] = {}
        for low, high in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            for at in range(low, high - width + 1):
                if np.all((marks[at : at + width] & bit) == wanted):
                    expected.setdefault(tuple(words[at : at + width].tolist()), []).append(at)
        assert _found(words, offsets, width, parts) == sorted(expected.values())
        asked = (words, offsets, width, marks, bit, wanted, marks, 32)
        with _threads(threads):
            parts = [(keys.copy(), places.copy()) for keys, places in sorted_runs(*asked)]
        begin = [[at for at in group if not marks[at]] for group in expected.values()]
        assert _found(words, offsets, width, parts) == sorted(group for group in begin if group)
