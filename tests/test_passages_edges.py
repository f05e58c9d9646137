"""Where passages begin, and what differs there: first words of a sentence, sentences that only one side has."""

from __future__ import annotations

from tests.test_passages_find import FRONT, find, spans, words

LAST = "people were brought ashore by noon and taken to the church hall behind the harbour office where nurses waited."


def test_the_changed_number_that_opens_a_sentence_belongs_to_the_passage() -> None:
    """All five have the sentence before it, three have this one: the passage begins where the members change."""
    texts = [f"{FRONT} {n} {LAST} {words(k, 20)}" for k, n in enumerate((25, 25, 27))]
    texts += [f"{FRONT} {words(k, 30)}" for k in (8, 9)]
    found = find(*texts)
    assert [f"{n} {LAST}" for n in (25, 25, 27)] in spans(found, *texts)["copy"]
    assert ("number", "27", "25") in {(c["type"], c["here"], c["there"]) for c in found.changes.to_pylist()}


def test_words_of_another_passage_or_of_no_sentence_are_not_taken_in() -> None:
    texts = [f"{words(1, 40)[:-1]} of 25 {LAST}", f"{words(2, 40)[:-1]} of 25 {LAST}", f"{words(3, 40)[:-1]} past 27 {LAST}"]
    for passage in spans(find(*texts), *texts)["copy"]:
        assert all(words_held.startswith(("people", "of 25")) for words_held in passage)


def test_a_sentence_that_one_side_has_besides_hides_no_number() -> None:
    """Five have a short sentence before the number, the sixth has not: too few to end the passage."""
    before = "It was out by noon."
    texts = [f"{words(k, 20)} {before} 29 {LAST}" for k in range(5)] + [f"{words(9, 20)} 23 {LAST}"]
    found = find(*texts)
    assert len(found.passages) == 1
    assert [(c["row"], c["type"], c["here"], c["there"]) for c in found.changes.to_pylist()] == [(5, "number", "23", "29")]


def test_a_passage_never_begins_in_the_article_before() -> None:
    """The first token of each is a byline, the last of the one before begins a sentence."""
    texts = [f"Holt {LAST} {words(k, 30)} End" for k in range(3)]
    zones = [{"row": k, "zone": "byline", "start": 0, "end": 4, "reason": ""} for k in range(3)]
    found = find(*texts, zones=zones)
    assert spans(found, *texts)["copy"] == [[LAST] * 3]


def test_a_place_before_the_first_sentence_is_not_taken_in() -> None:
    """Where one of them begins with the sentence, what another has before it is no word of the sentence."""
    texts = [f"Alder Bay – The {LAST} {words(1, 30)}", f"The {LAST} {words(2, 30)}", f"The {LAST} {words(3, 30)}"]
    assert spans(find(*texts), *texts)["copy"] == [[f"The {LAST}"] * 3]
