"""The generated part of docs/quality.md: replaced between its marks, and not older than the constants it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import ASKED, BEGIN, END, NAMES, between, fitted_on, measure

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"


def test_only_what_stands_between_the_marks_changes() -> None:
    page = between(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", ["new", "lines"])
    assert page == f"before\n\n{BEGIN}\n\nnew\nlines\n\n{END}\n\nafter\n"
    assert between(page, ["new", "lines"]) == page
    with pytest.raises(ValueError, match="the page lacks"):
        between(f"{END} and {BEGIN}", ["new"])


def test_the_page_says_what_todays_constants_were_fitted_on() -> None:
    generated = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert "\n".join(fitted_on()) in generated
    assert all(f"| {name} |" in generated for name in NAMES.values())


def test_every_measure_has_a_name_and_something_asked(tmp_path: Path) -> None:
    assert [name for name, _ in measure(tmp_path, {"none of them"})] == []
    assert NAMES.keys() == ASKED.keys()
