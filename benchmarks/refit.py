"""Leave one set out: every fitted constant of the event room is chosen anew on four labelled sets and judged on the fifth.

``python -m benchmarks.refit --data FOLDER``: coordinate ascent over :data:`GRID` from :data:`START`, the constants of the release
before these were fitted (what it did not have is switched off). The objective is B-cubed F1 averaged over the sets and over
``min_weight`` at :data:`JITTER` times its value, so that a setting must be good with its neighbours, not by one lucky merge; and
the five first articles (in no set, without labels of this kind) must stay five or four events. The feed's constants are
not fitted on these sets, whose volume is a tenth of a feed's; see docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.labelled import EVENT_SETS, Prepared, group, load, macro, prepare, read, score, vectors_of
from clustering.config import EventsSettings

GRID: dict[str, list[Any]] = {
    "background_share": [0.5, 0.6, 0.7], "title_weight": [2, 3, 4], "lead_weight": [1, 2, 3],
    "lead_tokens": [60, 100, 150], "capital_weight": [1.2, 1.4, 1.6], "time_floor": [0.3, 0.4, 0.5],
    "half_life_days": [3.5, 5.0, 7.0], "undated_weight": [0.8, 0.85, 0.9], "named_day_weight": [0.0, 0.7, 0.85],
    "neighbours": [8, 10, 12], "min_weight": [0.1, 0.11, 0.12, 0.13, 0.14], "ambient_factor": [0.0, 1.7, 2.0, 2.3],
    "max_ambient": [0.2, 0.25, 0.3], "same_outlet_weight": [0.4, 0.5, 0.6, 0.7], "passage_weight": [0.05, 0.1, 0.12, 0.15],
    "split_cut": [0.05, 0.06, 0.07, 0.08], "merge_cut": [0.6, 0.65, 0.7, 1.0],
}
START = msgspec.structs.replace(
    EventsSettings(), background_share=0.5, title_weight=2, lead_weight=2, lead_tokens=100, capital_weight=1.2,
    time_floor=0.4, half_life_days=5.0, undated_weight=0.85, named_day_weight=0.0, neighbours=10, min_weight=0.13,
    ambient_factor=0.0, max_ambient=0.25, same_outlet_weight=0.8, passage_weight=0.1, split_cut=0.07, merge_cut=1.0)
JITTER = (0.9, 1.0, 1.1)
OF_VECTORS = ("background_share", "title_weight", "lead_weight", "lead_tokens", "capital_weight")
FEWEST_EVENTS = 4
"""Of the five first articles."""


class Lab:
    """Scores settings on sets, each combination once."""

    def __init__(self, data: Path, samples: Path | None) -> None:
        self._sets = {name: load(data / name) for name in EVENT_SETS}
        self._samples = prepare(read(samples), {}) if samples else None
        self._vectors: dict[tuple[Any, ...], Any] = {}
        self._scores: dict[tuple[str, bytes], float] = {}

    def _group(self, name: str, corpus: Prepared, settings: EventsSettings) -> dict[str, int]:
        key = (name, *(getattr(settings, constant) for constant in OF_VECTORS))
        if key not in self._vectors:
            self._vectors[key] = vectors_of(corpus, settings)
        return group(corpus, settings, self._vectors[key])

    def f1(self, name: str, settings: EventsSettings) -> float:
        """B-cubed F1 on one set."""
        key = (name, msgspec.json.encode(settings))
        if key not in self._scores:
            corpus = self._sets[name]
            self._scores[key] = score(corpus.gold, self._group(name, corpus, settings)).f1
        return self._scores[key]

    def objective(self, settings: EventsSettings, names: Sequence[str]) -> float:
        """What is maximised."""
        shaken = [msgspec.structs.replace(settings, min_weight=round(factor * settings.min_weight, 6)) for factor in JITTER]
        if self._samples and any(len(set(self._group("samples", self._samples, s).values())) < FEWEST_EVENTS for s in shaken):
            return 0.0
        return macro([self.f1(name, s) for name in names for s in shaken])

    def ascend(self, names: Sequence[str], passes: int, start: EventsSettings = START) -> EventsSettings:
        """The best setting found by changing one constant at a time."""
        best, value = start, self.objective(start, names)
        for _ in range(passes):
            before = value
            for constant, choices in GRID.items():
                for choice in choices:
                    tried = msgspec.structs.replace(best, **{constant: choice})
                    if tried != best and (reached := self.objective(tried, names)) > value + 1e-5:
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
    parser.add_argument("--passes", type=int, default=2)
    arguments = parser.parse_args()
    lab = Lab(arguments.data, arguments.samples)
    found: dict[str, Any] = {}
    for name in (*EVENT_SETS, None):
        names = [other for other in EVENT_SETS if other != name]
        chosen = lab.ascend(names, arguments.passes)
        found[name or "all"] = {"constants": {c: getattr(chosen, c) for c in GRID}, "train": lab.objective(chosen, names),
                                "f1": lab.f1(name, chosen) if name else macro([lab.f1(n, chosen) for n in EVENT_SETS])}
        print(json.dumps({name or "all": found[name or "all"]}), file=sys.stderr, flush=True)
    print(json.dumps(found | {"macro_f1_left_out": macro([found[n]["f1"] for n in EVENT_SETS])}, indent=1))


if __name__ == "__main__":
    main()
