"""In how many outlets each word stands: by hand, and against words looked up one by one."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import passages
from clustering.passages import Found
from clustering.tables import CHANGES, OCCURRENCES, PASSAGES, table
from clustering.text.tokens import tokenise
from tests.build import articles

TEXT = "one two three four five six seven eight"


def spread(outlets: list[str | None], places: list[tuple[int, int, int, int]], kinds: list[str], text: str = TEXT) -> list[tuple]:
    """(row, words, outlets) of articles of one text; ``places`` are (passage, row, first word, one past the last)."""
    rows = articles(*({"text": text, "outlet": o} for o in outlets))
    tokens = tokenise(rows["text"])
    starts, ends = tokens["starts"][0].as_py(), tokens["ends"][0].as_py()
    found = Found(
        table(PASSAGES, [dict.fromkeys(PASSAGES.names) | {"passage": n, "kind": kind} for n, kind in enumerate(kinds)]),
        table(OCCURRENCES, [{"passage": p, "row": r, "start": starts[a], "end": ends[b - 1], "identity": 1.0}
                            for p, r, a, b in sorted(places)]), table(CHANGES, []), {})
    out: pa.Table = passages.spread(rows, tokens, found)
    assert out.column("words").to_pylist() == [len(text[r["start"] : r["end"]].split()) for r in out.to_pylist()]
    return [(r["row"], text[r["start"] : r["end"]], r["outlets"]) for r in out.to_pylist()]


def test_words_by_number_of_outlets() -> None:
    """A copy of A, B and C over the words 1-4, a quote of A and D over the words 3-6."""
    places = [(0, 0, 0, 4), (0, 1, 0, 4), (0, 2, 0, 4), (1, 0, 2, 6), (1, 3, 2, 6)]
    found = spread(["A", "B", "C", "D"], places, ["copy", "quote"])
    assert found == [(0, "one two", 3), (0, "three four", 4), (0, "five six", 2), (1, "one two three four", 3),
                     (2, "one two three four", 3), (3, "three four five six", 2)]


def test_the_same_outlet_twice_counts_once_and_unknown_ones_each() -> None:
    places = [(0, row, 0, 8) for row in range(4)]
    assert {n for _, _, n in spread(["A", "A", "B", "B"], places, ["copy"])} == {2}
    assert {n for _, _, n in spread(["A", None, None, "B"], places, ["copy"])} == {4}


def test_furniture_is_left_out_and_equal_neighbours_are_one_stretch() -> None:
    assert spread(["A", "B"], [(0, 0, 0, 8), (0, 1, 0, 8)], ["boilerplate"]) == []
    parts = [(p, row, 4 * p, 4 * p + 4) for p in (0, 1) for row in (0, 1)]
    assert spread(["A", "B"], parts, ["copy", "background"]) == [(0, TEXT, 2), (1, TEXT, 2)]
    assert spread(["A", "B"], [], []) == []


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_spread_agrees_with_words_looked_up_one_by_one(data: st.DataObject) -> None:
    outlets = data.draw(st.lists(st.sampled_from(["A", "B", "C", None]), min_size=2, max_size=6))
    kinds = data.draw(st.lists(st.sampled_from(["copy", "quote", "background", "boilerplate"]), min_size=1, max_size=4))
    places = []
    for passage in range(len(kinds)):
        for row in sorted(data.draw(st.sets(st.integers(0, len(outlets) - 1), min_size=2))):
            first = data.draw(st.integers(0, 7))
            places.append((passage, row, first, data.draw(st.integers(first + 1, 8))))
    names = [o or f"?{n}" for n, o in enumerate(outlets)]
    expected = {}
    for row in range(len(outlets)):
        for word in range(8):
            over = {p for p, r, a, b in places if r == row and a <= word < b and kinds[p] != "boilerplate"}
            expected[row, word] = len({names[r] for p, r, _, _ in places if p in over})
    every = TEXT.split()
    told = {(row, every.index(w)): n for row, words, n in spread(outlets, places, kinds) for w in words.split()}
    assert {key: n for key, n in expected.items() if n} == told
