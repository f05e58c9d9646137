"""Candidates: the joins against MinHashLSH and brute force, and what must be met."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clustering import copies
from clustering.config import CopiesSettings
from clustering.copies import candidates as candidates_file
from clustering.copies import joins
from clustering.errors import IncompatibleError, SettingsError
from clustering.tables import CANDIDATES
from tests.oracles import copies as oracle
from tests.test_copies_shingles import tokens_of


def met(texts, chosen=CopiesSettings(), kernels="fast"):  # noqa: B008 - frozen
    tokens = tokens_of(*texts)
    shingles = copies.shingle(tokens, chosen)
    signatures = copies.sign(shingles, chosen, kernels)
    candidates, counts = copies.find_candidates(tokens, shingles, signatures, chosen, kernels)
    assert candidates.schema.equals(CANDIDATES)
    return candidates, counts, shingles, signatures


def pairs(candidates, channel):
    rows = candidates.to_pylist()
    assert [(r["left"], r["right"]) for r in rows] == sorted({(r["left"], r["right"]) for r in rows})
    return {(r["left"], r["right"]) for r in rows if channel in r["channel"].split("+")}


def family(seed, articles=40):
    """Families of edited copies and extracts, an empty article and a tiny one."""
    rng = np.random.default_rng(seed)
    texts = ["", "tiny text"]
    base = [""]
    for i in range(articles):
        if i % 4 == 0:
            base = [f"w{n}" for n in rng.integers(0, 3000, int(rng.integers(20, 300)))]
        cut = base[: int(len(base) * rng.uniform(0.2, 1))]
        share = rng.choice([0, 0.02, 0.1])
        texts.append(" ".join(f"e{rng.integers(0, 3000)}" if rng.random() < share else w for w in cut))
    return texts


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(42, 3), (32, 4), (10, 2)]))
def test_bands_are_those_of_datasketch(seed, banding):
    chosen = CopiesSettings(bands=banding[0], rows=banding[1])
    candidates, counts, shingles, signatures = met(family(seed), chosen)
    occupied = [row for row, s in enumerate(shingles["hashes"].to_pylist()) if s]
    wanted = oracle.band_pairs(signatures["signature"].to_pylist(), occupied, 1, *banding)
    assert pairs(candidates, "band") == wanted
    assert counts["candidates_band"] == len(wanted)
    reference = met(family(seed), chosen, "reference")
    assert reference[0].equals(candidates)
    assert reference[1] == counts


def test_long_runs_are_a_star_and_a_chain_in_both_kernels(monkeypatch):
    monkeypatch.setattr(joins, "LONG_RUN", 5)
    monkeypatch.setattr(candidates_file, "LONG_RUN", 5)
    copied = " ".join(f"w{i}" for i in range(60))
    texts = [copied + f" end{i}" + (" and more" if i == 7 else "") for i in range(12)]
    candidates, counts, _, _ = met(texts)
    reference, again, _, _ = met(texts, kernels="reference")
    assert candidates.equals(reference)
    assert counts == again
    assert counts["long_runs"] >= 40
    wanted = {(min(i, 7), max(i, 7)) for i in range(12) if i != 7} | {(i, i + 1) for i in range(11)}
    assert wanted <= pairs(candidates, "band")


def test_many_identical_bodies_cost_no_square_and_one_of_them_speaks_for_all(monkeypatch):
    monkeypatch.setattr(joins, "LONG_RUN", 20)
    monkeypatch.setattr(candidates_file, "LONG_RUN", 20)
    words = [f"w{n}" for n in range(400)]
    extract = " ".join(words[100:190])
    texts = ["", extract, *[" ".join(words)] * 40, *[" ".join(words[200:300])] * 3]
    candidates, counts, _, _ = met(texts)
    assert len(candidates) < 4 * len(texts)
    assert pairs(candidates, "sample") == {(1, 2), *((2, r) for r in (42, 43, 44)), (42, 43), (42, 44), (43, 44)}
    assert counts["candidates_identical"] == len(pairs(candidates, "identical"))


def test_a_key_cut_short_by_packing_is_looked_at_in_full():
    keys = np.array([[1], [2], [1]], np.uint64)
    packed = np.array([0b100, 0b101, 0b110], np.uint64)  # one run, two keys
    out = np.empty(9, np.uint64)
    assert joins._link_runs(packed, np.uint64(3), keys, np.zeros(3, np.int64), 200, out) == (1, 0)
    assert int(out[0]) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=24), st.integers(1, 6), st.data())
def test_equal_keys_meet_and_nobody_else(keys, long_run, data):
    matrix = np.array(keys, np.uint64).reshape(len(keys), 2)
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, len(keys) - 1)) if keys else st.just(set()))), np.int64)
    lengths = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(keys), max_size=len(keys))), np.int64)
    wanted, long_runs = set(), 0
    for key in {keys[r] for r in rows}:
        run = [r for r in rows.tolist() if keys[r] == key]
        if len(run) <= long_run:
            wanted |= {(a, b) for a in run for b in run if a < b}
            continue
        long_runs += 1
        centre = max(run, key=lambda r: (lengths[r], -r))
        wanted |= {(min(centre, r), max(centre, r)) for r in run if r != centre} | set(pairwise(run))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joins, "LONG_RUN", long_run)
        got, over = joins.join_equal_keys(matrix, rows, lengths)
    assert [(int(p) >> 32, int(p) & 0xFFFFFFFF) for p in got] == sorted(wanted)
    assert over == long_runs


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sets(st.integers(0, 60).map(lambda i: i * 2654435761 % 2**32), max_size=30), max_size=9), st.integers(1, 4),
       st.integers(1, 3), st.integers(1, 5), st.sampled_from([0.0, 0.2, 0.6]), st.integers(2, 9), st.integers(0, 12))
@example([{2**31 + i for i in range(9)}, {2**31 + i for i in range(9)}, {2**31}], 4, 1, 1, 0.0, 9, 2)
def test_the_sampled_join_equals_brute_force(sets, one_in, sampled, counted, share, most, small_below):
    small = [len(s) < small_below for s in sets]
    offsets = np.cumsum([0, *map(len, sets)]).astype(np.int64)
    flat = np.array([s for one in sets for s in sorted(one)], np.uint32)
    got, _ = joins.join_shared_shingles(flat, offsets, np.array(small, np.bool_), one_in, sampled, counted, share, most)
    wanted = oracle.sample_pairs(sets, small, one_in, sampled, counted, share, most)
    assert {(int(p) >> 32, int(p) & 0xFFFFFFFF) for p in got} == wanted


def test_frequent_shingles_are_skipped_and_counted():
    stock = " ".join(f"s{i}" for i in range(20))
    texts = [stock + " " + " ".join(f"a{i}x{j}" for j in range(30)) for i in range(6)]
    chosen = CopiesSettings(sample_max_articles=5)
    candidates, counts, _, _ = met(texts, chosen)
    assert counts["frequent_shingles"] == 16
    assert not pairs(candidates, "sample")
    candidates, counts, _, _ = met(texts)
    assert counts["frequent_shingles"] == 0
    assert len(pairs(candidates, "sample")) == 15


def test_an_extract_of_eighty_words_is_found_and_only_by_the_sample():
    rng = np.random.default_rng(1)
    texts = []
    for article in range(60):
        words = [f"a{article}w{i}" for i in range(500)]
        start = int(rng.integers(0, 420))
        extract = words[start : start + 80]
        extract[40] = "edited"
        texts += [" ".join(words), " ".join(extract)]
    wanted = {(2 * i, 2 * i + 1) for i in range(60)}
    assert pairs(met(texts)[0], "sample") == wanted
    without, counts, _, _ = met(texts, CopiesSettings(containment_join=False))
    assert counts["candidates_sample"] == 0
    assert not pairs(without, "sample")
    assert len(pairs(without, "band")) < 20


def test_identical_bodies_meet_whatever_their_zones_and_empty_ones_never():
    tokens = tokens_of("By Someone the same words", "the same words", "", "", "...",
                       zones=[[4, 4, 0, 0, 0], [0, 0, 0], [], [], []])
    shingles = copies.shingle(tokens, CopiesSettings())
    signatures = copies.sign(shingles, CopiesSettings())
    candidates, _ = copies.find_candidates(tokens, shingles, signatures, CopiesSettings())
    assert candidates.to_pylist() == [{"left": 0, "right": 1, "channel": "identical+band"}]


@pytest.mark.parametrize("kernels", ["fast", "reference"])
@pytest.mark.parametrize("texts", [[], ["one article only"], ["", ""]])
def test_nothing_to_meet(texts, kernels):
    candidates, counts, _, _ = met(texts, kernels=kernels)
    assert len(candidates) == 0
    assert set(counts.values()) <= {0}


def test_impossible_settings_and_foreign_signatures_are_refused():
    with pytest.raises(SettingsError, match=r"copies\.bands"):
        met(["a b c"], CopiesSettings(bands=64, rows=3))
    tokens = tokens_of("a b c", "a b c")
    shingles = copies.shingle(tokens, CopiesSettings())
    with pytest.raises(IncompatibleError, match="seed 2 against 1"):
        copies.find_candidates(tokens, shingles, copies.sign(shingles, CopiesSettings(seed=2)), CopiesSettings())
