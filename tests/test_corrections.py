"""People's corrections: whatever the order of the lines, they are followed, shown and part of the question."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import Outlets, Settings
from clustering.errors import SettingsError
from clustering.events import correct_events
from clustering.tables import EVENTS_OF, GROUPS, LINKS, NEIGHBOURS, table
from jobs import corrections
from tests.build import articles
from tests.command import partition, records, samestory

IDS = "abcdefgh"


def told(folder: Path, *lines: dict, given: Settings | None = None) -> corrections.Told:
    path = folder / "corrections.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return corrections.load(str(path), given or Settings())


def link(kind: str, a: str, b: str, note: str | None = None) -> dict:
    return {"type": kind, "a": a, "b": b, "note": note}


MUST, CANNOT = "must-link", "cannot-link"


@pytest.mark.parametrize(("lines", "said"), [
    (['{"type": "must-link", "a": "x"}'], "line 1: is no correction"),
    (["", '{"type": "link", "a": "x", "b": "y"}'], "line 2: is no correction"),
    (['{"type": "must-link", "a": "x", "b": "y", "why": "z"}'], "line 1: is no correction"),
    (["nonsense"], "line 1: is no correction"),
    (['{"type": "must-link", "a": "x", "b": "x"}'], "line 1: a and b are the same article 'x'"),
    (['{"type": "not-boilerplate", "outlet": "X", "text": "  "}'], "needs the words"),
    (['{"type": "cannot-link", "a": "x", "b": "z"}', '{"type": "must-link", "a": "x", "b": "y"}',
      '{"type": "must-link", "b": "y", "a": "z"}'],
     "line 1: cannot-link of 'x' and 'z' contradicts the must-links of lines 2, 3"),
    (['{"type": "must-link", "a": "x", "b": "y"}', '{"type": "cannot-link", "a": "y", "b": "x"}'], "must-links of line 1;"),
])
def test_what_cannot_be_followed_is_refused_naming_the_line(tmp_path: Path, lines: list[str], said: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(SettingsError, match=said.replace("(", r"\(")) as refused:
        corrections.load(str(path), Settings())
    assert str(path) in str(refused.value)


def test_order_and_repetition_change_nothing_notes_and_aliases_count(tmp_path: Path) -> None:
    lines = [link(MUST, "b", "a", "why"), link(CANNOT, "c", "a"), link(MUST, "d", "e"),
             {"type": "not-boilerplate", "outlet": "BBC News", "text": "Our words."}]
    given = Settings(outlets=Outlets(aliases={"BBC News": "BBC"}))
    first = told(tmp_path, *lines, given=given)
    assert told(tmp_path, *reversed(lines), lines[0], given=given) == first
    assert first.corrections.not_boilerplate["outlet"].to_pylist() == ["BBC"]
    assert [(r["a"], r["b"]) for r in first.records[:3]] == [("a", "c"), ("a", "b"), ("d", "e")]
    assert told(tmp_path, link(MUST, "a", "b", "because"), *lines[1:], given=given).digest != first.digest
    assert told(tmp_path).digest == corrections.load(None, Settings()).digest == ""


def corrected(events: str, links: list[dict], edges: list[tuple[str, str, float]] = (), groups: str = IDS) -> dict[str, int]:
    """Article -> its event's number after the corrections; events and groups as a letter an article."""
    rows = articles(*[{"article_id": i, "text": ""} for i in IDS[:len(events)]])
    near = sorted((IDS.index(a), IDS.index(b), w) for a, b, w in ((min(a, b), max(a, b), w) for a, b, w in edges))
    found = correct_events(
        rows, table(GROUPS, {"group": [groups.index(groups[i]) for i in range(len(events))],
                             "relation": ["representative"] * len(events)}),
        table(NEIGHBOURS, {"left": [e[0] for e in near], "right": [e[1] for e in near], "cosine": [e[2] for e in near],
                           "time_weight": [1.0] * len(near), "opening_weight": [1.0] * len(near), "rank": [0] * len(near),
                           "needed": [0.1] * len(near),
                           "changed_numbers": [0] * len(near), "weight": [e[2] for e in near], "shared_tokens": [0] * len(near)}),
        table(EVENTS_OF, {"event": [events.index(e) for e in events]}), table(LINKS, links))
    return dict(zip(IDS, found.events_of["event"].to_pylist(), strict=False))


def test_a_must_link_joins_the_whole_events() -> None:
    assert corrected("xxyyz", [link(MUST, "b", "c")]) == {"a": 0, "b": 0, "c": 0, "d": 0, "e": 4}


def test_a_cannot_link_takes_an_event_apart_where_it_holds_least() -> None:
    edges = [("a", "b", 0.5), ("b", "c", 0.2), ("c", "d", 0.6), ("d", "e", 0.3), ("a", "e", 0.1)]
    assert corrected("xxxxx", [link(CANNOT, "a", "d")], edges) == {"a": 0, "b": 0, "c": 2, "d": 2, "e": 2}


def test_a_cannot_link_between_events_says_nothing_new_and_unknown_articles_wait() -> None:
    assert corrected("xxyy", [link(CANNOT, "a", "c"), link(MUST, "a", "not here")]) == {"a": 0, "b": 0, "c": 2, "d": 2}


def test_one_text_is_never_taken_apart_and_that_is_said() -> None:
    rows = articles({"article_id": "a", "text": ""}, {"article_id": "b", "text": ""})
    links = table(LINKS, [link(CANNOT, "a", "b")])
    found = correct_events(rows, table(GROUPS, {"group": [0, 0], "relation": ["representative", "identical"]}),
                           table(NEIGHBOURS, []), table(EVENTS_OF, {"event": [0, 0]}), links)
    assert found.events_of["event"].to_pylist() == [0, 0]
    assert found.impossible == links


pair = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda p: p[0] < p[1])


@settings(deadline=None)
@given(st.text("xyz", min_size=8, max_size=8), st.lists(pair, max_size=4, unique=True), st.lists(pair, max_size=4, unique=True),
       st.lists(st.tuples(pair, st.sampled_from([0.1, 0.2, 0.5])), max_size=12, unique_by=lambda e: e[0]), st.randoms())
def test_every_correction_is_followed_whatever_the_order(events, must, cannot, edges, chance) -> None:
    joined = {i: i for i in IDS}
    for a, b in must:
        joined = {i: joined[a] if at == joined[b] else at for i, at in joined.items()}
    cannot = [(a, b) for a, b in cannot if joined[a] != joined[b]]
    links = [link(MUST, a, b) for a, b in must] + [link(CANNOT, a, b) for a, b in cannot]
    near = [(a, b, weight) for (a, b), weight in edges]
    found = corrected(events, links, near)
    assert all(found[a] == found[b] for a, b in must)
    assert all(found[a] != found[b] for a, b in cannot)
    for i, label in found.items():
        assert IDS[label] <= i
        assert found[IDS[label]] == label  # the smallest row among the event's articles
    if not cannot:
        assert all(found[a] == found[b] for a in IDS for b in IDS if events[IDS.index(a)] == events[IDS.index(b)])
    shuffled, twisted = links[:], near[:]
    chance.shuffle(shuffled)
    chance.shuffle(twisted)
    assert corrected(events, shuffled, twisted) == found


FERRY = ("The ferry ran onto a sandbank off {place} at dawn and all {count} people on board were brought ashore by noon, the "
         "harbour office said. Divers looked at the hull and found a crack as long as an arm below the engine room.")
FAIR = "The cattle fair of {place} opened with {count} bulls, and the mayor praised the weather, the beer and the brass bands."


def test_corrections_are_followed_and_shown_from_end_to_end(tmp_path: Path) -> None:
    texts = {"f1": FERRY.format(place="Alder", count=214), "f2": "Witnesses: " + FERRY.format(place="Alder", count=241) * 2,
             "c1": FAIR.format(place="Kestwick", count=30), "c2": "A wet day. " + FAIR.format(place="Orrin", count=7)}
    lines = [{"id": i, "outlet": f"Outlet {i}", "title": text[:30], "text": text, "published": "2024-03-04"}
             for i, text in texts.items()]
    random.Random(1).shuffle(lines)
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    samestory("run", "in.jsonl", "--store", "s", "-q", cwd=tmp_path)
    assert not any({"f1", "c1"} <= event for event in partition(tmp_path / "s"))
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(line) + "\n" for line in [
        link(MUST, "f1", "c1", "one reporter, one morning"), link(CANNOT, "c1", "c2", "two fairs"), link(MUST, "c1", "gone")]))
    run = ["run", "in.jsonl", "--store", "s", "--corrections", "c.jsonl", "-q"]
    done = json.loads(samestory(*run, cwd=tmp_path).stdout)
    assert done["status"] == "done"  # the same articles, another question
    events = partition(tmp_path / "s")
    assert any({"f1", "c1"} <= event for event in events)
    impossible = any("cannot be followed" in warning for warning in json.loads(
        (tmp_path / "s" / "latest" / "run_results.json").read_text())["warnings"])
    assert impossible or not any({"c1", "c2"} <= event for event in events)
    why = {a["article_id"]: a["why"] for c in records(tmp_path / "s" / "latest" / "clusters.jsonl") for a in c["articles"]}
    assert "must-link with c1 (one reporter, one morning)" in why["f1"]["corrections"]
    assert "one reporter" in samestory("explain", "f1", "c1", "--store", "s", cwd=tmp_path).stdout
    assert "must-link with c1" in samestory("inspect", "f1", "--store", "s", cwd=tmp_path).stdout
    again = json.loads(samestory(*run, cwd=tmp_path).stdout)
    assert (again["status"], again["run_id"]) == ("nothing_new", done["run_id"])
    back = json.loads(samestory("run", "in.jsonl", "--store", "s", "-q", cwd=tmp_path).stdout)
    assert back["status"] == "done"
    assert not any({"f1", "c1"} <= event for event in partition(tmp_path / "s"))


def test_words_that_people_say_are_no_furniture_come_back(tmp_path: Path) -> None:
    furniture = "Subscribe to our newsletter and never miss a story from the harbour again."
    bodies = ["The ferry was late on Monday because of fog in the sound.", "Barley prices rose for the third week in Kestwick.",
              "A school in Orrin Falls got a new roof after the storm.", "The museum shows clocks from four centuries."]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(
        {"id": f"a{i}", "outlet": "Alder Daily", "text": f"{body}\n\n{furniture}", "published": "2024-03-04"}) + "\n"
        for i, body in enumerate(bodies)))
    samestory("run", "in.jsonl", "--store", "s", "-q", cwd=tmp_path)
    assert "newsletter" in samestory("inspect", "Alder Daily", "--boilerplate", "--store", "s", cwd=tmp_path).stdout
    (tmp_path / "c.jsonl").write_text(json.dumps({"type": "not-boilerplate", "outlet": "Alder Daily", "text": furniture,
                                                  "note": "it is a quote"}) + "\n")
    samestory("run", "in.jsonl", "--store", "s", "--corrections", "c.jsonl", "-q", cwd=tmp_path)
    shown = samestory("inspect", "Alder Daily", "--boilerplate", "--store", "s", "--format", "json", cwd=tmp_path).stdout
    assert json.loads(shown)["corrections"] == [{"words": furniture, "note": "it is a quote"}]
    assert "newsletter" not in json.dumps(json.loads(shown)["boilerplate"])
