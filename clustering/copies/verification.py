"""The exact look at a candidate pair: its numbers, a verdict, and the number that decided, in words."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

import numpy as np
import pyarrow as pa
from numba import njit

from clustering.config import CopiesSettings
from clustering.copies.runs import longest_runs
from clustering.copies.shingles import body_tokens, shingles_in_order
from clustering.tables import PAIRS, flat, table
from clustering.threads import spread


@njit(cache=True, nogil=True)
def _shared(sets, offsets, left, right, out):  # noqa: ANN001, ANN202 - uint32 sets with int64 offsets; pairs of rows
    """Sizes of the intersections of sorted sets; the merge has no branch to mispredict."""
    for p in range(left.size):
        a, a_stop = offsets[left[p]], offsets[left[p] + 1]
        b, b_stop = offsets[right[p]], offsets[right[p] + 1]
        n = 0
        while a < a_stop and b < b_stop:
            x, y = sets[a], sets[b]
            n += x == y
            a += x <= y
            b += y <= x
        out[p] = n


@njit(cache=True, nogil=True)
def _equal(tokens, offsets, left, right, out):  # noqa: ANN001, ANN202 - uint64 tokens with int64 offsets; pairs of rows
    for p in range(left.size):
        a, b = offsets[left[p]], offsets[right[p]]
        n = offsets[left[p] + 1] - a
        same = n > 0 and n == offsets[right[p] + 1] - b
        i = 0
        while same and i < n:
            same = tokens[a + i] == tokens[b + i]
            i += 1
        out[p] = same


def _share(value: float) -> str:
    """A share with two digits, cut and not rounded, so that .499 never reads as .50; '.12', '1.00'."""
    return f"{floor(round(value * 100, 4)) / 100:.2f}".removeprefix("0")


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def verify(tokens: pa.Table, shingles: pa.Table, candidates: pa.Table, settings: CopiesSettings) -> pa.Table:
    """Every candidate with its exact numbers, its verdict and the reason, as a PAIRS table.

    ``identical``
        the same body tokens in the same order; a body of fewer than ``min_run_tokens`` counts only when the tokens
        outside the body are the same too (two picture pages may both say no more than "Photo").
    ``near_duplicate``
        Jaccard of at least ``near_duplicate_jaccard``.
    ``excerpt``
        the larger of the two containments at least ``excerpt_containment``, and a common run of ``min_run_tokens``.
    ``rejected``
        everything else, with what was missing.

    A short text (fewer than ``short_shingles`` shingles) is a near-duplicate or an excerpt only at a containment of
    ``short_containment``: a stock phrase is half of it. Whatever the shares, ``min_shared_shingles`` must be shared.

    Parameters
    ----------
    tokens, shingles
        Of the articles, one row each.
    candidates
        A CANDIDATES table.
    settings
        The thresholds.
    """
    left, right = (candidates[side].to_numpy().astype(np.int64) for side in ("left", "right"))
    sets, offsets = flat(shingles["hashes"])
    body, places = body_tokens(tokens)
    sizes = np.diff(offsets)
    shared = np.empty(left.size, np.int32)
    spread(lambda first, last: _shared(sets, offsets, left[first:last], right[first:last], shared[first:last]), left.size)
    jaccard = np.round(shared / np.maximum(1, sizes[left] + sizes[right] - shared), 6)
    containment_left = np.round(shared / np.maximum(1, sizes[left]), 6)
    containment_right = np.round(shared / np.maximum(1, sizes[right]), 6)
    containment = np.maximum(containment_left, containment_right)

    run = np.zeros(left.size, np.int32)
    enough = np.flatnonzero(shared)
    in_order, starts = shingles_in_order(body, places, settings.shingle_tokens)
    run[enough] = longest_runs(body, places, in_order, starts, settings.shingle_tokens, left[enough], right[enough])

    lengths = np.diff(places)
    identical, whole = np.empty(left.size, np.bool_), np.empty(left.size, np.bool_)
    _equal(body, places, left, right, identical)
    _equal(*flat(tokens["hashes"]), left, right, whole)
    bare = identical & ~whole & (lengths[left] < settings.min_run_tokens)

    smaller = np.minimum(sizes[left], sizes[right])
    least, short_share = settings.min_shared_shingles, settings.short_containment
    high, enclosed = settings.near_duplicate_jaccard, settings.excerpt_containment
    shares, runs, sharing = containment.tolist(), run.tolist(), shared.tolist()
    rules: list[tuple[np.ndarray, str, Callable[[int], str]]] = [  # the first that holds decides
        (bare, "rejected", lambda p: f"the same {_count(lengths[left[p]], 'body token')}, fewer than "
                                     f"{settings.min_run_tokens}, and the rest of the texts differs"),
        (identical, "identical", lambda _: "the same body tokens in the same order"),
        (shared < least, "rejected", lambda p: f"{_count(sharing[p], 'shared shingle')}, fewer than {least}"),
        ((smaller < settings.short_shingles) & (containment < short_share), "rejected",
         lambda p: f"short text of {smaller[p]} shingles: containment {_share(shares[p])} below {_share(short_share)}"),
        (jaccard >= high, "near_duplicate", lambda p: f"Jaccard {_share(jaccard[p])}, at least {_share(high)}"),
        (containment < enclosed, "rejected", lambda p: f"containment {_share(shares[p])} below {_share(enclosed)}"),
        (run < settings.min_run_tokens, "rejected",
         lambda p: f"longest run {_count(runs[p], 'token')}, fewer than {settings.min_run_tokens}"),
        (np.ones(left.size, np.bool_), "excerpt",
         lambda p: f"containment {_share(shares[p])}, at least {_share(enclosed)}"),
    ]
    decided = np.argmax(np.stack([holds for holds, _, _ in rules]), axis=0)
    verdicts = pa.array([verdict for _, verdict, _ in rules]).take(pa.array(decided))
    reasons = [rules[rule][2](p) for p, rule in enumerate(decided.tolist())]
    return table(PAIRS, {
        "left": candidates["left"], "right": candidates["right"], "channel": candidates["channel"], "shared_shingles": shared,
        "jaccard": jaccard, "containment_left": containment_left, "containment_right": containment_right, "longest_run": run,
        "verdict": verdicts, "reason": reasons,
    })
