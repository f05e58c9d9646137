"""``samestory explain A B``: why two articles are, or are not, in one duplicate group, event and story."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from jobs import documents as d
from jobs.rundir import KINDS, Run, open_run, run_options
from jobs.show import Facts, Prose, Section, Table, emit, format_option, plural, quoted, safe, short

_Graph = dict[str, dict[str, float]]
_IDENTITY = ("article_id", "outlet", "published", "title", "duplicate_group_id", "event_id", "story_id")
_FIGURES = ("channel", "shared_shingles", "jaccard", "containment_left", "containment_right", "longest_run", "verdict", "reason")


@click.command()
@click.argument("a")
@click.argument("b")
@run_options
@format_option
def command(a: str, b: str, store: Path, run_id: str | None, how: str) -> None:
    """Say why articles A and B are, or are not, together."""
    run = open_run(store, run_id)
    a, b = run.find(a, "article").id, run.find(b, "article").id
    if a == b:
        raise click.UsageError("A and B are the same article")
    emit(explain(run, a, b), how)


def explain(run: Run, a: str, b: str) -> list[Section]:
    """The two articles, the verdict on each level in words, the pair's figures and the words they share."""
    left, right = run.articles[a], run.articles[b]
    first, second = sorted((a, b))
    pair = next(iter(run.rows("pairs.parquet", left_article_id=first, right_article_id=second)), None)
    graph = _neighbours(run)
    passages = run.passages_of(a, b)
    groups = {row["article_id"]: _representative(run, row) for row in (left, right)}
    edge = graph[groups[a]].get(groups[b])
    near = _edge(run, groups[a], groups[b])
    said = [c for c in run.manifest.corrections if c["type"] != "not-boilerplate" and {c["a"], c["b"]} & {a, b}]
    sections: list[Section] = [
        Table("articles", "The two articles", _IDENTITY, [tuple(r[column] for column in _IDENTITY) for r in (left, right)]),
        Prose("duplicate_group", "The same text?", _same_text(run, left, right, pair)),
        Prose("passages_in_words", "The same words?", _same_words(left, right, passages)),
        Prose("event", "The same happening?", _same_event(run, left, right, groups, graph, near)),
        Prose("time", "When?", _when(run, left, right, near)),
        Prose("story", "The same story?", _same_story(run, left, right)),
        Facts("figures", "Figures", {
            **{key: pair[key] if pair else None for key in _FIGURES},
            "left_article_id": first, "right_article_id": second,
            "cosine": near["cosine"] if near else None, "time_weight": near.get("time_weight") if near else None, "weight": edge,
            "needed": near.get("needed") if near else None,
            "shared_terms": _shared_terms(run, left, right)}),
    ]
    if said:
        sections.append(Table("corrections", "What people said of them", ("type", "a", "b", "note"), [
            (c["type"], c["a"], c["b"], c["note"]) for c in said]))
    if passages:
        sections.append(Table("passages", "Words they share", ("passage_id", "kind", "tokens", "credited_to", "reason", "text"), [
            (p.passage_id, p.kind, p.tokens, p.agency.name, p.reason, short(p.text, 200)) for p in passages]))
    return sections


def _same_text(run: Run, left: dict[str, Any], right: dict[str, Any], pair: dict[str, Any] | None) -> list[str]:
    why = f"Verified: {safe(pair['verdict']).replace('_', ' ')} ({safe(pair['reason'])})." if pair else None
    if left["duplicate_group_id"] == right["duplicate_group_id"]:
        roles = " and ".join(f"{safe(r['article_id'])} is {_relation(r['relation'])}" for r in (left, right))
        group = run.duplicate_groups[left["duplicate_group_id"]]
        return [f"Yes: both are in duplicate group {group.duplicate_group_id}; {roles}.",
                why or f"They never met themselves; both are duplicates of {safe(group.representative_article_id)}."]
    if pair is None:
        return ["No: too few of their words stand in the same order to compare them in full.",
                "They never met as candidates: no band of their signatures and too few of their sampled shingles agree."]
    if pair["verdict"] == "rejected":
        return [f"No: they met as candidates ({safe(pair['channel'])}) and were rejected: {safe(pair['reason'])}."]
    chaining = ("Groups do not chain: a member must itself be a duplicate of its group's representative, and these two stand "
                "in groups with different ones.")
    return [f"Not in one duplicate group. {why}", chaining]


def _relation(relation: str) -> str:
    return {
        "representative": "the representative",
        "identical": "identical to the representative",
        "near_duplicate": "a near-duplicate of the representative",
        "excerpt": "an excerpt of the representative, or holds one",
    }[relation]


def _same_words(left: dict[str, Any], right: dict[str, Any], passages: list[d.Passage]) -> list[str]:
    if not passages and left["outlet"] and left["outlet"] == right["outlet"]:
        return ["Not looked for: both are from one outlet, and passages are words shared across outlets."]
    if not passages:
        return ["No: they share no passage."]
    sentences = []
    for kind in KINDS:
        here = [p for p in passages if p.kind == kind]
        if here:
            agencies = sorted({p.agency.name for p in here if p.agency.name})
            credit = f", credited to {'; '.join(map(safe, agencies))}" if agencies else ""
            tokens = plural(sum(p.tokens for p in here), "token")
            sentences.append(f"{plural(len(here), 'passage')} of kind {kind}, {tokens} in all{credit}.")
    if not any(p.kind == "copy" for p in passages):
        sentences.append("No copy passage: what they share is no sign of a common text.")
    return sentences


def _same_event(
    run: Run, left: dict[str, Any], right: dict[str, Any], groups: dict[str, str], graph: _Graph,
    near: dict[str, Any] | None,
) -> list[str]:
    a, b = left["article_id"], right["article_id"]
    apart = _round_ups(run, left, right) if groups[a] != groups[b] else []
    if near:
        close = _closeness(run, left, right, near, apart)
    elif groups[a] == groups[b]:
        close = "Articles of one duplicate group always share the event."
    else:
        close = "Their duplicate groups are no neighbours: too unlike, too far apart in time, or each has more similar ones."
        close += "".join(f" And {said}." for said in apart)
    if left["event_id"] != right["event_id"]:
        sentences = [f"No: {safe(a)} is in {left['event_id']}, {safe(b)} in {right['event_id']}.", close]
        for row, other in ((left, right), (right, left)):
            ties = _ties(run, graph, groups[row["article_id"]], other["event_id"])
            why = _why(run, row)
            sentences.append(
                f"{safe(row['article_id'])} has {plural(len(ties), 'neighbour')} in {other['event_id']}"
                + (f" (best weight {max(ties):.3f})" if ties else "")
                + (f"; its own event holds it with a margin of {why.margin:.3f}." if why.margin is not None else "."))
        return sentences
    event = run.events[left["event_id"]]
    sentences = [f"Yes: both are in {event.event_id} {quoted(event.title)}.", close]
    if groups[a] != groups[b] and not near:
        members = {_representative(run, run.articles[m.article_id]) for m in event.articles}
        path = _widest_path(graph, groups[a], groups[b], members)
        if path:
            steps = " ".join(f"—{graph[path[i - 1]][node]:.3f}→ {safe(node)}" for i, node in enumerate(path) if i)
            sentences.append(f"They are joined through others (weights): {safe(path[0])} {steps}.")
    terms = _shared_terms(run, left, right)
    sentences.append(f"Terms that make them alike: {', '.join(map(safe, terms))}." if terms
                     else f"What the event is about: {', '.join(map(safe, event.keywords)) or '(no terms)'}.")
    return sentences


def _round_ups(run: Run, left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """Which of the two tell of several happenings, and of which."""
    return [f"{safe(row['article_id'])} is a round-up, kept out of grouping: its parts are most like "
            f"{', '.join(map(safe, parts))}, which are unlike each other"
            for row in (left, right) if (parts := _why(run, row).round_up_of)]


def _closeness(run: Run, left: dict[str, Any], right: dict[str, Any], near: dict[str, Any], apart: Sequence[str] = ()) -> str:
    """How the weight of two neighbours comes about, and every reason why it does not bind them; ``apart`` are some of these."""
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
    vetoes = list(apart)
    if near.get("changed_numbers"):
        vetoes.append(f"they are issues of one template on different days ({plural(near['changed_numbers'], 'number')} changed "
                      "between the same words)")
    if near.get("needed") is not None and near["weight"] < near["needed"]:
        vetoes.append(f"{near['needed']:.3f} is needed to bind here")
    nearest = run.manifest.settings.get("events", {}).get("neighbours")
    if nearest is not None and near.get("rank") is not None and near["rank"] >= nearest:
        vetoes.append(f"neither is among the {nearest} nearest texts of the other")
    says = f"Their duplicate groups are neighbours: {'; '.join(steps)}; weight {near['weight']:.3f}"
    return f"{says}, which does not bind: {'; '.join(vetoes)}." if vetoes else f"{says}, enough to bind them."


def _of_one_day(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether less than a day is between the two, as far as their dates say."""
    if not left["published"] or not right["published"]:
        return False
    moments = [datetime.fromisoformat(row["published"]) for row in (left, right)]
    first, second = (m if m.tzinfo else m.replace(tzinfo=UTC) for m in moments)
    return abs(first - second) < timedelta(days=1)


def _when(run: Run, left: dict[str, Any], right: dict[str, Any], near: dict[str, Any] | None) -> list[str]:
    """The date of each article, what it rests on, and the days each names."""
    sentences = []
    for row in (left, right):
        why = _why(run, row)
        named = f" It names {', '.join(why.named_days[:6])}." if why.named_days else ""
        basis = f" ({why.dating})" if why.dating else ""
        sentences.append(f"{safe(row['article_id'])}: {row['published'] or 'no date given'}{basis}.{named}")
    if near and near.get("time_weight") is not None:
        sentences.append(f"The time between them leaves {near['time_weight']:.0%} of their cosine.")
    return sentences


def _same_story(run: Run, left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    if left["story_id"] != right["story_id"]:
        return [f"No: {left['story_id']} and {right['story_id']}; no chain of linked events leads from one to the other."]
    story = run.stories[left["story_id"]]
    sentences = [f"Yes: both are in {story.story_id} {quoted(story.title)}."]
    if left["event_id"] == right["event_id"]:
        return [*sentences, "Articles of one event always share the story."]
    links = {frozenset((k.left_event_id, k.right_event_id)): k for k in story.links}
    graph: _Graph = defaultdict(dict)
    for k in story.links:
        graph[k.left_event_id][k.right_event_id] = graph[k.right_event_id][k.left_event_id] = k.cosine or 0.0
    path = _widest_path(graph, left["event_id"], right["event_id"], set(graph))
    for i in range(1, len(path)):
        link = links[frozenset(path[i - 1 : i + 1])]
        figures = [f"cosine {link.cosine:.3f}"] if link.cosine is not None else []
        figures += [f"{link.gap_days:.1f} days apart"] if link.gap_days is not None else []
        figures += [f"terms {', '.join(map(safe, link.shared_terms))}"] if link.shared_terms else []
        sentences.append(f"{path[i - 1]} and {path[i]} are linked: {'; '.join(figures) or 'no figures kept'}.")
    return sentences


def _neighbours(run: Run) -> _Graph:
    graph: _Graph = defaultdict(dict)
    for row in run.rows("neighbours.parquet"):
        graph[row["left_article_id"]][row["right_article_id"]] = row["weight"]
        graph[row["right_article_id"]][row["left_article_id"]] = row["weight"]
    return graph


def _edge(run: Run, a: str, b: str) -> dict[str, Any] | None:
    left, right = sorted((a, b))
    return next(iter(run.rows("neighbours.parquet", left_article_id=left, right_article_id=right)), None)


def _representative(run: Run, row: dict[str, Any]) -> str:
    group = run.duplicate_groups.get(row["duplicate_group_id"])
    return group.representative_article_id if group else row["article_id"]


def _ties(run: Run, graph: _Graph, node: str, event_id: str) -> list[float]:
    """Weights from a duplicate group to those of an event."""
    return [weight for other, weight in graph[node].items() if run.articles[other]["event_id"] == event_id]


def _why(run: Run, row: dict[str, Any]) -> d.Why:
    return next(a.why for a in run.events[row["event_id"]].articles if a.article_id == row["article_id"])


def _shared_terms(run: Run, left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """The terms kept for the pair: known when one is the other's nearest article (or of the same duplicate group)."""
    for row, other in ((left, right), (right, left)):
        why = _why(run, row)
        if why.nearest_article_id and run.articles[why.nearest_article_id]["duplicate_group_id"] == other["duplicate_group_id"]:
            return why.shared_terms
    return []


def _widest_path(graph: _Graph, start: str, goal: str, allowed: set[str]) -> list[str]:
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
