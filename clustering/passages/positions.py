"""Which words of the corpus stand at the same place of a shared text? Token positions joined through the alignments of pairs.

Only positions that some alignment calls equal to another matter. They are numbered in order of the text, and all joining is done
on these numbers, so that it takes the memory of what is shared and not of the window.
"""

from __future__ import annotations

import numpy as np
from numba import njit


class Positions:
    """The token positions that alignments call equal to another."""

    def __init__(self, blocks: np.ndarray, segments: np.ndarray, offsets: np.ndarray) -> None:
        """``blocks`` and ``segments`` as :func:`align.align` gives them, ``offsets`` int64[articles + 1]."""
        marks = np.zeros(int(offsets[-1]), np.bool_)
        touch(blocks, segments, np.arange(len(blocks)), marks)
        kind = np.int32 if marks.size < 1 << 31 else np.int64
        self.token = np.flatnonzero(marks).astype(kind)
        """The token at each position, ascending."""
        self.row = np.empty(self.token.size, np.int32)
        """The article of each."""
        self.segments = np.empty(segments.shape, kind)
        """The segments of the blocks, by positions."""
        _rows(self.token, offsets, self.row)
        for side in (0, 1):
            self.segments[:, side] = self.of(segments[:, side])
        self.segments[:, 2] = segments[:, 2]

    def alone(self) -> np.ndarray:
        """Every position its own parent."""
        return np.arange(self.token.size, dtype=self.token.dtype)

    def of(self, tokens: np.ndarray) -> np.ndarray:
        """The positions of some tokens that have one."""
        return np.searchsorted(self.token, tokens.astype(self.token.dtype))


@njit(cache=True, nogil=True)
def _rows(tokens, offsets, row):  # noqa: ANN001, ANN202
    """The article of each of some tokens, which ascend."""
    r = 0
    for i in range(tokens.size):
        while tokens[i] >= offsets[r + 1]:
            r += 1
        row[i] = r


@njit(cache=True, nogil=True)
def touch(blocks, segments, chosen, marks):  # noqa: ANN001, ANN201
    """Set ``marks`` at the equal places of the chosen blocks."""
    for q in chosen:
        for s in range(blocks[q, 6], blocks[q, 7]):
            marks[segments[s, 0] : segments[s, 0] + segments[s, 2]] = True
            marks[segments[s, 1] : segments[s, 1] + segments[s, 2]] = True


@njit(cache=True, nogil=True)
def _root(parent, a):  # noqa: ANN001, ANN202
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@njit(cache=True, nogil=True)
def unite(blocks, segments, chosen, parent):  # noqa: ANN001, ANN201
    """Union of the equal positions of the chosen blocks; the smallest position is the root."""
    for q in chosen:
        for s in range(blocks[q, 6], blocks[q, 7]):
            for k in range(segments[s, 2]):
                a, b = _root(parent, segments[s, 0] + k), _root(parent, segments[s, 1] + k)
                if a != b:
                    parent[max(a, b)] = min(a, b)


@njit(cache=True, nogil=True)
def united(blocks, segments, chosen, parent):  # noqa: ANN001, ANN201
    """Share of each chosen block's columns that are joined already."""
    out = np.zeros(chosen.size)
    for n in range(chosen.size):
        for s in range(blocks[chosen[n], 6], blocks[chosen[n], 7]):
            for k in range(segments[s, 2]):
                out[n] += _root(parent, segments[s, 0] + k) == _root(parent, segments[s, 1] + k)
        out[n] /= max(1, blocks[chosen[n], 5])
    return out


@njit(cache=True, nogil=True)
def roots_of(parent, positions):  # noqa: ANN001, ANN201
    """The root of each of some positions."""
    roots = np.empty_like(positions)
    for k in range(positions.size):
        roots[k] = _root(parent, positions[k])
    return roots


@njit(cache=True, nogil=True)
def links(roots, position, row, size):  # noqa: ANN001, ANN201
    """Columns -> (position of the column's first article, equal position of another), an article at most once a column.

    ``roots`` and ``position`` (ascending) of one type, below ``size``; ``row`` int32. A column that holds an article twice is
    two.
    """
    order = by_count(roots, np.arange(roots.size), size)
    there, here = np.empty_like(position), np.empty_like(position)
    heads = np.empty(64, np.int64)  # the first place of each turn of a column
    n = turns = turn = 0
    for i in range(order.size):
        k = order[i]
        if i == 0 or roots[k] != roots[order[i - 1]]:
            turns = turn = 0
        elif row[k] == row[order[i - 1]]:
            turn += 1
        else:
            turn = 0
        if turn == turns:
            if turns == heads.size:
                heads = np.append(heads, np.empty_like(heads))
            heads[turns] = position[k]
            turns += 1
        else:
            there[n], here[n] = heads[turn], position[k]
            n += 1
    return there[:n], here[:n]


@njit(cache=True, nogil=True)
def by_count(values, order, limit):  # noqa: ANN001, ANN201
    """``order`` (int64) rearranged by ``values[order]``, which lie in [0, limit), stably: a counting sort."""
    following = np.zeros(limit + 1, np.int64)
    for k in order:
        following[values[k] + 1] += 1
    for v in range(1, following.size):
        following[v] += following[v - 1]
    out = np.empty(order.size, np.int64)
    for k in order:
        out[following[values[k]]] = k
        following[values[k]] += 1
    return out


class Everywhere:
    """All places of the words of a layer's columns, by alignments of every kind."""

    def __init__(self, held: Positions, roots: np.ndarray, own: np.ndarray) -> None:
        """``roots`` of every position, by alignments of every kind; ``own`` the positions of the layer itself."""
        self._held, self._root_of = held, roots
        wanted = np.zeros(roots.size, np.bool_)
        wanted[roots[own]] = True
        found = np.flatnonzero(wanted[roots])
        self._places = by_count(roots, found, roots.size)
        self._roots = roots[self._places]

    def places(self, words: np.ndarray, members: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where other articles than ``members`` (rows) have ``words`` (tokens): word, equal token and its row, by place."""
        roots = self._root_of[self._held.of(words)]
        low, high = np.searchsorted(self._roots, roots, "left"), np.searchsorted(self._roots, roots, "right")
        count = high - low
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        place = self._places[np.repeat(low, count) + within]
        there, here, row = np.repeat(words, count), self._held.token[place].astype(np.int64), self._held.row[place]
        other = ~np.isin(row, members)
        there, here, row = there[other], here[other], row[other]
        order = np.lexsort((there, here))
        return there[order], here[order], row[order]
