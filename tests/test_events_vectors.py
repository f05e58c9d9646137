"""Vectors: counts, idf, titles; the fast kernels against dictionaries and against scikit-learn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from clustering.config import EventsSettings
from clustering.events import Background, DocumentShares, phrase_keys, vectorise
from clustering.events.idf import blended_idf, guess_shares, plain_idf
from clustering.events.rows import ordered
from clustering.events.terms import BODY, SKIP, TITLE, Counts, Stream, count_terms
from clustering.events.titles import clean_titles
from clustering.tables import GROUPS, LANGUAGES, SPANS, flat, table
from clustering.text.dates import find_dates
from clustering.text.tokens import NOT_BODY, ZONE_BITS, mark_zones, tokenise, word_hashes
from tests.build import articles
from tests.oracles import events as slow

WORDS = st.sampled_from(["the", "a", "Mali", "mali", "river", "Konna", "2,500", "2,000", "x", "bank", "Straße", "STRASSE",
                         "of", "東京都", "flood.", "Flood"])
TEXTS = st.lists(st.lists(WORDS, max_size=30).map(" ".join), min_size=1, max_size=6)


def languages(*codes: str) -> pa.Table:
    return table(LANGUAGES, {"lang": list(codes), "source": ["given"] * len(codes)})


def alone(n: int) -> pa.Table:
    return table(GROUPS, {"group": np.arange(n, dtype=np.int32), "relation": ["representative"] * n})


def make(*records, background=None, zones=None, groups=None, lang="en", kernels="fast", **options):
    table_ = articles(*records)
    tokens = tokenise(table_["text"])
    if zones is not None:
        tokens = mark_zones(tokens, zones)
    return vectorise(table_, tokens, tokenise(table_["title"]), languages(*[lang] * len(table_)),
                     find_dates(table_, tokens), groups or alone(len(table_)), background or Background(),
                     EventsSettings(**options), kernels)


def streams(text: list[str], title: list[str]) -> tuple[pa.Table, pa.Table, Stream, Stream]:
    tokens, title_tokens = tokenise(pa.array(text, pa.large_string())), tokenise(pa.array(title, pa.large_string()))

    def stream(t: pa.Table, part: int) -> Stream:
        values = {c: flat(t[c])[0] for c in ("hashes", "starts", "ends", "flags", "zones")}
        parts = np.where(values["zones"] & NOT_BODY == 0, part, SKIP).astype(np.uint8)
        return Stream(values["hashes"], values["starts"], values["ends"], values["flags"], parts, flat(t["hashes"])[1])

    return tokens, title_tokens, stream(tokens, BODY), stream(title_tokens, TITLE)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.data(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 10))
def test_counts_are_those_of_a_dictionary(texts, data, title_weight, lead_weight, lead_tokens) -> None:
    titles = [data.draw(st.lists(WORDS, max_size=6).map(" ".join)) for _ in texts]
    tokens, title_tokens, text, title = streams(texts, titles)
    rows = np.arange(len(texts), dtype=np.int32)
    got = count_terms(rows, text, title, title_weight=title_weight, lead_weight=lead_weight, lead_tokens=lead_tokens,
                      bigrams=True)
    for row in rows:
        want = slow.count_terms(tokens, title_tokens, row, title_weight, lead_weight, lead_tokens)
        pairs = [key for key in want if isinstance(key, tuple)]
        first, second = (np.array([p[half] for p in pairs], np.uint64) for half in (0, 1))
        keyed = dict(zip(phrase_keys(first, second).tolist(), pairs, strict=True))
        place = slice(*got.indptr[row : row + 2])
        found = {keyed.get(int(k), int(k)): int(w) for k, w in zip(got.keys[got.terms[place]], got.weights[place], strict=True)}
        assert found == dict(want)
        for term, start, end in zip(got.terms[place], got.starts[place], got.ends[place], strict=True):
            words = texts[row][start:end] if start >= 0 else titles[row][~start:end]
            read = flat(tokenise(pa.array([words], pa.large_string()))["hashes"])[0]
            assert (read if got.first[term] < 0 else phrase_keys(read[:1], read[1:2]))[0] == got.keys[term]
    shares = slow.capitalised(tokens)
    for term in np.flatnonzero(got.first < 0):
        if got.middle[term]:
            assert got.capitals[term] / got.middle[term] == shares[int(got.keys[term])]


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.data())
def test_what_is_met_once_is_left_out_and_nothing_else_changes(texts, data) -> None:
    _, _, text, title = streams(texts, [""] * len(texts))
    rows = np.arange(len(texts), dtype=np.int32)
    options = {"title_weight": 1, "lead_weight": 1, "lead_tokens": 5, "bigrams": True}
    full = count_terms(rows, text, title, **options)
    phrases = full.keys[full.phrase]
    always = np.array(data.draw(st.lists(st.sampled_from(phrases.tolist() or [1]), max_size=3)), np.uint64)
    few = count_terms(rows, text, title, always=always, **options)

    def entries(counts: Counts) -> dict[tuple[int, int], tuple[int, ...]]:
        row = np.repeat(rows, np.diff(counts.indptr))
        return {(r, int(counts.keys[t])): tuple(values) for r, t, *values in zip(
            row.tolist(), counts.terms.tolist(), counts.weights.tolist(), counts.starts.tolist(), counts.ends.tolist(),
            strict=True)}

    have, all_of_them = entries(few), entries(full)
    assert all(all_of_them[place] == values for place, values in have.items())
    times = Counter(key for _, key in all_of_them)
    missing = {key for _, key in all_of_them.keys() - have.keys()}
    assert all(times[key] == 1 for key in missing)
    assert missing <= set(phrases.tolist()) - set(always.tolist())
    once = {key for key in phrases.tolist() if times[key] == 1} - set(always.tolist())
    assert not once or missing or len(once) < 20  # the table is hardly ever wrong


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.integers(2, 4), st.booleans())
def test_threads_change_no_count(texts, threads, once) -> None:
    _, _, text, title = streams(texts, [f"{t} x" for t in reversed(texts)])
    options = {"title_weight": 2, "lead_weight": 1, "lead_tokens": 5, "bigrams": True,
               "always": np.zeros(0, np.uint64) if once else None}
    rows = np.arange(len(texts), dtype=np.int32)
    one, several = (count_terms(rows, text, title, threads=n, **options) for n in (1, threads))
    for name in Counts.__dataclass_fields__:
        assert np.array_equal(getattr(one, name), getattr(several, name)), name


def test_the_term_table_grows_without_losing_a_term() -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(f"w{n}" for n in rng.integers(0, 60_000, 9_000)) for _ in range(6)]
    _, _, text, title = streams(texts, [""] * 6)
    got = count_terms(np.arange(6, dtype=np.int32), text, title, title_weight=1, lead_weight=0, lead_tokens=0, bigrams=True)
    assert got.keys.size > 1 << 15  # the first table is too small for these
    shared = count_terms(np.arange(6, dtype=np.int32), text, title, title_weight=1, lead_weight=0, lead_tokens=0, bigrams=True,
                         threads=3)
    assert np.array_equal(shared.keys, got.keys)
    assert np.array_equal(shared.terms, got.terms)
    assert np.unique(got.keys).size == got.keys.size
    assert set(got.keys[got.first < 0].tolist()) == set(text.hashes.tolist())
    phrases = np.flatnonzero(got.first >= 0)
    halves = got.keys[got.first[phrases]], got.keys[got.second[phrases]]
    assert np.array_equal(phrase_keys(*halves), got.keys[phrases])


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.booleans(), st.sampled_from([0.0, 0.5]))
def test_fast_and_reference_kernels_give_equal_vectors(texts, bigrams, share) -> None:
    fast = make(*texts, bigrams=bigrams, background_share=share)
    reference = make(*texts, bigrams=bigrams, background_share=share, kernels="reference")
    for name in ("indptr", "indices", "data", "topics", "starts", "ends", "keys"):
        assert np.array_equal(getattr(fast, name), getattr(reference, name)), name


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_plain_options_are_scikit_learns_tfidf(texts) -> None:
    got = make(*texts, bigrams=False, background_share=0.0, lead_weight=0, capital_weight=1.0)
    tokens = tokenise(pa.array(texts, pa.large_string()))
    words = [[h for h, s, e in zip(*(tokens[c][row].as_py() for c in ("hashes", "starts", "ends")), strict=True) if e - s > 1]
             for row in range(len(texts))]
    if not any(words):
        assert got.data.size == 0
        return
    plain = TfidfVectorizer(analyzer=lambda document: document, sublinear_tf=True)
    want = plain.fit_transform(words).toarray()
    columns = [plain.vocabulary_[int(key)] for key in got.keys]
    assert len(columns) == want.shape[1]
    assert np.allclose(got.matrix().toarray(), want[:, columns], atol=1e-7)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_without_a_background_the_idf_is_scikit_learns(df) -> None:
    df = np.array(df)
    none = np.zeros(df.size)
    assert np.allclose(blended_idf(df, 500, none, none > 0, 0.0), np.where(df > 0, plain_idf(df, 500), 0))


def test_the_background_speaks_for_a_handful_and_the_window_for_itself() -> None:
    rare = np.array([0.0001])
    known = np.array([True])
    idf = [float(blended_idf(np.array([n]), n, rare, known, 0.5)[0]) for n in (1, 2, 1_000)]
    assert idf[0] > idf[1] > idf[2] == 0  # what every article of a large window has tells nothing
    assert blended_idf(np.array([1]), 100, rare, ~known, 0.5) == 0  # one text, unknown elsewhere: a misspelling
    assert blended_idf(np.array([1]), 100, np.array([0.6]), known, 0.9) == 0  # a stop word of the language


def test_a_guessed_background_drops_function_words_but_not_names() -> None:
    guessed = guess_shares(np.array([60, 60, 1]), 1_000, np.array([False, True, False]))
    assert guessed[0] > 0.99
    assert guessed[1] < 0.001
    assert 0 < guessed[2] < 0.3


def test_small_inputs_keep_words_that_nobody_shares() -> None:
    table_ = DocumentShares(np.sort(word_hashes(["flood", "river", "troops"])), np.array([0.01, 0.01, 0.01]), 1e-5, 1e-5)
    got = make("flood river", "troops river", background=Background({"en": table_}))
    assert np.diff(got.indptr).tolist() == [2, 2]


def test_a_group_has_one_vector_and_its_date_when_the_representative_has_none() -> None:
    groups = table(GROUPS, {"group": [0, 1, 1], "relation": ["representative", "representative", "identical"]})
    dated = {"text": "troops bridge", "published": "2020-01-05"}
    got = make("flood river flood river", "troops bridge troops", dated, groups=groups)
    assert got.rows.tolist() == [0, 1]
    assert np.isnan(got.dating.days[0])
    assert got.dating.days[1] == 18_266
    assert got.of_articles(groups).tolist() == [0, 1, 1]


def test_what_is_no_body_does_not_count_and_the_headline_zone_is_the_title_of_a_text_without_one() -> None:
    text = "Flood hits Konna\nBy Ann Author\nThe river rose quickly"
    spans = table(SPANS, {"row": [0, 0], "zone": ["headline", "byline"], "start": [0, 17], "end": [16, 30],
                          "reason": ["given", "given"]})
    keys = {w: int(word_hashes([w])[0]) for w in ("flood", "author", "river")}
    got = make(text, zones=spans, background_share=0.0)
    weights = dict(zip(got.keys[got.indices].tolist(), got.data.tolist(), strict=True))
    assert keys["author"] not in weights
    assert keys["flood"] in weights
    titled = make({"text": text, "title": "Something else"}, zones=spans, background_share=0.0)
    assert keys["flood"] not in titled.keys.tolist()


@pytest.mark.parametrize("kernels", ["fast", "reference"])
def test_nothing_to_count_is_no_error(kernels) -> None:
    for texts in ((), ("",), ("", "… !"), ("x",)):
        got = make(*texts, kernels=kernels)
        assert got.rows.size == len(texts)
        assert got.data.size == 0


def test_titles_lose_the_outlets_name() -> None:
    rows = [{"text": "", "outlet": "dailypost.example", "title": f"{t} | Daily Post | News"}
            for t in ("Two dead in fire", "River floods town", "Mayor resigns", "Bridge closed")]
    rows.append({"text": "", "outlet": "Other", "title": "Fire - and flood - in one week"})
    rows.append({"text": "", "outlet": "Other", "title": "Other | Storm ahead"})
    rows.append({"text": "", "title": None})
    table_ = articles(*rows)
    cleaned = [(t or "")[slice(*span)] for t, span in zip(table_["title"].to_pylist(), clean_titles(table_), strict=True)]
    assert cleaned == ["Two dead in fire", "River floods town", "Mayor resigns", "Bridge closed",
                       "Fire - and flood - in one week", "Storm ahead", ""]


@pytest.mark.parametrize(("title", "kept"), [
    ("  Fire | Post  ", "Fire | Post"), ("Fire| Post", "Fire| Post"), ("Fire  |Post", "Fire  |Post"), ("| Fire", "Fire"),
    ("Fire - - Post", "Fire - - Post"), ("Fire - | » Post -", "Fire - | » Post -"), (" " * 200_000, ""),
    ("Fire" + " " * 200_000 + "Post", "Fire" + " " * 200_000 + "Post"),
])
def test_odd_titles_keep_their_ends_and_cost_no_square(title, kept) -> None:
    assert title[slice(*clean_titles(articles({"text": "", "title": title}))[0])] == kept


def test_another_language_does_not_change_a_vector() -> None:
    texts = ["flood river Konna flood", "river Konna bridge"]
    table_ = articles(*texts, "Hochwasser Fluss Konna", "Fluss Brücke")
    tokens = tokenise(table_["text"])

    def vectors(n: int):
        part = table_.slice(0, n)
        codes = ["en", "en", "de", "de"][:n]
        some = tokens.slice(0, n)
        return vectorise(part, some, tokenise(part["title"]), languages(*codes), find_dates(part, some), alone(n), Background(),
                         EventsSettings())

    few, all_ = vectors(2).matrix(), vectors(4).matrix()
    assert np.array_equal((few @ few.T).toarray(), (all_ @ all_.T).toarray()[:2, :2])


def test_zone_bits_of_a_headline_are_what_the_vectors_expect() -> None:
    assert ZONE_BITS["headline"] & NOT_BODY


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8), st.integers(1, 12), st.randoms(use_true_random=False))
def test_rows_are_dealt_out_as_a_sort_would_order_them(rows, terms, chance) -> None:
    given_rows = [chance.sample(range(terms), chance.randint(0, terms)) for _ in range(rows)]
    indptr = np.cumsum([0, *map(len, given_rows)])
    flat_terms = np.array([t for row in given_rows for t in row], np.int32)
    kept = np.array([chance.random() < 0.7 for _ in flat_terms], np.bool_)
    number, row_of = np.array(chance.sample(range(terms), terms), np.int32), np.array(chance.sample(range(rows), rows), np.int64)
    found, indices, entries = ordered(indptr, flat_terms, kept, number, terms, row_of)
    for row in range(rows):
        want = sorted((number[flat_terms[p]], p) for p in range(indptr[row], indptr[row + 1]) if kept[p])
        here = slice(*found[row_of[row] : row_of[row] + 2])
        assert list(zip(indices[here], entries[here], strict=True)) == want
