"""How many texts tell an event, counted by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from clustering import tables, text
from jobs.independence import independent_texts
from jobs.view import View
from tests.build import articles
from tests.hand_result import RECORDS, hand_result

WORDS = [f"w{k}" for k in range(100)]


def count(texts: list[str], groups: list[int], copied: list[tuple[int, int, int]], kind: str = "copy") -> int:
    """Independent texts of one event of five articles; ``copied`` is (article, first word, one past the last) of one passage."""
    given = articles(*(record | {"text": t} for record, t in zip(RECORDS, texts, strict=True)))
    tokens = text.tokenise(given["text"])
    starts, ends = tokens["starts"].to_pylist(), tokens["ends"].to_pylist()
    spans = [{"passage": 0, "row": row, "start": starts[row][a], "end": ends[row][b - 1], "identity": 1.0}
             for row, a, b in copied]
    result = hand_result()
    return independent_texts(View(dataclasses.replace(
        result, articles=given, tokens=tokens, occurrences=tables.table(tables.OCCURRENCES, spans),
        passages=result.passages.slice(0, 1).set_column(1, result.passages.schema.field(1), [[kind]]),
        groups=tables.table(tables.GROUPS, {"group": np.array(groups, np.int32), "relation": ["representative"] * 5}),
        events_of=tables.table(tables.EVENTS_OF, {"event": [0] * 5}),
        stories_of=tables.table(tables.STORIES_OF, {"story": [0] * 5}))))[0]


WIRE = " ".join(WORDS)
CUT = " ".join(WORDS[:50])


def own(row: int, words: int) -> str:
    return " ".join(f"own{row}x{k}" for k in range(words))


@pytest.mark.parametrize(("texts", "groups", "copied", "expected"), [
    # the wire, its cut, three texts of one's own
    ([WIRE, CUT, own(2, 40), own(3, 30), own(4, 20)], [0, 1, 2, 3, 4], [(0, 0, 100), (1, 0, 50)], 4),
    # five outlets, one text: two duplicates of it, two cuts in groups of their own
    ([WIRE, WIRE, WIRE, CUT, CUT], [0, 0, 0, 3, 4], [(0, 0, 100), (1, 0, 100), (2, 0, 100), (3, 0, 50), (4, 0, 50)], 1),
    # four fifths copied is no text of one's own, less is
    ([WIRE, " ".join(WORDS[:40]) + " " + own(1, 10), " ".join(WORDS[:39]) + " " + own(2, 11), own(3, 9), own(4, 9)],
     [0, 1, 2, 3, 4], [(0, 0, 100), (1, 0, 40), (2, 0, 39)], 4),
    # the cut alone, without the wire it is from: it is the fullest there is
    ([CUT, CUT + " " + own(1, 1), own(2, 3), "", ""], [0, 1, 2, 3, 4], [(0, 0, 50), (1, 0, 50)], 2),
    # nothing but empty texts is still told once
    (["", "", "", "", ""], [0, 1, 2, 3, 4], [], 1),
])
def test_independent_texts_by_hand(
    texts: list[str], groups: list[int], copied: list[tuple[int, int, int]], expected: int,
) -> None:
    assert count(texts, groups, copied) == expected


def test_shared_quotes_do_not_make_a_text_dependent() -> None:
    texts, copied = [WIRE, CUT, own(2, 40), own(3, 30), own(4, 20)], [(0, 0, 100), (1, 0, 50)]
    assert (count(texts, [0, 1, 2, 3, 4], copied), count(texts, [0, 1, 2, 3, 4], copied, "quote")) == (4, 5)
