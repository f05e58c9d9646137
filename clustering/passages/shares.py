"""How much of each article is copy, quote, background and its own words.

The denominator is the body: all words but furniture, captions, bylines, datelines and headlines. A word in several
passages counts once, as the strongest of them: furniture, then copy, quote, background.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.passages.found import Found
from clustering.tables import SHARES, flat, table
from clustering.text.tokens import BOILERPLATE, NOT_BODY

_STRENGTH = {"background": 1, "quote": 2, "copy": 3, "boilerplate": 4}
FURNITURE = _STRENGTH["boilerplate"]


@njit(cache=True, nogil=True)
def _paint(offsets, starts, ends, rows, span_starts, span_ends, strength, painted):  # noqa: ANN001, ANN202
    """The greatest strength of the spans over each token."""
    for s in range(rows.size):
        i, stop = offsets[rows[s]], offsets[rows[s] + 1]
        i += np.searchsorted(ends[i:stop], span_starts[s], side="right")
        while i < stop and starts[i] < span_ends[s]:
            painted[i] = max(painted[i], strength[s])
            i += 1


def shares(tokens: pa.Table, found: Found) -> pa.Table:
    """Word counts of each article by what they are, as a SHARES table; the four kinds of body words sum to ``words``."""
    starts, offsets = flat(tokens["starts"])
    ends, zones = flat(tokens["ends"])[0], flat(tokens["zones"])[0]
    painted = np.zeros(starts.size, np.uint8)
    strength = np.array([_STRENGTH[k] for k in found.passages["kind"].to_pylist()], np.uint8)
    occurrences = found.occurrences
    _paint(offsets, starts, ends, occurrences["row"].to_numpy(), occurrences["start"].to_numpy(), occurrences["end"].to_numpy(),
           strength[occurrences["passage"].to_numpy()], painted)
    counts = np.zeros((len(_STRENGTH) + 1, offsets.size - 1), np.int32)
    _count(offsets, zones, painted, counts)
    own, background, quote, copy, furniture = counts
    return table(SHARES, {
        "words": own + background + quote + copy, "copy_words": copy, "quote_words": quote, "background_words": background,
        "own_words": own, "boilerplate_words": furniture, "all_words": np.diff(offsets).astype(np.int32),
    })


@njit(cache=True, nogil=True)
def _count(offsets, zones, painted, counts):  # noqa: ANN001, ANN202
    """The words of each article by the strength of what they stand in; furniture counts whatever its zone, else the body."""
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            if zones[i] & BOILERPLATE != 0:
                counts[FURNITURE, row] += 1
            elif painted[i] == FURNITURE or zones[i] & NOT_BODY == 0:
                counts[painted[i], row] += 1
