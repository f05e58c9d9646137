"""The scorers against their definitions, and on cases worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from clustering import scoring
from tests.oracles import scoring as oracle

partitions = st.integers(1, 12).flatmap(
    lambda n: st.tuples(st.lists(st.integers(0, 4), min_size=n, max_size=n), st.lists(st.integers(0, 4), min_size=n, max_size=n)))
spans = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1]))
passages = st.lists(st.tuples(spans, spans).map(lambda p: (*p[0], *p[1])), max_size=4)


@given(partitions)
def test_cluster_scores_equal_their_definitions(case: tuple) -> None:
    gold, predicted = case
    assert scoring.bcubed(gold, predicted)[:2] == pytest.approx(oracle.bcubed(gold, predicted))
    assert scoring.pairwise(gold, predicted)[:2] == pytest.approx(oracle.pairwise(gold, predicted))
    assert scoring.adjusted_rand(gold, predicted) == pytest.approx(adjusted_rand_score(gold, predicted))
    assert scoring.adjusted_mutual_information(gold, predicted) == pytest.approx(adjusted_mutual_info_score(gold, predicted))


@given(partitions)
def test_labels_are_names_only(case: tuple) -> None:
    gold, predicted = case
    assert scoring.bcubed(gold, predicted) == scoring.bcubed([f"g{x}" for x in gold], [-x for x in predicted])


def test_the_textbook_case() -> None:
    # two true groups of three; one article went over
    score = scoring.bcubed("aaabbb", [1, 1, 2, 2, 2, 2])
    assert score.precision == pytest.approx((1 + 1 + 1 / 4 + 3 * 3 / 4) / 6)
    assert score.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 3) / 6)


def test_singletons_are_left_out_where_the_name_says_so() -> None:
    assert scoring.bcubed("abc", "aaa").f1 < 1
    assert scoring.bcubed_without_singletons("abc", "aaa").f1 == 1
    assert scoring.bcubed_without_singletons("aab", "abb").recall == pytest.approx(0.5)


few_words = st.lists(st.sampled_from(["fire", "mayor", "Mali", "14", "vote", "of", "the"]), max_size=8).map(" ".join)


@given(st.lists(st.tuples(few_words, st.integers(0, 4)), max_size=9))
def test_look_alikes_equal_their_definition(articles: list) -> None:
    texts, gold = [text for text, _ in articles], [label for _, label in articles]
    assert scoring.look_alikes(texts, gold).tolist() == oracle.look_alikes(texts, gold, scoring.LOOK_ALIKE_COSINE)


def test_only_the_look_alikes_count_and_all_articles_make_the_groups() -> None:
    texts = ["shots fired on Oak Street", "shots on Oak Street kill one", "shots fired on Elm Street", "budget passes", "budget"]
    gold = ["oak", "oak", "elm", "budget", "budget"]
    assert scoring.look_alikes(texts, gold).tolist() == [True, True, True, False, False]
    # the budget's texts are told apart wrongly and do not count; the welded shootings do
    score = scoring.bcubed_of(scoring.look_alikes(texts, gold), gold, [1, 1, 1, 2, 3])
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)
    assert score.recall == 1
    # an intruder from outside the subset costs those it joins
    other = scoring.bcubed_of(scoring.look_alikes(texts, gold), gold, [1, 1, 2, 1, 3])
    assert other.precision == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert scoring.bcubed_of(scoring.look_alikes(texts[3:], gold[3:]), gold[3:], [1, 2]) == (1, 1, 1)
    with pytest.raises(ValueError, match="4 texts"):
        scoring.look_alikes(texts[:4], gold)


def test_nothing_scores_one() -> None:
    for score in (scoring.bcubed, scoring.bcubed_without_singletons, scoring.pairwise):
        assert score([], []) == (1, 1, 1)
    assert scoring.adjusted_rand([], []) == scoring.adjusted_mutual_information([], []) == 1
    with pytest.raises(ValueError, match="2 gold labels"):
        scoring.bcubed("ab", "a")


@given(passages, passages)
def test_plagdet_equals_its_definition(true: list, found: list) -> None:
    score = scoring.plagdet([(true, found)])
    precision, recall, granularity = oracle.plagdet_parts(true, found)
    assert (score.precision, score.recall, score.granularity) == pytest.approx((precision, recall, granularity))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    assert score.plagdet == pytest.approx(f1 / log2(1 + granularity))


def test_a_passage_found_in_two_halves_costs_granularity() -> None:
    score = scoring.plagdet([([(100, 200, 300, 400)], [(100, 150, 300, 350), (150, 200, 350, 400)])])
    assert score.granularity == 2
    assert score.plagdet == pytest.approx(1 / log2(3))


@given(st.lists(st.tuples(st.lists(spans, max_size=4), st.lists(spans, max_size=4)), max_size=3))
def test_character_scores_equal_sets(texts: list) -> None:
    sets = [({c for s in t for c in range(*s)}, {c for s in f for c in range(*s)}) for t, f in texts]
    right, claimed, true = sum(len(t & f) for t, f in sets), sum(len(f) for _, f in sets), sum(len(t) for t, _ in sets)
    p, r, _ = scoring.character_scores(texts)
    assert p == pytest.approx(right / claimed if claimed else 1)
    assert r == pytest.approx(right / true if true else 1)


@given(passages, st.integers(0, 12))
def test_joined_equals_its_definition(pieces: list, gap: int) -> None:
    assert scoring.joined(pieces, gap) == oracle.joined(pieces, gap)


@pytest.mark.parametrize(("second", "expected"), [
    ((104, 200, 303, 400), [(0, 200, 200, 400)]),  # goes on in both
    ((104, 200, 500, 600), [(0, 100, 200, 300), (104, 200, 500, 600)]),  # a local paragraph between them in one
    ((104, 200, 90, 190), [(0, 100, 200, 300), (104, 200, 90, 190)]),  # a moved block
    ((20, 40, 220, 240), [(0, 100, 200, 300)]),  # inside
])
def test_pieces_that_follow_each_other_in_both_are_one(second: tuple, expected: list) -> None:
    assert scoring.joined([(0, 100, 200, 300), second]) == expected
    assert scoring.plagdet([([(0, 200, 200, 400)], scoring.joined([(0, 100, 200, 300), (104, 200, 303, 400)]))]).plagdet == 1


def test_what_counts_neither_way_is_trimmed_off() -> None:
    quote, said = (0, 100, 200, 300), [(102, 120)]
    assert scoring.trimmed([(0, 120, 200, 320)], [quote], said, [(302, 320)]) == [(0, 102, 200, 302)]
    assert scoring.trimmed([(102, 120, 302, 320)], [quote], said, [(302, 320)]) == []
    assert scoring.trimmed([(0, 120, 200, 320)], [quote], [(0, 500)], [(0, 500)]) == [(0, 120, 200, 320)]  # true all the same
    assert scoring.trimmed([(90, 120, 290, 320)], [], [], []) == [(90, 120, 290, 320)]
    assert scoring.trimmed([(110, 150, 310, 350)], [], said, []) == [(120, 150, 310, 350)]


def test_a_pair_shares_the_strongest_of_what_overlaps() -> None:
    copy, quote, elsewhere = (0, 500, 0, 500), (100, 200, 100, 200), (900, 950, 700, 750)
    found = scoring.of_pair([(quote, "quote"), (copy, "copy"), (elsewhere, "quote")], [copy], [], [])
    assert found == [(copy, "copy"), (elsewhere, "quote")]
    assert scoring.of_pair([((0, 100, 0, 100), "copy"), ((100, 200, 100, 200), "background")], [], [], []) == [
        ((0, 100, 0, 100), "copy"), ((100, 200, 100, 200), "background")]


@given(passages, passages)
def test_trimming_never_grows_and_keeps_what_is_true(true: list, found: list) -> None:
    kept = scoring.trimmed(found, true, [(3, 12)], [(5, 9)])
    assert len(kept) <= len(found)
    for passage in kept:
        assert any(f[0] <= passage[0] < passage[1] <= f[1] and f[2] <= passage[2] < passage[3] <= f[3] for f in found)
