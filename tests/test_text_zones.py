"""Zones by rules: what is headline, dateline, byline, caption and furniture, and above all what stays body."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import Agency, TextSettings
from clustering.tables import SPANS
from clustering.text import find_zones, mark_zones, tokenise
from clustering.text.datelines import find_dateline
from clustering.text.furniture import _ADDRESS
from clustering.text.tokens import NOT_BODY
from tests.build import articles

LEAD = "The harbour council voted on Tuesday to close the old lock for repairs that will take most of the winter."
BODY = [
    LEAD,
    "Engineers found cracks in both gates last month, and the insurers gave the town until spring to act.",
    "Barges will be sent round by the northern canal, a detour of some 14 kilometres, the lock keeper said.",
    "Traders fear for their deliveries. They asked for a crane at the fish quay and were promised an answer by Friday.",
]
PROSE = "\n\n".join(BODY)


def zones(text, config=None, **columns):
    """(zone, words, reason) of one article's zones."""
    table = articles({"text": text, **columns})
    found = find_zones(table, tokenise(table["text"]), config or TextSettings())
    assert found.schema.equals(SPANS)
    return [(row["zone"], text[row["start"] : row["end"]], row["reason"]) for row in found.to_pylist()]


def words_in(zone, text, config=None, **columns):
    return [words for name, words, _ in zones(text, config, **columns) if name == zone]


def body_of(text, **columns):
    covered = [row for row in zones_rows(text, **columns) if row["zone"] != "quote"]
    return "".join(c for i, c in enumerate(text) if not any(r["start"] <= i < r["end"] for r in covered))


def zones_rows(text, **columns):
    table = articles({"text": text, **columns})
    return find_zones(table, tokenise(table["text"]), TextSettings()).to_pylist()


def test_plain_prose_is_all_body():
    assert zones(PROSE) == []
    assert zones(PROSE.replace("\n\n", "\n")) == []
    assert zones(PROSE.replace("\n\n", " ")) == []


# headline

def test_title_above_the_body_also_twice():
    title = "Old lock to close for the winter"
    assert words_in("headline", f"{title}\n\n{title}\n\n{PROSE}", title=title) == [title, title]
    assert words_in("headline", f"{title}\n\n{title}\n\n{PROSE}") == [title, title]
    assert words_in("headline", f"{title} - Quay Courier\n{PROSE}", title=title) == [f"{title} - Quay Courier"]


def test_title_in_running_text_is_cut_off_where_the_body_begins():
    title = "Old lock to close for the winter"
    flat = " ".join(BODY)
    assert words_in("headline", f"Town council {title} {flat}", title=title) == [f"Town council {title}"]
    assert words_in("headline", flat, title="The harbour council voted on Tuesday") == []  # goes on in lower case


def test_a_sentence_of_the_body_is_no_headline():
    assert words_in("headline", PROSE, title="Harbour council votes on Tuesday to close the old lock for repairs") == []
    assert words_in("headline", "A short first sentence.\n\n" + PROSE) == []


def test_a_text_of_short_lines_only_has_no_headline():
    assert zones("Arrivals\nBright Annie\nLady Gull\nOld Marrow") == []


# dateline

@pytest.mark.parametrize("dateline", [
    "OSTERMOOR, Valdria —", "OSTERMOOR —", "OSTERMOOR, Valdria:", "PARIS (AFP) -", "WASHINGTON, Jan 21 (Reuters) -",
    "Berlin (dpa) -",
    "Berlin/Brüssel (dpa/AFP) –", "(Reuters) -", "PARIS, 12 janv (AFP) —", "Madrid, 3 mar (EFE).-", "LONDON, Jan. 5 --",
    "Hamburg -",
    "NEW YORK (AP) —", "SAINT-OSYTH, Valdria (AP) –", "Ostermoor, Vald. —", "НОВГОРОД, 3 мар (ТАСС) —", "Berlin.",
    "Kiel (dpa/lno) -", "Kiel (dpa/lno)",
])
def test_datelines_open_the_body(dateline):
    for head in ("", "Old lock to close\n\nBy Mira Quist\n\n"):
        assert words_in("dateline", f"{head}{dateline} {PROSE}") == [dateline]


@pytest.mark.parametrize("opening", [
    "RELATED: what the keeper said", "The mayor - a former sailor - spoke first", "Fazit: es bleibt",
    "EXCLUSIVE - The council", "On Jan 5 - a Monday",
    "Mira Quist - the keeper", "Marrow, the keeper's dog, barked", "VIDEO: The lock", "He said:", "Endlich.",
])
def test_what_only_looks_like_a_dateline(opening):
    assert words_in("dateline", f"{opening} {PROSE}") == []


def test_a_speaker_of_an_interview_is_no_place():
    question = "QUIST: The lock will close, and nobody can say for how long it will be."
    text = question + "\n" + LEAD + "\nQUIST: Then we shall have to wait for the spring."
    assert words_in("dateline", text) == []


def test_a_city_after_the_lead():
    flat = f"{BODY[0]} Hamburg. {BODY[1]} {BODY[2]}"
    assert words_in("dateline", flat) == ["Hamburg."]
    assert words_in("dateline", f"{BODY[0]} Darum. {BODY[1]}") == []
    assert words_in("dateline", f"{PROSE} He flew to Hamburg. Then he returned.") == []


# byline

@pytest.mark.parametrize("byline", [
    "By Mira Quist", "by Mira Quist", "By Mira Quist – OSTERMOOR", "By MIRA QUIST, Associated Press", "Von Mira Quist",
    "Par Mira Quist",
    "Por Mira Quist", "By The Associated Press", "Von dpa", "By Mira Quist and Jon van Dorn", "Mira Quist, Associated Press",
])
def test_bylines_near_the_head(byline):
    assert words_in("byline", f"Old lock to close\n\n{byline}\n\n{PROSE}") == [byline]


def test_bylines_at_the_tail_and_authors_as_given():
    assert words_in("byline", f"{PROSE}\n\nVon dpa") == ["Von dpa"]
    assert words_in("byline",
        f"{PROSE}\n\nReporting by Mira Quist; Editing by Jon Dorn") == ["Reporting by Mira Quist; Editing by Jon Dorn"]
    assert words_in("byline", f"Mira Quist\n\n{PROSE}", authors=["mira  quist".replace("  ", " ")]) == ["Mira Quist"]


@pytest.mark.parametrize("line", ["By Friday the gates will be gone.", "By the old lock", "Von morgen an wird gebaut",
    "Par ailleurs"])
def test_lines_that_begin_like_a_byline(line):
    assert words_in("byline", f"{BODY[0]}\n\n{line}\n\n{BODY[1]}") == []


# caption

@pytest.mark.parametrize("credit", [
    "REUTERS/Mira Quist", "(AP Photo/Mira Quist)", "(Foto: dpa)", "Foto: Mira Quist/dpa", "© dpa/Mira Quist",
    "(Photo: Mira Quist)", "Bild: dpa",
    "QXZ/Photo: Mira Quist", "QXZ Photo/Mira Quist", "QXZ/Foto: Mira Quist", "Foto: qxz/Mira Quist",
])
def test_captions_end_in_a_photo_credit(credit):
    caption = f"Barges wait at the old lock in the morning fog. {credit}"
    assert words_in("caption", f"Old lock to close\n\n{caption}\n\n{PROSE}") == [caption]
    assert words_in("caption", f"{BODY[0]}\n\n{credit}\n\n{BODY[1]}") == [credit]


def test_alternative_text_and_caption_of_one_picture():
    one = "Barges with timber wait at the old lock of Ostermoor in fog"
    two = "Barges with timber wait at the old lock of Ostermoor, February 2012"
    assert words_in("caption", f"{one}\n\n{two}\n\n{PROSE}") == [one, two]


@pytest.mark.parametrize("ending", [
    "He said so to Reuters/AFP.", "(Reuters)", "(AFP/dpa)", "RND/dpa", "There was one image: war.",
    "The council has the picture (dpa).", "Quelle: dpa",
    "He told AP.",
])
def test_credits_of_the_text_are_no_captions(ending):
    assert words_in("caption", f"{PROSE} {ending}") == []


# furniture

def test_headline_list_below_the_body():
    heads = ["Ferry runs aground off Hesk", "Wheat dearer again in Kestwick", "School orchestra plays for 'new drums'",
        "Mayor of Brack steps down",
             "Tram strike enters second week", "Storm closes bridge to Gannet"]
    text = PROSE + "\n\n\n" + "\n\n".join(heads)
    assert words_in("boilerplate", text) == ["\n\n".join(heads)]
    assert words_in("quote", text) == []
    assert words_in("boilerplate", PROSE + "\n\n" + "\n\n".join(heads[:4])) == []


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lists_of_the_article_are_no_headline_lists(between):
    lines = ["Ferry runs aground off Hesk", "Wheat dearer again in Kestwick", "Mayor of Brack steps down",
        "Strike enters second week", "Storm closes bridge"]
    inside = PROSE + "\n\n" + between.join(lines) + "\n\n" + PROSE
    introduced = PROSE + "\n\nThe year in five lines:\n\n" + between.join(lines)
    bullets = PROSE + "\n\n" + between.join("- " + line for line in lines)
    alone = between.join(lines)
    own = PROSE + "\n\n" + between.join(["Tuesday harbour council vote", "Engineers look at both gates",
        "Barges by northern canal", "Friday fish quay answer",
                                        "Traders ask for crane"])
    for text in (inside, introduced, bullets, alone, own):
        assert words_in("boilerplate", text) == []


def test_hard_wrapped_sentences_are_no_list():
    words = (PROSE + " " + PROSE).replace(".", "").split()
    wrapped = "\n".join(" ".join(words[i : i + 6]) for i in range(0, len(words), 6))
    assert words_in("boilerplate", LEAD + "\n\n" + wrapped) == []
    assert words_in("headline", wrapped) == []


def test_navigation_date_and_outlet_above():
    head = "Skip to content\n\nFirst Published: 2014-05-06\n\nQuay Courier\n\nOld lock to close\n\n"
    assert words_in("boilerplate", head + PROSE, outlet="Quay Courier") == ["Skip to content",
        "First Published: 2014-05-06", "Quay Courier"]
    assert words_in("headline", head + PROSE, outlet="Quay Courier") == ["Old lock to close"]


def test_comment_form_and_everything_between():
    form = ("About quaycourier\n\nNotes of an idle lock keeper with a weakness for barges and tides\n\nLeave a Reply\n\n"
            "Fill in your details below or click an icon to log in:\n\n"
            "You are commenting using your WordPress.com account. ( Log Out / Change )\n\nConnecting to %s")
    assert "".join(body_of(PROSE + "\n\n" + form).split()) == "".join(PROSE.split())


@pytest.mark.parametrize("line", [
    "Follow us on Twitter", "Read more: Ferry runs aground off Hesk", "Lesen Sie auch: Fähre läuft auf Grund",
    "© 2014 Quay Courier. All rights reserved.",
    "comments powered by Disqus", "Sign up for our newsletter", "This site uses cookies.",
    "Dieser Artikel erschien zuerst im Kurier.",
    "À lire aussi : le ferry échoué", "Share this article", "http://courier.example/lock?id=7",
])
def test_platform_furniture_at_the_tail(line):
    assert words_in("boilerplate", f"{PROSE}\n\n{line}") == [line]


@pytest.mark.parametrize("line", [
    "She wrote about it on her Facebook page.",
    "Copyright law was not on the agenda, the clerk said after the meeting had ended.",
    "The committee advertises the post.", "He asked readers to follow the example of the keepers, and said so on Twitter.",
    "Home owners near the lock will share the costs.", "At 8 a.m. the gates opened.",
])
def test_sentences_about_furniture_words_are_body(line):
    assert words_in("boilerplate", f"{PROSE}\n\n{line}") == []
    assert words_in("boilerplate", f"{BODY[0]}\n\n{line}\n\n{BODY[1]}") == []


def test_settings_overrule_the_rules():
    text = PROSE + "\n\nLeave a Reply\n\nBring your own rope to the quay"
    assert words_in("boilerplate", text) == ["Leave a Reply", "Bring your own rope to the quay"]
    assert words_in("boilerplate", text, TextSettings(boilerplate=False)) == []
    assert words_in("boilerplate", text, TextSettings(boilerplate_allow=["LEAVE a reply"])) == ["Bring your own rope to the quay"]
    denied = TextSettings(boilerplate_deny=["the Lock Keeper said"])
    assert "the lock keeper said" in words_in("boilerplate", text, denied)
    off = TextSettings(boilerplate=False, boilerplate_deny=["the Lock Keeper said"])
    assert words_in("boilerplate", text, off) == []
    assert zones("Skip to content\n\n" + PROSE, TextSettings(boilerplate=False)) == []  # nor does it become a headline


# always

PIECES = st.sampled_from([
    *BODY, "\n", "\n\n", " ", "\r\n", "Skip to content", "Old lock to close", "By Mira Quist", "BERLIN (dpa) -", "“", "”",
    '"', "‘‘", "’’", "„", "»", "«", "「",
    "」", "‘", "(Foto: dpa)", "Leave a Reply", "© 2014", "All rights reserved", "Read more:", "REUTERS/Mira Quist", "😀",
    "\u2028", "中文新闻。", "e\u0301", "{;}", "Permalink: http://a.b",
    "- ", "Hamburg. ", "Share", "Home", "2014", "\u00ad",
])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60), max_size=3),
    st.none() | st.sampled_from(["Old lock to close", BODY[0], ""]))
def test_spans_are_in_range_sorted_apart_and_independent(texts, title):
    table = articles(*({"text": text, "title": title, "outlet": "Home", "authors": ["Mira Quist", ""]} for text in texts))
    tokens = tokenise(table["text"])
    found = find_zones(table, tokens, TextSettings(boilerplate_allow=["share"], boilerplate_deny=["gates last", ""])).to_pylist()
    keys = [(z["row"], z["start"], z["end"], z["zone"]) for z in found]
    assert keys == sorted(keys)
    for z in found:
        words = texts[z["row"]][z["start"] : z["end"]]
        assert 0 <= z["start"] < z["end"] <= len(texts[z["row"]])
        assert words == words.strip()
        assert z["reason"]
    for row, text in enumerate(texts):
        last = 0
        for z in found:
            if z["row"] == row:  # no two zones overlap, quotes included
                assert z["start"] >= last
                last = z["end"]
        alone = articles({"text": text, "title": title, "outlet": "Home", "authors": ["Mira Quist", ""]})
        again = find_zones(alone, tokenise(alone["text"]), TextSettings(boilerplate_allow=["share"],
            boilerplate_deny=["gates last", ""])).to_pylist()
        assert [{**z, "row": 0} for z in found if z["row"] == row] == again
    assert mark_zones(tokens, find_zones(table, tokens, TextSettings())).num_rows == len(texts)


@pytest.mark.parametrize("text", [
    "a\n" * 20_000, "“" * 20_000, "'a " * 10_000, "(" * 20_000, "A " * 20_000, "Foto: " * 5_000, "A, " * 20_000,
    "\n" * 20_000, "-" * 20_000,
    "By " * 9_000, "http://a.b " * 5_000, "‘a b c d" * 5_000, "follow us " * 5_000, "@media{" * 5_000, "A b. " * 9_000,
    "(Foto: a) " * 20_000, "All rights reserved. So he said. " * 9_000,
    # each of these once cost its square
    "x" * 300_000, "x@" * 100_000, "By Ada" + " " * 200_000 + "Quist\nthe rest",
    "A line of prose that ends.\nLeave a reply\n\n" * 5_000,
])
def test_hostile_texts_take_no_time(text):
    """Linear rules take well under a second here; what once cost its square took minutes."""
    table = articles({"text": text, "title": text[:3000]})
    started = time.process_time()
    zones_found = find_zones(table, tokenise(table["text"]), TextSettings())
    assert time.process_time() - started < 20
    assert zones_found.schema == SPANS


@pytest.mark.parametrize(("text", "found"), [
    ("write to desk@post.example today", ["desk@post.example"]), ("a@b@post.example.", ["a@b@post.example"]),
    ("a@post.example,b@post.example", ["a@post.example,b@post.example"]), ("a@post.example@", ["a@post.example"]),
    ("(@desk) @post", ["@desk", "@post"]), ("no@dot", ["@dot"]), ("see www.post.example/a@b", ["www.post.example/a@b"]),
])
def test_addresses_from_end_to_end(text, found):
    assert _ADDRESS.findall(text) == found


@pytest.mark.parametrize("line", ["Quellstadt (qxz) - Der", "QUELLSTADT (QXZ) — Der", "Quellstadt (Quexaz Dienst) - Der"])
def test_an_agency_of_the_settings_writes_datelines_too(line):
    text = f"{line} Stadtrat von Quellstadt hat am Montag über den neuen Haushalt beraten und ihn nach langer Debatte vertagt."
    table = articles({"text": text})
    tokens = tokenise(table["text"])
    named = {"QXZ": Agency(names=["Quexaz Dienst"])}

    def datelines(found):
        return [text[z["start"]:z["end"]] for z in found.to_pylist() if z["zone"] == "dateline"]

    assert datelines(find_zones(table, tokens, TextSettings(), named)) == [line.removesuffix(" Der")]
    if line.startswith("Quell"):  # a place in capitals is a dateline whoever stands in the brackets
        assert datelines(find_zones(table, tokens, TextSettings())) == []


def test_a_dateline_below_the_lines_of_the_house():
    promo = "The Herald’s market close, company results and grain prices are sent to all subscribers at six each evening."
    body = "Four men dressed as window cleaners robbed a jeweller in the arcade on Wednesday, police said, and fled on foot."
    aside = "Berlin: a long walk home. PARIS — the night train was late again, and nobody on the platform was surprised by it."

    def datelines(text):
        table = articles({"text": text})
        found = find_zones(table, tokenise(table["text"]), TextSettings())
        return [text[z["start"]:z["end"]] for z in found.to_pylist() if z["zone"] == "dateline"]

    assert datelines(f"{promo}\n\nBy Sabine Rothery\n\nKESTWICK (AFP) — {body}\n\n{body}") == ["KESTWICK (AFP) —"]
    assert datelines(f"{promo}\n\n{aside}\n\n{body}") == []  # a place alone is too little so far down


def test_no_articles_and_no_columns_known():
    empty = articles()
    assert len(find_zones(empty, tokenise(empty["text"]), TextSettings())) == 0
    assert zones("") == []


# the five articles the project was started from

FOLDER = os.environ.get("SAMESTORY_SAMPLES", "")
needs_samples = pytest.mark.skipif(not FOLDER, reason="SAMESTORY_SAMPLES does not name the folder of the five sample articles")


def sample(number):
    (path,) = Path(FOLDER).glob(f"{number:03d}_*.txt")
    text = path.read_text(encoding="utf-8")
    table = articles({"text": text})
    tokens = tokenise(table["text"])
    found = find_zones(table, tokens, TextSettings())
    bits = mark_zones(tokens, found)["zones"][0].as_py()
    spans = list(zip(tokens["starts"][0].as_py(), tokens["ends"][0].as_py(), bits, strict=True))
    return text, found.to_pylist(), [text[s:e] for s, e, bit in spans if not bit & NOT_BODY], spans


# where the real body begins and ends, read by a person
BODIES = {0: (202, 4587), 1: (89, 3473), 2: (313, 5052), 3: (108, 3288), 4: (222, 5177)}


@needs_samples
@pytest.mark.parametrize("number", sorted(BODIES))
def test_sample_bodies_stay_and_furniture_goes(number):
    _, _, _, spans = sample(number)
    start, end = BODIES[number]
    inside = [(s, e, bit) for s, e, bit in spans if start <= s < end]
    kept = sum(e - s for s, e, bit in inside if not bit & NOT_BODY)
    assert kept >= 0.99 * sum(e - s for s, e, _ in inside)
    outside = [(s, e, bit) for s, e, bit in spans if not start <= s < end]
    masked = sum(e - s for s, e, bit in outside if bit & NOT_BODY)
    assert masked >= 0.85 * sum(e - s for s, e, _ in outside)


@needs_samples
def test_sample_traps():
    _, found, _, _ = sample(0)
    assert [z["reason"] for z in found if z["zone"] == "caption"] == ["rule: caption that ends in a photo credit"]
    text, found, _, _ = sample(1)
    assert [z["end"] < BODIES[1][0] for z in found if z["zone"] == "dateline"] == [True]
    assert sum(z["zone"] == "quote" for z in found) == 9
    text, found, _, _ = sample(2)
    (listed,) = [z for z in found if z["reason"] == "rule: headline list"]
    assert len(text[listed["start"] : listed["end"]].split("\n\n")) == 45
    _, found, _, _ = sample(3)
    assert sum(z["zone"] == "headline" for z in found) == 2
    text, found, _, _ = sample(4)
    assert [z["end"] < BODIES[4][0] for z in found if z["zone"] == "byline"] == [True]


@pytest.mark.parametrize(("text", "dateline"), [
    ("(ANSA) - PORTOCASA, 3 GEN - La nave è ferma nel porto.", "(ANSA) - PORTOCASA, 3 GEN -"),
    ("VILLAVERDE, 3 Ene. (EUROPA PRESS) - El barco sigue en el puerto.", "VILLAVERDE, 3 Ene. (EUROPA PRESS) -"),
    ("Villaverde, 3 ene (EFE).- El barco sigue en el puerto.", "Villaverde, 3 ene (EFE).-"),
    ("San Roque (AP). El barco sigue en el puerto.", "San Roque (AP)."),
])
def test_datelines_of_romance_agencies(text: str, dateline: str) -> None:
    start, end, _ = find_dateline(text, 0, len(text)) or (0, 0, "")
    assert text[start:end] == dateline
