"""Average-link trees, cut at a height, for thousands of small groups in one go.

The tree is built as scipy's ``linkage`` builds it (Murtagh 1985, the nearest-neighbour chain), ties included; scipy itself spends
many times the work on checking what it is handed.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, inline="always")
def _at(n, i, j):  # noqa: ANN001, ANN202
    """The place of a pair in a condensed matrix."""
    a, b = min(i, j), max(i, j)
    return a * n - a * (a + 1) // 2 + b - a - 1


@njit(cache=True, nogil=True)
def _link(distances, n, children, heights):  # noqa: ANN001, ANN202
    """Join the two that are each other's nearest, again and again; ``distances`` is overwritten."""
    size, chain = np.ones(n, np.int64), np.empty(n, np.int64)
    length = 0
    for k in range(n - 1):
        if length == 0:
            length = 1
            for i in range(n):
                if size[i]:
                    chain[0] = i
                    break
        while True:
            x, y, least = chain[length - 1], -1, np.inf
            if length > 1:  # the one before it is preferred, or the chain might go in a circle
                y = chain[length - 2]
                least = distances[_at(n, x, y)]
            for i in range(n):
                if size[i] and i != x and distances[_at(n, x, i)] < least:
                    least, y = distances[_at(n, x, i)], i
            if length > 1 and y == chain[length - 2]:
                break
            chain[length] = y
            length += 1
        length -= 2
        x, y = min(x, y), max(x, y)
        of_x, of_y = size[x], size[y]
        children[k, 0], children[k, 1], heights[k] = x, y, least
        size[x], size[y] = 0, of_x + of_y
        for i in range(n):
            if size[i] and i != y:
                far = of_x * distances[_at(n, i, x)] + of_y * distances[_at(n, i, y)]
                distances[_at(n, i, y)] = far / (of_x + of_y)


@njit(cache=True, nogil=True)
def _name_nodes(children, n):  # noqa: ANN001, ANN202
    """Name the joined by what they were joined to, in order of height: ``n`` + the number of the join."""
    parent = np.arange(2 * n - 1)
    for k in range(n - 1):
        for side in range(2):
            root = children[k, side]
            while parent[root] != root:
                parent[root] = parent[parent[root]]
                root = parent[root]
            children[k, side] = root
        if children[k, 0] > children[k, 1]:
            children[k, 0], children[k, 1] = children[k, 1], children[k, 0]
        parent[children[k, 0]] = parent[children[k, 1]] = n + k


@njit(cache=True, nogil=True)
def cut_trees(distances, sizes, height, parts):  # noqa: ANN001, ANN201
    """The parts of one group after the other (int64, see :func:`average_link`).

    ``distances`` (float64, overwritten) are those inside each group, condensed; ``sizes`` (int64), 2 or more, how many it has.
    """
    at = member = 0
    for n in sizes:
        children, heights = np.empty((n - 1, 2), np.int64), np.empty(n - 1)
        _link(distances[at : at + n * (n - 1) // 2], n, children, heights)
        order = np.argsort(heights, kind="mergesort")
        children, heights = children[order], heights[order]
        _name_nodes(children, n)
        _cut(children, heights, height, parts[member : member + n])
        at += n * (n - 1) // 2
        member += n


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

    ``distances`` as scipy condenses them, float64[m (m - 1) / 2]. The same numbers as ``fcluster(linkage(distances, "average"),
    height, "distance")`` gives.
    """
    size = round((1 + np.sqrt(1 + 8 * distances.size)) / 2)
    parts = np.empty(size, np.int64)
    cut_trees(distances.astype(np.float64), np.array([size]), height, parts)
    return parts
