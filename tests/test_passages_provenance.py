"""Origin, by constructed cases worked out by hand: who was certainly first, and whether the whole text is among the articles."""

from __future__ import annotations

import pytest

from tests.test_passages_find import LOCAL, WIRE, credited, words

FIRST, SECOND, THIRD = (sentence.strip() + "." for sentence in WIRE.rstrip(".").split(". "))


def dated(text: str, published: str | None, precision: str | None = None, known: bool = True) -> dict:
    given = {"text": text, "published": published, "published_zone_known": known}
    return given if precision is None else given | {"published_precision": precision}


@pytest.mark.parametrize(("times", "earliest"), [
    # a day against minutes: the day is over only when it is over
    ([("2024-03-04", "day"), ("2024-03-05T10:00:00", "minute")], 0),
    ([("2024-03-05", "day"), ("2024-03-05T23:59:00", "minute")], None),
    ([("2024-03-05", "day"), ("2024-03-06T00:00:00", "minute")], 0),
    ([("2024-03-06", "day"), ("2024-03-05T23:59:00", "minute")], 1),
    # a minute against seconds: the minute may hold the second
    ([("2024-03-05T10:00:00", "minute"), ("2024-03-05T10:00:30", "second")], None),
    ([("2024-03-05T10:00:00", "minute"), ("2024-03-05T10:01:00", "second")], 0),
    ([("2024-03-05T10:00:00", "second"), ("2024-03-05T10:00:01", "second")], 0),
    ([("2024-03-05T10:00:00", "second"), ("2024-03-05T10:00:00", "second")], None),
    # one undated article could be from any time
    ([("2024-03-01T10:00:00", "second"), ("2024-03-05T10:00:00", "second"), (None, None)], None),
    ([(None, None), (None, None)], None),
    # of three, the first must be before all others
    ([("2024-03-05T10:00:00", "second"), ("2024-03-05T10:00:30", "second"), ("2024-03-05T10:00:00", "minute")], None),
    ([("2024-03-05T09:59:00", "second"), ("2024-03-05T10:00:30", "second"), ("2024-03-05T10:00:00", "minute")], 0),
])
def test_earliest_only_outside_every_uncertainty(times: list[tuple], earliest: int | None) -> None:
    found, _ = credited([dated(WIRE, *time) for time in times], [])
    assert [(p["earliest_row"], p["origin"]) for p in found] == [(earliest, "unknown" if earliest is None else "observed")]


def test_a_time_without_a_zone_may_be_fourteen_hours_off() -> None:
    """10:00 somewhere lies between 20:00 UTC the day before and 00:00 UTC the day after."""
    early = dated(WIRE, "2024-03-05T10:00:00", "minute", known=False)
    assert credited([early, dated(WIRE, "2024-03-06T00:00:00", "minute")], [])[0][0]["earliest_row"] is None
    assert credited([early, dated(WIRE, "2024-03-06T00:02:00", "minute")], [])[0][0]["earliest_row"] == 0


def parts(*held: str, seed: int) -> str:
    """Sentences with words of one's own between them."""
    return f" {words(seed, 30)} ".join(held)


def test_no_article_holds_all_shared_parts() -> None:
    """A has parts 1, 2 and 4 of a text, B 1, 2 and 3, C 2, 3 and 4, an hour apart.

    What the holders of part 2 share besides is parts 1, 3 and 4, and nobody has all: their common source is not among them. Parts
    1, 3 and 4 stand in two articles each, of which the earlier has all that the two share: it may be where the other has it from.
    """
    rows = [parts(FIRST, SECOND, LOCAL, seed=1), parts(FIRST, SECOND, THIRD, seed=2), parts(SECOND, THIRD, LOCAL, seed=3)]
    found, _ = credited([dated(text, f"2024-03-01T0{n}:00:00") for n, text in enumerate(rows)], [])
    assert [(p["tokens"], p["kind"], p["earliest_row"], p["origin"]) for p in found] == [
        (len(FIRST.split()), "copy", 0, "observed"), (len(SECOND.split()), "copy", 0, "unseen_common_source"),
        (len(LOCAL.split()), "copy", 0, "observed"), (len(THIRD.split()), "copy", 1, "observed")]


def test_who_has_it_all_was_first_later_or_at_an_unknown_time() -> None:
    """B has all parts, A and C two of three."""
    texts = [parts(FIRST, SECOND, seed=1), parts(FIRST, SECOND, THIRD, seed=2), parts(SECOND, THIRD, seed=3)]

    def origins(*days: str | None) -> list[tuple[int | None, str]]:
        found, _ = credited([dated(text, day) for text, day in zip(texts, days, strict=True)], [])
        assert [p["tokens"] for p in found] == [len(sentence.split()) for sentence in (FIRST, SECOND, THIRD)]
        return [(p["earliest_row"], p["origin"]) for p in found]

    assert origins("2024-03-02", "2024-03-01", "2024-03-02") == [(1, "observed")] * 3
    assert origins("2024-03-02", None, "2024-03-02") == [(None, "unknown")] * 3
    assert origins("2024-03-02", "2024-03-02", "2024-03-02") == [(None, "unknown")] * 3
    # B may be put together from A, which has all that A and B share, and C: only of the middle part nobody was first
    assert origins("2024-03-01", "2024-03-02", "2024-03-01") == [(0, "observed"), (None, "unknown"), (2, "observed")]


def test_first_seen_where_a_part_is_missing_is_no_origin() -> None:
    """A has two of the three parts that B, C and D all have, and was first: the third cannot be from A."""
    whole = [parts(FIRST, SECOND, THIRD, seed=seed) for seed in (2, 3, 4)]
    rows = [dated(parts(FIRST, SECOND, seed=1), "2024-03-01"), *(dated(text, "2024-03-02") for text in whole)]
    found, _ = credited(rows, [])
    assert [(p["earliest_row"], p["origin"]) for p in found] == [(0, "unknown"), (0, "unknown"), (None, "unknown")]


def test_two_texts_without_a_third_leave_no_unseen_source() -> None:
    """Each may have it from the other: what both hold is all that is shared."""
    rows = [dated(f"{words(1, 30)} {WIRE}", "2024-03-01"), dated(f"{WIRE} {words(2, 30)}", "2024-03-02")]
    assert [(p["earliest_row"], p["origin"]) for p in credited(rows, [])[0]] == [(0, "observed")]
