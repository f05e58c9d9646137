"""Stand-ins: pages that a server shows in place of articles are furniture; one report under many titles is none."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from clustering import pipeline, text
from clustering.config import EventsSettings, Settings, TextSettings
from clustering.tables import SPANS, table
from jobs.background import load_background
from tests.build import articles

WALL = ("We recognize you are attempting to access this website from a country belonging to the European Economic Area, "
        "which enforces the General Data Protection Regulation, and therefore access cannot be granted at this time. "
        "Contact webmaster@example.com.")
WIRE = ("MILLBROOK (AP) - Fire destroyed a barn near Millbrook on Monday and killed two horses, the sheriff said. A teenager "
        "saw the smoke and called for help. The bridge to the farm was closed until the evening.")
TITLES = ["Fire destroys barn near Millbrook", "Council votes to close two libraries", "Teenager wins state spelling bee",
          "Bridge reopens after long repairs", "Pharmacy robbery: man charged", "Storm leaves thousands without power"]


def record(words: str, title: str | None, outlet: str = "Harbor Post") -> dict:
    return {"text": words, "title": title, "outlet": outlet, "lang": "en"}


def stand_ins(*records: dict) -> list[dict]:
    """The spans, and that they are whole texts and nothing but furniture."""
    given = articles(*records)
    spans = text.find_stand_ins(given, text.tokenise(given["text"]), text.tokenise(given["title"]),
                                table(SPANS, {name: [] for name in SPANS.names}))
    assert spans.schema.equals(SPANS)
    for span in spans.to_pylist():
        assert (span["start"], span["end"], span["zone"]) == (0, len(given["text"][span["row"]].as_py()), "boilerplate")
    return spans.to_pylist()


def test_a_page_under_three_titles_it_says_nothing_of() -> None:
    spans = stand_ins(*(record(WALL, title) for title in TITLES[:3]))
    assert [span["row"] for span in spans] == [0, 1, 2]
    assert {span["reason"] for span in spans} == {
        "stand-in: the same text in place of 3 articles of 3 titles, of which it says nothing"}


@pytest.mark.parametrize("records", [
    [record(WALL, title) for title in TITLES[:2]],  # two titles may be an accident
    [record(WALL, TITLES[0], outlet) for outlet in ("A", "B", "C", "D")],  # one title: one report, as far as anybody can tell
    [record(WALL, None) for _ in range(5)],
    [record(WALL, title) for title in ("AP", "No", "Oh")],  # nothing in the titles to look for
    [record(WIRE, title) for title in (TITLES[0], "Barn burns, two horses die", "Horses killed on a farm")],
    [record(f"{WALL} {n}", title) for n, title in zip(("one", "two", "three"), TITLES, strict=False)],  # not the same text
    [record("", title) for title in TITLES],
])
def test_what_is_no_stand_in(records: list[dict]) -> None:
    assert not stand_ins(*records)


def test_numbers_of_requests_and_names_of_outlets_do_not_hide_it() -> None:
    page = "Harbor Post is not available in your country. Reference 18.{} of the request."
    assert len(stand_ins(*(record(page.format(n), f"{title} - Harbor Post") for n, title in enumerate(TITLES)))) == len(TITLES)


def test_articles_without_a_title_have_the_text_of_the_others() -> None:
    assert len(stand_ins(*(record(WALL, title) for title in [*TITLES[:3], None]))) == 4


def test_zones_by_rules_give_way_and_those_of_others_stay() -> None:
    given = articles(*(record(words, title) for words, title in [(WIRE, TITLES[0]), *((WALL, title) for title in TITLES)]))
    ruled = table(SPANS, [{"row": row, "start": 3, "end": 9, "zone": "headline", "reason": "rule"} for row in range(7)])
    spans = text.find_stand_ins(given, text.tokenise(given["text"]), text.tokenise(given["title"]), ruled).to_pylist()
    assert [(span["row"], span["zone"]) for span in spans] == [(0, "headline"), *((row, "boilerplate") for row in range(1, 7))]


def walls(settings: Settings) -> pipeline.Result:
    """Six titles, each at two outlets, all of them one wall."""
    records = [record(WALL, title, outlet) | {"published": f"2024-03-{10 + n}T10:00:00Z"}
               for n, title in enumerate(TITLES) for outlet in ("Harbor Post", "Millbrook Times")]
    random.Random(3).shuffle(records)
    return pipeline.run(articles(*records), settings, load_background())


def test_a_wall_is_no_wire_copy_and_titles_find_each_other() -> None:
    result = walls(Settings())
    titles = result.articles["title"].to_pylist()
    by_event: dict[int, set[str]] = {}
    for event, title in zip(result.events_of["event"].to_pylist(), titles, strict=True):
        by_event.setdefault(event, set()).add(title)
    assert sorted(map(sorted, by_event.values())) == sorted([title] for title in TITLES)
    assert not pa.compute.any(pa.compute.equal(result.passages["kind"], "copy")).as_py()


@pytest.mark.parametrize("settings", [TextSettings(boilerplate=False), TextSettings(boilerplate_allow=[WALL])])
def test_settings_can_leave_it_alone(settings: TextSettings) -> None:
    result = walls(Settings(text=settings, events=EventsSettings()))
    assert len(set(result.events_of["event"].to_pylist())) == 1
