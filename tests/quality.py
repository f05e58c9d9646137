"""Quality of one shipped configuration on the invented newsroom and on labelled real news: measured and held to floors.

``python -m tests.quality [--data FOLDER] [--raise-floors] [--table]`` measures everything it finds. The suite calls the
same functions and compares with ``tests/quality_floors.json``; a floor may rise (``--raise-floors``), never fall.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from clustering import scoring
from tests.command import FIXTURES, NEWSROOM, SETTINGS, records, samestory

FLOORS = Path(__file__).with_name("quality_floors.json")
EVENT_SETS = ("giveme5w1h", "fnc1-train", "ecbplus-1-35", "basil", "gva-2013-2014")


def run_once(source: Path, store: Path, settings: Path | None = None) -> Path:
    """Run the installed command; the directory of the run."""
    options = ["--config", settings] if settings else []
    samestory("run", source, "--store", store, *options, cwd=store.parent, expect=None)
    return (store / "latest").resolve()


def labels(run: Path, column: str) -> dict[str, str]:
    """Article id -> id of its group in a run."""
    table = pq.read_table(run / "articles.parquet", columns=["article_id", column])
    return dict(zip(*(c.to_pylist() for c in table.columns), strict=True))


def group_scores(gold: dict[str, str], found: dict[str, str]) -> dict[str, float]:
    """All the partition scores over the gold's articles; an article the run does not have counts as a group of its own."""
    ids = sorted(gold)
    g, p = [gold[i] for i in ids], [found.get(i, "missing " + i) for i in ids]
    b3 = scoring.bcubed(g, p)
    return {"bcubed_precision": b3.precision, "bcubed_recall": b3.recall, "bcubed_f1": b3.f1,
            "bcubed_f1_without_singletons": scoring.bcubed_without_singletons(g, p).f1,
            "pairwise_f1": scoring.pairwise(g, p).f1, "ari": scoring.adjusted_rand(g, p),
            "groups": len(set(p)), "gold_groups": len(set(g)), "articles": len(ids)}


def duplicate_scores(run: Path, truth: Path) -> dict[str, float]:
    """Duplicate pairs of the newsroom against exact Jaccard and containment of the *true* body texts (furniture cut out by
    the generator's own spans, 5-word shingles as plain sets): nothing of the product is used to make the truth.
    """
    from tests.oracles.newsroom import true_overlaps

    pairs = pq.read_table(run / "pairs.parquet").to_pylist()
    near = {(p["left_article_id"], p["right_article_id"]) for p in pairs if p["verdict"] in {"identical", "near_duplicate"}}
    verified = near | {(p["left_article_id"], p["right_article_id"]) for p in pairs if p["verdict"] == "excerpt"}
    overlaps = true_overlaps(truth)
    same = {pair for pair, (jaccard, _) in overlaps.items() if jaccard >= 0.5}
    contained = {pair for pair, (_, containment) in overlaps.items() if containment >= 0.5}
    return {"jaccard_pairs": len(same), "jaccard_precision": len(near & same) / max(1, len(near)),
            "jaccard_recall": len(same & verified) / max(1, len(same)),
            "jaccard_recall_as_near_duplicate": len(same & near) / max(1, len(same)),
            "containment_pairs": len(contained), "containment_recall": len(contained & verified) / max(1, len(contained))}


def passage_scores(run: Path, truth: Path) -> dict[str, float]:
    """Passages of the newsroom against the generator's spans: plagdet and characters over pairs, kinds, furniture.

    Every pair of articles of different outlets that the truth or the run lists is judged. The truth of a pair is its passages;
    what it calls too short to count, and the furniture, captions, datelines and bylines of the two articles, count neither
    way (a shared caption is right, yet no passage of the text). Whether furniture is *called* furniture is asked apart.
    """
    listed = {(t["a"], t["b"]): t for t in records(truth / "passages.jsonl")}
    zones = {r["id"]: r for r in records(truth / "spans.jsonl")}
    beside = {article: [tuple(s) for zone in ("boilerplate", "caption", "dateline", "byline") for s in z[zone]]
              for article, z in zones.items()}
    pieces: dict[tuple[str, str], list] = {}
    marked: dict[str, list[tuple[int, int, str]]] = {}
    passages = records(run / "passages.jsonl")
    for passage in passages:
        spans = [(o["article_id"], o["outlet"], o["start"], o["end"]) for o in passage["occurrences"]]
        for n, (a, outlet_a, *at_a) in enumerate(spans):
            marked.setdefault(a, []).append((*at_a, passage["kind"]))
            for b, outlet_b, *at_b in spans[n + 1:]:
                if outlet_a != outlet_b:
                    key, both = ((a, b), (*at_a, *at_b)) if a < b else ((b, a), (*at_b, *at_a))
                    pieces.setdefault(key, []).append((both, passage["kind"]))
    judged, sides = [], []
    right = {kind: [0, 0, 0] for kind in ("copy", "quote", "background")}  # characters of both, true, found
    for key in sorted(listed.keys() | pieces.keys()):
        gold = listed.get(key, {"passages": [], "ignore": []})
        true = [((*p["a"], *p["b"]), p["kind"]) for p in gold["passages"]]
        ignored = [[*(tuple(p[side]) for p in gold["ignore"]), *beside[article]] for side, article in zip("ab", key, strict=True)]
        found = scoring.of_pair(pieces.get(key, []), [q for q, _ in true], *ignored)
        judged.append(([q for q, _ in true], [q for q, _ in found]))
        for side in (0, 2):
            at = [[(q[side], q[side + 1], kind) for q, kind in some] for some in (true, found)]
            sides.append(tuple([(s, e) for s, e, _ in some] for some in at))
            for kind, counts in right.items():
                here, there = (_union([(s, e) for s, e, k in some if k == kind]) for some in at)
                counts[0] += _overlap(here, there)
                counts[1] += sum(e - s for s, e in here)
                counts[2] += _overlap(there, _union(sides[-1][0]))
    plagdet = scoring.plagdet(judged)
    precision, recall, _ = scoring.character_scores(sides)
    copied, other, furniture = 0, 0, [0, 0]
    for article, spans in sorted(marked.items()):
        true_furniture = _union([tuple(s) for s in zones[article]["boilerplate"]])
        copy = _union([(s, e) for s, e, kind in spans if kind == "copy"])
        copied += sum(e - s for s, e in copy)
        other += _overlap(copy, true_furniture)
        furniture[0] += _overlap(_union([(s, e) for s, e, kind in spans if kind == "boilerplate"]), true_furniture)
        furniture[1] += _overlap(_union([(s, e) for s, e, _ in spans]), true_furniture)
    figures = {"passages": len(passages), "plagdet": plagdet.plagdet, "granularity": plagdet.granularity,
               "character_precision": precision, "character_recall": recall,
               "kind_accuracy": sum(c[0] for c in right.values()) / max(1, sum(c[2] for c in right.values())),
               "furniture_share_of_copy": other / max(1, copied),
               "furniture_called_furniture": furniture[0] / max(1, furniture[1])}
    return figures | {f"{kind}_f1": 2 * both / max(1, true + found) for kind, (both, true, found) in right.items()}


def _overlap(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> int:
    """Characters in both of two unions."""
    return sum(max(0, min(e, f) - max(s, t)) for s, e in left for t, f in right)


def _union(spans: list) -> list[tuple[int, int]]:
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [(s, e) for s, e in merged]


def measure_newsroom(folder: Path, settings: Path = SETTINGS) -> dict[str, float]:
    """Every figure of the invented newsroom, as 'what.figure'."""
    run = run_once(NEWSROOM, folder / "store", settings)
    truth = FIXTURES / "truth"
    gold = records(truth / "groups.jsonl")
    figures: dict[str, float] = {}
    for level, column in (("event", "event_id"), ("story", "story_id")):
        scores = group_scores({r["id"]: r[level] for r in gold}, labels(run, column))
        figures |= {f"{level}.{k}": v for k, v in scores.items()}
    figures |= {f"duplicates.{k}": v for k, v in duplicate_scores(run, truth).items()}
    return figures | {f"passages.{k}": v for k, v in passage_scores(run, truth).items()}


def measure_set(folder: Path, work: Path) -> dict[str, float]:
    """Partition scores of one labelled set; ``pairs.jsonl`` gives the share of pairs decided right."""
    source = folder / "articles.jsonl.xz"
    run = run_once(source, work / "store")
    with lzma.open(source, "rt", encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    figures: dict[str, float] = {"input_articles": count}
    if (folder / "gold.jsonl").exists():
        gold = records(folder / "gold.jsonl")
        level = "event" if "event" in gold[0] else "dup_group"
        column = "event_id" if level == "event" else "duplicate_group_id"
        figures |= group_scores({r["id"]: r[level] for r in gold}, labels(run, column))
        stories = labels(run, "story_id")
        sizes = [list(stories.values()).count(s) for s in set(stories.values())]
        figures["largest_story_share"] = max(sizes) / len(stories)
    if (folder / "pairs.jsonl").exists() and "same_event" in (pairs := records(folder / "pairs.jsonl"))[0]:
        event = labels(run, "event_id")
        with lzma.open(source, "rt", encoding="utf-8") as lines:
            lang = {r["id"]: r["lang"] for r in map(json.loads, lines)}
        for code in ("en", "ru"):
            asked = [p for p in pairs if lang[p["a"]] == code]
            figures[f"pairs_right_{code}"] = sum((event[p["a"]] == event[p["b"]]) == p["same_event"] for p in asked) / len(asked)
    kinds = [p["kind"] for p in records(run / "passages.jsonl")]
    return figures | {f"passages_{kind}": kinds.count(kind) for kind in ("copy", "quote", "background", "boilerplate")}


def measure_real(data: Path, work: Path, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """The figures of each named set, by name."""
    found = {}
    for name in names:
        (work / name).mkdir()
        found[name] = measure_set(data / name, work / name)
    return found


def macro(figures: dict[str, dict[str, float]], figure: str = "bcubed_f1") -> float:
    """Mean of a figure over the five event sets."""
    return sum(figures[name][figure] for name in EVENT_SETS) / len(EVENT_SETS)


def below_floor(figures: dict[str, float], section: str) -> list[str]:
    """Every figure that fell below its floor (or, for names that start with 'max ', rose above its ceiling), in words."""
    fallen = []
    for name, floor in json.loads(FLOORS.read_text(encoding="utf-8"))[section].items():
        value = figures[name.removeprefix("max ")]
        if (value > floor) if name.startswith("max ") else (value < floor):
            fallen.append(f"{section} {name}: {value:.4f}, allowed {floor}")
    return fallen


def _raise_floors(measured: dict[str, dict[str, float]]) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    for section, figures in measured.items():
        for name, floor in floors.get(section, {}).items():
            value = figures[name.removeprefix("max ")]
            floors[section][name] = (min(floor, round(value + 0.0005, 3)) if name.startswith("max ")
                                     else max(floor, round(value - 0.0005, 3)))
    FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, and print JSON or a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("SAMESTORY_DATA"))
    parser.add_argument("--sets", default=",".join((*EVENT_SETS, "page-dedup-cases", "same-news-pairs")))
    parser.add_argument("--raise-floors", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = {"newsroom": measure_newsroom(Path(folder))}
        if arguments.data:
            real = measure_real(Path(arguments.data), Path(folder), tuple(name for name in arguments.sets.split(",") if name))
            if all(name in real for name in EVENT_SETS):
                measured["real"] = {"macro_bcubed_f1": macro(real), "macro_pairwise_f1": macro(real, "pairwise_f1")}
            measured |= real
    if arguments.raise_floors:
        _raise_floors(measured)
    print(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main()
