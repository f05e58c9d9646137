"""Kernels of the search for neighbours: lists of the heaviest, exact products, and the sums that bound them.

They take :class:`clustering.events.tiles.Items` and :class:`clustering.events.tiles.Terms` as plain tuples.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from clustering.events.dating import time_weight

# Loops that run most often count in unsigned numbers: numba looks at every signed index for being negative.

BLOCK = 64
"""Scores that are looked at in one go."""
SLACK = 2e-6
"""Covers the quantisation of weights."""


@njit(cache=True, nogil=True)
def offer(best, row, other, cosine, weight):  # noqa: ANN001, ANN201
    """Insert into the sorted list of a row, once; equal weights are in order of row number."""
    best_rows, best_cosines, best_weights = best
    j = best_rows.shape[1] - 1
    if best_weights[row, j] > weight or (best_weights[row, j] == weight and best_rows[row, j] < other):
        return
    place = j
    while place >= 0 and (best_weights[row, place] < weight
                          or (best_weights[row, place] == weight and best_rows[row, place] > other)):
        place -= 1
    if place >= 0 and best_rows[row, place] == other:
        return
    while j > place + 1:
        best_weights[row, j] = best_weights[row, j - 1]
        best_cosines[row, j] = best_cosines[row, j - 1]
        best_rows[row, j] = best_rows[row, j - 1]
        j -= 1
    best_weights[row, j], best_cosines[row, j], best_rows[row, j] = weight, cosine, other


@njit(cache=True, nogil=True)
def multiply(d, found, count, cut, item_of, terms, dating, kernel, least, known, spread, products):  # noqa: ANN001, ANN201
    """Multiply ``d`` out with those of ``found`` whose cosine, as its bound allows it, would have a place in a list of either.

    ``found``: rows (int32), bounds of their cosines, bounds of what the terms from ``cut`` on sum to, and what the rare ones do.
    The terms before ``cut``, a few, come first: most are found out by then. Returns how many are left; ``products`` (rows int32,
    cosines, weights) holds them.
    """
    indptr, indices, data, common = terms[0], terms[1], terms[2], terms[4]
    found_rows, bounds, sums, rare = found
    rows, cosines, weights = products
    own_terms = indices[indptr[item_of[d]] : indptr[item_of[d] + 1]]
    own = data[indptr[item_of[d]] : indptr[item_of[d] + 1]]
    kept, begun = 0, False
    for c in range(count):
        e = found_rows[c]
        time, needed = time_weight(d, e, dating, kernel), max(min(known[d], known[e]), least) - SLACK
        if e == d or bounds[c] * time < needed:
            continue
        if not begun:
            begun = True
            for p in range(own.size):
                if own_terms[p] >= common:
                    break
                spread[own_terms[p]] = own[p]
        their_terms = indices[indptr[item_of[e]] : indptr[item_of[e] + 1]]
        theirs = data[indptr[item_of[e]] : indptr[item_of[e] + 1]]
        score, q, size = 0.0, uint64(0), uint64(theirs.size)
        while q < size and their_terms[q] < cut:
            score += spread[their_terms[q]] * theirs[q]
            q += uint64(1)
        if (score + sums[c]) * time < needed:
            continue
        score += rare[c]
        while q < size and their_terms[q] < common:
            score += spread[their_terms[q]] * theirs[q]
            q += uint64(1)
        weight = np.rint(score * time * 1e6) / 1e6
        if score >= least and weight >= least:
            rows[kept], cosines[kept], weights[kept] = e, np.rint(score * 1e6) / 1e6, weight
            kept += 1
    if begun:
        for p in range(own.size):
            if own_terms[p] >= common:
                break
            spread[own_terms[p]] = 0.0
    return kept


@njit(cache=True, nogil=True)
def index_tile(items, terms, tile, low, index):  # noqa: ANN001, ANN201
    """Common terms from ``low`` on: the dense ones as columns of the tile, the others as lists."""
    place, bounds = items[1], items[2]
    indptr, indices, data, dense, common = terms[0], terms[1], terms[2], terms[3], terms[4]
    columns, starts, places, weights = index
    begin, end = bounds[tile], bounds[tile + 1]
    columns[min(low, dense):] = 0
    starts[:] = 0
    for i in range(begin, end):
        for p in range(indptr[place[i]], indptr[place[i] + 1]):
            t = indices[p]
            if t >= common:
                break
            if t >= dense:
                starts[t - dense + 1] += 1
            elif t >= low:
                columns[t, i - begin] = data[p]
    for t in range(starts.size - 1):
        starts[t + 1] += starts[t]
    for i in range(begin, end):
        for p in range(indptr[place[i]], indptr[place[i] + 1]):
            t = indices[p]
            if t >= common:
                break
            if t >= dense:
                q = starts[t - dense]
                places[q], weights[q] = i - begin, data[p]
                starts[t - dense] = q + 1
    for t in range(starts.size - 1, 0, -1):
        starts[t] = starts[t - 1]
    starts[0] = 0


@njit(cache=True, nogil=True)
def add_products(terms, d, cut, index, scores):  # noqa: ANN001, ANN201
    """Add the products of the common terms from ``cut`` on to the scores (float32) of a tile."""
    indptr, indices, data, dense, common = terms[0], terms[1], terms[2], terms[3], terms[4]
    columns, starts, places, weights = index
    p, end = indptr[d], indptr[d + 1]
    while p < end and indices[p] < cut:
        p += 1
    while p + 4 <= end and indices[p + 3] < dense:
        a, b, c, e = np.float32(data[p]), np.float32(data[p + 1]), np.float32(data[p + 2]), np.float32(data[p + 3])
        one, two, three, four = columns[indices[p]], columns[indices[p + 1]], columns[indices[p + 2]], columns[indices[p + 3]]
        for i in range(scores.size):
            scores[i] += a * one[i] + b * two[i] + c * three[i] + e * four[i]
        p += 4
    while p < end and indices[p] < dense:
        a, one = np.float32(data[p]), columns[indices[p]]
        for i in range(scores.size):
            scores[i] += a * one[i]
        p += 1
    while p < end and indices[p] < common:
        a = np.float32(data[p])
        t = indices[p] - dense
        having, theirs = places[starts[t] : starts[t + 1]], weights[starts[t] : starts[t + 1]]
        for q in range(uint64(having.size)):
            scores[having[q]] += a * theirs[q]
        p += 1


@njit(cache=True, nogil=True)
def follow(terms, d, first, before, queries, sums, touched):  # noqa: ANN001, ANN201
    """Sum up what a row shares of its rare terms with items from ``first`` to ``before`` - 1 or from ``queries`` on (``sums``,
    float64).

    Returns how many there are; ``touched`` names them.
    """
    indptr, indices, data, common = terms[0], terms[1], terms[2], terms[4]
    starts, items, weights = terms[7], terms[8], terms[9]
    count = 0
    p = indptr[d + 1] - 1
    while p >= indptr[d] and indices[p] >= common:
        a = data[p]
        t = indices[p] - common
        having, theirs = items[starts[t] : starts[t + 1]], weights[starts[t] : starts[t + 1]]
        for q in range(uint64(having.size)):
            i = having[q]
            if i >= before:
                break
            if i < first:
                continue
            if sums[i] == 0:
                touched[count] = i
                count += 1
            sums[i] += a * theirs[q]
        for q in range(having.size - 1, -1, -1):
            i = having[q]
            if i < queries or i < before:
                break
            if sums[i] == 0:
                touched[count] = i
                count += 1
            sums[i] += a * theirs[q]
        p -= 1
    return count


@njit(cache=True, nogil=True)
def sort_by_tile(count, bounds, tile_of, sums, touched, near, near_tiles, at):  # noqa: ANN001, ANN201
    """Move what was followed to ``near`` (items int32, sums float64) from ``at`` on, in order of tile."""
    near_items, near_sums = near
    tiles = bounds.size - 1
    near_tiles[:] = 0
    for c in range(count):
        near_tiles[tile_of[touched[c]] + 1] += 1
    near_tiles[0] = at
    for tile in range(tiles):
        near_tiles[tile + 1] += near_tiles[tile]
    for c in range(count):
        i = touched[c]
        place = near_tiles[tile_of[i]]
        near_items[place], near_sums[place] = i, sums[i]
        near_tiles[tile_of[i]] = place + 1
        sums[i] = 0
    for tile in range(tiles, 0, -1):
        near_tiles[tile] = near_tiles[tile - 1]
    near_tiles[0] = at


@njit(cache=True, nogil=True, fastmath=True)
def reaches(scores, omitted, theirs, norm, most, needed, block):  # noqa: ANN001, ANN201
    """Whether any score of a block may reach what either end asks; without branches, so that it is done in vectors."""
    top = np.float32(-4.0)
    for i in range(block, block + BLOCK):
        over = (scores[i] + norm * omitted[i]) * most - min(needed, theirs[i])
        top = max(top, over)
    return top >= np.float32(-1e-6)
