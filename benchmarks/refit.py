"""Leave one set out: every fitted constant of the event room is chosen anew on four labelled sets and judged on the fifth.

``python -m benchmarks.refit --data FOLDER [--samples FOLDER] [--only SET]``: coordinate ascent over :data:`GRID` from
:data:`START`, the constants of the release before these were fitted (what it did not have is switched off). The objective is
B-cubed F1 averaged over the sets and over ``min_weight`` at :data:`JITTER` times its value, and a step must gain
:data:`LEAST_GAIN`, so that a setting must be good with its neighbours, not by one lucky merge; and the five first articles (in no
set, without labels of this kind) must stay five or four events. What only a feed asks for (the ``feed_`` settings, round-ups) is
not fitted on these sets and does nothing in them: their volume is a tenth of a feed's. Some ten minutes of CPU.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.labelled import EVENT_SETS, Prepared, group, load, macro, prepare, read, score, vectors_of
from clustering.config import EventsSettings
from clustering.events import doubts

DOUBTS: dict[str, list[Any]] = {
    "LEAST_COSINE": [0.15, 0.2, 0.25], "CLOSE_DAYS": [4, 7, 14], "FAR_DAYS": [20, 30, 60],
    "TWIN_COSINE": [0.2, 0.25, 0.3], "TWIN_FACTOR": [2, 3, 4],
}
"""Constants of :mod:`clustering.events.doubts`."""
GRID: dict[str, list[Any]] = {
    "background_share": [0.5, 0.6, 0.7], "title_weight": [2, 3, 4], "lead_weight": [1, 2, 3],
    "lead_tokens": [60, 100, 150], "capital_weight": [1.2, 1.4, 1.6], "time_floor": [0.3, 0.4, 0.5],
    "half_life_days": [3.5, 5.0, 7.0], "undated_weight": [0.8, 0.85, 0.9], "named_day_weight": [0.0, 0.7, 0.85],
    "neighbours": [8, 10, 12], "min_weight": [0.1, 0.11, 0.12, 0.13, 0.14], "ambient_factor": [0.0, 1.7, 2.0, 2.3],
    "max_ambient": [0.2, 0.25, 0.3], "same_outlet_weight": [0.3, 0.4, 0.5, 0.6, 0.7], "passage_weight": [0.05, 0.1, 0.12, 0.15],
    "opening_share": [0.0, 0.3], "split_cut": [0.05, 0.06, 0.07, 0.08], "merge_cut": [0.6, 0.65, 0.7, 1.0], **DOUBTS,
}
START: dict[str, Any] = {
    "background_share": 0.5, "title_weight": 2, "lead_weight": 2, "lead_tokens": 100, "capital_weight": 1.2, "time_floor": 0.4,
    "half_life_days": 5.0, "undated_weight": 0.85, "named_day_weight": 0.0, "neighbours": 10, "min_weight": 0.13,
    "ambient_factor": 0.0, "max_ambient": 0.25, "same_outlet_weight": 0.8, "passage_weight": 0.1, "opening_share": 0.0,
    "split_cut": 0.07, "merge_cut": 1.0, "LEAST_COSINE": 1.01, "CLOSE_DAYS": 7, "FAR_DAYS": 30, "TWIN_COSINE": 1.01,
    "TWIN_FACTOR": 3,
}
JITTER = (0.9, 1.0, 1.1)
LEAST_GAIN = 1e-3
"""One merge of two look-alike events moves a set by .01, so the mean over twelve scores by .0008: less than this is luck."""
OF_VECTORS = ("background_share", "title_weight", "lead_weight", "lead_tokens", "capital_weight")
FEWEST_EVENTS = 4
"""Of the five first articles."""

Point = dict[str, Any]
"""A value for each constant of the grid."""


@contextmanager
def doubting(point: Point) -> Iterator[None]:
    """The constants of the doubts as ``point`` has them, for a while."""
    before = {name: getattr(doubts, name) for name in DOUBTS}
    try:
        for name in DOUBTS:
            setattr(doubts, name, point[name])
        yield
    finally:
        for name, value in before.items():
            setattr(doubts, name, value)


class Lab:
    """Scores points on sets, each combination once."""

    def __init__(self, data: Path, samples: Path | None) -> None:
        self._sets = {name: load(data / name) for name in EVENT_SETS}
        self._samples = prepare(read(samples), {}) if samples else None
        self._vectors: dict[tuple[Any, ...], Any] = {}
        self._scores: dict[tuple[Any, ...], float] = {}

    def _group(self, name: str, corpus: Prepared, point: Point) -> dict[str, int]:
        settings = msgspec.structs.replace(EventsSettings(), **{c: v for c, v in point.items() if c not in DOUBTS})
        key = (name, *(point[constant] for constant in OF_VECTORS))
        if key not in self._vectors:
            self._vectors[key] = vectors_of(corpus, settings)
        with doubting(point):
            return group(corpus, settings, self._vectors[key])

    def f1(self, name: str, point: Point) -> float:
        """B-cubed F1 on one set."""
        key = (name, *(point[constant] for constant in GRID))
        if key not in self._scores:
            corpus = self._sets[name]
            self._scores[key] = score(corpus.gold, self._group(name, corpus, point)).f1
        return self._scores[key]

    def objective(self, point: Point, names: Sequence[str]) -> float:
        """What is maximised."""
        shaken = [point | {"min_weight": round(factor * point["min_weight"], 6)} for factor in JITTER]
        if self._samples and any(len(set(self._group("samples", self._samples, s).values())) < FEWEST_EVENTS for s in shaken):
            return 0.0
        return macro([self.f1(name, s) for name in names for s in shaken])

    def ascend(self, names: Sequence[str], passes: int, start: Point) -> Point:
        """The best point found by changing one constant at a time."""
        best, value = start, self.objective(start, names)
        for _ in range(passes):
            before = value
            for constant, choices in GRID.items():
                for choice in choices:
                    tried = best | {constant: choice}
                    if tried != best and (reached := self.objective(tried, names)) > value + LEAST_GAIN:
                        best, value = tried, reached
            self._vectors.clear()
            if value == before:
                break
        return best


def main() -> None:
    """Print, for every set left out, the constants chosen without it and its score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--only", help="one set to leave out, where several processes share the work")
    arguments = parser.parse_args()
    lab = Lab(arguments.data, arguments.samples)
    found: dict[str, Any] = {}
    for name in (arguments.only,) if arguments.only else (*EVENT_SETS, None):
        names = [other for other in EVENT_SETS if other != name]
        chosen = lab.ascend(names, arguments.passes, START)
        found[name or "all"] = {"constants": chosen, "train": lab.objective(chosen, names),
                                "f1": lab.f1(name, chosen) if name else macro([lab.f1(n, chosen) for n in EVENT_SETS])}
        print(json.dumps({name or "all": found[name or "all"]}), file=sys.stderr, flush=True)
    if not arguments.only:
        print(json.dumps(found | {"macro_f1_left_out": macro([found[n]["f1"] for n in EVENT_SETS])}, indent=1))


if __name__ == "__main__":
    main()
