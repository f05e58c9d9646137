"""Where passages begin, and what differs there: first words of a sentence, sentences that only one side has."""

from __future__ import annotations

import pytest

from tests.test_passages_find import BACK, FRONT, LOCAL, find, spans, words

LAST = "people were brought ashore by noon and taken to the church hall behind the harbour office where nurses waited."


def test_the_changed_number_that_opens_a_sentence_belongs_to_the_passage() -> None:
    """The sentence before it stands in some of the articles only, so that a passage begins here."""
    twice = f"{FRONT} 25 {LAST}"
    texts = [f"{twice} {words(1, 20)}", f"{twice} {words(2, 20)}", f"{words(3, 40)} 27 {LAST} {words(4, 20)}"]
    found = find(*texts)
    assert [f"{n} {LAST}" for n in (25, 25, 27)] in spans(found, *texts)["copy"]
    assert ("number", "27", "25") in {(c["type"], c["here"], c["there"]) for c in found.changes.to_pylist()}


def test_words_of_another_passage_or_of_no_sentence_are_not_taken_in() -> None:
    texts = [f"{words(1, 40)[:-1]} of 25 {LAST}", f"{words(2, 40)[:-1]} of 25 {LAST}", f"{words(3, 40)[:-1]} past 27 {LAST}"]
    for passage in spans(find(*texts), *texts)["copy"]:
        assert all(words_held.startswith(("people", "of 25")) for words_held in passage)


@pytest.mark.parametrize("inserted", ["It was out by noon, the fire brigade said.", "Smoke rose. It was out by noon."])
def test_a_sentence_that_one_side_has_besides_hides_no_number(inserted: str) -> None:
    whole = f"{LOCAL} {inserted} 29 {LAST} {BACK}"
    found = find(f"{LOCAL} 23 {LAST} {BACK}", whole)
    assert [(c["type"], {c["here"], c["there"]}) for c in found.changes.to_pylist() if c["type"] == "number"] == [
        ("number", {"23", "29"})]
    found = find(whole, f"{LOCAL} 23 {LAST} {BACK}")
    assert ("number", {"23", "29"}) in [(c["type"], {c["here"], c["there"]}) for c in found.changes.to_pylist()]
