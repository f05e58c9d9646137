"""Boilerplate: what is furniture goes, what is copied or retold stays."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from clustering import sorting
from clustering.config import TextSettings
from clustering.tables import LANGUAGES, SPANS, table
from clustering.text.boilerplate import learn_boilerplate
from clustering.text.coherence import measure
from clustering.text.function_words import ENGLISH, function_word_hashes
from clustering.text.repeats import find_repeats
from clustering.text.runs import whole_lines
from clustering.text.tokens import LINE_START, tokenise, word_hashes
from clustering.text.zones import find_zones
from tests.build import articles
from tests.oracles import boilerplate as oracle

SYLLABLES = ["ka", "lo", "mir", "ten", "vos", "bru", "sel", "dan", "pri", "gom", "hul", "wex", "nar", "tij", "fop", "quin"]
FOOTER = "Subscribe to our morning letter and never miss what the harbour town is talking about"
PLATFORM = "Fill in your details below or click an icon to log in with your existing account"


def prose(seed: object, count: int = 80, vocabulary: int = 60) -> str:
    """Sentences of invented words; the same seed draws from the same small vocabulary, as one happening does."""
    source = random.Random(str(seed))
    bag = ["".join(source.choices(SYLLABLES, k=3)) for _ in range(vocabulary)]
    drawn = [source.choice(bag) for _ in range(count)]
    return " ".join(w.capitalize() + "." if i % 11 == 10 else w for i, w in enumerate(drawn))


def retold(event: object, teller: object, count: int = 80) -> str:
    """Another telling of one event: its vocabulary in another order."""
    bag = sorted(set(prose(event, 400).replace(".", "").lower().split()))
    return " ".join(random.Random(str(teller)).choices(bag, k=count))


def no_zones() -> pa.Table:
    return table(SPANS, {name: [] for name in SPANS.names})


def spoken(given_articles: pa.Table) -> pa.Table:
    """A LANGUAGES table: as given, else English."""
    langs = [lang or "en" for lang in given_articles["lang"].to_pylist()]
    return table(LANGUAGES, {"lang": langs, "source": ["given"] * len(langs)})


def learn(*records: str | dict, zones: pa.Table | None = None, **options) -> list[list[tuple[str, str]]]:
    """(words, reason) of each article's boilerplate; checks the promises of the table on the way."""
    given_articles = articles(*records)
    tokens = tokenise(given_articles["text"])
    spans = learn_boilerplate(given_articles, tokens, spoken(given_articles), no_zones() if zones is None else zones,
                              TextSettings(**options))
    assert spans.schema.equals(SPANS)
    rows = spans.to_pylist()
    assert rows == sorted(rows, key=lambda s: (s["row"], s["start"], s["end"], s["zone"]))
    texts = given_articles["text"].to_pylist()
    found: list[list[tuple[str, str]]] = [[] for _ in texts]
    last: dict[int, int] = {}
    for span in rows:
        assert 0 <= span["start"] < span["end"] <= len(texts[span["row"]])
        if span["zone"] == "boilerplate":
            assert span["start"] > last.get(span["row"], -1)
            last[span["row"]] = span["end"]
            found[span["row"]].append((texts[span["row"]][span["start"] : span["end"]], span["reason"]))
    return found


def only(found: list[tuple[str, str]]) -> str:
    assert len(found) == 1
    return found[0][0]


def test_furniture_of_one_outlet_over_unrelated_articles():
    found = learn(*({"outlet": "a.example", "text": f"{prose(i)}\n\n{FOOTER}.\n"} for i in range(6)))
    for spans in found:
        assert only(spans) == FOOTER + "."
        assert spans[0][1].startswith("house: repeated in 6 articles of one outlet")


def test_platform_text_over_outlets():
    found = learn(*({"outlet": f"{i // 2}.example", "text": f"{prose(i)}\n{PLATFORM}\n{prose(i + 50, 9)}"} for i in range(6)))
    for spans in found:
        assert only(spans) == PLATFORM
        assert spans[0][1].startswith("platform: repeated in 6 articles of 3 outlets")


def test_unknown_outlets_are_different_outlets():
    found = learn(*(f"{prose(i)}\n{PLATFORM}\n" for i in range(4)))
    assert all("of 4 outlets" in spans[0][1] for spans in found)


def test_furniture_in_a_pair_that_has_nothing_else_in_common():
    found = learn(f"{prose(1)}\n{PLATFORM}\n", f"{prose(2)}\n{PLATFORM}\n")
    assert [only(spans) for spans in found] == [PLATFORM, PLATFORM]


@pytest.mark.parametrize("copies", [2, 3, 40, 120])
def test_wire_copy_survives_inside_the_furniture_of_its_outlets(copies):
    wire = prose("wire", 200)
    found = learn(*({"outlet": f"{i}.example", "text": f"{prose(f'menu {i}', 14)}\n{wire}\n{prose(f'foot {i}', 14)}"}
                    for i in range(copies)))
    assert found == [[]] * copies


def test_wire_copy_with_local_paragraphs_survives_and_its_furniture_goes():
    wire = prose("wire", 120)
    records = [{"outlet": f"{i}.example", "text": f"{wire}\n{retold('wire', i, 70)}\n{FOOTER} {i % 3}.\n"} for i in range(12)]
    records += [{"outlet": f"{i}.example", "text": f"{prose(('own', i, j))}\n{FOOTER} {i % 3}.\n"}
                for i in range(12) for j in range(4)]
    for spans in learn(*records):
        assert FOOTER in only(spans)
        assert "\n" not in only(spans)


@pytest.mark.parametrize("outlets", [2, 4, 12])
def test_a_wire_survives_between_matter_that_has_nothing_to_do_with_it(outlets):
    """Each outlet prints something else below it: the remainders are incoherent, yet the wire is most of every article."""
    wire = prose("wire", 160)
    for first in (60, 400):  # in one of them it may be less than half
        records = [{"outlet": f"{i}.example", "text": f"{wire}\n\n{prose(('own', i), 60 if i else first)}\n"}
                   for i in range(outlets)]
        assert learn(*records) == [[]] * outlets


def test_what_fills_pages_of_several_outlets_over_weeks_is_furniture():
    terms = prose("terms of use", 160)
    found = learn(*({"outlet": f"{i}.example", "text": f"{terms}\n\n{prose(('own', i), 60)}\n", "published": f"2031-0{1 + i}-01"}
                    for i in range(6)))
    assert all(terms.startswith(only(spans)[:60]) for spans in found)


def wires_in_platform(events: int, *, twice: bool = False) -> list[dict]:
    """Six outlets that all run the same wires, one an event, and print little else but their platform's prompt."""
    return [{"outlet": f"{i}.example", "text": f"{prose(('wire', event), 90)}\n{PLATFORM}, {i}{event}.\n"}
            for event in range(events) for i in range(6) for _ in range(1 + twice)]


def test_platform_text_around_nothing_but_wire_copy():
    for spans in learn(*wires_in_platform(8)):
        assert only(spans).startswith(PLATFORM)
        assert "median" in spans[0][1]


def test_words_around_the_wires_of_one_happening_are_not_known_to_be_furniture():
    """One wire in every outlet: what surrounds it is as much a part of what they all print as the wire."""
    assert learn(*wires_in_platform(1)) == [[]] * 6
    assert learn(*wires_in_platform(8, twice=True)) == [[]] * 96  # every outlet twice: nothing is left to compare


def test_a_standing_paragraph_of_one_story_survives_between_wire_copies():
    background = prose("background", 40)
    records = [{"outlet": f"{i}.example", "text": f"{retold('strike', event, 90)}\n{background}\n"}
               for event in range(8) for i in range(6)]
    assert learn(*records) == [[]] * 48


def test_verbatim_copies_survive():
    assert learn(*({"outlet": "a.example", "text": prose("one")} for _ in range(5))) == [[]] * 5
    assert learn(prose("one"), prose("one")) == [[], []]


def test_background_of_one_outlets_story_survives():
    background = prose("background", 40)
    found = learn(*({"outlet": "a.example", "text": f"{retold('strike', i, 120)}\n{background}\n"} for i in range(8)))
    assert found == [[]] * 8


def test_what_returns_over_weeks_around_loosely_alike_texts_is_furniture():
    def records(step: int) -> list[dict]:
        return [{"outlet": "a.example", "published": f"2031-{1 + i * step // 28:02d}-{1 + i * step % 28:02d}",
                 "text": f"{prose(i, 200)} {retold('town', i, 60)}\n{FOOTER}.\n"} for i in range(4)]

    assert learn(*records(1)) == [[]] * 4
    assert [only(spans) for spans in learn(*records(30))] == [FOOTER + "."] * 4


def test_too_short_to_compare_falls_back_to_line_shape():
    menu = "Home News Weather Sport\nTown halls and markets today"
    shaped = [{"outlet": "a.example", "text": f"{menu}\n{prose(i, 5)}\n{prose((i, 2), 5)}"} for i in range(3)]
    for spans in learn(*shaped):
        assert only(spans) == menu
        assert "short lines at the edge" in spans[0][1]
    assert learn(*shaped[:2]) == [[], []]  # two articles are not enough
    assert learn(*(r | {"outlet": f"{i}.example"} for i, r in enumerate(shaped))) == [[]] * 3
    assert learn(*(r | {"text": r["text"].replace("Sport", "Sport.")} for r in shaped)) == [[]] * 3


def test_what_follows_a_closing_line_is_furniture_too():
    closing = "Here you can buy the rights to this article of ours"
    teasers = [prose(("teaser", i), 12) for i in range(4)]
    records = [{"outlet": "a.example", "text": f"{prose(i)}\n{closing}. {teasers[i % 4]} {teasers[(i + 1) % 4]}"}
               for i in range(16)]
    records[3]["text"] = f"{prose(3)}\n{closing}. {prose('a teaser nobody else has', 12)}"
    found = learn(*records)
    assert only(found[3]) == records[3]["text"][len(prose(3)) + 1 :]


def test_short_runs_stay():
    records = [{"outlet": "a.example", "text": f"{prose(i)}\nnever miss what the harbour town says\n{prose(i + 90, 20)}"}
               for i in range(6)]
    assert learn(*records) == [[]] * 6
    assert all(learn(*records, boilerplate_min_tokens=7))


def test_a_phrase_inside_sentences_is_no_furniture():
    phrase = "the harbour master of the old free port of Hollin"
    found = learn(*({"outlet": f"{i}.example", "text": f"{prose(i, 40)} asked {i} {phrase} {prose(i + 60, 40)}"}
                    for i in range(20)))
    assert found == [[]] * 20


def test_furniture_of_many_articles_may_have_lost_the_end_of_the_sentence_before():
    def records(count: int) -> list[dict]:
        return [{"outlet": "a.example", "text": f"{prose(i)} and{i} then{i} {FOOTER}."} for i in range(count)]

    assert [only(spans) for spans in learn(*records(12))] == [FOOTER + "."] * 12
    assert learn(*records(6)) == [[]] * 6


def test_a_few_outlets_with_much_else_on_the_page_do_not_speak_for_all():
    wire = prose("wire", 100)
    records = [{"outlet": f"{i}.example", "text": f"{wire}\n{prose(('else', i), 60) if i < 3 else ''}"} for i in range(12)]
    assert learn(*records) == [[]] * 12


def test_words_that_stand_beside_furniture_by_chance_stay():
    found = learn(*({"outlet": "a.example", "text": f"{prose(i)} {'chance' if i < 2 else prose((i, 2), 1)}\n{FOOTER}.\n"}
                    for i in range(12)))
    assert [only(spans) for spans in found] == [FOOTER + "."] * 12


def test_runs_grow_to_whole_lines_and_addresses():
    line = "Read or share this story with your friends: https://a.example/s/"
    found = learn(*({"outlet": "a.example", "text": f"{prose(i)}\n{line}{prose(i, 1)[:6]}x{i}\n"} for i in range(6)))
    for i, spans in enumerate(found):
        assert only(spans) == f"{line}{prose(i, 1)[:6]}x{i}"


def test_runs_grow_over_the_words_that_change_in_a_line():
    line = "wrote this for the readers of our paper and of its evening letter"
    found = learn(*({"outlet": "a.example", "text": f"{prose(i)}\n{prose((i, 3), 1)} {line}\n{prose(i + 40, 30)}"}
                    for i in range(6)))
    assert [only(spans) for spans in found] == [f"{prose((i, 3), 1)} {line}" for i in range(6)]


def test_switch_allow_and_deny():
    zones = table(SPANS, {"row": [0], "zone": ["boilerplate"], "start": [0], "end": [5], "reason": ["rule: test"]})
    records = [{"outlet": "a.example", "text": f"{prose(i)}\n{FOOTER}.\n"} for i in range(6)]
    assert learn(*records, zones=zones, boilerplate=False) == [[]] * 6
    assert learn(*records, zones=zones)[0][0] == (prose(0)[:5], "rule: test")
    kept = learn(*records, boilerplate_allow=["Harbour Town"])
    assert [[words for words, _ in spans] for spans in kept] == [
        ["Subscribe to our morning letter and never miss what the ", " is talking about."]] * 6
    found = learn(prose(1) + " pay here now " + prose(2), boilerplate_deny=["Pay here, now!", "", "???"])
    assert found == [[("pay here now", "setting: boilerplate_deny")]]
    both = {"boilerplate_deny": ["pay here now"], "boilerplate_allow": ["pay here now"]}
    assert learn(prose(1) + " pay here now " + prose(2), **both) == found
    text = articles(prose(1) + " pay here now " + prose(2))
    ruled = find_zones(text, tokenise(text["text"]), TextSettings(**both))
    assert learn(text["text"][0].as_py(), zones=ruled, **both) == found


def test_quotes_give_way_and_other_zones_stay():
    text = f"{prose(1)}\n{FOOTER}.\n"
    start = text.index("Subscribe")
    zones = table(SPANS, {
        "row": [0, 0], "zone": ["byline", "quote"], "start": [0, start - 10], "end": [4, start + 20], "reason": ["b", "q"]})
    records = [{"outlet": "a.example", "text": text}] + [
        {"outlet": "a.example", "text": f"{prose(i)}\n{FOOTER}.\n"} for i in range(2, 7)]
    given_articles = articles(*records)
    spans = learn_boilerplate(given_articles, tokenise(given_articles["text"]), spoken(given_articles), zones,
                              TextSettings()).to_pylist()
    assert [(s["zone"], s["start"], s["end"]) for s in spans if s["row"] == 0] == [
        ("byline", 0, 4), ("quote", start - 10, start), ("boilerplate", start, start + len(FOOTER) + 1)]


def test_masks_do_not_depend_on_the_order_of_articles():
    records = [{"article_id": f"n{i}", "outlet": f"{i % 3}.example",
                "text": f"{prose(max(i, 30))}\n{FOOTER} {i % 3}.\n{prose(i, 12)}"} for i in range(90)]
    shuffled = records[:]
    random.Random(5).shuffle(shuffled)
    assert learn(*records) == learn(*shuffled)
    assert any(learn(*records))


def test_masks_do_not_depend_on_how_many_parts_shingles_are_sorted_in(monkeypatch):
    records = [{"outlet": f"{i % 3}.example", "text": f"{prose(max(i, 30))}\n{FOOTER} {i % 3}.\n{prose(i, 12)}"}
               for i in range(60)]
    once = learn(*records)
    monkeypatch.setattr(sorting, "PART_RUNS", 500)
    assert learn(*records) == once
    assert any(once)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_coherence_agrees_with_sets_and_dictionaries(data):
    blocks = [prose(("block", i), 9, 9) for i in range(4)] + [prose("shared", 30, 12), "said the of and to in is was a b"]
    count = data.draw(st.one_of(st.integers(1, 7), st.integers(10, 14)))
    texts = []
    for i in range(count):
        parts = st.sampled_from([*blocks, prose(("own", i), 25), retold("shared", i, 20)])
        texts.append("\n".join(data.draw(st.lists(parts, max_size=5))))
    outlets = [data.draw(st.sampled_from("abc")) for _ in range(count)]
    titles = [data.draw(st.sampled_from(["", prose("shared", 5), prose("title", 6)])) for _ in range(count)]
    langs = [data.draw(st.sampled_from(["en", "de"])) for _ in range(count)]
    given_articles = articles(*({"text": x, "outlet": o, "title": t, "lang": lang}
                                for x, o, t, lang in zip(texts, outlets, titles, langs, strict=True)))
    tokens = tokenise(given_articles["text"])
    hashes = np.asarray(tokens["hashes"].combine_chunks().values)
    offsets = np.asarray(tokens["hashes"].combine_chunks().offsets)
    codes = np.array([ord(o) - ord("a") for o in outlets], np.int32)
    repeats = find_repeats(hashes, offsets, codes)
    seen = measure(given_articles, tokens, spoken(given_articles), np.zeros(hashes.size, np.bool_), repeats, codes)

    every = sorted({w for t in [*texts, *titles] for w in oracle.words(t)})
    known = set(function_word_hashes().tolist())
    function_words = {w for w, h in zip(every, word_hashes(every).tolist(), strict=True) if h in known}
    expected = oracle.coherence(texts, titles, outlets, langs, function_words)
    got = {frozenset(repeats.members[a:b].tolist()): both for a, b, *both in
           zip(repeats.set_offsets[:-1], repeats.set_offsets[1:], seen.cosine, seen.median, strict=True)}
    assert got.keys() == expected.keys()
    for rows, both in expected.items():
        assert got[rows] == pytest.approx([np.nan if value is None else value for value in both], abs=2e-6, nan_ok=True)
    where = [set(repeats.members[repeats.set_offsets[s] : repeats.set_offsets[s + 1]].tolist()) if s >= 0 else None
             for s in repeats.set_of.tolist()]
    for row, text in enumerate(texts):
        ours = [where[i] for i in range(offsets[row], offsets[row + 1])][: len(oracle.shingles(oracle.words(text)))]
        theirs = [{r for r, t in enumerate(texts) if s in oracle.shingles(oracle.words(t))}
                  for s in oracle.shingles(oracle.words(text))]
        assert ours == [rows if len(rows) > 1 else None for rows in theirs]


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([True, True, False])), min_size=1, max_size=14), st.data())
def test_whole_lines_are_those_of_a_walk(tokens, data):
    flags, masked = np.array([LINE_START * opens for opens, _ in tokens], np.uint8), np.array([m for _, m in tokens])
    base = data.draw(st.integers(0, len(tokens) - 1))
    stop = data.draw(st.integers(base + 1, len(tokens)))
    first = data.draw(st.integers(base, stop - 1))
    last = data.draw(st.integers(first + 1, stop))
    assert whole_lines(first, last, base, stop, flags, masked) == oracle.whole_lines(first, last, base, stop, flags, masked)


def test_hostile_input():
    assert learn() == []
    assert learn("") == [[]]
    assert learn("", "", "...", "\n\n\n") == [[]] * 4
    assert learn("word " * 5000, "word " * 5000, {"text": "🚢 " * 40}, {"text": "\u202eabc \u0301\u0301 " * 30}) is not None
    assert learn(*({"outlet": "a.example", "title": None, "text": "a " * 30 + str(i)} for i in range(5))) is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.text('ab. \n"/:', max_size=200)), max_size=6),
       st.lists(st.text(max_size=8), max_size=2))
def test_any_text_keeps_the_promises(texts, phrases):
    doubled = [f"{text} {other}" for text in texts for other in texts][:12]
    learn(*doubled, boilerplate_min_tokens=1, boilerplate_deny=phrases, boilerplate_allow=phrases[:1])


def test_many_articles_with_one_footer_are_sampled_and_masked():
    found = learn(*({"outlet": "a.example", "text": f"{prose(i, 40)}\n{FOOTER}.\n"} for i in range(300)))
    assert all(only(spans) == FOOTER + "." for spans in found)


def test_what_reporters_quote_is_no_furniture() -> None:
    """Three unrelated-looking articles of unknown outlets that quote one speaker: nothing is masked."""
    quote = "“we will rebuild every house on this street before the first snow falls in november,” said the mayor"
    table_ = articles(
        f"Carpenters unloaded timber beside the ruined bakery while pupils watched from the fence and cheered loudly. {quote}.",
        f"Insurance adjusters disputed the estimates, and a retired judge offered mediation to both quarrelling sides. {quote}.",
        f"Football practice moved to the quarry because bulldozers occupied the pitch all weekend and longer still. {quote}.")
    tokens = tokenise(table_["text"])
    zones = find_zones(table_, tokens, TextSettings())
    assert "quote" in zones["zone"].to_pylist()
    assert "boilerplate" not in learn_boilerplate(table_, tokens, spoken(table_), zones, TextSettings())["zone"].to_pylist()
    # the same words outside quotation marks are furniture as far as anybody can tell
    bare = articles(*(text.replace("“", "").replace(",”", "") for text in table_["text"].to_pylist()))
    tokens = tokenise(bare["text"])
    zones = find_zones(bare, tokens, TextSettings())
    assert "boilerplate" in learn_boilerplate(bare, tokens, spoken(bare), zones, TextSettings())["zone"].to_pylist()


def test_the_english_list_is_scikit_learns() -> None:
    """Written out because importing scikit-learn took half a second of every start; here the two are held together."""
    assert set(ENGLISH.split()) == ENGLISH_STOP_WORDS
