"""Openings: what titles and leads leave of a pair's weight; round-ups: texts that would weld what they mention."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import EventsSettings
from clustering.events import find_neighbours, find_round_ups, group_events, round_ups
from clustering.events.openings import Openings
from clustering.events.round_ups import LEAST_PARTS, MOST_PARTS, PART_TOKENS, _read_parts
from clustering.tables import ROUND_UPS, flat
from clustering.text.tokens import tokenise
from jobs.together import closeness, vetoes_of
from tests.build import articles, nothing_shared
from tests.oracles import events as slow
from tests.test_events_vectors import WORDS, alone, make

AFFAIRS = [
    "flood river Konna bridge mayor Traore water bank ferry rain dam boat village rescue mud",
    "parliament ballots recount speaker Bakari vote coalition minister seats law opposition debate chamber motion party",
    "goat cheese Pirrin prize fair dairy Novotny jury rind valley milk farmer cellar taste butter",
    "telescope comet Halden orbit observatory Lindqvist astronomers ice tail mirror lens dust probe sky crater",
    "strike railway signal Ottensen union trains platform drivers wages station locomotive timetable conductor freight tunnel",
]
AWAY = "piano garden winter grandmother kitchen letter summer window shoes memory chair carpet clock evening stairs"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round-ups are looked for in the few texts of a test too."""
    monkeypatch.setattr(round_ups, "LEAST_TEXTS", 1)


def told(words: str, tokens: int, seed: int) -> str:
    """So many words of a list, each as often as the others, in some order."""
    order = np.random.default_rng(seed).permutation(tokens)
    names = words.split()
    return " ".join(names[i % len(names)] for i in order)


def reports() -> list[str]:
    """Two reports on each affair."""
    return [told(words, 80, 2 * n + other) for n, words in enumerate(AFFAIRS) for other in (0, 1)]


def briefing(*parts: str, tokens: int = 60) -> str:
    return " ".join(told(words, tokens, 50 + n) for n, words in enumerate(parts))


def grouped(*texts: str, **options) -> tuple[pa.Table, list[int]]:
    """The round-ups and the event of each text."""
    chosen, table_ = EventsSettings(background_share=0.0, **options), articles(*texts)
    vectors = make(*texts, background_share=0.0)
    near = find_neighbours(table_, alone(len(texts)), vectors, nothing_shared(), chosen)
    found = find_round_ups(tokenise(table_["text"]), vectors, near, chosen)
    assert found.schema == ROUND_UPS
    return found, group_events(table_, alone(len(texts)), vectors, near, chosen, found)["event"].to_pylist()


@pytest.mark.usefixtures("few")
def test_a_briefing_is_a_round_up_and_stands_alone() -> None:
    found, events = grouped(*reports(), briefing(*AFFAIRS))
    assert found["row"].to_pylist() == [10]
    assert sorted(row // 2 for row in found["near_rows"][0].as_py()) == [0, 1, 2, 3, 4]
    assert events == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10]


@pytest.mark.usefixtures("few")
def test_without_the_rule_it_is_grouped() -> None:
    found, events = grouped(*reports(), briefing(*AFFAIRS), round_ups=False)
    assert not len(found)
    assert events[10] != 10


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("text", [
    briefing(*AFFAIRS[:2], *(" ".join(f"{word}{n}" for word in AWAY.split()) for n in range(4))),  # two happenings are none yet
    briefing(*AFFAIRS, tokens=50),  # too short to say
    told(AFFAIRS[0] + " " + AFFAIRS[1] + " " + AFFAIRS[2], 400, 1),  # one whole: its parts are alike
    briefing(*(" ".join(f"{word}{n}" for word in AWAY.split()) for n in range(6))),  # wanders, but nobody else tells of it
])
def test_other_texts_are_none(text: str) -> None:
    assert not len(grouped(*reports(), text)[0])


@pytest.mark.usefixtures("few")
def test_nothing_hangs_on_the_order_of_the_texts() -> None:
    texts = [*reports(), briefing(*AFFAIRS)]
    there = [8, 3, 10, 0, 7, 2, 5, 6, 4, 1, 9]
    found, other = grouped(*texts)[0], grouped(*(texts[i] for i in there))[0]
    assert [there[row] for row in other["row"].to_pylist()] == found["row"].to_pylist() == [10]
    assert {there[row] // 2 for row in other["near_rows"][0].as_py()} == {0, 1, 2, 3, 4}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=250, max_size=420).map(" ".join), min_size=1, max_size=3))
def test_parts_are_those_of_plain_sets(texts: list[str]) -> None:
    vectors, tokens = make(*texts, background_share=0.0), tokenise(pa.array(texts, pa.large_string()))
    (hashes, offsets), (zones, _) = flat(tokens["hashes"]), flat(tokens["zones"])
    masks, parts, coherence = np.zeros(vectors.indices.size, np.uint64), np.zeros(len(texts), np.int64), np.ones(len(texts))
    _read_parts(np.arange(len(texts)), vectors.rows, hashes, zones, offsets, vectors.indptr, vectors.indices, vectors.data,
                vectors.keys, vectors.phrase, masks, parts, coherence)
    for row in range(len(texts)):
        count = min(int(offsets[row + 1] - offsets[row] + PART_TOKENS // 2) // PART_TOKENS, MOST_PARTS)
        assert parts[row] == count
        if count >= LEAST_PARTS:
            assert coherence[row] == pytest.approx(slow.coherence(vectors, tokens, row, count), abs=1e-9)


def test_words_that_weigh_nothing_say_nothing_of_a_part() -> None:
    """Names that most texts of a window have can weigh nothing; a part may have no other words."""
    text = " ".join(f"word{i // 3}" for i in range(400))
    vectors, tokens = make(text, background_share=0.0), tokenise(pa.array([text], pa.large_string()))
    (hashes, offsets), (zones, _) = flat(tokens["hashes"]), flat(tokens["zones"])
    masks, parts, coherence = np.zeros(vectors.indices.size, np.uint64), np.zeros(1, np.int64), np.ones(1)
    _read_parts(np.arange(1), vectors.rows, hashes, zones, offsets, vectors.indptr, vectors.indices, np.zeros_like(vectors.data),
                vectors.keys, vectors.phrase, masks, parts, coherence)
    assert (parts[0], coherence[0], masks.any()) == (7, 0.0, False)


def test_few_texts_tell_nothing() -> None:
    assert not len(grouped(*reports(), briefing(*AFFAIRS))[0])


def test_the_opening_is_title_and_lead() -> None:
    lead = EventsSettings().lead_tokens
    tail = " river" * lead
    vectors = make({"title": "Flood in Konna", "text": "bridge" + tail},
                   {"title": "Vote in Konna", "text": "bridge" + tail + " flood vote"}, "", background_share=0.0)
    matrix = vectors.matrix().toarray()
    opens = np.zeros_like(matrix, dtype=bool)
    opens[np.repeat(np.arange(3), np.diff(vectors.indptr)), vectors.indices] = vectors.opening
    assert opens[0].sum() == (matrix[0] > 0).sum()
    assert 0 < opens[1].sum() < (matrix[1] > 0).sum()  # the flood comes too late
    cut = np.where(opens, matrix, 0.0)
    norms = np.maximum(np.sqrt((cut**2).sum(axis=1)), 1e-12)
    left, right = np.array([0, 0, 1]), np.array([1, 2, 2])
    want = np.round((cut[left] * cut[right]).sum(axis=1) / (norms[left] * norms[right]), 6)
    assert Openings(vectors).cosines(left, right).tolist() == want.tolist()
    assert want[0] > 0 == want[1] == want[2]


def test_texts_that_open_with_other_things_weigh_less() -> None:
    rest = " ".join(told(AFFAIRS[1], 120, seed) for seed in (1, 2))
    texts = [{"title": "Flood at Konna bridge", "text": told(AFFAIRS[0], 100, 1) + " " + rest},
             {"title": "Cheese of Pirrin", "text": told(AFFAIRS[2], 100, 2) + " " + rest}]
    table_, vectors = articles(*texts), make(*texts, background_share=0.0)
    chosen = [EventsSettings(background_share=0.0, opening_share=asked) for asked in (0.0, 0.5)]
    pairs = [find_neighbours(table_, alone(2), vectors, nothing_shared(), s).to_pylist()[0] for s in chosen]
    assert pairs[0]["opening_weight"] == 1.0
    assert 0.5 <= pairs[1]["opening_weight"] < 0.6
    assert pairs[1]["weight"] == pytest.approx(pairs[0]["weight"] * pairs[1]["opening_weight"], abs=2e-6)


def test_explain_tells_of_openings_and_round_ups() -> None:
    run = SimpleNamespace(manifest=SimpleNamespace(settings={"events": {"neighbours": 10}}))
    rows = [{"outlet": outlet, "published": "2024-01-01"} for outlet in "ab"]
    near = {"cosine": 0.61, "time_weight": 1.0, "opening_weight": 0.2, "weight": 0.3, "shared_tokens": 0, "rank": 0,
            "needed": 0.26, "changed_numbers": 0}
    assert "0.200 of it left because their titles and leads tell of other things" in closeness(*rows, near, [])
    assert "titles" not in closeness(*rows, near | {"opening_weight": 1.0}, [])
    said = closeness(*rows, near, vetoes_of(run, near, ["x is a round-up"]))
    assert said.endswith("which does not bind: x is a round-up.")
