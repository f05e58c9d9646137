"""Verification: exact numbers against sets and difflib; verdicts and their reasons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import copies
from clustering.config import CopiesSettings
from clustering.copies.runs import MAX_OCCURRENCES
from clustering.tables import CANDIDATES, PAIRS, table
from tests.oracles import copies as oracle
from tests.test_copies_shingles import tokens_of


def verified(tokens, chosen=CopiesSettings()):  # noqa: B008 - frozen
    """Every pair of articles, whatever the channels would say."""
    n = len(tokens)
    every = [(i, j) for i in range(n) for j in range(i + 1, n)]
    candidates = table(CANDIDATES, {"left": np.array([i for i, _ in every], np.int32), "channel": ["band"] * len(every),
                                    "right": np.array([j for _, j in every], np.int32)})
    pairs = copies.verify(tokens, copies.shingle(tokens, chosen), candidates, chosen)
    assert pairs.schema.equals(PAIRS)
    return pairs.to_pylist()


def text(*parts: tuple[str, int, int]) -> str:
    """Words ``name + number`` of each part's range."""
    return " ".join(f"{name}{i}" for name, first, stop in parts for i in range(first, stop))


def verdict(a, b, chosen=CopiesSettings()):  # noqa: B008 - frozen
    (pair,) = verified(tokens_of(a, b), chosen)
    (mirrored,) = verified(tokens_of(b, a), chosen)
    assert (pair["verdict"], pair["reason"]) == (mirrored["verdict"], mirrored["reason"])
    return pair["verdict"], pair["reason"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), max_size=40), min_size=2, max_size=5), st.integers(1, 5),
       st.randoms(use_true_random=False))
def test_numbers_are_those_of_sets_and_difflib(articles, size, random):
    zones = [[random.choice([0, 0, 0, 0, 32]) for _ in one] for one in articles]
    tokens = tokens_of(*(" ".join(f"w{w}" for w in one) for one in articles), zones=zones)
    bodies = oracle.body(tokens)
    for pair in verified(tokens, CopiesSettings(shingle_tokens=size)):
        a, b = bodies[pair["left"]], bodies[pair["right"]]
        x, y = set(oracle.shingles(a, size)), set(oracle.shingles(b, size))
        assert pair["shared_shingles"] == len(x & y)
        assert pair["jaccard"] == round(len(x & y) / max(1, len(x | y)), 6)
        assert pair["containment_left"] == round(len(x & y) / max(1, len(x)), 6)
        assert pair["containment_right"] == round(len(x & y) / max(1, len(y)), 6)
        assert pair["longest_run"] == (oracle.longest_run(a, b) if x & y else 0)
        whole = [row["hashes"] for row in tokens.to_pylist()]
        same = bool(a) and a == b and (len(a) >= 12 or whole[pair["left"]] == whole[pair["right"]])
        assert (pair["verdict"] == "identical") == same
        assert pair["reason"]


def test_a_word_repeated_ten_thousand_times_costs_no_square_and_gets_a_lower_bound():
    (pair,) = verified(tokens_of("na " * 10_000, "na " * 9_000 + "batman"))
    assert MAX_OCCURRENCES <= pair["longest_run"] <= 9_000
    assert pair["reason"] == "1 shared shingle, fewer than 8"


def test_verdicts_and_reasons():
    long = text(("w", 0, 400))
    assert verdict(long, long) == ("identical", "the same body tokens in the same order")
    assert verdict(long, text(("w", 0, 300))) == ("near_duplicate", "Jaccard .74, at least .50")
    assert verdict(long, text(("w", 100, 180))) == ("excerpt", "containment 1.00, at least .50")
    assert verdict(long, text(("w", 100, 160), ("x", 0, 200))) == ("rejected", "containment .21 below .50")
    assert verdict(long, text(("w", 100, 111), ("x", 0, 200))) == ("rejected", "7 shared shingles, fewer than 8")
    assert verdict(long, text(("w", 100, 105), ("x", 0, 200))) == ("rejected", "1 shared shingle, fewer than 8")
    assert verdict(long, text(("x", 0, 200))) == ("rejected", "0 shared shingles, fewer than 8")


def test_scattered_stock_phrases_are_not_an_excerpt():
    mixed = text(*(part for i in range(8) for part in (("w", 20 * i, 20 * i + 9), ("x", i, i + 1))))
    assert verdict(text(("w", 0, 400)), mixed) == ("rejected", "longest run 9 tokens, fewer than 12")


def test_a_threshold_just_missed_never_reads_as_met():
    a, b = text(("w", 0, 1003)), text(("w", 0, 502), ("x", 0, 505))
    kind, reason = verdict(a, b)
    assert (kind, reason) == ("rejected", "containment .49 below .50")


def test_short_texts_need_high_containment():
    flash = text(("w", 0, 24))
    assert verdict(flash, text(("w", 0, 17), ("x", 0, 7))) == (
        "rejected", "short text of 20 shingles: containment .65 below .80")
    assert verdict(flash, text(("w", 0, 22), ("x", 0, 1)))[0] == "near_duplicate"
    assert verdict(text(("w", 0, 11)), text(("w", 0, 300))) == ("rejected", "7 shared shingles, fewer than 8")
    assert verdict(text(("w", 0, 16)), text(("w", 0, 300)))[0] == "excerpt"
    assert verdict("Breaking news", "Breaking news")[0] == "identical"


def test_a_bare_body_is_identical_only_with_the_rest_of_the_page():
    tokens = tokens_of("Photo by someone", "Photo somewhere else", "Photo by someone", zones=[[0, 32, 32]] * 3)
    assert [(p["left"], p["right"], p["verdict"]) for p in verified(tokens)] == [
        (0, 1, "rejected"), (0, 2, "identical"), (1, 2, "rejected")]
    assert verified(tokens)[0]["reason"] == "the same 1 body token, fewer than 12, and the rest of the texts differs"


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["words here", ""]])
def test_empty_articles_match_nothing(texts):
    assert all(p["verdict"] == "rejected" for p in verified(tokens_of(*texts)))


def test_scripts_without_spaces():
    one = "関東地方では二十三日午前から強い雨が降り続き、各地で道路が冠水した。気象庁は引き続き警戒を呼びかけている。"
    assert verdict(one, one + "今後も注意が必要だ。")[0] == "near_duplicate"
