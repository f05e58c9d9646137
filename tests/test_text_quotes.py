"""Quotation marks of every style, unbalanced ones too; the layout of lines; the search for listed phrases."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import TextSettings
from clustering.tables import flat
from clustering.text import find_zones, tokenise
from clustering.text.lexicon import find_phrases
from clustering.text.lines import find_units
from clustering.text.phrases import FAMILIES
from clustering.text.quotes import find_quotes
from tests.build import articles
from tests.oracles import text as oracle


def quotes(text):
    return [text[s:e] for s, e in find_quotes(text, 0, len(text))]


@pytest.mark.parametrize(("text", "expected"), [
    ("“The gates hold,” she said. “For now.”", ["“The gates hold,”", "“For now.”"]),
    ('"The gates hold," she said. "For now."', ['"The gates hold,"', '"For now."']),
    ("‘‘The gates hold,’’ she said.", ["‘‘The gates hold,’’"]),
    ("''The gates hold,'' she said.", ["''The gates hold,''"]),
    ("``The gates hold,'' she said.", ["``The gates hold,''"]),
    ("„Die Tore halten“, sagte sie. „Noch.“", ["„Die Tore halten“", "„Noch.“"]),
    ("„A kapuk kitartanak” – mondta.", ["„A kapuk kitartanak”"]),
    (",,Die Tore halten'', sagte sie.", [",,Die Tore halten''"]),
    ("”Portarna håller”, sade hon.", ["”Portarna håller”"]),
    ("»Die Tore halten«, sagte sie. »Noch.«", ["»Die Tore halten«", "»Noch.«"]),
    ("»Portarna håller», sade hon.", ["»Portarna håller»"]),
    ("« Les portes tiennent », dit-elle. «Encore.»", ["« Les portes tiennent »", "«Encore.»"]),
    ("‹Les portes tiennent›, dit-elle.", ["‹Les portes tiennent›"]),
    ("彼女は「門は『まだ』持つ」と述べた。", ["「門は『まだ』持つ」"]),
    ("她说：“闸门还撑得住。”然后离开。", ["“闸门还撑得住。”"]),
    # mixed and missing closers
    ("‘‘The gates hold” he said, a “safe lock,’’ he said.", ["‘‘The gates hold”", "“safe lock,’’"]),
    ('“The gates hold," she said.', ['“The gates hold,"']),
    ("“The gates hold. “We must wait,” she said.", ["“The gates hold.", "“We must wait,”"]),
    ("“The gates hold, she said", ["“The gates hold, she said"]),
    ("She said it” and left.", []),
    # nested
    ("“He said ‘the gates will hold’ and left,” she said.", ["“He said ‘the gates will hold’ and left,”"]),
    ("« Il a dit “tiens bon” hier », dit-elle.", ["« Il a dit “tiens bon” hier »"]),
    # single marks: three words and more
    ("‘The gates will hold,’ she said.", ["‘The gates will hold,’"]),
    ("'The gates will hold,' she said.", ["'The gates will hold,'"]),
    ("‘The keepers’ new gates will hold,’ she said.", ["‘The keepers’ new gates will hold,’"]),
    ("'They could 'suck up' small creatures,' she said.", ["'They could 'suck up' small creatures,'"]),
    ("‚Die Tore halten wohl‘, sagte sie.", ["‚Die Tore halten wohl‘"]),
    ("The ‘old lock’ and the 'new' one", []),
    # apostrophes and inches
    ("The keepers’ gates don’t hold; it’s the rebels’ fault, ’tis said.", []),
    ("The keepers' gates don't hold; it's the rebels' fault.", []),
    ("He is 6'2\" and 15\" of rain fell on צה\"ל", []),
    ('"" “” « »', []),
])
def test_styles(text, expected):
    assert quotes(text) == expected


def test_repeated_openers_end_at_each_paragraph():
    text = "“The gates hold.\n\n“They have held for years, and they will hold.\n\n“And then they will not.”\n\nShe left."
    table = articles(text)
    found = find_zones(table, tokenise(table["text"]), TextSettings()).to_pylist()
    assert [text[z["start"] : z["end"]] for z in found] == text.split("\n\n")[:3]


def test_a_quote_runs_on_over_hard_line_breaks():
    text = "She said “the gates\nhold for the\nwinter and nobody\nneed worry,” and then she\nleft."
    table = articles(text)
    found = find_zones(table, tokenise(table["text"]), TextSettings()).to_pylist()
    assert [text[z["start"] : z["end"]] for z in found] == ["“the gates\nhold for the\nwinter and nobody\nneed worry,”"]


MARKS = st.lists(st.sampled_from([*"“”\"„«»‹›「」『』‘’'‚,` .ab\n", "‘‘", "’’", "''", " the gates hold "]),
    max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(MARKS, st.integers(0, 5), st.integers(0, 5))
def test_any_marks(text, before, after):
    low, high = min(before, len(text)), max(len(text) - after, min(before, len(text)))
    last = low
    for start, end in find_quotes(text, low, high):
        assert last <= start < end <= high
        assert any(c.isalnum() for c in text[start:end])
        last = end


# the layout

def units(text):
    return [u.text for u in find_units(text, tokenise(pa.array([text],
        pa.large_string()))["starts"].combine_chunks().values.to_numpy())]


def test_wrapped_lines_become_a_paragraph_and_headlines_do_not():
    wrapped = "The lock\nis closed for\nrepairs."
    assert units(wrapped + "\n\nFerry runs aground\nWheat dearer") == [wrapped, "Ferry runs aground", "Wheat dearer"]
    assert units("One paragraph.\r\nAnother one.\r\n \r\n  A third  ") == ["One paragraph.", "Another one.", "A third"]
    assert units("闸门关闭，因为\n维修，需要\n整个冬天。") == ["闸门关闭，因为\n维修，需要\n整个冬天。"]
    assert units(" \n\t\n") == []


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("aA.b \n\r\u2028\t中。,-"), max_size=60))
def test_units_hold_every_word_once(text):
    tokens = tokenise(pa.array([text], pa.large_string()))
    starts = tokens["starts"].combine_chunks().values.to_numpy()
    found = find_units(text, starts)
    assert all(text[u.start : u.end] == u.text == u.text.strip() and u.text for u in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    outside = "".join(text[a:b] for a, b in zip([0, *(u.end for u in found)], [*(u.start for u in found), len(text)],
        strict=True))
    assert not outside.strip()
    assert sum(u.words for u in found) == starts.size


# listed phrases

_WORDS_TEXT = """
share this article leave a reply all rights reserved lock sign up photo continue reading
"""
WORDS = st.sampled_from(_WORDS_TEXT.split())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=4), st.lists(st.lists(WORDS, max_size=3).map(" ".join),
    max_size=2))
def test_phrases_are_found_where_they_stand(texts, denied):
    hashes, offsets = flat(tokenise(pa.array(texts, pa.large_string()))["hashes"])
    found = find_phrases(hashes, offsets, ["lock"], denied)
    listed = [(phrase, number) for number, family in enumerate(FAMILIES) for phrase in family.phrases]
    listed += [("lock", -1), *((phrase, -2) for phrase in denied)]
    values, places = flat(tokenise(pa.array([p for p, _ in listed], pa.large_string()))["hashes"])
    slow = oracle.phrases(hashes.tolist(), offsets.tolist(), [
        (values[a:b].tolist(), family) for a, b, (_, family) in zip(places[:-1], places[1:], listed, strict=True)])
    assert sorted((row, h.first, h.last, h.family) for row, hits in found.items() for h in hits) == slow


def test_every_listed_phrase_has_words():
    for family in FAMILIES:
        sizes = np.diff(flat(tokenise(pa.array(family.phrases, pa.large_string()))["starts"])[1])
        assert (sizes > 0).all()
        assert len(set(family.phrases)) == len(family.phrases)
