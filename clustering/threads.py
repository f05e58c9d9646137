"""Work for all cores: kernels release the interpreter's lock, so plain threads carry them.

How many threads there are never changes a result: each writes to places of its own. It is numba's number (all cores, or
``NUMBA_NUM_THREADS``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from numba import get_num_threads

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
