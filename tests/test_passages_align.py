"""Nomination, alignment and columns against their slow twins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import PassagesSettings
from clustering.passages import align as alignment
from clustering.passages import columns, positions
from clustering.passages.cut import cut
from clustering.passages.nominate import bases, nominate
from clustering.text.tokens import BOILERPLATE, SENTENCE_START, tokenise
from tests.build import articles
from tests.oracles import passages as oracle

SETTINGS = PassagesSettings()
FIRST, SECOND = np.array([0], np.int32), np.array([1], np.int32)


def lay(*texts: list[int]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.r_[0, np.cumsum([len(t) for t in texts])].astype(np.int64)
    return np.array([w for t in texts for w in t], np.uint64), offsets


def aligned(a: list[int], b: list[int], flags: np.ndarray | None = None, least: int = 6) -> tuple:
    hashes, offsets = lay(a, b)
    flags = np.zeros(hashes.size, np.uint8) if flags is None else flags
    blocks, segments = alignment.align(hashes, flags, offsets, FIRST, SECOND, 3, 6, least, 0.55)
    return blocks, segments, int(offsets[1])


def columns_of(block: np.ndarray, segments: np.ndarray) -> list[tuple[int, int]]:
    return [(int(s[0]) + k, int(s[1]) + k) for s in segments[block[6] : block[7]] for k in range(s[2])]


@st.composite
def edited_pairs(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A text of mostly rare words, and a version with edits, an inserted part and perhaps a moved half."""
    n = draw(st.integers(20, 160))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    a = np.where(rng.random(n) < 0.3, rng.integers(0, 12, n), rng.integers(100, 100_000, n)).tolist()
    b = [w if rng.random() > draw(st.sampled_from((0.0, 0.05))) else int(rng.integers(200_000, 300_000)) for w in a]
    if draw(st.booleans()):
        cut_at = int(rng.integers(0, n))
        b = b[cut_at:] + b[:cut_at]
    at = int(rng.integers(0, n))
    return a, b[:at] + rng.integers(300_000, 400_000, draw(st.integers(0, 40))).tolist() + b[at:]


@given(edited_pairs())
@settings(max_examples=60, deadline=None)
def test_blocks_are_what_they_say(pair: tuple[list[int], list[int]]) -> None:
    a, b = pair
    blocks, segments, shift = aligned(a, b)
    used_a: set[int] = set()
    used_b: set[int] = set()
    for block in blocks:
        _, a0, a1, b0, b1, equal, _, _ = block.tolist()
        places = columns_of(block, segments)
        assert len(places) == equal
        assert min(a1 - a0, b1 - b0) >= 6
        assert equal >= 0.55 * max(a1 - a0, b1 - b0)
        assert places == sorted(places)
        for i, j in places:
            assert a0 <= i < a1
            assert b0 <= j < b1
            assert a[i] == b[j - shift]
        assert not used_a & set(range(a0, a1))
        assert not used_b & set(range(b0, b1))
        used_a |= set(range(a0, a1))
        used_b |= set(range(b0, b1))


@given(edited_pairs())
@settings(max_examples=60, deadline=None)
def test_it_marks_what_difflib_finds(pair: tuple[list[int], list[int]]) -> None:
    a, b = pair
    blocks, _, shift = aligned(a, b)
    marked = {k for block in blocks for k in range(block[3] - shift, block[4] - shift)}
    wanted = {j + k for _, j, size in oracle.blocks(a, b, 8) for k in range(size)}
    assert len(wanted & marked) >= 0.9 * len(wanted)


@given(st.lists(st.integers(0, 5), max_size=20), st.lists(st.integers(0, 5), max_size=20))
@settings(max_examples=80, deadline=None)
def test_longest_common_subsequence(a: list[int], b: list[int]) -> None:
    found = np.empty((24, 2), np.int32)
    x, y = np.array(a, np.uint64), np.array(b, np.uint64)
    n = alignment._common(x, 0, len(a), y, 0, len(b), found)
    assert n == oracle.common(a, b)
    places = found[:n].tolist()
    assert all(a[i] == b[j] for i, j in places)
    assert all(p[0] < q[0] and p[1] < q[1] for p, q in pairwise(places))


def test_a_moved_block_is_found() -> None:
    first, second = list(range(100, 140)), list(range(200, 240))
    blocks, _, shift = aligned(first + second, second + first)
    assert sorted((int(b[1]), int(b[2]), int(b[3]) - shift) for b in blocks) == [(0, 40, 40), (40, 80, 0)]


def test_an_inserted_paragraph_ends_a_block_and_an_inserted_clause_does_not() -> None:
    head, tail = list(range(100, 130)), list(range(200, 230))
    new = list(range(1000, 1012))
    both = head + tail + head + new + tail
    flags = np.zeros(len(both), np.uint8)
    for start in (0, 30, 60, 90, 102):
        flags[start] = SENTENCE_START
    assert len(aligned(head + tail, head + new + tail, flags)[0]) == 2
    clause = np.zeros(len(both), np.uint8)
    clause[[0, 60]] = SENTENCE_START
    assert len(aligned(head + tail, head + new + tail, clause)[0]) == 1


def test_repeated_tokens_do_not_explode() -> None:
    blocks, _, _ = aligned([7] * 50_000, [7] * 49_999)
    assert len(blocks) == 0  # no run of three is rare enough to say where


def test_a_text_that_repeats_itself_is_still_shared_with_its_copy() -> None:
    verse = list(range(20)) * 6
    blocks, _, shift = aligned(verse, verse)
    assert blocks[:, 1:6].tolist() == [[0, 120, shift, shift + 120, 120]]


def test_furniture_cuts_a_block() -> None:
    words = list(range(100, 160))
    hashes, offsets = lay(words, words)
    flags, zones = np.zeros(120, np.uint8), np.zeros(120, np.uint8)
    zones[40:60] = BOILERPLATE
    blocks, segments = alignment.align(hashes, flags, offsets, FIRST, SECOND, 3, 6, 6, 0.55)
    pieces, _ = cut(blocks, segments, flags, zones, 6)
    assert [(int(p[1]), int(p[2])) for p in pieces] == [(0, 40), (40, 60)]


@given(st.lists(st.lists(st.integers(0, 3), max_size=14), max_size=5), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_nomination_counts_shared_runs(words: list[list[int]], least: int) -> None:
    table = articles(*(" ".join(f"w{w}" for w in text) for text in words))
    tokens = tokenise(table["text"])
    chosen = PassagesSettings(nominate_tokens=3, nominate_min_shared=least)
    left, right, _ = nominate(table, tokens, np.arange(len(words), dtype=np.int32), chosen)
    expected = sorted(pair for pair, n in oracle.shared_runs(words, 3).items() if n >= least)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == expected


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_stretches_are_those_of_sets(given_intervals: list[tuple[int, int]]) -> None:
    intervals = [(low, low + length) for low, length in given_intervals]
    low, high = np.array(intervals, np.int64).T
    spans, held = columns._pieces(low.copy(), high.copy())
    found = [(start, end, np.flatnonzero(row).tolist()) for (start, end), row in zip(spans.tolist(), held, strict=True)]
    assert found == oracle.stretches(intervals, columns._NEAR, columns._MANY)


def test_one_outlet_and_far_dates_are_not_nominated() -> None:
    text = "one two three four five six seven eight nine ten"
    day = {"text": text, "published": "2024-01-01"}
    table = articles({**day, "outlet": "A"}, {**day, "outlet": "A"}, {**day, "outlet": "B"},
                     {"text": text, "outlet": "C", "published": "2024-06-01"}, {"text": text, "outlet": "D"})
    left, right, _ = nominate(table, tokenise(table["text"]), np.arange(5, dtype=np.int32), SETTINGS)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 2), (0, 4), (1, 2), (1, 4), (2, 4), (3, 4)]


def test_frequent_runs_are_counted_not_lost_silently() -> None:
    table = articles(*["one two three four five six seven"] * 5)
    tokens = tokenise(table["text"])
    chosen = PassagesSettings(max_articles=4)
    assert nominate(table, tokens, np.arange(5, dtype=np.int32), chosen)[2]["runs_in_too_many_articles"] == 2
    one_group = np.zeros(5, np.int32)  # an article and its duplicates count once
    left, _, skipped = nominate(table, tokens, one_group, chosen)
    assert skipped["runs_in_too_many_articles"] == 0
    assert len(left) == 10


def test_large_groups_meet_through_their_bases() -> None:
    groups, lengths = np.zeros(40, np.int32), np.arange(40)
    base, capped = bases(groups, np.full(40, -1), lengths)
    assert base[0]
    assert base[39]
    assert 3 <= base.sum() <= 5
    assert capped == (40 - base.sum()) * (39 - base.sum()) // 2


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=25))
@settings(max_examples=60, deadline=None)
def test_columns_are_components_split_by_article(equal: list[tuple[int, int]]) -> None:
    equal = [(i, j) for i, j in equal if i // 10 != j // 10]  # three articles of ten tokens
    blocks = np.array([[0, min(i, j), min(i, j) + 1, max(i, j), max(i, j) + 1, 1, k, k + 1] for k, (i, j) in enumerate(equal)],
                      np.int64).reshape(-1, 8)
    segments = np.array([[min(i, j), max(i, j), 1] for i, j in equal], np.int64).reshape(-1, 3)
    parent = np.arange(30)
    positions.unite(blocks, segments, np.arange(len(equal)), parent)
    components = oracle.columns(30, equal)
    roots = positions.roots_of(parent, np.arange(30))
    assert sorted(map(sorted, components)) == sorted(
        np.flatnonzero(roots == r).tolist() for r in np.unique(roots) if (roots == r).sum() > 1)
    position = np.array(sorted(set().union(*components)), np.int64) if components else np.zeros(0, np.int64)
    there, here = positions.links(roots[position], position, position // 10, roots.size)
    expected = set()
    for component in components:
        by_article = [sorted(p for p in component if p // 10 == article) for article in range(3)]
        for k in range(max(map(len, by_article))):
            members = [places[k] for places in by_article if len(places) > k]
            expected |= {(members[0], other) for other in members[1:]}
    assert set(zip(there.tolist(), here.tolist(), strict=True)) == expected


