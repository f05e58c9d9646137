"""Words of labels: the best first, nothing said twice."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.events.labels import _full_names
from clustering.events.naming import Chosen


def chosen(count: int, *offers: str) -> list[str]:
    """What is named when these are offered, best first, each a point less than the one before."""
    words = Chosen(count)
    for n, offered in enumerate(offers):
        words.offer(offered, phrase=" " in offered, score=float(len(offers) - n))
    assert len(words.best()) <= count
    return [word for word, _ in words.best()]


@pytest.mark.parametrize(("offers", "want"), [
    (["Costa", "crash", "Rica", "Costa Rica"], ["Costa Rica", "crash"]),  # both words were named apart
    (["Elon", "rocket", "Elon Musk", "Musk"], ["Elon Musk", "rocket"]),
    (["Elon Musk", "Musk", "Mars"], ["Elon Musk", "Mars"]),
    (["North Korea", "missile", "North Korean"], ["North Korea", "missile"]),  # one phrase with a word is enough
    (["Nice", "France", "Nice, France"], ["Nice", "France"]),  # a comma is no phrase
    (["Nawalnys", "Moskau", "Nawalny"], ["Nawalny", "Moskau"]),
    (["Nawalny", "Moskau", "Nawalnys"], ["Nawalny", "Moskau"]),
    (["Bus", "Bu"], ["Bu"]),
    (["Nawalny Rica", "Ricas", "Rica"], ["Nawalny Rica", "Ricas"]),  # the phrase says it, another form of it or not
    (["Alexej", "Nawalny", "Nawalnys", "Alexej Nawalny", "Nawalnys", "Nawalnys Haft"], ["Alexej Nawalny"]),
])
def test_nothing_is_said_twice(offers: list[str], want: list[str]) -> None:
    assert chosen(9, *offers) == want


def test_late_phrases_join_what_is_named_and_bring_nothing_new() -> None:
    assert chosen(3, "Jan", "Wien", "Marsalek", "Marsalek floh", "Jan Marsalek", "Bank") == ["Jan Marsalek", "Wien", "Bank"]
    assert chosen(2, "Wien", "Bank", "Post", "Wien liegt") == ["Wien", "Bank"]


def test_a_phrase_weighs_what_its_words_did() -> None:
    words = Chosen(5)
    for offered, phrase, score in (("Costa", False, 0.4), ("Rica", False, 0.3), ("Costa Rica", True, 0.1)):
        words.offer(offered, phrase=phrase, score=score)
    assert words.best() == [("Costa Rica", pytest.approx(0.7))]


def test_names_that_are_a_phrase_among_the_keywords_stand_together() -> None:
    assert _full_names(["Rica", "Punta", "Costa"], ["Costa Rica", "plane crash"]) == ["Costa Rica", "Punta"]
    assert _full_names(["Rica", "Punta"], ["Costa Rica"]) == ["Rica", "Punta"]


WORD = st.sampled_from(["Nawalny", "Nawalnys", "Alexej", "Haft", "haft", "Costa", "Rica", "Ricas"])


@given(st.lists(st.lists(WORD, min_size=1, max_size=2).map(" ".join), max_size=14), st.integers(1, 5))
def test_no_word_is_named_in_two_places(offers: list[str], count: int) -> None:
    named = [set(words.casefold().split()) for words in chosen(count, *offers)]
    assert all(one.isdisjoint(other) for one, other in combinations(named, 2))
