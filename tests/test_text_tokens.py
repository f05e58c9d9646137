"""Tokens: spans in the untouched text, hashes of folded words, flags; against a slow twin."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clustering.tables import SPANS, TOKENS, flat, table
from clustering.text import count, mark_zones, tokenise
from clustering.text.characters import fold
from clustering.text.tokens import CAPITAL, LINE_START, NUMBER, SENTENCE_START, UPPER, ZONE_BITS, word_hashes
from tests.oracles import text as oracle

PIECES = ["a", "B", "É", "e\u0301", "ß", "ﬁ", "İ", "ς", "7", "٣", "１", ",", ".", ":", " ", "\n", "\r\n", "\u2029",
    "\u00ad", "\u200d",
          "\ufe0f", "'", "’", "_", "²", "中", "国", "々", "か", "が", "か\u3099", "ー", "ไ", "ท", "่", "한", "\u1112\u1161",
          "ש", "م", "؟",
          "😀", "\U00020000", "\U0002f800", "\U000e0101", "\ue000", "\U0010ffff", "ǅ", "-"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40)


def column(*texts):
    return pa.array(texts, pa.large_string())


def listed(found, row=0):
    return list(zip(*(found[name][row].as_py() for name in ("hashes", "starts", "ends", "flags")), strict=True))


def words(text):
    found = tokenise(column(text))
    return [text[s:e] for s, e in zip(found["starts"][0].as_py(), found["ends"][0].as_py(), strict=True)]


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, max_size=4))
@example(["2,500 3.14 1.000,5 7. 8,a"])
@example(["か\u3099 が"])
@example(["中\u3099国\u00ad文", "\u0301a"])
def test_equals_the_slow_twin(texts):
    found = tokenise(column(*texts))
    assert found.schema.equals(TOKENS)
    assert len(found) == len(texts)
    for row, text in enumerate(texts):
        assert listed(found, row) == oracle.tokens(text)
    assert count(found) == sum(len(oracle.tokens(text)) for text in texts)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_span_slices_back_to_its_word(text):
    found = tokenise(column("x " * 3, text))
    hashes, starts, ends = (found[name][1].as_py() for name in ("hashes", "starts", "ends"))
    for h, start, end in zip(hashes, starts, ends, strict=True):
        assert 0 <= start < end <= len(text)
        again = tokenise(column(text[start:end]))
        assert again["hashes"][0].as_py() == [h]
        assert again["starts"][0].as_py() == [0]
        assert again["ends"][0].as_py() == [end - start]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_zone_bits_land_on_every_token_they_touch(texts, data):
    spans = []
    for row, text in enumerate(texts):
        for _ in range(data.draw(st.integers(0, 3))):
            start = data.draw(st.integers(0, len(text)))
            end = data.draw(st.integers(start, len(text)))
            if end > start:
                spans.append({"row": row, "start": start, "end": end, "zone": data.draw(st.sampled_from(sorted(ZONE_BITS))),
                    "reason": ""})
    marked = mark_zones(tokenise(column(*texts)), table(SPANS, spans))
    assert marked.schema.equals(TOKENS)
    for row, text in enumerate(texts):
        mine = [(s["start"], s["end"], ZONE_BITS[s["zone"]]) for s in spans if s["row"] == row]
        assert marked["zones"][row].as_py() == oracle.marks(oracle.tokens(text), mine)


def test_numbers_stay_whole_and_end_before_a_full_stop():
    assert words("2,500 men, 3.14 and 1.000.000. In 2013.Talks") == [
        "2,500", "men", "3.14", "and", "1.000.000", "In", "2013", "Talks"]


def test_words_with_marks_soft_hyphens_and_apostrophes():
    assert words("cafe\u0301s co\u00adopera\u00adtive\u00ad don’t") == ["cafe\u0301s", "co\u00adopera\u00adtive", "don", "t"]


@pytest.mark.parametrize(("one", "other"), [
    ("Straße", "STRASSE"), ("é", "e\u0301"), ("ﬁn", "FIN"), ("co\u00adop", "coop"), ("ΟΔΟΣ", "οδος"), ("１２", "12"),
    ("が", "か\u3099"),
    ("한국", unicodedata.normalize("NFD", "한국")), ("葛", "葛\U000e0100"),
])
def test_spellings_of_one_word_hash_alike(one, other):
    assert word_hashes([one]).tolist() == word_hashes([other]).tolist()


def test_different_words_do_not():
    few = ["resume", "résumé", "2,500", "2.500", "2500", "ab", "ba", "中国", "国中"]
    assert len(set(word_hashes(few).tolist())) == len(few)


@given(st.text(st.characters(codec="utf-8", categories=("L",), max_codepoint=0x2FF), min_size=1, max_size=8))
def test_hash_is_fnv_of_the_folded_word(word):
    assert word_hashes([word]).tolist() == [oracle.finish(oracle.fnv(fold(word)))]


def test_hashes_are_pinned():
    # stored signatures live on these: a change needs a new tokens.VERSION
    assert word_hashes(["bamako", "2,500", "中国"]).tolist() == [9478583918844145358, 17234790886150601036, 14064175559900431089]


def test_dense_scripts_are_bigrams_beside_words():
    assert words("NHK東京都 放送a") == ["NHK", "東京", "京都", "放送", "a"]
    assert words("中 国") == ["中", "国"]


def test_flags():
    text = "Mali: UN says\n12 dead. no \u0660 Ǆ"
    flags = dict(zip(words(text), tokenise(column(text))["flags"][0].as_py(), strict=True))
    assert flags["Mali"] == CAPITAL | SENTENCE_START | LINE_START
    assert flags["UN"] == CAPITAL | UPPER | SENTENCE_START
    assert flags["says"] == 0
    assert flags["12"] == NUMBER | SENTENCE_START | LINE_START
    assert flags["no"] == SENTENCE_START
    assert flags["\u0660"] == NUMBER
    assert flags["Ǆ"] == CAPITAL


def test_null_empty_sliced_and_chunked_columns():
    assert count(tokenise(pa.array([], pa.string()))) == 0
    assert count(tokenise(pa.chunked_array([], pa.large_string()))) == 0
    texts = pa.array(["drop me", None, "", "keep these words"], pa.string())
    found = tokenise(texts.slice(1))
    assert [len(v) for v in found["starts"].to_pylist()] == [0, 0, 3]
    chunked = tokenise(pa.chunked_array([texts.slice(0, 2), texts.slice(2)]))
    assert [len(v) for v in chunked["starts"].to_pylist()] == [2, 0, 0, 3]
    assert np.array_equal(flat(chunked["hashes"])[0][2:], flat(found["hashes"])[0])


def test_word_lists_refuse_what_is_not_one_token():
    with pytest.raises(ValueError, match="not one token"):
        word_hashes(["two words"])


@given(st.text(st.sampled_from("aZ1 .,-_'一たグ゙ไé\u0301\u00ad\n"), max_size=40))
def test_a_text_has_at_most_one_token_every_two_bytes(text):
    """The room that tokenise() makes for a text."""
    assert count(tokenise(pa.array([text], pa.large_string()))) <= len(text.encode()) // 2 + 1
