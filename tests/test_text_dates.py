"""Dates written in texts: forms of four languages, what is no date, and that spans slice back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.text import find_dates, tokenise
from tests.build import articles


def dates(text: str) -> list[tuple[str, int | None, int, int]]:
    table = articles(text)
    return [(text[r["start"] : r["end"]], r["year"], r["month"], r["day"])
            for r in find_dates(table, tokenise(table["text"])).to_pylist()]


@pytest.mark.parametrize(("text", "found"), [
    ("On Monday, Jan. 21, he came.", [("Jan. 21", None, 1, 21)]),
    ("January 21, 2013", [("January 21, 2013", 2013, 1, 21)]),
    ("July 5 , 2013", [("July 5 , 2013", 2013, 7, 5)]),
    ("the 3rd of March 2012", [("3rd of March 2012", 2012, 3, 3)]),
    ("am 21. Januar 2013 und 1. März", [("21. Januar 2013", 2013, 1, 21), ("1. März", None, 3, 1)]),
    ("le 1er février 2013, 5 mai", [("1er février 2013", 2013, 2, 1), ("5 mai", None, 5, 5)]),
    ("21 de enero de 2013; 4 de abril", [("21 de enero de 2013", 2013, 1, 21), ("4 de abril", None, 4, 4)]),
    ("2013-01-21 and 21.01.2013", [("2013-01-21", 2013, 1, 21), ("21.01.2013", 2013, 1, 21)]),
    ("12/25/2013, 25/12/2013", [("12/25/2013", 2013, 12, 25), ("25/12/2013", 2013, 12, 25)]),
    ("29 February 2012, February 29, 2013", [("29 February 2012", 2012, 2, 29)]),
])
def test_forms(text, found) -> None:
    assert dates(text) == found


@pytest.mark.parametrize("text", [
    "03/04/2013",  # either order: never guessed
    "they may 5 times", "the 20 may die", "3 out of 5", "30.02.2012", "February 31", "in January 2013", "1.000.000", "Route 66",
    "", "May\n\n\n\n5",
])
def test_what_is_no_date(text) -> None:
    assert dates(text) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Jan.", "21", ",", "2013", "de", "May", "may", "5", "/", "-", "12", "21.01.2013", "\n", " ",
                                 "x"]), max_size=30).map("".join))
def test_dates_are_days_of_the_calendar_in_order_without_overlap(text) -> None:
    table = articles(text)
    rows = find_dates(table, tokenise(table["text"])).to_pylist()
    for row in rows:
        assert 1 <= row["month"] <= 12
        assert 1 <= row["day"] <= 31
        assert text[row["start"] : row["end"]].strip() == text[row["start"] : row["end"]] != ""
    assert all(a["end"] <= b["start"] for a, b in pairwise(rows))
