"""``samestory explain A B``: why two articles are, or are not, in one duplicate group, event and story."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from jobs import documents as d
from jobs.rundir import KINDS, Run, open_run, run_options
from jobs.show import Facts, Prose, Section, Table, emit, format_option, plural, quoted, safe, short
from jobs.together import Graph, edge_of, neighbours, representative, same_event, shared_terms, why_of, widest_path

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
    graph = neighbours(run)
    passages = run.passages_of(a, b)
    groups = {row["article_id"]: representative(run, row) for row in (left, right)}
    edge = graph[groups[a]].get(groups[b])
    near = edge_of(run, groups[a], groups[b])
    said = [c for c in run.manifest.corrections if c["type"] != "not-boilerplate" and {c["a"], c["b"]} & {a, b}]
    sections: list[Section] = [
        Table("articles", "The two articles", _IDENTITY, [tuple(r[column] for column in _IDENTITY) for r in (left, right)]),
        Prose("duplicate_group", "The same text?", _same_text(run, left, right, pair)),
        Prose("passages_in_words", "The same words?", _same_words(left, right, passages)),
        Prose("event", "The same happening?", same_event(run, left, right, groups, graph, near)),
        Prose("time", "When?", _when(run, left, right, near)),
        Prose("story", "The same story?", _same_story(run, left, right)),
        Facts("figures", "Figures", {
            **{key: pair[key] if pair else None for key in _FIGURES},
            "left_article_id": first, "right_article_id": second,
            "cosine": near["cosine"] if near else None, "time_weight": near.get("time_weight") if near else None, "weight": edge,
            "needed": near.get("needed") if near else None,
            "shared_terms": shared_terms(run, left, right)}),
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
    if pair["verdict"] == "excerpt" and (apart := _little_of_both(run, pair)):
        return [f"Not in one duplicate group. {why}", apart]
    chaining = ("Groups do not chain: a member must itself be a duplicate of its group's representative, and these two stand "
                "in groups with different ones.")
    return [f"Not in one duplicate group. {why}", chaining]


def _little_of_both(run: Run, pair: dict[str, Any]) -> str | None:
    """Why a verified excerpt joins no group, when it is too little of either text."""
    copies = run.manifest.settings.get("copies", {})
    of_longer, of_shorter = sorted((pair["containment_left"], pair["containment_right"]))
    whole, nearly_all = copies.get("excerpt_share", 0.0), copies.get("short_containment", 0.0)
    if of_longer >= whole or of_shorter >= nearly_all:
        return None
    return (f"What they share is {of_longer:.0%} of the longer text and {of_shorter:.0%} of the shorter one: each says too much "
            f"of its own to be the same text ({whole:.0%} of the longer is asked, or {nearly_all:.0%} of the shorter).")


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


def _when(run: Run, left: dict[str, Any], right: dict[str, Any], near: dict[str, Any] | None) -> list[str]:
    """The date of each article, what it rests on, and the days each names."""
    sentences = []
    for row in (left, right):
        why = why_of(run, row)
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
    graph: Graph = defaultdict(dict)
    for k in story.links:
        graph[k.left_event_id][k.right_event_id] = graph[k.right_event_id][k.left_event_id] = k.cosine or 0.0
    path = widest_path(graph, left["event_id"], right["event_id"], set(graph))
    for i in range(1, len(path)):
        link = links[frozenset(path[i - 1 : i + 1])]
        figures = [f"cosine {link.cosine:.3f}"] if link.cosine is not None else []
        figures += [f"{link.gap_days:.1f} days apart"] if link.gap_days is not None else []
        figures += [f"terms {', '.join(map(safe, link.shared_terms))}"] if link.shared_terms else []
        sentences.append(f"{path[i - 1]} and {path[i]} are linked: {'; '.join(figures) or 'no figures kept'}.")
    return sentences
