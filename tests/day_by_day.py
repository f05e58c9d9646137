"""A set fed to a store in pieces, beside the single run over all of it: do both say the same, and do ids stay?

    python -m tests.day_by_day --data FOLDER [--sets newsroom,german-press-2021-01] [--windows 30,10,5] [--context-articles 0]
    python -m tests.day_by_day --data FOLDER --sets gva-2013-2014 --windows 30 --every 7

Articles arrive on their day (one without a date on the day in its address); ``uneven`` makes three batches of the days, ``late``
lets a tenth come one to three days after the others. What a store says of an article in the end is what the last run said that
still held it; ids that were merged away since are followed.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow.parquet as pq

from clustering.config import Settings
from clustering.scoring import adjusted_rand
from jobs import console, settings
from jobs.parents import LEVELS
from jobs.run import Request, execute
from tests.command import NEWSROOM, SETTINGS

ARRIVALS = ("daily", "uneven", "late")
LATE_SHARE, LATE_DAYS = 0.1, (1, 2, 3)


class Fed(NamedTuple):
    """What the runs of one store said."""

    said: list[dict[str, dict[str, str]]]
    """A run each: level -> article -> id of its group."""
    became: dict[str, str]
    """Id that was merged away -> the id it led to in the last run that knew."""

    def final(self, level: str) -> dict[str, str]:
        """Article -> id of its group in the end."""
        last: dict[str, str] = {}
        for run in self.said:
            last.update(run[level])
        return {article: self._now(group) for article, group in last.items()}

    def _now(self, group: str) -> str:
        while self.became.get(group, group) != group:
            group = self.became[group]
        return group

    def kept(self) -> tuple[float, float]:
        """Of all articles in two runs in a row the share that kept the id of their event; the same where no member changed."""
        same: list[bool] = []
        unchanged: list[bool] = []
        for before, after in zip(self.said, self.said[1:], strict=False):
            old, new = _members(before["event"]), _members(after["event"])
            for article in before["event"].keys() & after["event"].keys():
                one, other = before["event"][article], after["event"][article]
                same.append(one == other)
                if old[one] == new[other]:
                    unchanged.append(one == other)
        return _share(same), _share(unchanged)

    def reused(self) -> set[str]:
        """Ids that events had, were without for a run, and got again for quite other articles; there should be none."""
        gone: dict[str, set[str]] = {}
        again: set[str] = set()
        last: dict[str, set[str]] = {}
        for run in self.said:
            now = _members(run["event"])
            again |= {event for event in now.keys() & gone.keys() if event not in last and not now[event] & gone[event]}
            gone |= last | now
            last = now
        return again


def _share(facts: Sequence[bool]) -> float:
    return sum(facts) / len(facts) if facts else 1.0


def _members(groups: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for article, group in groups.items():
        members[group].add(article)
    return members


def lines_of(path: Path) -> list[str]:
    """The JSON lines of a file, packed (.xz) or not."""
    data = path.read_bytes()
    return (lzma.decompress(data) if path.suffix == ".xz" else data).decode().splitlines(keepends=True)


def day(line: str) -> str:
    """The day an article arrives."""
    record = json.loads(line)
    return record["published"][:10] if record["published"] else "-".join(record["url"].split("/")[3:6])


def arriving(lines: Iterable[str], how: str, every: int = 1) -> list[list[str]]:
    """The lines in batches, in order of arrival; ``every`` so many days is one."""
    by_day: dict[int, list[str]] = defaultdict(list)
    for line in sorted(lines):
        by_day[date.fromisoformat(day(line)).toordinal() // every].append(line)
    days = [by_day[number] for number in sorted(by_day)]
    if how == "uneven":
        cut = len(days) // 2
        return [list(chain.from_iterable(part)) for part in (days[:cut], days[cut:cut + 1], days[cut + 1:])]
    if how == "late":
        chance = random.Random(1)
        batches: list[list[str]] = [[] for _ in days]
        for number, lines_ in enumerate(days):
            for line in lines_:
                delay = chance.choice(LATE_DAYS) if chance.random() < LATE_SHARE else 0
                batches[min(number + delay, len(days) - 1)].append(line)
        return batches
    return days


def feed(store: Path, batches: Sequence[Sequence[str]], given: Settings) -> Fed:
    """One run a batch."""
    said, became = [], {}
    for number, batch in enumerate(batches):
        source = store.with_name(f"{store.name}-{number}.jsonl")
        source.write_text("".join(batch), encoding="utf-8")
        outcome = execute(Request([str(source)], store, given), console.reporter(quiet=True))
        source.unlink()
        table = pq.read_table(outcome.path / "articles.parquet")
        said.append({level: dict(zip(table["article_id"].to_pylist(), table[f"{level}_id"].to_pylist(), strict=True))
                     for level in LEVELS})
        for line in (outcome.path / "redirects.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            became[record["id"]] = record["became_id"]
    return Fed(said, became)


def agreement(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Adjusted Rand index of two groupings of the same articles."""
    assert one.keys() == other.keys()
    names = sorted(one)
    return adjusted_rand([one[name] for name in names], [other[name] for name in names])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="newsroom,german-press-2021-01")
    parser.add_argument("--windows", default="30,10,5", help="window_days, separated by commas")
    parser.add_argument("--every", type=int, default=1, help="days a batch, for what takes years")
    parser.add_argument("--context-articles", type=int, help="instead of the shipped number; 0: only days decide what expires")
    asked = parser.parse_args()
    shipped = settings.load(SETTINGS)
    if asked.context_articles is not None:
        shipped = msgspec.structs.replace(shipped, context_articles=asked.context_articles)
    print("| set | window_days | arrival | runs | ARI events | duplicate groups | stories | articles that keep their event's id "
          "| where no member changed |\n|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for name in asked.sets.split(","):
        path = NEWSROOM if name == "newsroom" else asked.data / name / "articles.jsonl.xz"
        lines = lines_of(path)
        with tempfile.TemporaryDirectory() as folder:
            once = feed(Path(folder) / "once", [lines], shipped)
            for window in asked.windows.split(","):
                given = msgspec.structs.replace(shipped, window_days=float(window))
                for how in ARRIVALS:
                    fed = feed(Path(folder) / f"{how}-{window}", arriving(lines, how, asked.every), given)
                    found = [agreement(fed.final(level), once.final(level)) for level in ("event", "duplicate_group", "story")]
                    cells = [name, window, how, len(fed.said), *(f"{x:.4f}" for x in found), *(f"{x:.2%}" for x in fed.kept())]
                    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
