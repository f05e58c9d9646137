"""Rows in order of their terms, dealt out a block of rows at a time, beside sorting each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.events import rows


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 30)), max_size=12), st.integers(0, 2**32 - 1), st.integers(1, 5), st.booleans())
def test_rows_are_dealt_out_as_if_each_were_sorted(given_terms: list[set[int]], seed: int, block: int, moved: bool) -> None:
    random = np.random.default_rng(seed)
    terms = np.array([t for row in given_terms for t in random.permutation(sorted(row)).tolist()], np.int32)
    indptr = np.cumsum([0, *map(len, given_terms)]).astype(np.int64)
    kept, number = random.random(terms.size) < 0.7, random.permutation(31).astype(np.int32)
    place = random.permutation(len(given_terms)) if moved else np.arange(len(given_terms))
    want: list[list[tuple[int, int]]] = [[] for _ in given_terms]
    for row, (begin, end) in enumerate(zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True)):
        want[place[row]] = sorted((int(number[terms[p]]), p) for p in range(begin, end) if kept[p])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "BLOCK", block)
        found, out_terms, entries = rows.ordered(indptr, terms, kept, number, 31, place if moved else None)
    got = list(zip(out_terms.tolist(), entries.tolist(), strict=True))
    assert [got[a:b] for a, b in zip(found[:-1].tolist(), found[1:].tolist(), strict=True)] == want
