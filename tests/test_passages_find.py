"""Shared passages from end to end: kinds, many-way, changes, provenance, shares."""

from __future__ import annotations

import json
import lzma
import os
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import passages
from clustering.config import PassagesSettings
from clustering.passages.changes import classify
from clustering.passages.finding import widen
from clustering.passages.quantities import read
from clustering.tables import CREDITS, EVENTS_OF, GROUPS, SPANS, STORIES_OF, flat, table
from clustering.text.tokens import mark_zones, tokenise
from tests.build import articles
from tests.oracles import passages as oracle

SETTINGS = PassagesSettings()
QUOTATION = re.compile(r"“[^”]*”")

WIRE = (
    "The harbour authority closed the northern channel on Tuesday after a freighter lost forty containers in heavy swell. "
    "Divers will begin searching for the missing boxes at first light, and insurers have already sent two surveyors to the quay. "
    "Shipping agents expect delays of three days for vessels bound for the inner docks and the grain terminal.")
FRONT, BACK = WIRE[: WIRE.index(" Shipping")], WIRE[WIRE.index("Shipping") :]
LOCAL = (
    "Residents of the fishing village gathered near the church to hear the mayor explain what the closure means for them. "
    "Several boats had returned empty during the morning while children watched gulls circle above an abandoned trawler.")
QUOTE = (
    "“We have never seen a storm arrive this quickly and my crew did everything that anybody could have asked of them "
    "during those four dreadful hours,”")


def words(seed: int, count: int) -> str:
    """A text that shares nothing with any other seed's."""
    return " ".join(f"x{seed}y{k}" for k in range(count)) + "."


def prepare(*records: str | dict, zones: list[dict] | None = None) -> tuple[pa.Table, pa.Table, pa.Table]:
    rows = articles(*records)
    tokens = tokenise(rows["text"])
    spans = list(zones or [])
    for row, text in enumerate(rows["text"].to_pylist()):
        spans += [{"row": row, "zone": "quote", "start": m.start(), "end": m.end(), "reason": ""}
                  for m in QUOTATION.finditer(text)]
    tokens = mark_zones(tokens, table(SPANS, spans))
    alone = {"group": np.arange(len(rows), dtype=np.int32), "relation": ["representative"] * len(rows)}
    return rows, tokens, table(GROUPS, alone)


def find(*records: str | dict, zones: list[dict] | None = None, chosen: PassagesSettings = SETTINGS) -> passages.Found:
    rows, tokens, groups = prepare(*records, zones=zones)
    return passages.find(rows, tokens, groups, chosen)


def spans(found: passages.Found, *texts: str) -> dict[str, list[list[str]]]:
    """Kind -> for each passage the words of its occurrences."""
    out: dict[str, list[list[str]]] = {}
    for p in found.passages.to_pylist():
        places = [o for o in found.occurrences.to_pylist() if o["passage"] == p["passage"]]
        out.setdefault(p["kind"], []).append([texts[o["row"]][o["start"] : o["end"]] for o in places])
    return out


def test_copied_narrative_with_all_its_occurrences() -> None:
    texts = (words(1, 30) + " " + WIRE, WIRE + " " + words(2, 30), LOCAL, WIRE)
    assert spans(find(*texts), *texts) == {"copy": [[WIRE, WIRE, WIRE]]}


def test_articles_of_one_outlet_share_no_passages() -> None:
    assert not len(find({"text": WIRE, "outlet": "A"}, {"text": WIRE, "outlet": "A"}).passages)


def test_a_quote_alone_is_a_quote_and_inside_copied_narrative_copy() -> None:
    one = f"{words(1, 20)} {QUOTE} said the captain. {words(2, 20)}"
    two = f"{words(3, 20)} {QUOTE} the captain told reporters. {words(4, 20)}"
    assert set(spans(find(one, two), one, two)) == {"quote"}
    copied = f"{WIRE} {QUOTE} said the captain. {LOCAL}"
    found = spans(find(copied, copied, two), copied, copied, two)
    assert found["copy"] == [[copied, copied]]
    assert len(found["quote"][0]) == 3


def test_an_inserted_paragraph_ends_a_passage() -> None:
    inserted = f"{FRONT} {words(5, 30)} {BACK}"
    found = spans(find(WIRE, inserted), WIRE, inserted)
    assert found == {"copy": [[FRONT, FRONT], [BACK, BACK]]}


def test_a_moved_block_is_one_passage_elsewhere() -> None:
    moved = f"{LOCAL} {words(9, 12)} {WIRE}"
    plain = f"{WIRE} {words(8, 12)} {LOCAL}"
    assert sorted(p[0] for p in spans(find(plain, moved), plain, moved)["copy"]) == sorted((WIRE, LOCAL))


def test_short_fragments_only_beside_much_else() -> None:
    phrase = "a power vacuum created by a military coup in March."
    one, two = f"{words(1, 40)} {phrase}", f"{words(2, 40)} {phrase}"
    assert not len(find(one, two).passages)
    longer = f"{WIRE} {LOCAL}"
    one, two = f"{longer} {words(1, 20)} {phrase}", f"{longer} {words(2, 20)} {phrase}"
    assert [phrase.capitalize()] * 2 in [[s.capitalize() for s in p] for p in spans(find(one, two), one, two)["copy"]]


def test_words_days_apart_are_background_unless_they_are_the_article() -> None:
    def at(day: int, text: str) -> dict:
        return {"text": text, "published": f"2024-03-{day:02d}"}

    far = find(at(1, f"{words(1, 100)} {FRONT}"), at(9, f"{words(2, 100)} {FRONT}"))
    near = find(at(1, f"{words(1, 100)} {FRONT}"), at(1, f"{words(2, 100)} {FRONT}"))
    again = find(at(1, WIRE), at(9, WIRE))
    assert [f.passages["kind"].to_pylist() for f in (far, near, again)] == [["background"], ["copy"], ["copy"]]
    switched_off = find(at(1, f"{words(1, 100)} {FRONT}"), at(9, f"{words(2, 100)} {FRONT}"),
                        chosen=PassagesSettings(kinds=False))
    assert switched_off.passages["kind"].to_pylist() == ["copy"]


def test_furniture_is_boilerplate_apart_from_the_copy_above_it() -> None:
    foot = "Sign up for our newsletter to receive the best stories of the day in your inbox."
    texts = (f"{WIRE} {foot}", f"{words(1, 20)} {WIRE} {foot}")
    zones = [{"row": r, "zone": "boilerplate", "start": t.index(foot), "end": len(t), "reason": ""} for r, t in enumerate(texts)]
    assert spans(find(*texts, zones=zones), *texts) == {"copy": [[WIRE, WIRE]], "boilerplate": [[foot, foot]]}


def test_a_dateline_never_belongs_to_a_passage() -> None:
    texts = (f"PORT ALDER (AP) - {WIRE}", f"PORT ALDER (AP) - {WIRE}")
    zones = [{"row": r, "zone": "dateline", "start": 0, "end": 17, "reason": ""} for r in range(2)]
    assert spans(find(*texts, zones=zones), *texts) == {"copy": [[WIRE, WIRE]]}


def test_members_of_a_large_group_all_meet() -> None:
    rows, tokens, _ = prepare(*[f"{words(k, 12)} {WIRE}" for k in range(30)])
    groups = table(GROUPS, {"group": np.zeros(30, np.int32), "relation": ["representative"] + ["near_duplicate"] * 29})
    found = passages.find(rows, tokens, groups, SETTINGS)
    assert found.occurrences["row"].to_pylist() == list(range(30))
    assert found.skipped["pairs_in_large_groups"] > 200


SENTENCES = [*WIRE.split(". "), *LOCAL.split(". "), QUOTE, "«", "🙂", "", "7 7 7 7 7 7 7 7 7 7", "\n\n", words(3, 9),
             "漢字かな交じり文" * 4]


@given(st.lists(st.lists(st.sampled_from(SENTENCES), max_size=8).map(" ".join), max_size=5), st.randoms())
@settings(max_examples=50, deadline=None)
def test_spans_slice_back_and_ids_do_not_matter(texts: list[str], random: object) -> None:
    rows, tokens, groups = prepare(*texts)
    found = passages.find(rows, tokens, groups, SETTINGS)
    occurrences = found.occurrences.to_pylist()
    for o in occurrences:
        text = texts[o["row"]]
        assert 0 <= o["start"] < o["end"] <= len(text)
        assert not text[o["start"]].isspace()
        assert not text[o["end"] - 1].isspace()
        assert 0 < o["identity"] <= 1
    for c in found.changes.to_pylist():
        assert texts[c["row"]][c["start"] : c["end"]] == c["here"]
    keys = [(o["passage"], o["row"], o["start"]) for o in occurrences]
    assert keys == sorted(keys)
    for p in found.passages["passage"].to_pylist():
        assert len({o["row"] for o in occurrences if o["passage"] == p}) > 1

    extra = [*texts, words(77, 50)]  # an article of another component changes nothing
    assert found.occurrences.equals(find(*extra).occurrences)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = articles(*({"text": texts[k], "article_id": f"a{k + 1:03d}"} for k in order))
    assert shuffled.equals(rows)

    painted = passages.shares(tokens, found).to_pylist()
    starts, offsets = flat(tokens["starts"])
    ends = flat(tokens["ends"])[0]
    kinds = found.passages["kind"].to_pylist()
    for row, counts in enumerate(painted):
        marked: dict[str, list[tuple[int, int]]] = {}
        for o in occurrences:
            if o["row"] == row:
                marked.setdefault(kinds[o["passage"]], []).append((o["start"], o["end"]))
        inside = slice(offsets[row], offsets[row + 1])
        expected = oracle.share(marked, list(zip(starts[inside].tolist(), ends[inside].tolist(), strict=True)))
        assert {k: counts[f"{k}_words"] for k in expected} == expected
        assert sum(expected.values()) == counts["words"] == counts["all_words"]


def test_nothing_gives_nothing() -> None:
    for records in ((), ("",), ("", ""), (WIRE,)):
        rows, tokens, groups = prepare(*records)
        found = passages.find(rows, tokens, groups, SETTINGS)
        assert not len(found.passages)
        assert not len(found.occurrences)
        n = np.arange(len(rows), dtype=np.int32)
        found = passages.settle(found, rows, tokens, table(CREDITS, []), groups, table(EVENTS_OF, {"event": n}),
                                table(STORIES_OF, {"story": n}), SETTINGS)
        assert len(passages.shares(tokens, found)) == len(rows)
        assert passages.credit_articles(rows, table(CREDITS, []), found)["level"].to_pylist() == ["unknown"] * len(rows)


@pytest.mark.parametrize(("text", "start", "end", "expected"), [
    ("He said “go home now.” Then", 9, 20, "“go home now.”"),
    ("and «rien ne va plus», dit", 5, 20, "«rien ne va plus»"),
    ("the dog's dinner was cold, he", 0, 25, "the dog's dinner was cold"),
    ("the dogs' dinner", 10, 16, "dinner"),
])
def test_marks_belong_to_the_passage(text: str, start: int, end: int, expected: str) -> None:
    low, high = widen(text, start, end)
    assert text[low:high] == expected


@pytest.mark.parametrize(("here", "there", "expected"), [
    ("2,500", "2.5 thousand", None), ("2 500", "2,500", None), ("2.500", "2,500", None), ("27", "25", "number"),
    ("400 kilometres (250 miles)", "400 km", None), ("kilometres (250 miles)", "km", None), ("400 km", "400 miles", "number"),
    ("three", "3", None), ("1,019", "1060", "number"), ("", "30", "wording"), ("says", "said", "wording"),
    ("10 percent", "10%", None), ("$2 million", "2 million dollars", None), ("$2.5m", "$2,500,000", None), ("3.14", "3,14", None),
    ("22 m (72 feet)", "22 metres", None), ("22m", "22 million", None), ("22 m", "23 m", "number"), ("vier Metern", "4 m", None),
    ("neun Mio", "9 Millionen", None), ("forty-two", "42", None), ("zweiundvierzig", "42", None), ("fünf", "5", None),
    ("5", "nearly five", "wording"), ("trois mille", "3 000", None), ("2,5 millones", "2 500 000", None),
    ("10 per cent", "10 %", None),
    ("22 deep, 85 wide", "22 deep, 58 wide", "number"), ("the two", "both", "wording"), ("$5", "€5", "number"),
])
def test_numbers_by_value_and_unit(here: str, there: str, expected: str | None) -> None:
    assert classify(here, there, quoted=False, named=False) == expected
    assert classify(there, here, quoted=False, named=False) == expected


def test_quantities_of_a_sentence() -> None:
    assert read("some 1,200 people and 3 boats").quantities == [(frozenset({1200.0, 1.2}), ""), (frozenset({3.0}), "")]


def test_changes_are_told_apart() -> None:
    edited = WIRE.replace("northern", "southern").replace("three days", "four days")
    figures = WIRE.replace("forty", "40"), WIRE.replace("forty", "35")
    assert [(c["type"], c["here"], c["there"]) for c in find(*figures).changes.to_pylist()] == [("number", "35", "40")]
    kinds = {(c["type"], c["here"], c["there"]) for c in find(WIRE, edited).changes.to_pylist()}
    assert ("wording", "southern", "northern") in kinds
    assert ("number", "four", "three") in kinds
    quoted = f"{WIRE} {QUOTE} said the captain. {LOCAL}"
    altered = quoted.replace("dreadful", "awful").replace("Tuesday", "Friday")
    assert {(c["type"], c["here"]) for c in find(quoted, altered).changes.to_pylist()} == {("quote", "awful"), ("name", "Friday")}


def credited(rows: list[dict], credits: list[dict], events: list[int] | None = None, stories: list[int] | None = None) -> tuple:
    table_, tokens, groups = prepare(*rows)
    found = passages.find(table_, tokens, groups, SETTINGS)
    n = len(rows)
    evidence = table(CREDITS, credits)
    settled = passages.settle(found, table_, tokens, evidence, groups,
                              table(EVENTS_OF, {"event": np.array(events or [0] * n, np.int32)}),
                              table(STORIES_OF, {"story": np.array(stories or [0] * n, np.int32)}), SETTINGS)
    return settled.passages.to_pylist(), passages.credit_articles(table_, evidence, settled).to_pylist()


def credit(row: int, agency: str, kind: str, start: int = 0, end: int = 1) -> dict:
    return {"row": row, "agency": agency, "type": kind, "start": start, "end": end}


@pytest.mark.parametrize(("credits", "agency", "level"), [
    ([], None, "unknown"),
    ([credit(0, "Reuters", "photo")], None, "unknown"),
    ([credit(0, "AFP", "mention", 0, 3)], "AFP", "inferred"),
    ([credit(0, "AFP", "mention", 9000, 9003)], None, "unknown"),
    ([credit(0, "AP", "dateline")], "AP", "explicit"),
    ([credit(0, "AP", "dateline"), credit(1, "AP", "byline")], "AP", "corroborated"),
    ([credit(0, "AP", "dateline"), credit(1, "AFP", "byline")], "AFP, AP", "conflicting"),
])
def test_who_is_credited(credits: list[dict], agency: str | None, level: str) -> None:
    found, _ = credited([{"text": WIRE, "outlet": "A"}, {"text": WIRE, "outlet": "B"}], credits)
    assert [(p["agency"], p["agency_level"]) for p in found] == [(agency, level)]


def test_an_article_takes_over_a_credit_as_inferred() -> None:
    _, rows = credited([{"text": WIRE, "outlet": "A"}, {"text": WIRE, "outlet": "B"}], [credit(0, "AP", "dateline")])
    assert [(r["agency"], r["level"]) for r in rows] == [("AP", "explicit"), ("AP", "inferred")]
    assert rows[1]["evidence"] == [{"type": "passage", "agency": "AP", "start": 0, "end": len(WIRE)}]


@pytest.mark.parametrize(("first", "second", "known", "earliest"), [
    ("2024-03-01", "2024-03-01", True, None), ("2024-03-01", "2024-03-02", True, 0), ("2024-03-01", "2024-03-02", False, None),
    ("2024-03-05T10:00:00", "2024-03-05T09:00:00", True, 1), ("2024-03-05T10:00:00", "2024-03-05T09:00:00", False, None),
    ("2024-03-01", None, True, None),
])
def test_order_is_claimed_only_outside_the_uncertainty(first: str, second: str | None, known: bool, earliest: int | None) -> None:
    found, _ = credited([{"text": WIRE, "published": first, "published_zone_known": known},
                         {"text": WIRE, "published": second, "published_zone_known": known}], [])
    assert [p["earliest_row"] for p in found] == [earliest]
    assert [p["origin"] for p in found] == ["unknown" if earliest is None else "observed"]


def test_an_unseen_common_source() -> None:
    parts = [*WIRE.split(". "), LOCAL]
    holds = ((0, 1, 3), (0, 1, 2), (0, 2, 3))
    texts = [{"text": f". {words(row, 25)} ".join(parts[k] for k in held)} for row, held in enumerate(holds)]
    found, _ = credited(texts, [])
    assert [p["origin"] for p in found if p["passage"] == 0] == ["unseen_common_source"]  # no article has all four parts
    assert "observed" not in {p["origin"] for p in found}
    whole = {"text": f". {words(9, 25)} ".join(parts), "published": "2024-03-01"}  # an article that has it all, seen first
    found, _ = credited([*({**t, "published": "2024-03-04"} for t in texts), whole], [])
    assert {p["origin"] for p in found} == {"observed"}
    assert {p["earliest_row"] for p in found} == {3}


def test_a_shared_quote_lists_every_article_that_holds_it() -> None:
    """Two articles of one outlet are never compared; that the first holds the quotation is known by its copies only."""
    wire = f"{WIRE} {QUOTE} said the captain. {LOCAL}"
    other = f"{words(3, 40)} {QUOTE} a sailor told reporters. {words(4, 40)}"
    first = {"text": wire, "outlet": "Lamp Post", "published": "2024-03-05T08:00:00"}
    second = {"text": wire, "outlet": "Tide Table", "published": "2024-03-05T10:00:00"}
    third = {"text": wire, "outlet": "Quay Street", "published": "2024-03-05T11:00:00"}
    apart = {"text": other, "outlet": "Lamp Post", "published": "2024-03-05T12:00:00"}
    for rows in ([first, second, third, apart], [second, apart, third, first], [apart, third, second, first]):
        rows = [{**r, "published_zone_known": True} for r in rows]
        texts = [r["text"] for r in rows]
        table_, tokens, groups = prepare(*rows)
        found = passages.find(table_, tokens, groups, SETTINGS)
        assert spans(found, *texts) == {"copy": [[wire] * 3], "quote": [[QUOTE[:-2]] * 4]}
        settled, _ = credited(rows, [])
        assert [p["earliest_row"] for p in settled] == [rows.index({**first, "published_zone_known": True})] * 2
        assert {p["reason"] for p in settled if p["kind"] == "quote"} == {
            "quoted words; too little narrative is shared outside the quotation marks"}
        for text, counts in zip(texts, passages.shares(tokens, found).to_pylist(), strict=True):
            quoted = len(re.findall(r"\w+", QUOTE))
            expected = (counts["words"], 0, 0) if text == wire else (0, quoted, counts["words"] - quoted)
            assert (counts["copy_words"], counts["quote_words"], counts["own_words"]) == expected


def test_background_lists_every_article_that_holds_it() -> None:
    whole = f"{words(1, 60)} {FRONT} {words(2, 60)}"
    old = f"{words(3, 100)} {FRONT}"
    rows = [{"text": old, "outlet": "A", "published": "2024-03-01"}, {"text": whole, "outlet": "B", "published": "2024-03-09"},
            {"text": whole, "outlet": "A", "published": "2024-03-09"}]
    found = spans(find(*rows), *(r["text"] for r in rows))
    assert found == {"copy": [[whole] * 2], "background": [[FRONT] * 3]}


def test_words_in_several_events_of_a_story_are_background() -> None:
    rows = [{"text": f"{words(k, 90)} {FRONT}"} for k in range(2)]
    assert [p["kind"] for p in credited(rows, [], [0, 0])[0]] == ["copy"]
    assert [p["kind"] for p in credited(rows, [], [0, 1])[0]] == ["background"]
    assert [p["kind"] for p in credited(rows, [], [0, 1], [0, 1])[0]] == ["copy"]


def test_a_standing_paragraph_inside_two_copies_is_part_of_the_copy() -> None:
    """Two events, a text of its own each; FRONT stands in all four articles, apart from the rest in one of them."""
    first, second = f"{words(1, 70)} {FRONT} {words(2, 70)}", f"{words(3, 70)} {FRONT} {words(4, 70)}"
    cut = f"{words(3, 70)} {words(9, 30)} {FRONT} {words(8, 30)} {words(4, 70)}"
    texts = [first, first, second, cut]
    found, _ = credited([{"text": t} for t in texts], [], [0, 0, 1, 1])
    assert sorted((p["kind"], p["tokens"]) for p in found) == [
        ("background", 39), ("copy", 39), ("copy", 70), ("copy", 70), ("copy", 179)]
    for p in found:
        assert (p["reason"] == "in several events of one story") == (p["kind"] == "background")
    assert {p["kind"] for p in credited([{"text": t} for t in texts], [], [0, 0, 1, 1], [0, 0, 1, 1])[0]} == {"copy"}


def test_one_member_in_five_may_come_and_go() -> None:
    gone = WIRE.replace(SENTENCES[1], words(60, 18))
    texts = [f"{words(20 + k, 30)} {t}" for k, t in enumerate([WIRE] * 9 + [gone])]
    found = find(*texts)
    assert found.passages["kind"].to_pylist() == ["copy"]
    of_last = [o for o in found.occurrences.to_pylist() if o["row"] == 9]
    assert len(of_last) == 2
    assert all(texts[9][o["start"] : o["end"]] in WIRE for o in of_last)
    few = find(*[f"{words(20 + k, 30)} {t}" for k, t in enumerate([WIRE, WIRE, gone])])
    assert len(few.passages) == 3


@pytest.mark.skipif("SAMESTORY_DATA" not in os.environ, reason="needs the labelled news in the folder SAMESTORY_DATA")
def test_labelled_passages_are_found() -> None:
    folder = Path(os.environ["SAMESTORY_DATA"]) / "wire-passages"
    with lzma.open(folder / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    pairs = [json.loads(line) for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = articles(*({"article_id": r["id"], "outlet": r["outlet"], "text": r["text"]} for r in records))
    groups = table(GROUPS, {"group": np.arange(len(rows), dtype=np.int32), "relation": ["representative"] * len(rows)})
    found = passages.find(rows, tokenise(rows["text"]), groups, SETTINGS)
    number = {a: k for k, a in enumerate(rows["article_id"].to_pylist())}
    held: dict[tuple[int, int], set[int]] = {}
    for o in found.occurrences.to_pylist():
        held.setdefault((o["passage"], o["row"]), set()).update(range(o["start"], o["end"]))
    wanted = hit = 0
    for pair in pairs:
        a, b = number[pair["a"]], number[pair["b"]]
        marked = set().union(*(held[p, a] for p, row in held if row == a and (p, b) in held))
        for passage in pair["passages"]:
            if passage["kind"] == "copy":
                wanted += passage["a"][1] - passage["a"][0]
                hit += len(marked & set(range(*passage["a"])))
    assert hit / wanted > 0.9


def test_shared_quotes_do_not_anchor_narrative_fragments() -> None:
    phrase = "the vessel had left the grain terminal shortly before midnight"
    quotes = " ".join(f"{QUOTE} {QUOTE[0]}{words(40 + k, 30)}”" for k in range(2))
    one, two = f"{quotes} {words(1, 40)} {phrase}. {words(2, 20)}", f"{quotes} {words(3, 40)} {phrase}. {words(4, 20)}"
    assert set(spans(find(one, two), one, two)) == {"quote"}
