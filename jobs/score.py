"""``samestory score GOLD``: how well a run agrees with labels made by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import msgspec

from clustering import scoring
from clustering.errors import InputError
from jobs.rundir import Run, open_run, run_options
from jobs.show import Facts, Section, Table, emit, format_option

COLUMN_OF = {"event": "event_id", "story": "story_id", "dup_group": "duplicate_group_id"}
MISSED = "(none)"

Quadruple = tuple[int, int, int, int]
Span = tuple[int, int]


@dataclass
class Gold:
    """Labels of a file, by what they are about."""

    labels: dict[str, dict[str, str]] = field(default_factory=lambda: {level: {} for level in COLUMN_OF})
    pairs: list[tuple[str, str, bool]] = field(default_factory=list)
    passages: list[tuple[str, str, list[tuple[Quadruple, str]], list[list[Span]]]] = field(default_factory=list)
    """Article a, article b, true passages with their kind, spans in a and in b that count neither way."""


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", type=click.Choice([*COLUMN_OF, "pairs", "passages"]),
              help="Only this; by default all that GOLD has labels for.")
@run_options
@format_option
def command(gold: Path, by: str | None, store: Path, run_id: str | None, how: str) -> None:
    """Compare a run with GOLD, JSON lines of any of three shapes.

    \b
    {"id": ..., "event": ..., "story": ..., "dup_group": ...}        groups
    {"a": ..., "b": ..., "same_event": true}                         pairs
    {"a": ..., "b": ..., "passages": [{"a": [0, 9], "b": [4, 13], "kind": "copy"}]}
    """  # noqa: D301 (the backspace is how click keeps lines)
    run = open_run(store, run_id)
    sections = score(run, read_gold(gold), by)
    if not sections:
        raise InputError(f"{gold} holds no labels{f' for {by}' if by else ''}")
    emit(sections, how)


def read_gold(path: Path) -> Gold:
    """Labels of a JSON lines file.

    Raises
    ------
    InputError
        naming the line that cannot be used.
    """
    gold = Gold()
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            _read_line(gold, msgspec.json.decode(line))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise InputError(f"{path}, line {number}: not a label ({why}); see samestory score --help") from error
    return gold


def _read_line(gold: Gold, record: dict[str, Any]) -> None:
    if "id" in record:
        for level in COLUMN_OF:
            if record.get(level) is not None:
                gold.labels[level][str(record["id"])] = str(record[level])
        return
    if "a" not in record:
        raise ValueError("neither id nor a and b")
    a, b = str(record["a"]), str(record["b"])
    if isinstance(record.get("same_event"), bool):
        gold.pairs.append((a, b, record["same_event"]))
    if "passages" in record:
        true = [(_quadruple(p), str(p["kind"])) for p in record["passages"]]
        ignored = [[_span(p[side]) for p in record.get("ignore") or [] if side in p] for side in "ab"]
        gold.passages.append((a, b, true, ignored))


def _quadruple(passage: dict[str, Any]) -> Quadruple:
    return (*_span(passage["a"]), *_span(passage["b"]))


def _span(ends: Sequence[Any]) -> Span:
    start, end = ends
    return int(start), int(end)


def score(run: Run, gold: Gold, by: str | None = None) -> list[Section]:
    """Every score the labels allow; ids the run does not have are left out and counted."""
    sections: list[Section] = []
    for level, labels in gold.labels.items():
        if labels and by in (None, level):
            sections += _score_groups(run, level, labels)
    if gold.pairs and by in (None, "pairs"):
        sections.append(_score_pairs(run, gold.pairs))
    if gold.passages and by in (None, "passages"):
        sections += _score_passages(run, gold)
    return sections


def _score_groups(run: Run, level: str, labels: dict[str, str]) -> list[Section]:
    ids = sorted(labels.keys() & run.articles.keys())
    true, found = [labels[i] for i in ids], [run.articles[i][COLUMN_OF[level]] for i in ids]
    of = run.texts(set(ids))
    texts = [f"{run.articles[i]['title'] or ''}\n{of[i]}" for i in ids]
    measures = {"B-cubed": scoring.bcubed, "B-cubed without singletons": scoring.bcubed_without_singletons,
                "pairwise": scoring.pairwise}
    rows = [(name, *_rounded(measure(true, found))) for name, measure in measures.items()]
    alike = scoring.look_alikes(texts, true)
    rows.append(("B-cubed of look-alikes", *_rounded(scoring.bcubed_of(alike, true, found))))
    return [
        Table(level, f"Groups: {level}", ("measure", "precision", "recall", "f1"), rows),
        Facts(f"{level}_counts", f"Over the {level} labels", {
            "articles": len(ids), "gold_clusters": len(set(true)), "clusters": len(set(found)),
            "clusters_per_gold_cluster": round(len(set(found)) / len(set(true)), 6) if true else None,
            "adjusted_rand_index": round(scoring.adjusted_rand(true, found), 6),
            "adjusted_mutual_information": round(scoring.adjusted_mutual_information(true, found), 6),
            "look_alike_gold_clusters": len({label for label, is_alike in zip(true, alike, strict=True) if is_alike}),
            "look_alike_articles": int(alike.sum()), "labels_not_in_run": len(labels) - len(ids),
            "articles_without_label": len(run.articles) - len(ids)}),
    ]


def _score_pairs(run: Run, pairs: Sequence[tuple[str, str, bool]]) -> Table:
    known = [(run.articles[a], run.articles[b], same) for a, b, same in pairs if a in run.articles and b in run.articles]
    rows = []
    for level, column in (("event", "event_id"), ("story", "story_id")):
        claimed = [(a[column] == b[column], same) for a, b, same in known]
        both = sum(1 for found, same in claimed if found and same)
        right = sum(1 for found, same in claimed if found == same)
        rows.append((level, len(known), right, _ratio(right, len(known)), _ratio(both, sum(found for found, _ in claimed)),
                     _ratio(both, sum(same for _, same in claimed)), len(pairs) - len(known)))
    return Table("pairs", "Pairs: same event?", (
        "level", "pairs", "right", "accuracy", "precision", "recall", "pairs_not_in_run"), rows)


def _score_passages(run: Run, gold: Gold) -> list[Section]:
    judged: list[tuple[list[Quadruple], list[Quadruple]]] = []
    sides: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]] = []
    confusion: Counter[tuple[str, str]] = Counter()
    missing = 0
    for a, b, true, ignored in gold.passages:
        if a not in run.articles or b not in run.articles:
            missing += 1
            continue
        found = scoring.of_pair(_pieces(run, a, b), [q for q, _ in true], *ignored)
        judged.append(([q for q, _ in true], [q for q, _ in found]))
        sides += [([(q[s], q[s + 1]) for q, _ in true], [(q[s], q[s + 1]) for q, _ in found]) for s in (0, 2)]
        for q, kind in true:
            hits = [(_common(q, f), found_kind) for f, found_kind in found if _touch(q, f)]
            confusion[kind, max(hits)[1] if hits else MISSED] += 1
        for q, kind in found:
            if not any(_touch(q, t) for t, _ in true):
                confusion[MISSED, kind] += 1
    spans = scoring.plagdet(judged)
    precision, recall, f1 = scoring.character_scores(sides)
    return [
        Table("passages", "Passages", ("measure", "precision", "recall", "f1"), [
            ("characters", *_rounded((precision, recall, f1))),
            ("passages (PAN, macro)", *_rounded((spans.precision, spans.recall, _f1(spans.precision, spans.recall))))]),
        Facts("passages_counts", "Over the pairs with labelled passages", {
            "plagdet": round(spans.plagdet, 6), "granularity": round(spans.granularity, 6), "pairs": len(judged),
            "gold_passages": sum(len(t) for t, _ in judged), "passages": sum(len(f) for _, f in judged),
            "pairs_not_in_run": missing}),
        Table("kinds", "Kinds: gold against found", ("gold_kind", "kind", "passages"),
              [(true, found, count) for (true, found), count in sorted(confusion.items())]),
    ]


def _pieces(run: Run, a: str, b: str) -> list[tuple[Quadruple, str]]:
    """The run's passages between two articles: every occurrence of one with every occurrence of the other."""
    return [((here.start, here.end, there.start, there.end), p.kind)
            for p in run.passages_of(a, b)
            for here in p.occurrences if here.article_id == a
            for there in p.occurrences if there.article_id == b]


def _common(left: Quadruple, right: Quadruple) -> int:
    return sum(max(0, min(left[i + 1], right[i + 1]) - max(left[i], right[i])) for i in (0, 2))


def _touch(left: Quadruple, right: Quadruple) -> bool:
    return all(min(left[i + 1], right[i + 1]) > max(left[i], right[i]) for i in (0, 2))


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(value, 6) for value in values)


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
