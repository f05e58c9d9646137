"""The heaviest neighbours of every row, exact, without multiplying every row with every other.

A row wants its ``k`` heaviest neighbours by cosine x time. Whatever is in its list already says how heavy a pair must be to
matter, and the time between two rows says how much of a cosine is left of it: the pair of two texts a week apart must be ten
times as alike as that of two texts of one day. So the cosine that can still matter rises with the gap, and the work falls:

- *Terms by how many rows have them.* The few that many rows have make up most of the work of an inverted index and little of a
  vector: on German news the words in a tenth of all texts are 72 % of the products and 3 % of the squared norm. What is left out
  of a sum is bounded by the product of both rows' norms over what was left out (Cauchy-Schwarz), known for every row and
  each of some ``LEVELS``.
- *Rare terms first.* Rows that share one are few, and the best of them start the list, so that it is demanding from the first.
- *Then tiles of rows in order of time*, the own one first, then the nearest. In each the least cosine that matters decides which
  terms are summed at all; where rare terms alone can tell, rows without one are never looked at.
- What passes the bound is multiplied out exactly, once, and offered to both ends.

Every thread has a run of tiles of its own and writes to the lists of their rows only; what it finds for others is handed over at
the end. A list is the heaviest of everything that was offered, so no order and no number of threads shows.

The idea is that of prefix filtering (Bayardo, Ma, Srikant 2007, "Scaling up all pairs similarity search"; Anastasiu, Karypis
2014, "L2AP") with the time weight as a moving threshold. Sums that only bound are float32 and get ``SLACK``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numba import get_num_threads, njit

from clustering.events.dating import Dating, Kernel
from clustering.events.products import BLOCK, SLACK, add_products, follow, index_tile, multiply, offer, reaches, sort_by_tile
from clustering.events.tiles import Items, Terms, most_time, order_terms, others_of, place_items, shares_of, time_at

ROOM = 2.0
"""A level is good enough when the bound of what it leaves out is so many ordinary cosines below the one that matters: for then
hardly any ordinary pair reaches it by what is summed."""
Lists = tuple[np.ndarray, np.ndarray, np.ndarray]
Away = tuple[np.ndarray, np.ndarray]
"""Ends of pairs that belong to another thread (int32[n, 2]), cosines and weights (float64[n, 2])."""


@njit(cache=True, nogil=True)
def _begin(begin, end, row, terms, dating, kernel, least, best, scratch):  # noqa: ANN001, ANN202
    """Begin the lists of the rows that are items ``begin`` to ``end`` - 1 with those who share most by rare terms."""
    spread, sums, touched, _, _, passed, products, item_of = scratch
    days, floor, half_life = dating[0], kernel[0], kernel[1]
    k = best[0].shape[1]
    found, bounds, cosines, rare = passed
    picked, alike, shared = np.empty(k, np.int32), np.empty(k), np.empty(k)
    known = np.zeros(days.size)
    for item in range(begin, end):
        d = row[item]
        count = 0
        for c in range(follow(terms, item, 0, row.size, row.size, sums, touched)):
            e = row[touched[c]]
            total = sums[touched[c]]
            sums[touched[c]] = 0
            gap = days[e] - days[d]
            weight = total * (time_at(gap, floor, half_life) if not np.isnan(gap) else 1.0)
            if e == d or weight < least or (count == k and weight <= alike[k - 1]):
                continue
            j = count if count < k else k - 1
            while j > 0 and alike[j - 1] < weight:
                alike[j], picked[j], shared[j] = alike[j - 1], picked[j - 1], shared[j - 1]
                j -= 1
            alike[j], picked[j], shared[j] = weight, e, total
            count = min(count + 1, k)
        for c in range(count):
            found[c], bounds[c], cosines[c], rare[c] = picked[c], 2.0, 2.0, shared[c]
        kept = multiply(d, passed, count, 0, item_of, terms, dating, kernel, least, known, spread, products)
        for c in range(kept):
            offer(best, d, products[0][c], products[1][c], products[2][c])


@njit(cache=True, nogil=True)
def _search(tile, order, items, terms, tile_of, mine, dating, kernel, least, error, cosines, known, best, scratch):  # noqa: ANN001, ANN202
    """Offer the pairs of the rows of a tile and the items before them, and the named days, to both ends.

    ``order`` names the tiles, nearest first: the own one alone, or others. ``cosines``: an ordinary one, and what none is more
    than. ``known`` is what the last of each row's list
    weighs, at least. Items below ``mine[0]`` or from ``mine[1]`` on belong to another thread: what concerns them is returned.
    """
    row, place, bounds, kinds, first, last, queries = items
    cuts, norms = terms[5], terms[6]
    spread, sums, touched, index, scores, passed, products, item_of = scratch
    found, found_bounds, found_sums, found_rare = passed
    begin, n, levels = bounds[tile], bounds[tile + 1] - bounds[tile], cuts.size
    own, (ordinary, longest) = order.size > 0 and order[0] == tile, cosines
    away_rows, away_values, away = np.empty((1024, 2), np.int32), np.empty((1024, 2)), 0
    wide = scores.size

    near_tiles = np.empty((n, bounds.size), np.int64)
    near_items, near_sums = np.empty(64 * wide, np.int32), np.empty(64 * wide)
    at = 0
    for d in range(n):
        count = follow(terms, begin + d, begin if own else 0, begin + d if own else begin, queries, sums, touched)
        if at + count > near_items.size:
            more_items, more_sums = np.empty(2 * (at + count), np.int32), np.empty(2 * (at + count))
            more_items[:at], more_sums[:at] = near_items[:at], near_sums[:at]
            near_items, near_sums = more_items, more_sums
        sort_by_tile(count, bounds, tile_of, sums, touched, (near_items, near_sums), near_tiles[d], at)
        at += count

    chosen, asked, allowed = np.empty(n, np.int64), np.empty(n, np.float32), np.empty(n, np.float32)
    others, theirs, rare = np.zeros((levels, wide), np.float32), np.empty(wide, np.float32), np.zeros(wide)
    widest, typical = np.empty(levels, np.float32), np.empty(levels, np.float32)
    for other in order:
        base, size = bounds[other], bounds[other + 1] - bounds[other]
        others[:] = 0
        theirs[:] = 4.0
        for i in range(size):
            theirs[i] = (max(known[row[base + i]], least) - SLACK) / (1.0 + error)
            for level in range(levels):
                others[level, i] = norms[level, place[base + i]]
        for level in range(levels):
            widest[level], typical[level] = others[level, :size].max(), others[level, :size].mean()
        undemanding = np.partition(theirs[:size], size // 8)[size // 8]
        least_asked = theirs[:size].min()
        low = levels
        for d in range(n):
            r = row[begin + d]
            chosen[d] = -1
            most = most_time(r, kinds[other], first[other], last[other], dating, kernel) * (1.0 + 1e-9)
            needed = (max(known[r], least) - SLACK) / (1.0 + error)
            if min(needed, least_asked) > most * longest:
                continue
            level = levels - 1
            most_omitted = min(needed, undemanding) - ROOM * ordinary * most
            while level > 0 and norms[level, begin + d] * typical[level] * most > most_omitted:
                level -= 1
            chosen[d], asked[d], allowed[d] = level, needed - 2e-7, most
            low = min(low, level)
        if low == levels:
            continue
        if low < levels - 1:
            index_tile(items, terms, other, cuts[low], index)
        for d in range(n):
            level = chosen[d]
            if level < 0:
                continue
            r, needed, most = row[begin + d], asked[d], allowed[d]
            norm = norms[level, begin + d]
            until = d if other == tile else size
            count = 0
            if level == levels - 1 and norm * widest[level] * most < min(needed, least_asked):
                for c in range(near_tiles[d, other], near_tiles[d, other + 1]):
                    i = near_items[c] - base
                    bound = near_sums[c] + norm * others[level, i]
                    if bound * most >= min(needed, theirs[i]):
                        found[count], found_bounds[count] = row[base + i], bound * (1.0 + error) + 1e-7
                        found_sums[count], found_rare[count] = near_sums[c] * (1.0 + error) + 1e-7, near_sums[c]
                        count += 1
            else:
                scores[:] = 0
                for c in range(near_tiles[d, other], near_tiles[d, other + 1]):
                    scores[near_items[c] - base] = rare[near_items[c] - base] = near_sums[c]
                if level < levels - 1:
                    add_products(terms, begin + d, cuts[level], index, scores)
                omitted = others[level]
                for block in range(0, until, BLOCK):
                    if not reaches(scores, omitted, theirs, norm, most, needed, block):
                        continue
                    for i in range(block, min(block + BLOCK, until)):
                        bound = scores[i] + norm * omitted[i]
                        if bound * most >= min(needed, theirs[i]):
                            found[count], found_bounds[count] = row[base + i], bound * (1.0 + error) + 1e-7
                            found_sums[count], found_rare[count] = scores[i] * (1.0 + error) + 1e-7, rare[i]
                            count += 1
                for c in range(near_tiles[d, other], near_tiles[d, other + 1]):
                    rare[near_items[c] - base] = 0.0
            if count == 0:
                continue
            kept = multiply(r, passed, count, cuts[level], item_of, terms, dating, kernel, least, known, spread, products)
            for c in range(kept):
                e, cosine, weight = products[0][c], products[1][c], products[2][c]
                offer(best, r, e, cosine, weight)
                if weight < known[e]:
                    continue
                if mine[0] <= item_of[e] < mine[1]:
                    offer(best, e, r, cosine, weight)
                    known[e] = best[2][e, -1]
                else:
                    if away == away_rows.shape[0]:
                        away_rows = np.concatenate((away_rows, away_rows))
                        away_values = np.concatenate((away_values, away_values))
                    away_rows[away, 0], away_rows[away, 1] = e, r
                    away_values[away, 0], away_values[away, 1] = cosine, weight
                    away += 1
            known[r] = best[2][r, -1]
    return away_rows[:away].copy(), away_values[:away].copy()


@njit(cache=True, nogil=True)
def _deliver(rows, values, best):  # noqa: ANN001, ANN202
    for i in range(rows.shape[0]):
        offer(best, rows[i, 0], rows[i, 1], values[i, 0], values[i, 1])


def _scratch(items: Items, terms: Terms, k: int) -> tuple[Any, ...]:
    """What one thread writes to: a row spread out over all terms; sums of items; the index of a tile; its scores; pairs."""
    widest = max((int(np.diff(terms.indptr)[items.place[a:b]].sum()) for a, b in pairwise(items.bounds)), default=0)
    n, wide = items.row.size, -(-int(np.diff(items.bounds).max(initial=1)) // BLOCK) * BLOCK
    most = max(wide, k)
    item_of = np.empty(items.queries, np.int64)
    item_of[items.row[: items.queries]] = np.arange(items.queries)
    index = (np.empty((terms.dense, wide), np.float32), np.empty(terms.common - terms.dense + 1, np.int64),
             np.empty(widest, np.uint16), np.empty(widest, np.float32))
    return (np.zeros(terms.common), np.zeros(n), np.empty(n, np.int32), index,
            np.empty(wide, np.float32), (np.empty(most, np.int32), np.empty(most), np.empty(most), np.empty(most)),
            (np.empty(most, np.int32), np.empty(most), np.empty(most)), item_of)


def heaviest(matrix: sp.csr_matrix, dating: Dating, k: int, least: float, kernel: Kernel, threads: int | None = None) -> Lists:
    """The ``k`` heaviest neighbours of each row by cosine x time, at least ``least``: rows (int32[m, k], -1: none), their cosines
    and weights (float64[m, k], quantised to 1e-6), heaviest first, equal ones in order of row.
    The matrix holds multiples of 2^-24 from 0 to 1, which float32 has exactly. ``threads`` changes nothing but the time it takes.
    """
    m = matrix.shape[0]
    items = place_items(dating, kernel)
    terms = order_terms(matrix, items)
    best = (np.full((m, k), -1, np.int32), np.zeros((m, k)), np.zeros((m, k)))
    tile_of = np.repeat(np.arange(items.kinds.size, dtype=np.int32), np.diff(items.bounds))
    error = (int(np.diff(terms.indptr).max(initial=0)) + 4) * 1.2e-7  # of a sum of that many float32
    ordinary = float((np.bincount(terms.indices, terms.data) ** 2).sum()) / max(m, 1) ** 2
    longest = float(np.add.reduceat(np.r_[terms.data, 0.0] ** 2, terms.indptr[:-1]).max(initial=0.0)) * 1.001 + 1e-6 if m else 0.0
    when = dating.arrays()
    shares = [share for share in shares_of(items, kernel, threads or get_num_threads()) if share]

    def search(tile: int, order: np.ndarray, share: range, known: np.ndarray, scratch: tuple[Any, ...]) -> Away:
        mine = (items.bounds[share.start], items.bounds[share.stop])
        found: Away = _search(tile, order, tuple(items), tuple(terms), tile_of, mine, when, kernel, least, error,
                              (ordinary, longest), known, best, scratch)
        return found

    def begin(share: range) -> tuple[Any, ...]:
        scratch = _scratch(items, terms, k)
        _begin(items.bounds[share.start], items.bounds[share.stop], items.row, tuple(terms), when, kernel, least, best, scratch)
        known = best[2][:, -1].copy()
        for tile in share:
            search(tile, np.array([tile]), share, known, scratch)
        return scratch

    def go_on(share: range, scratch: tuple[Any, ...], known: np.ndarray) -> list[Away]:
        return [search(tile, others_of(items, tile), share, known, scratch) for tile in share]

    with ThreadPoolExecutor(max(len(shares), 1)) as pool:
        scratches = list(pool.map(begin, shares))
        known = [best[2][:, -1].copy() for _ in shares]
        for away in pool.map(go_on, shares, scratches, known):
            for rows, values in away:
                _deliver(rows, values, best)
    return best
