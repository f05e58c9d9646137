"""Work for all cores: kernels release the interpreter's lock, so plain threads carry them.

How many threads there are never changes a result: each writes to places of its own. It is numba's number (all cores, or
``NUMBA_NUM_THREADS``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

from numba import get_num_threads

T = TypeVar("T")

_FEW = 64
"""Fewer items are not worth a thread."""


def spread(work: Callable[[int, int], object], items: int, pieces_each: int = 4) -> None:
    """Call ``work(first, last)`` for consecutive ranges that cover ``items``, on all threads; the first error is raised."""
    count = get_num_threads()
    if count == 1 or items < _FEW:
        work(0, items)
        return
    pieces = min(items, count * pieces_each)
    edges = [items * i // pieces for i in range(pieces + 1)]
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work, first, last) for first, last in pairwise(edges)]:
            done.result()


def in_order(work: Callable[[int, int], T], items: int, size: int) -> Iterator[T]:
    """What ``work(first, last)`` returns for consecutive ranges of ``size`` items, in order; threads work ahead of the reader."""
    ranges = [(first, min(first + size, items)) for first in range(0, items, size)]
    count = get_num_threads()
    if count == 1 or len(ranges) == 1:
        yield from (work(first, last) for first, last in ranges)
        return
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(count) as pool:
        for first, last in ranges:
            waiting.append(pool.submit(work, first, last))
            if len(waiting) > 2 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def each(work: Callable[[int], object], items: int) -> None:
    """Call ``work(item)`` for every item, on all threads; the first error is raised."""
    if items == 1:
        work(0)
        return
    with ThreadPoolExecutor(get_num_threads()) as pool:
        list(pool.map(work, range(items)))
