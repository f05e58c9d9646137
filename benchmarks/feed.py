"""Events of a dense feed against what was read of it by hand.

``python -m benchmarks.feed --articles FILE`` groups the German feed through all rooms and compares with
``tests/labels/events-german-press-2021-01.jsonl``. The feed's constants were chosen with part ``fitted`` in view; part ``seen``
was looked at beside it. Neither is a blind test: that is ``benchmarks.blind_read``, on other days. Last come the round-ups of
these days, against those read by hand.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from benchmarks.labelled import group, prepare, read, vectors_of
from clustering import events
from clustering.config import EventsSettings

LABELS = Path(__file__).parents[1] / "tests" / "labels" / "events-german-press-2021-01.jsonl"
ROUND_UPS = LABELS.with_name("round-ups-german-press-2021-01.jsonl")
ROUND_UP_DAYS = ("2021-01-05", "2021-01-14")


class Part:
    """What was read in some days: ``read`` article ids, ``same`` groups that tell one happening, ``open`` ones left undecided."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.same: list[list[str]] = []
        self.open: set[frozenset[str]] = set()

    def verdict(self, a: str, b: str) -> bool | None:
        """Whether two articles tell one happening; None: left open."""
        if any(a in group and b in group for group in self.same):
            return True
        return None if frozenset((a, b)) in self.open else False

    def figures(self, event: dict[str, int]) -> dict[str, float]:
        """Events of two articles read and more without a pair that is two happenings, and the pairs inside events."""
        events: dict[int, list[str]] = defaultdict(list)
        for article in self.read:
            events[event[article]].append(article)
        judged = [[self.verdict(*pair) for pair in combinations(known, 2)] for known in events.values() if len(known) > 1]
        pairs = [verdict for verdicts in judged for verdict in verdicts if verdict is not None]
        true = [event[a] == event[b] for group in self.same for a, b in combinations(group, 2)]
        return {"events": len(judged), "right": sum(False not in verdicts for verdicts in judged),
                "pair_precision": sum(pairs) / max(1, len(pairs)), "pair_recall": sum(true) / max(1, len(true))}


def read_labels(path: Path = LABELS) -> dict[str, Part]:
    """The parts by name."""
    parts: dict[str, Part] = defaultdict(Part)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        part = parts[record["part"]]
        part.read += record.get("read", [])
        part.same += [record["same"]] if "same" in record else []
        part.open |= {frozenset(pair) for pair in combinations(record.get("open", []), 2)}
    return dict(parts)


def round_up_figures(marked: set[str], path: Path = ROUND_UPS) -> dict[str, int]:
    """How many marked articles (of the days that were read) are round-ups, could be or are none, and how many are missed."""
    labels = {r["id"]: r["round_up"] for r in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    return {"right": sum(labels.get(i) is True for i in marked), "open": sum(labels.get(i, False) is None for i in marked),
            "wrong": sum(labels.get(i) is False or i not in labels for i in marked),
            "missed": sum(label is True and i not in marked for i, label in labels.items())}


def main() -> None:
    """Print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, required=True)
    corpus = prepare(read(parser.parse_args().articles), {})
    vectors = vectors_of(corpus, EventsSettings())
    event = group(corpus, EventsSettings(), vectors)
    for name, part in read_labels().items():
        print(name, json.dumps({figure: round(value, 3) for figure, value in part.figures(event).items()}))
    fitted = events.fit(vectors.dating, EventsSettings())
    near = events.find_neighbours(corpus.articles, corpus.groups, vectors, corpus.found, fitted)
    rows = events.find_round_ups(corpus.tokens, vectors, near, fitted)["row"]
    first, last = ROUND_UP_DAYS
    found = corpus.articles.take(rows).to_pylist()
    marked = {row["article_id"] for row in found if first <= str(row["published_at"])[:10] <= last}
    print("round-ups", json.dumps(round_up_figures(marked)))


if __name__ == "__main__":
    main()
