"""A blind read: random events, written to a folder for somebody who knows nothing of the program to judge; verdicts counted.

``python -m benchmarks.blind_read draw --articles FILE --out FOLDER [--count 40] [--seed 1] [--since DAY] [--until DAY]`` groups
FILE through all rooms and writes to FOLDER (outside the repository: it holds texts):

``read.md``      what to decide, and each drawn event of two articles and more: outlet, day, title and first words, in order of
                 time
``verdicts.csv`` ``number,verdict,note``, to be filled in with ``right``, ``one intruder``, ``two events`` or ``not an event``
``groups.jsonl`` number -> article ids and settings; not for the reader

``--since`` and ``--until`` draw among events whose dated articles are all inside: what rules were tuned on must not be drawn.
``--without FOLDER`` (as often as needed) leaves out events with an article that was drawn into that folder: it was read before.
``python -m benchmarks.blind_read count FOLDER`` prints the shares.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.labelled import group, prepare, read
from clustering.config import EventsSettings

VERDICTS = ("right", "one intruder", "two events", "not an event")
FIRST_CHARACTERS = 1_500
TASK = """# What to decide

Each group below should be the articles on *one happening*: one accident, one decision, one statement with its echo. Reports,
updates, reactions to it and comments on it belong to it; the next step of an affair, or another call in the same debate, does
not. Write one verdict a group into verdicts.csv: right; one intruder (all but one article tell one happening); two events (two
happenings with two or more articles, or one each); not an event (a topic, a round-up). Judge by what is written here, in one go.
"""


def drawn(rows: list[dict[str, Any]], event_of: dict[str, int], count: int, seed: int, since: str, until: str,
          without: Collection[str] = ()) -> list[list[dict[str, Any]]]:
    """Random events of two articles and more that lie between two days (ISO, both inclusive), articles in order of time.

    None has an article of ``without``.
    """
    events: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        events[event_of[row["article_id"]]].append(row)
    inside = [event for _, event in sorted(events.items()) if len(event) > 1
              and all(since <= str(row["published_at"].date()) <= until for row in event if row["published_at"])
              and not any(row["article_id"] in without for row in event)]
    chosen = random.Random(seed).sample(inside, min(count, len(inside)))
    return [sorted(event, key=lambda row: (str(row["published_at"]), row["article_id"])) for event in chosen]


def read_before(folders: list[Path]) -> set[str]:
    """The articles that were drawn into these folders."""
    return {article for folder in folders for line in (folder / "groups.jsonl").read_text(encoding="utf-8").splitlines()
            for article in json.loads(line).get("ids", [])}


def draw(articles: Path, out: Path, count: int, seed: int, since: str, until: str, without: list[Path]) -> None:
    """Write the three files."""
    table = read(articles)
    settings = EventsSettings()
    events = drawn(table.to_pylist(), group(prepare(table, {}), settings), count, seed, since, until, read_before(without))
    out.mkdir(parents=True, exist_ok=True)
    with (out / "read.md").open("w", encoding="utf-8") as page, (out / "groups.jsonl").open("w", encoding="utf-8") as key:
        page.write(TASK)
        for number, event in enumerate(events, start=1):
            page.write(f"\n# Group {number}\n")
            for row in event:
                words = " ".join(row["text"].split())[:FIRST_CHARACTERS]
                page.write(f"\n**{row['outlet']}, {str(row['published_at'])[:10]}: {row['title']}**\n\n{words}\n")
            key.write(json.dumps({"number": number, "ids": [row["article_id"] for row in event]}) + "\n")
        key.write(json.dumps({"seed": seed, "since": since, "until": until, "without": [str(folder) for folder in without],
                              "settings": msgspec.to_builtins(settings)}) + "\n")
    with (out / "verdicts.csv").open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet).writerows([("number", "verdict", "note"), *((number, "", "") for number in range(1, len(events) + 1))])


def count_verdicts(folder: Path) -> dict[str, int]:
    """How often each verdict was given.

    Raises
    ------
    ValueError
        naming a line without one of the verdicts.
    """
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as sheet:
        given = [(row["number"], (row["verdict"] or "").strip()) for row in csv.DictReader(sheet)]
    for number, verdict in given:
        if verdict not in VERDICTS:
            raise ValueError(f"group {number}: {verdict!r} is none of {', '.join(VERDICTS)}")
    counted = Counter(verdict for _, verdict in given)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def main() -> None:
    """Draw or count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    drawing = verbs.add_parser("draw")
    drawing.add_argument("--articles", type=Path, required=True)
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--count", type=int, default=40)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--since", default="0000")
    drawing.add_argument("--until", default="9999")
    drawing.add_argument("--without", type=Path, action="append", default=[])
    verbs.add_parser("count").add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.verb == "draw":
        draw(arguments.articles, arguments.out, arguments.count, arguments.seed, arguments.since, arguments.until,
             arguments.without)
        return
    counted = count_verdicts(arguments.folder)
    total = max(1, sum(counted.values()))
    for verdict, times in counted.items():
        print(f"{verdict}: {times} ({times / total:.1%})")


if __name__ == "__main__":
    main()
