"""Who ran what: counts worked out by hand, directional containment, time only outside its uncertainty."""

from __future__ import annotations

import pytest

from clustering import outlets, text
from clustering.tables import ARTICLE_CREDITS, EVENTS_OF, OCCURRENCES, PASSAGES, SHARES, table
from clustering.text import Moment, certainly_first
from tests.build import articles

WIRE = "one two three four five"


def compared(published: tuple = ("2024-03-01T08:00:00", "2024-03-01T11:00:00"), zone: bool = True) -> tuple[list, list]:
    """Outlet A runs WIRE alone, outlet B runs it after five words of its own; a third article has no outlet."""
    rows = articles(
        {"text": WIRE, "outlet": "A", "published": published[0], "published_zone_known": zone},
        {"text": "own own own own own " + WIRE, "outlet": "B", "published": published[1], "published_zone_known": zone},
        {"text": WIRE})
    passage = dict.fromkeys(PASSAGES.names) | {"passage": 0, "kind": "copy", "tokens": 5}
    spans = [{"passage": 0, "row": 0, "start": 0, "end": len(WIRE), "identity": 1.0},
             {"passage": 0, "row": 1, "start": 20, "end": 20 + len(WIRE), "identity": 1.0},
             {"passage": 0, "row": 2, "start": 0, "end": len(WIRE), "identity": 1.0}]
    shares = [dict.fromkeys(SHARES.names, 0) | {"words": n, "copy_words": 5, "own_words": n - 5} for n in (5, 10, 5)]
    credits = [{"agency": a, "level": "explicit", "evidence": []} for a in ("MPA", None, "MPA")]
    by_outlet, by_pair = outlets.compare(
        rows, text.tokenise(rows["text"]), table(EVENTS_OF, {"event": [0, 0, 0]}), table(SHARES, shares),
        table(PASSAGES, [passage]), table(OCCURRENCES, spans), table(ARTICLE_CREDITS, credits))
    return by_outlet.to_pylist(), by_pair.to_pylist()


def test_counts_and_directional_containment() -> None:
    by_outlet, by_pair = compared()
    assert [(o["outlet"], o["articles"], o["copy_words"], o["own_words"], o["agencies"]) for o in by_outlet] == [
        ("A", 1, 5, 0, ["MPA"]), ("B", 1, 5, 5, [])]
    assert [(p["outlet_a"], p["outlet_b"], p["shared_words"], p["containment"]) for p in by_pair] == [
        ("A", "B", 5, 1.0), ("B", "A", 5, 0.5)]
    assert by_pair[0]["median_lag_hours"] == pytest.approx(3) == -by_pair[1]["median_lag_hours"]


def test_first_only_outside_the_uncertainty() -> None:
    assert [o["first_in_events"] for o in compared()[0]] == [1, 0]
    assert [o["first_in_events"] for o in compared(zone=False)[0]] == [0, 0]
    assert [o["first_in_events"] for o in compared(("2024-03-01", "2024-03-02"))[0]] == [1, 0]
    assert [o["first_in_events"] for o in compared(("2024-03-01", "2024-03-02"), zone=False)[0]] == [0, 0]
    assert certainly_first({"A": Moment(0, 1), "B": None}) is None
    assert certainly_first({"A": Moment(0, 1), "B": Moment(10, 1)}) == "A"
    assert certainly_first({"A": Moment(0, 1), "B": Moment(10, 1, 10)}) is None
    assert certainly_first({"A": Moment(0, 1), "B": Moment(0, 1)}) is None
    assert certainly_first({"A": Moment(0, 1)}) is None


def test_nothing_at_all() -> None:
    rows = articles()
    empty = outlets.compare(rows, text.tokenise(rows["text"]), table(EVENTS_OF, []), table(SHARES, []), table(PASSAGES, []),
                            table(OCCURRENCES, []), table(ARTICLE_CREDITS, []))
    assert [len(t) for t in empty] == [0, 0]


def test_lags_and_containment_of_several_passages() -> None:
    """A at 8:00:00 each time; B an hour and three hours later, and once on the next day, without a time.

    Lags 1, 3 and 16 h (to the beginning of the day), uncertain by 2 s, 2 s and 86,401 s. A has 4 of its 6 words in passages B has
    too, B 4 of its 8.
    """
    wire = "one two three four"
    times = [("2024-03-01T08:00:00", "second"), ("2024-03-01T09:00:00", "second"), ("2024-03-01T08:00:00", "second"),
             ("2024-03-01T11:00:00", "second"), ("2024-03-01T08:00:00", "second"), ("2024-03-02", "day"), (None, None)]
    rows = articles(*(
        {"text": f"{wire} {'own ' * (2 if k % 2 == 0 else 4)}".strip(), "outlet": "AB"[k % 2] if k < 6 else "C", "published": day,
         "published_precision": precision, "published_zone_known": True} for k, (day, precision) in enumerate(times)))
    passages = [dict.fromkeys(PASSAGES.names) | {"passage": p, "kind": "copy", "tokens": 4} for p in range(3)]
    spans = [{"passage": p, "row": row, "start": 0, "end": len(wire), "identity": 1.0}
             for p in range(3) for row in ((2 * p, 2 * p + 1) if p else (0, 1, 6))]
    shares = [dict.fromkeys(SHARES.names, 0) | {"words": len(t.split()), "copy_words": 4} for t in rows["text"].to_pylist()]
    credits = [{"agency": None, "level": "unknown", "evidence": []}] * 7
    _, by_pair = outlets.compare(
        rows, text.tokenise(rows["text"]), table(EVENTS_OF, {"event": [0, 0, 0, 0, 0, 0, 6]}), table(SHARES, shares),
        table(PASSAGES, passages), table(OCCURRENCES, spans), table(ARTICLE_CREDITS, credits))
    found = {(p["outlet_a"], p["outlet_b"]): p for p in by_pair.to_pylist()}
    forth, back, undated = found["A", "B"], found["B", "A"], found["A", "C"]
    assert (forth["shared_passages"], forth["shared_words"], forth["containment"]) == (3, 12, pytest.approx(12 / 18))
    assert (back["shared_passages"], back["shared_words"], back["containment"]) == (3, 12, pytest.approx(12 / 24))
    assert (forth["median_lag_hours"], back["median_lag_hours"]) == (3.0, -3.0)
    assert forth["lag_uncertainty_hours"] == back["lag_uncertainty_hours"] == pytest.approx(2 / 3600, abs=1e-6)
    assert (undated["shared_passages"], undated["median_lag_hours"], undated["lag_uncertainty_hours"]) == (1, None, None)
    assert (forth["events_together"], undated["events_together"]) == (1, 0)
