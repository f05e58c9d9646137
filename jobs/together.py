"""Why two articles are one event, or not: what their pair weighs, what speaks against it, and what holds their events apart."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any

from jobs import documents as d
from jobs.rundir import Run
from jobs.show import plural, quoted, safe

Graph = dict[str, dict[str, float]]
"""Node -> other node -> weight, both ways: representatives of duplicate groups, or events."""


def same_event(
    run: Run, left: dict[str, Any], right: dict[str, Any], groups: dict[str, str], graph: Graph,
    near: dict[str, Any] | None,
) -> list[str]:
    """Whether the two share an event and why, in sentences.

    ``groups``: the representative of either article; ``graph``: of :func:`neighbours`; ``near``: of :func:`edge_of`.
    """
    a, b = left["article_id"], right["article_id"]
    apart = _round_ups(run, left, right) if groups[a] != groups[b] else []
    vetoes = vetoes_of(run, near, apart) if near else []
    if near:
        close = closeness(left, right, near, vetoes)
    elif groups[a] == groups[b]:
        close = "Articles of one duplicate group always share the event."
    else:
        close = "Their duplicate groups are no neighbours: too unlike, too far apart in time, or each has more similar ones."
        close += "".join(f" And {said}." for said in apart)
    if left["event_id"] != right["event_id"]:
        sentences = [f"No: {safe(a)} is in {left['event_id']}, {safe(b)} in {right['event_id']}.", close]
        for row, other in ((left, right), (right, left)):
            ties = _ties(run, graph, groups[row["article_id"]], other["event_id"])
            why = why_of(run, row)
            sentences.append(
                f"{safe(row['article_id'])} has {plural(len(ties), 'neighbour')} in {other['event_id']}"
                + (f" (best weight {max(ties):.3f})" if ties else "")
                + (f"; its own event holds it with a margin of {why.margin:.3f}." if why.margin is not None else "."))
        if near and not vetoes:
            sentences.append(_held_apart(run, graph, left["event_id"], right["event_id"]))
        return sentences
    event = run.events[left["event_id"]]
    sentences = [f"Yes: both are in {event.event_id} {quoted(event.title)}.", close]
    if groups[a] != groups[b] and (vetoes or not near):
        members = {representative(run, run.articles[m.article_id]) for m in event.articles}
        path = widest_path(graph, groups[a], groups[b], members)
        if len(path) > 2:
            steps = " ".join(f"—{graph[path[i - 1]][node]:.3f}→ {safe(node)}" for i, node in enumerate(path) if i)
            sentences.append(f"They are joined through others (weights): {safe(path[0])} {steps}.")
        elif vetoes:
            sentences.append("They are joined by what the texts around the one and around the other have in common as a whole.")
    terms = shared_terms(run, left, right)
    sentences.append(f"Terms that make them alike: {', '.join(map(safe, terms))}." if terms
                     else f"What the event is about: {', '.join(map(safe, event.keywords)) or '(no terms)'}.")
    return sentences


def _round_ups(run: Run, left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """Which of the two tell of several happenings, and of which."""
    return [f"{safe(row['article_id'])} is a round-up, kept out of grouping: its parts are most like "
            f"{', '.join(map(safe, parts))}, which are unlike each other"
            for row in (left, right) if (parts := why_of(run, row).round_up_of)]


def vetoes_of(run: Run, near: dict[str, Any], apart: Sequence[str] = ()) -> list[str]:
    """Every reason why two neighbours do not bind; ``apart`` are some of these."""
    vetoes = list(apart)
    if near.get("changed_numbers"):
        vetoes.append(f"they are issues of one template on different days ({plural(near['changed_numbers'], 'number')} changed "
                      "between the same words)")
    if near.get("needed") is not None and near["weight"] < near["needed"]:
        vetoes.append(f"{near['needed']:.3f} is needed to bind here")
    nearest = run.manifest.settings.get("events", {}).get("neighbours")
    if nearest is not None and near.get("rank") is not None and near["rank"] >= nearest:
        vetoes.append(f"neither is among the {nearest} nearest texts of the other")
    return vetoes


def closeness(left: dict[str, Any], right: dict[str, Any], near: dict[str, Any], vetoes: Sequence[str]) -> str:
    """How the weight of two neighbours comes about, and why it does not bind them."""
    steps = [f"cosine {near['cosine']:.3f}"]
    if near.get("time_weight") is not None:
        steps.append(f"{near['time_weight']:.3f} of it left by the time between them")
    if near.get("opening_weight") is not None and near["opening_weight"] < 0.9995:
        steps.append(f"{near['opening_weight']:.3f} of it left because their titles and leads tell of other things")
    if left["outlet"] and left["outlet"] == right["outlet"]:
        steps.append("in a dense feed less because one outlet wrote both" if _of_one_day(left, right)
                     else "less because one outlet wrote both and they are not known to be of one day")
    if near["shared_tokens"]:
        steps.append(f"more because they share {plural(near['shared_tokens'], 'token')} of copy and quotes")
    says = f"Their duplicate groups are neighbours: {'; '.join(steps)}; weight {near['weight']:.3f}"
    return f"{says}, which does not bind: {'; '.join(vetoes)}." if vetoes else f"{says}, enough to bind the two."


def _held_apart(run: Run, graph: Graph, one: str, other: str) -> str:
    """What holds two events apart although two of their texts would bind: what pairs of texts weigh inside and between."""
    texts = [sorted({representative(run, run.articles[a.article_id]) for a in run.events[event].articles})
             for event in (one, other)]
    if all(len(event) == 1 for event in texts):
        return "Each is alone: an earlier run whose window has passed, or what people said, keeps them apart."
    inside = [f"{mean:.3f} inside {event}" for event, mine in zip((one, other), texts, strict=True)
              if (mean := _mean_weight(graph, combinations(mine, 2))) is not None]
    between = _mean_weight(graph, product(*texts))
    return (f"But events are judged whole: between the two a pair of texts weighs {between:.3f} on average, "
            f"{' and '.join(inside)} (who is no neighbour weighs 0).")


def _mean_weight(graph: Graph, pairs: Iterable[tuple[str, ...]]) -> float | None:
    """The mean weight of some pairs of texts; None of none."""
    weights = [graph.get(a, {}).get(b, 0.0) for a, b in pairs]
    return sum(weights) / len(weights) if weights else None


def _of_one_day(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether less than a day is between the two, as far as their dates say."""
    if not left["published"] or not right["published"]:
        return False
    moments = [datetime.fromisoformat(row["published"]) for row in (left, right)]
    first, second = (m if m.tzinfo else m.replace(tzinfo=UTC) for m in moments)
    return abs(first - second) < timedelta(days=1)


def _ties(run: Run, graph: Graph, node: str, event_id: str) -> list[float]:
    """Weights from a duplicate group to those of an event."""
    return [weight for other, weight in graph[node].items() if run.articles[other]["event_id"] == event_id]


def widest_path(graph: Graph, start: str, goal: str, allowed: set[str]) -> list[str]:
    """The path whose weakest step is strongest, shortest among equals, then by name; empty when there is none."""
    queue: list[tuple[float, int, list[str]]] = [(-1.0, 0, [start])]
    done: set[str] = set()
    while queue:
        width, steps, path = heapq.heappop(queue)
        if path[-1] == goal:
            return path
        if path[-1] in done:
            continue
        done.add(path[-1])
        for node, weight in graph[path[-1]].items():
            if node in allowed and node not in done:
                heapq.heappush(queue, (max(width, -weight), steps + 1, [*path, node]))
    return []


def representative(run: Run, row: dict[str, Any]) -> str:
    """The article that stands for this one's duplicate group."""
    group = run.duplicate_groups.get(row["duplicate_group_id"])
    return group.representative_article_id if group else row["article_id"]


def why_of(run: Run, row: dict[str, Any]) -> d.Why:
    """What its event's record says of an article."""
    return next(a.why for a in run.events[row["event_id"]].articles if a.article_id == row["article_id"])


def shared_terms(run: Run, left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """The terms kept for the pair: known when one is the other's nearest article (or of the same duplicate group)."""
    for row, other in ((left, right), (right, left)):
        why = why_of(run, row)
        if why.nearest_article_id and run.articles[why.nearest_article_id]["duplicate_group_id"] == other["duplicate_group_id"]:
            return why.shared_terms
    return []


def neighbours(run: Run) -> Graph:
    """What every pair of neighbours weighs."""
    graph: Graph = defaultdict(dict)
    for row in run.rows("neighbours.parquet"):
        graph[row["left_article_id"]][row["right_article_id"]] = row["weight"]
        graph[row["right_article_id"]][row["left_article_id"]] = row["weight"]
    return graph


def edge_of(run: Run, a: str, b: str) -> dict[str, Any] | None:
    """The row of neighbours.parquet of two representatives; None when they are no neighbours."""
    left, right = sorted((a, b))
    return next(iter(run.rows("neighbours.parquet", left_article_id=left, right_article_id=right)), None)
