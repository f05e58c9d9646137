"""Issues of one template: found by changed numbers between the same words, on different days only."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering import copies, text
from clustering.config import CopiesSettings, Settings
from clustering.events import Background
from clustering.pipeline import run
from jobs.together import closeness, vetoes_of
from tests import build

NOTICE = ("The institute of Konna reports {} new cases of river fever within one day. Another {} people have died of it, said "
          "the institute, which counts {} deaths since the spring. A week ago {} cases had been reported to the institute. Of "
          "the beds in the three hospitals {} are taken, and the seven-day figure stands at {} for the province, which is high.")
DAYS = [(1204, 31, 840, 1100, 61, 88), (987, 28, 868, 1204, 64, 90), (1310, 40, 908, 987, 66, 93)]
WHEN = [f"2013-01-{day:02}T05:{10 * day % 60:02}:00Z" for day in (14, 15, 16)]


def numbers_of(texts: list[str], titles: list[str] | None = None) -> text.Numbers:
    return text.find_numbers(text.tokenise(pa.array(texts)), text.tokenise(pa.array(titles or [""] * len(texts))))


def changes(texts: list[str], days: list[float], titles: list[str] | None = None, outlets: list[int] | None = None) -> int:
    pair = np.array([0]), np.array([1])
    return int(text.template_changes(numbers_of(texts, titles), np.array(days), np.array(outlets or [0, 1]), *pair)[0])


def by_hand(one: str, other: str) -> tuple[int, int]:
    """Numbers between two words that are no numbers: how many differ and how many agree, ambiguous places left out."""
    def places(words: list[str]) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], set[str]] = {}
        for before, number, after in zip(words, words[1:], words[2:], strict=False):
            if number.isdigit() and not before.isdigit() and not after.isdigit():
                found.setdefault((before, after), set()).add(number)
        return {place: values.pop() for place, values in found.items() if len(values) == 1}

    a, b = places(one.split()), places(other.split())
    same = [a[place] == b[place] for place in a.keys() & b.keys()]
    return same.count(False), same.count(True)


words = st.lists(st.sampled_from(["cases", "deaths", "of", "1", "2", "30"]), max_size=25).map(" ".join)


@given(words, words)
@settings(deadline=None)  # the first call compiles
def test_numbers_are_compared_between_the_same_words(one: str, other: str) -> None:
    changed, same = by_hand(one, other)
    template = changed >= 3 and 2 * changed >= same
    assert changes([one, other], [0.0, 1.0]) == (changed if template else 0)
    assert changes([other, one], [1.0, 0.0]) == changes([one, other], [0.0, 1.0])


def test_another_day_and_other_numbers_make_an_issue() -> None:
    one, other = (NOTICE.format(*values) for values in DAYS[:2])
    assert changes([one, other], [0.0, 1.0]) == 6
    assert changes([one, other], [0.0, 0.5]) == 0  # an update of the same day
    assert changes([one, other], [0.0, np.nan]) == 0  # no date, no veto
    assert changes([one, one], [0.0, 1.0]) == 0  # printed again
    toll = NOTICE.format(1204, 35, 844, 1100, 61, 88)
    assert changes([one, toll], [0.0, 1.0]) == 0  # two numbers corrected


def test_numbered_titles_of_one_outlet() -> None:
    titles = ["Siege of Konna, day 2: live blog", "Siege of Konna, day 21: live blog"]
    assert changes(["", ""], [0.0, 19.0], titles, [7, 7]) == 1
    assert changes(["", ""], [0.0, 19.0], titles, [7, 8]) == 0
    assert changes(["", ""], [0.0, 0.0], titles, [7, 7]) == 0
    assert changes(["", ""], [0.0, 19.0], [titles[0]] * 2, [7, 7]) == 0
    assert changes(["", ""], [0.0, 19.0], ["Day 2", "Day 21"], [7, 7]) == 0  # too little to be a template


@pytest.mark.parametrize("reverse", [False, True])
def test_issues_are_neither_duplicates_nor_one_event(reverse: bool) -> None:
    rows = [{"article_id": f"{outlet}{day}", "outlet": outlet, "title": f"River fever: the figures of day {day}",
             "text": NOTICE.format(*DAYS[day]), "published": WHEN[day]} for day in range(3) for outlet in "abc"]
    articles = build.articles(*(rows[::-1] if reverse else rows))
    result = run(articles, Settings(), Background())
    ids = result.articles["article_id"].to_pylist()
    for labels in (result.groups["group"], result.events_of["event"]):
        found: dict[int, set[str]] = {}
        for name, label in zip(ids, labels.to_pylist(), strict=True):
            found.setdefault(label, set()).add(name)
        assert sorted(map(sorted, found.values())) == [[f"{outlet}{day}" for outlet in "abc"] for day in range(3)]
    reasons = [p["reason"] for p in result.pairs.to_pylist() if p["verdict"] == "rejected"]
    assert any("issues of one template on different days: 6 numbers changed" in reason for reason in reasons)
    near = result.neighbours.to_pylist()
    assert near
    assert all((n["weight"] == 0) == (n["changed_numbers"] > 0) for n in near)


def test_the_same_figures_without_dates_stay_duplicates() -> None:
    articles = build.articles(*({"article_id": f"a{day}", "text": NOTICE.format(*DAYS[day])} for day in range(2)))
    tokens, titles = text.tokenise(articles["text"]), text.tokenise(articles["title"])
    chosen = CopiesSettings(near_duplicate_jaccard=0.2)
    shingles = copies.shingle(tokens, chosen)
    candidates, _ = copies.find_candidates(tokens, shingles, copies.sign(shingles, chosen), chosen)
    pairs = copies.verify(tokens, shingles, candidates, chosen)
    assert pairs["verdict"].to_pylist() == ["near_duplicate"]
    assert copies.part_issues(articles, text.find_numbers(tokens, titles), pairs).equals(pairs)


def test_explain_names_the_veto() -> None:
    run_ = SimpleNamespace(manifest=SimpleNamespace(settings={"events": {"neighbours": 10}}))
    rows = [{"outlet": outlet, "published": day} for outlet, day in zip("ab", WHEN, strict=False)]
    near = {"cosine": 0.61, "time_weight": 0.9, "weight": 0.0, "shared_tokens": 0, "rank": 0, "needed": 0.13,
            "changed_numbers": 6}
    said = closeness(*rows, near, vetoes_of(run_, near))
    assert "does not bind: they are issues of one template on different days (6 numbers changed between the same words)" in said
    assert vetoes_of(run_, near | {"changed_numbers": 0, "weight": 0.5}) == []
