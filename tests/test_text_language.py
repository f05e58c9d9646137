"""Languages: as given when that names one, else detected from the body, else undecided."""

from __future__ import annotations

import json
import lzma
import os
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from clustering.tables import LANGUAGES
from clustering.text import detect_languages, tokenise
from clustering.text.language import NEWS_LANGUAGES, normalise
from clustering.text.language_model import classify
from tests.build import articles

TEXTS = {
    "en": "The harbour master said on Tuesday that the ferry would not leave before the storm had passed the island.",
    "de": "Der Hafenmeister sagte am Dienstag, die Fähre werde nicht auslaufen, bevor der Sturm die Insel passiert habe.",
    "fr": "Le capitaine du port a déclaré mardi que le ferry ne partirait pas avant le passage de la tempête sur l'île.",
    "es": "El capitán del puerto dijo el martes que el transbordador no saldría antes de que la tormenta pasara por la isla.",
    "ru": "Капитан порта сообщил во вторник, что паром не выйдет в море, пока шторм не пройдёт над островом.",
    "zh": "港务局长星期二表示，在暴风雨经过该岛之前，渡轮不会离港。居民们被要求留在家中等待通知。",
    "ar": "قال مدير الميناء يوم الثلاثاء إن العبارة لن تغادر قبل أن تمر العاصفة فوق الجزيرة الصغيرة.",
}


def detected(*records):
    table = articles(*records)
    found = detect_languages(table, tokenise(table["text"]))
    assert found.schema.equals(LANGUAGES)
    return [(row["lang"], row["source"]) for row in found.to_pylist()]


def test_detects_the_usual_languages():
    assert detected(*TEXTS.values()) == [(lang, "detected") for lang in TEXTS]


@pytest.mark.parametrize(("given_code", "lang"), [
    ("en", "en"), ("eng", "en"), ("de-AT", "de"), ("GER", "de"), ("zh_Hans", "zh"), ("pt-br", "pt"), (" fr ", "fr"), ("iw", "he"),
])
def test_given_codes_are_normalised_and_win(given_code, lang):
    assert detected({"text": TEXTS["ru"], "lang": given_code}) == [(lang, "given")]


@pytest.mark.parametrize("code", [None, "", "und", "xx", "english", "zxx", "-", "1"])
def test_what_names_no_language_is_not_given(code):
    assert normalise(code) is None
    assert detected({"text": TEXTS["fr"], "lang": code}) == [("fr", "detected")]


def test_too_little_text_is_undecided():
    assert detected("", "12 345 --- 6.7", "Mali", "!!!", {"text": None}) == [("und", "detected")] * 5


def test_menus_above_the_body_do_not_decide():
    assert detected("Home\nNews\nSport\nSkip to content\n\n" + TEXTS["de"] + " " + TEXTS["de"]) == [("de", "detected")]


def test_no_articles():
    assert detected() == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80) | st.sampled_from(list(TEXTS.values())), max_size=4))
def test_any_text_gets_an_answer_of_its_own(texts):
    alone = [detected(text)[0] for text in texts]
    assert detected(*texts) == alone
    assert all(lang == "und" or normalise(lang) == lang for lang, _ in alone)


@cache
def library():
    """py3langid itself, held to the same languages."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(NEWS_LANGUAGES))
    return identifier


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(
    st.text(max_size=200), st.sampled_from([*TEXTS.values(), *(text.upper() for text in TEXTS.values())]),
    st.tuples(st.sampled_from(list(TEXTS.values())), st.sampled_from(list(TEXTS.values())), st.integers(0, 60)).map(
        lambda two: two[0][: two[2]] + two[1][two[2] :]),
    st.text("abcdefghijklmnopqrstuvwxyz äöüßéèñ", min_size=20, max_size=300)), max_size=5))
def test_the_kernel_answers_as_the_library_does(texts):
    for text, lang in zip(texts, classify(texts, NEWS_LANGUAGES), strict=True):
        ranking = library().rank(text)
        if lang == "und":
            assert ranking[0][1] == ranking[-1][1]  # the library too knows nothing, and names the first of its list
        else:
            assert dict(ranking)[lang] >= ranking[0][1] - 1e-3  # sums of floats in another order


@pytest.mark.skipif("SAMESTORY_DATA" not in os.environ, reason="SAMESTORY_DATA names no folder of labelled sets")
def test_the_kernel_answers_as_the_library_does_on_real_news():
    data = Path(os.environ["SAMESTORY_DATA"])
    for name in ("same-news-pairs", "german-press-2021-01"):
        with lzma.open(data / name / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["text"][:600] for line in islice(lines, 250)]
        assert classify(texts, NEWS_LANGUAGES) == [library().classify(text)[0] for text in texts]
