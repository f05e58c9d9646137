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
from tests.passage_quality import passage_scores

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


def texts_of(run: Path) -> dict[str, str]:
    """Article id -> title and text."""
    titles = pq.read_table(run / "articles.parquet", columns=["article_id", "title"]).to_pylist()
    texts = pq.read_table(run / "texts.parquet", columns=["article_id", "text"]).to_pylist()
    title_of = {row["article_id"]: row["title"] or "" for row in titles}
    return {row["article_id"]: f"{title_of[row['article_id']]}\n{row['text']}" for row in texts}


def group_scores(gold: dict[str, str], found: dict[str, str], texts: dict[str, str]) -> dict[str, float]:
    """All the partition scores over the gold's articles; an article the run does not have counts as a group of its own."""
    ids = sorted(gold)
    g, p = [gold[i] for i in ids], [found.get(i, "missing " + i) for i in ids]
    b3, alike = scoring.bcubed(g, p), scoring.look_alikes([texts.get(i, "") for i in ids], g)
    return {"bcubed_precision": b3.precision, "bcubed_recall": b3.recall, "bcubed_f1": b3.f1,
            "bcubed_f1_without_singletons": scoring.bcubed_without_singletons(g, p).f1,
            "pairwise_f1": scoring.pairwise(g, p).f1, "ari": scoring.adjusted_rand(g, p),
            "ami": scoring.adjusted_mutual_information(g, p),
            "look_alikes_bcubed_f1": scoring.bcubed_of(alike, g, p).f1, "look_alike_articles": int(alike.sum()),
            "look_alike_gold_groups": len({label for label, is_alike in zip(g, alike, strict=True) if is_alike}),
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


def measure_newsroom(folder: Path, settings: Path = SETTINGS) -> dict[str, float]:
    """Every figure of the invented newsroom, as 'what.figure'."""
    run = run_once(NEWSROOM, folder / "store", settings)
    truth = FIXTURES / "truth"
    gold = records(truth / "groups.jsonl")
    figures: dict[str, float] = {}
    for level, column in (("event", "event_id"), ("story", "story_id")):
        scores = group_scores({r["id"]: r[level] for r in gold}, labels(run, column), texts_of(run))
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
        figures |= group_scores({r["id"]: r[level] for r in gold}, labels(run, column), texts_of(run))
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
