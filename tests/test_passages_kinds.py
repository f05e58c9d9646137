"""Kinds by what the words themselves say: loosely alike words, somebody's own words without marks, chance around a quotation."""

from __future__ import annotations

import pytest

from clustering.config import PassagesSettings
from tests.test_passages_find import LOCAL, WIRE, find, spans, words

HERS = (
    "The deputy mayor and her brother, Oswin, were indicted on charges of spending 40,000 crowns of harbour money on a house.")
HIS = (
    "The deputy mayor and her brother, Oswin, face two charges for they took 40,000 crowns of public money and built a house.")
LETTER = (
    "When I took this office I promised my crew that we would mend the wall before another winter came to our harbour. I have "
    "not kept that promise, and I owe my neighbours the plain reason: we were told the money was there and our council believed.")


def report(seed: int, count: int = 90) -> str:
    """Narrative that nobody shares, with nobody saying I."""
    return words(seed, count)


def test_one_fact_in_like_words_is_no_copy() -> None:
    """Every second word of a sentence is alike; two reporters who never saw each other's text write so."""
    one, two = f"{report(1)} {HERS} {report(2)}", f"{report(3)} {HIS} {report(4)}"
    assert not spans(find(one, two), one, two)
    assert spans(find(one, two, chosen=PassagesSettings(fragment_identity=0.5)), one, two)  # it is seen, and weighed


def test_the_same_sentence_edited_inside_a_copy_is_part_of_it() -> None:
    one, two = f"{WIRE} {HERS} {LOCAL}", f"{WIRE} {HIS} {LOCAL}"
    found = spans(find(one, two), one, two)
    assert set(found) == {"copy"}
    assert any("deputy mayor" in passage[0] for passage in found["copy"])


def test_own_words_without_quotation_marks_are_a_quote() -> None:
    one, two = f"{report(1)} The letter reads: {LETTER} {report(2)}", f"{report(3)} She wrote: {LETTER} {report(4)}"
    found = find(one, two)
    assert spans(found, one, two) == {"quote": [[LETTER, LETTER]]}
    assert found.passages["reason"].to_pylist()[0].startswith("somebody's own words")


@pytest.mark.parametrize("around", [
    "I walked there with my brother, and we talked of our father and the winters I had spent at sea with him. ",  # a column
    ""])
def test_a_column_stays_copy(around: str) -> None:
    """Who says I throughout quotes nobody; and where nothing stands around the words, nothing tells."""
    one, two = (f"{around}{words(seed, 60 if around else 10)} {around}{LETTER} {around}" for seed in (1, 2))
    assert set(spans(find(one, two), one, two)) == {"copy"}


def test_furniture_that_says_we_to_the_reader_is_no_quote() -> None:
    terms = ("We and our partners store files on your device and show you what you may like. You can tell us what you think, "
             "and we keep your choice until you change it at the foot of your page.")
    german = ("Wir und unsere Partner legen Dateien auf Ihrem Gerät ab, die Ihnen zeigen, was Sie suchen, und am Fuß jeder Seite "
              "können Sie Ihre Wahl ändern, die wir bis dahin behalten.")
    for shared in (terms, german):
        one, two = f"{report(1)} {shared} {report(2)}", f"{report(3)} {shared} {report(4)}"
        assert "quote" not in spans(find(one, two), one, two)


def test_the_country_is_not_us() -> None:
    wire = "US troops left the US base at dawn, US officials said, and the US flag over the harbour was taken down by four men."
    one, two = f"{report(1)} {wire} {report(2)}", f"{report(3)} {wire} {report(4)}"
    assert set(spans(find(one, two), one, two)) == {"copy"}


def test_chance_words_around_a_quotation_are_no_narrative() -> None:
    quote = "“We carried the boxes up the stairs twice and nobody came to help us with them”"
    one = f"{report(1)} On Friday, Mara Holt said of the storm and the night that {quote} {report(2)}"
    two = f"{report(3)} Late on Friday in Hollin Mara Odd Holt of all said it of a storm, a long night, that {quote} {report(4)}"
    assert set(spans(find(one, two), one, two)) == {"quote"}
