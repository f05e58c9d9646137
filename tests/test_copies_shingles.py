"""Shingles and signatures against plain Python and datasketch."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import copies
from clustering.config import CopiesSettings
from clustering.errors import IncompatibleError
from clustering.tables import SHINGLES, flat, ragged, table
from clustering.text.tokens import ZONE_BITS, tokenise
from tests.oracles import copies as oracle


def tokens_of(*texts: str, zones: list[list[int]] | None = None) -> pa.Table:
    tokens = tokenise(pa.array(texts, pa.large_string()))
    if zones is None:
        return tokens
    place = tokens.schema.get_field_index("zones")
    _, offsets = flat(tokens["hashes"])
    marks = np.array([z for row in zones for z in row], np.uint8)
    return tokens.set_column(place, tokens.schema.field(place), ragged(marks, offsets))


def sets_of(*sets: list[int]) -> pa.Table:
    offsets = np.cumsum([0, *map(len, sets)]).astype(np.int64)
    return table(SHINGLES, {"hashes": ragged(np.array([s for one in sets for s in one], np.uint32), offsets)})


words = st.lists(st.integers(0, 5), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=6), st.integers(1, 6), st.randoms(use_true_random=False))
def test_shingles_are_the_sorted_set_of_body_runs(articles, size, random):
    zones = [[random.choice([0, 0, 0, *ZONE_BITS.values()]) for _ in one] for one in articles]
    tokens = tokens_of(*(" ".join(f"w{w}" for w in one) for one in articles), zones=zones)
    got = copies.shingle(tokens, CopiesSettings(shingle_tokens=size))
    assert got.schema.equals(SHINGLES)
    assert got["hashes"].to_pylist() == [sorted(set(oracle.shingles(one, size))) for one in oracle.body(tokens)]


def test_a_masked_block_is_skipped_over_and_a_quote_is_not():
    text = "one two three four five six seven eight nine ten"
    whole, masked, quoted = (copies.shingle(t, CopiesSettings())["hashes"].to_pylist()[0] for t in (
        tokens_of("one two three eight nine ten"),
        tokens_of(text, zones=[[0, 0, 0, 32, 32, 1, 2, 0, 0, 0]]),
        tokens_of(text, zones=[[0, 0, 0, 16, 16, 16, 16, 0, 0, 0]]),
    ))
    assert masked == whole
    assert len(quoted) == 6


def test_an_article_without_body_has_no_shingles_and_a_short_one_has_one():
    tokens = tokens_of("", "...", "only three words", "all of it is furniture here", zones=[[], [], [0] * 3, [32] * 6])
    assert [len(s) for s in copies.shingle(tokens, CopiesSettings())["hashes"].to_pylist()] == [0, 0, 1, 0]


def test_no_articles_at_all():
    shingles = copies.shingle(tokens_of(), CopiesSettings())
    for kernels in ("fast", "reference"):
        assert len(copies.sign(shingles, CopiesSettings(), kernels)) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=60, unique=True), max_size=6),
       st.sampled_from([1, 3, 8, 126, 128]), st.integers(1, 2**32 - 1))
def test_signatures_equal_datasketch_bit_for_bit(sets, num_perm, seed):
    chosen = CopiesSettings(num_perm=num_perm, seed=seed)
    fast = copies.sign(sets_of(*map(sorted, sets)), chosen)
    assert fast["signature"].to_pylist() == [oracle.signature(one, num_perm, seed) for one in sets]
    assert fast.equals(copies.sign(sets_of(*map(sorted, sets)), chosen, "reference"), check_metadata=True)


def test_the_stored_meaning_of_a_signature_has_not_changed():
    # if this fails, datasketch's permutations or our hashes changed: stored signatures would be worthless, quietly
    a, b = MinHash(num_perm=8, seed=1, scheme="affine32").permutations
    assert (a.tolist()[:2], b.tolist()[:2]) == ([3582191691, 4270784983], [630311759, 1013994432])
    assert oracle.shingles([1, 2, 3, 4, 5], 5) == [1363395298]
    assert copies.sign(sets_of([1, 2, 3]), CopiesSettings(num_perm=2))["signature"].to_pylist() == [[2010641705, 2959116297]]


def test_a_row_is_a_minhash_of_datasketch():
    signatures = copies.sign(sets_of([1, 2, 3, 4], [1, 2, 3, 9], []), CopiesSettings(seed=7))
    lean = copies.lean_minhash(signatures, 1)
    other = MinHash(num_perm=128, seed=7, scheme="affine32", hashfunc=int)
    other.update_batch([1, 2, 3, 9])
    assert lean.jaccard(other) == 1.0
    assert 0.4 < lean.jaccard(copies.lean_minhash(signatures, 0)) < 0.8
    assert copies.lean_minhash(signatures, 2).is_empty()


@pytest.mark.parametrize(("change", "word"), [
    (("scheme=affine32", "scheme=legacy"), "permutation scheme legacy against affine32"),
    (("shingle_hash=1", "shingle_hash=0"), "shingle hash 0 against 1"),
    (("tokens=1", "tokens=0"), "tokeniser version 0 against 1"),
    (("num_perm=128", "num_perm=64"), "number of permutations 64 against 128"),
    (("seed=1;", "seed=x;"), "names no seed"),
])
def test_a_signature_of_another_recipe_is_refused(change, word):
    signatures = copies.sign(sets_of([1, 2, 3]), CopiesSettings())
    recipe = signatures.schema.metadata[b"recipe"].decode()
    assert change[0] in recipe
    other = signatures.replace_schema_metadata({"recipe": recipe.replace(*change)})
    with pytest.raises(IncompatibleError, match=word):
        copies.lean_minhash(other, 0)
    with pytest.raises(IncompatibleError):
        copies.check_recipe(other, signatures)


def test_recipes_are_checked_against_settings_and_tables():
    signatures = copies.sign(sets_of([1, 2, 3]), CopiesSettings())
    copies.check_recipe(signatures, CopiesSettings(bands=3))  # banding is not part of what a signature means
    copies.check_recipe(signatures, signatures)
    for other in (CopiesSettings(seed=2), CopiesSettings(shingle_tokens=3), CopiesSettings(num_perm=64)):
        with pytest.raises(IncompatibleError, match="two recipes"):
            copies.check_recipe(signatures, other)
        with pytest.raises(IncompatibleError, match="two recipes"):
            copies.check_recipe(copies.sign(sets_of([1]), other), signatures)
    with pytest.raises(IncompatibleError, match="no recipe"):
        copies.lean_minhash(signatures.replace_schema_metadata(None), 0)


def test_recall_of_the_default_banding():
    chosen = CopiesSettings()
    assert copies.recall_at(0.5, chosen.bands, chosen.rows) >= 0.99
    assert copies.recall_at(0.5, 25, 5) == pytest.approx(1 - (1 - 0.5**5) ** 25)
    assert copies.recall_at(0.0, 42, 3) == 0.0
    assert copies.recall_at(1.0, 42, 3) == 1.0
