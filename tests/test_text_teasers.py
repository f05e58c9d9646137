"""Furniture inside running text: where a teaser begins and where the article goes on; offers in brackets; editors' notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.text.teasers import find_teasers

BEFORE = "Die Fähre blieb am Montag im Hafen, sagte der Kapitän. "
AFTER = "und die Werft soll am Freitag sagen, was die Arbeit kostet. Danach entscheidet der Rat."


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in find_teasers(text)]


@pytest.mark.parametrize(("teaser", "following"), [
    ("ZUM THEMA Rat streitet über Werft Fähre Halcyon: Was jetzt geprüft wird", "Der Rumpf hat einen Riss"),
    ("ZUM THEMA Rat streitet über Werft Sturm im Hafen: Wie sicher ist die Mole?", "Reeder Holt ist besorgt"),
    ("Lesen Sie auch Werft sucht zwanzig Leute", "Zwar fährt das Schiff nicht"),
    ("Mehr zum Thema: Werft sucht zwanzig Leute", "In der Halle liegt es nun"),
    ("ZUM THEMA", "Dem Vernehmen nach ist der Rumpf dicht"),
    ("Auch Interessant", "Kapitän Holt wartet noch"),
    ("À lire aussi : Le port ferme ses quais", "Les marins attendent au port"),
    ("LEA TAMBIÉN Puerto cerrado por la tormenta", "El capitán espera en el muelle"),
])
def test_a_teaser_ends_where_a_sentence_of_the_body_begins(teaser: str, following: str) -> None:
    assert cut(f"{BEFORE}{teaser} {following} {AFTER}") == [teaser]


@pytest.mark.parametrize("text", [
    "Zum Thema Schulen sagte er, darüber werde am Freitag geredet, und Der Spiegel berichtete. ",
    "Mehr zum Thema lesen Sie hier. ",
    "Er sprach zum Thema ZUM THEMA Werft. ",
    "Das ist auch interessant. Die Werft sucht Leute. ",
])
def test_words_of_a_sentence_are_no_mark(text: str) -> None:
    assert cut(f"{BEFORE}{text}{AFTER}") == []


def test_headlines_without_a_sign_of_their_end_lose_the_mark_only() -> None:
    """Nothing says where 'Reeder Holt ist besorgt' begins; words of the article must not go."""
    assert cut(f"{BEFORE}ZUM THEMA Rat streitet Reeder Holt ist besorgt {AFTER}") == ["ZUM THEMA"]


@pytest.mark.parametrize(("bracket", "found"), [
    ("[Wenn Sie alle Nachrichten aus dem Hafen haben wollen, laden wir Sie zu unserer App ein, die Sie hier finden.]", True),
    ("[Do you want to know more of the harbour? Subscribe here and get our letter each morning.]", True),
    ("[Die Werft hatte zuvor erklärt, dass der Rumpf dicht sei und keine Gefahr für Reisende bestehe.]", False),
    ("[which we said before, and you know that our app told you so, on the day when it first was seen]", False),
])
def test_offers_in_brackets_address_the_reader(bracket: str, found: bool) -> None:
    assert cut(f"{BEFORE}{bracket} {AFTER}") == ([bracket] if found else [])


def test_a_note_closes_the_article_before_its_source() -> None:
    note = "Hinweis: Die Zahlen des Hafens weichen von denen der Werft ab, die wir am Abend melden."
    long = BEFORE * 8
    assert cut(f"{long}{note} Quelle: hafen.example, ab/cd") == [note]
    assert cut(f"{long}{note}") == [note]
    assert cut(f"{note} {long}") == []  # at the head it may be the article
    assert cut(f"{long}Er gab einen wichtigen {note}") == []


@given(st.lists(st.sampled_from([
    "ZUM THEMA ", "Lesen Sie auch ", "À lire aussi : ", "[Wenn Sie unsere App haben wollen, die Sie hier finden können, gern.] ",
    "Hinweis: Die Zahlen. ", "Der Rat. ", "Werft? ", "„", "“ ", "\n", "Quelle: ", "x", " "]), max_size=30).map("".join))
def test_any_mixture_gives_ordered_spans_of_words(text: str) -> None:
    at = 0
    for start, end, reason in find_teasers(text):
        assert at <= start < end <= len(text)
        assert text[start:end].strip()
        assert reason.startswith("rule: ")
        at = end
