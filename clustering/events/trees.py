"""Average-link trees, cut at a height."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.cluster.hierarchy import linkage


@njit(cache=True, nogil=True)
def _cut(children, heights, height, parts):  # noqa: ANN001, ANN202
    """Number the parts from 1 in the order in which a walk from the root, left before right, comes to them."""
    n = parts.size
    highest = heights.copy()  # of everything below a node: rounding must not hide that a tree rises
    for node in range(n - 1):
        for child in children[node]:
            if child >= n:
                highest[node] = max(highest[node], highest[child - n])
    path, visited = np.empty(n, np.int64), np.zeros(2 * n - 1, np.bool_)
    path[0] = 2 * n - 2
    depth, leader, part = 0, -1, 0
    while depth >= 0:
        node = path[depth] - n
        if leader < 0 and highest[node] <= height:
            leader = node
            part += 1
        deeper = False
        for child in children[node]:
            if child >= n and not visited[child]:
                visited[child] = True
                depth += 1
                path[depth] = child
                deeper = True
                break
        if deeper:
            continue
        for child in children[node]:
            if child < n:
                part += leader < 0
                parts[child] = part
        if leader == node:
            leader = -1
        depth -= 1


def average_link(distances: np.ndarray, height: float) -> np.ndarray:
    """Parts (int64[m], 1, 2 ...) of m >= 2 things: joined while the mean distance between two groups is ``height`` or less.

    ``distances`` as scipy condenses them, float64[m (m - 1) / 2]. The same numbers as ``fcluster(..., "distance")`` gives, which
    spends most of its time on checking the tree it is handed.
    """
    tree = linkage(distances, "average")
    parts = np.empty(len(tree) + 1, np.int64)
    _cut(tree[:, :2].astype(np.int64), np.ascontiguousarray(tree[:, 2]), height, parts)
    return parts
