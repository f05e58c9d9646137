"""In how many outlets does each word of an article stand? Stretches of words with the same number, by their passages.

Furniture is left out: a site's own words are no news of anybody. A passage lets one member in five come and go, so the number is
that of the outlets that have the passage, not of an exact word.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.passages.found import Found
from clustering.tables import SPREAD, flat, table


@njit(cache=True, nogil=True)
def _stretches(first, last, passage, held, outlets_in, mark):  # noqa: ANN001, ANN202
    """The words of one article by number of outlets: int64[m, 3] of first token, one past the last, outlets.

    ``first``, ``last``, ``passage`` are its occurrences; ``outlets_in[held[p] : held[p + 1]]`` the outlets of a passage; ``mark``
    is scratch, int64[outlets], all zero before and after.
    """
    edges = np.unique(np.concatenate((first, last)))
    out = np.empty((edges.size, 3), np.int64)
    n = 0
    for e in range(edges.size - 1):
        outlets = 0
        for k in range(first.size):
            if first[k] <= edges[e] < last[k]:
                for o in outlets_in[held[passage[k]] : held[passage[k] + 1]]:
                    outlets += mark[o] == 0
                    mark[o] = 1
        for k in range(first.size):
            if first[k] <= edges[e] < last[k]:
                for o in outlets_in[held[passage[k]] : held[passage[k] + 1]]:
                    mark[o] = 0
        if not outlets:
            continue
        if n and out[n - 1, 1] == edges[e] and out[n - 1, 2] == outlets:
            out[n - 1, 1] = edges[e + 1]
        else:
            out[n] = edges[e], edges[e + 1], outlets
            n += 1
    return out[:n]


def spread(articles: pa.Table, tokens: pa.Table, found: Found) -> pa.Table:
    """A SPREAD table: the shared words of each article, with the number of outlets they stand in (its own is one of them).

    An unknown outlet is different from every other. What stands in no passage has no row: one outlet.
    """
    starts, offsets = flat(tokens["starts"])
    ends, _ = flat(tokens["ends"])
    kinds = np.array([kind != "boilerplate" for kind in found.passages["kind"].to_pylist()], bool)
    names = ("passage", "row", "start", "end")
    passage, row, start, end = (found.occurrences[name].to_numpy().astype(np.int64) for name in names)
    chosen = kinds[passage] if passage.size else np.zeros(0, bool)
    order = np.lexsort((start[chosen], row[chosen]))
    passage, row, start, end = (values[chosen][order] for values in (passage, row, start, end))

    _, outlet = np.unique(np.array(articles["outlet_key"].to_pylist(), object).astype(str), return_inverse=True)
    holds = np.unique(np.stack([passage, outlet[row]], axis=1), axis=0) if row.size else np.zeros((0, 2), np.int64)
    held = np.searchsorted(holds[:, 0], np.arange(len(kinds) + 1))
    mark = np.zeros(int(outlet.max(initial=0)) + 1, np.int64)
    bounds = np.flatnonzero(np.diff(row, prepend=-1, append=-1)) if row.size else np.zeros(1, np.int64)
    rows, parts = [np.zeros(0, np.int64)], [np.zeros((0, 3), np.int64)]
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        here = slice(int(offsets[row[low]]), int(offsets[row[low] + 1]))
        first = here.start + np.searchsorted(ends[here], start[low:high], side="right")
        last = here.start + np.searchsorted(starts[here], end[low:high], side="left")
        part = _stretches(first, last, passage[low:high], held, holds[:, 1].copy(), mark)
        rows.append(np.full(len(part), row[low]))
        parts.append(part)
    of, at = np.concatenate(rows), np.concatenate(parts)
    return table(SPREAD, {
        "row": of.astype(np.int32), "start": starts[at[:, 0]].astype(np.int32), "end": ends[at[:, 1] - 1].astype(np.int32),
        "words": (at[:, 1] - at[:, 0]).astype(np.int32), "outlets": at[:, 2].astype(np.int32)})
