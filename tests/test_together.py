"""Why two articles are one event or not, where the pair alone does not decide; and why an excerpt joins no duplicate group."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from jobs.explain import _little_of_both
from jobs.together import same_event

NEAR = {"cosine": 0.5, "time_weight": 1.0, "opening_weight": 1.0, "weight": 0.3, "shared_tokens": 0, "rank": 0, "needed": 0.26,
        "changed_numbers": 0}


def run_of(**event_of: str) -> Any:
    articles = {name: {"article_id": name, "outlet": name, "published": "2024-01-01", "event_id": event,
                       "duplicate_group_id": name} for name, event in event_of.items()}
    why = SimpleNamespace(margin=0.1, round_up_of=[], nearest_article_id=None)
    events = {event: SimpleNamespace(event_id=event, title="Ferry", keywords=["ferry"], articles=[
        SimpleNamespace(article_id=name, why=why) for name, mine in event_of.items() if mine == event])
        for event in set(event_of.values())}
    return SimpleNamespace(articles=articles, events=events, duplicate_groups={},
                           manifest=SimpleNamespace(settings={"events": {"neighbours": 10},
                                                              "copies": {"excerpt_share": 0.2, "short_containment": 0.8}}))


def graph_of(*edges: tuple[str, str, float]) -> dict[str, dict[str, float]]:
    graph: dict[str, dict[str, float]] = {name: {} for name in "abcd"}
    for one, other, weight in edges:
        graph[one][other] = graph[other][one] = weight
    return graph


def said(run: Any, one: str, other: str, graph: dict[str, dict[str, float]], near: dict[str, Any]) -> str:
    return " ".join(same_event(run, run.articles[one], run.articles[other], {one: one, other: other}, graph, near))


def test_a_pair_that_would_bind_is_held_apart_by_the_rest_of_their_events() -> None:
    graph = graph_of(("a", "b", 0.7), ("c", "d", 0.6), ("a", "c", 0.3))
    words = said(run_of(a="e1", b="e1", c="e2", d="e2"), "a", "c", graph, NEAR)
    assert "enough to bind the two." in words
    assert "between the two a pair of texts weighs 0.075 on average, 0.700 inside e1 and 0.600 inside e2" in words
    assert "what people said, keeps them apart" in said(run_of(a="e1", c="e2"), "a", "c", graph_of(("a", "c", 0.3)), NEAR)
    assert "judged whole" not in said(run_of(a="e1", b="e1", c="e2", d="e2"), "a", "c", graph, NEAR | {"weight": 0.2})


def test_a_pair_that_does_not_bind_is_joined_through_others_or_as_a_whole() -> None:
    weak, run = NEAR | {"weight": 0.2}, run_of(a="e1", b="e1", c="e1")
    through = said(run, "a", "c", graph_of(("a", "b", 0.7), ("b", "c", 0.5), ("a", "c", 0.2)), weak)
    assert "0.260 is needed to bind here" in through
    assert "a —0.700→ b —0.500→ c" in through
    assert "have in common as a whole" in said(run, "a", "c", graph_of(("a", "b", 0.7), ("a", "c", 0.2)), weak)
    assert "joined" not in said(run, "a", "c", graph_of(("a", "b", 0.7), ("b", "c", 0.5), ("a", "c", 0.3)), NEAR)


def test_an_excerpt_that_joins_no_group_has_its_shares_named() -> None:
    run = run_of(a="e1")
    words = _little_of_both(run, {"containment_left": 0.52, "containment_right": 0.01})
    assert words is not None
    assert "1% of the longer text and 52% of the shorter one" in words
    assert _little_of_both(run, {"containment_left": 0.52, "containment_right": 0.3}) is None
    assert _little_of_both(run, {"containment_left": 0.1, "containment_right": 0.9}) is None
