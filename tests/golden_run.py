"""The golden run: some thirty articles of the newsroom and what samestory says of them, kept under ``tests/golden/``.

``python -m tests.golden_run`` shows how a run of today differs; ``--update`` makes today's the golden one. Read the diff before
committing it: every line of it is something a user will see change. ``--select`` takes the articles anew from the fixtures.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from tests.command import FIXTURES, NEWSROOM, SETTINGS, records, samestory

GOLDEN = Path(__file__).with_name("golden")
ARTICLES = GOLDEN / "articles.jsonl"
TEXTS = ("clusters.jsonl", "stories.jsonl", "passages.jsonl", "duplicate_groups.jsonl", "lineage.jsonl", "rejects.jsonl",
         "articles.csv", "outlets.csv", "outlet_pairs.csv")
"""Compared byte for byte."""
TABLES = ("pairs.parquet", "neighbours.parquet", "zones.parquet", "spread.parquet")
"""Compared as JSON lines, the first of which is the schema: the bytes of Parquet depend on the library's version."""

_LONGEST_DIFF_LINES = 60
_LONGEST_LINE = 240
_PER_STORY = {"port-alder-ferry": 10, "brennstadt-klinik": 6, "quay-street-warehouse-fire": 4, "tanner-road-paint-works-fire": 4}
_SINGLES = 4
_BROKEN = [
    '{"id": "cut", "text": "The ferry was',
    '{"id": "silent", "outlet": "Alder Daily"}',
    '{"id": "dated", "text": "Late.", "published": "2024-02-31"}',
]


def run(store: Path) -> Path:
    """Run over the golden articles; the run directory."""
    samestory("run", ARTICLES.name, "--store", store, "--config", SETTINGS, "-q", cwd=GOLDEN, expect=None)
    return (store / "latest").resolve()


def texts_of(directory: Path) -> dict[str, str]:
    """Name of a golden file -> what it should hold, from a run directory."""
    found = {name: (directory / name).read_bytes().decode() for name in TEXTS}
    for name in TABLES:
        table = pq.read_table(directory / name)
        lines = [{field.name: str(field.type) for field in table.schema}, *table.to_pylist()]
        found[f"{name}.jsonl"] = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return found


def golden() -> dict[str, str]:
    """The same, as it was kept."""
    return {path.name: path.read_bytes().decode() for path in sorted(GOLDEN.iterdir()) if path != ARTICLES}


def difference(name: str, expected: str, got: str) -> str:
    """What differs, for a person: JSON records are compared key by key, long lines and long diffs are cut."""
    diff = list(difflib.unified_diff(_spread(name, expected), _spread(name, got), f"golden/{name}", f"today/{name}", "", "", 2))
    shown = [line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + " …" for line in diff[:_LONGEST_DIFF_LINES]]
    if len(diff) > _LONGEST_DIFF_LINES:
        shown.append(f"… and {len(diff) - _LONGEST_DIFF_LINES} lines more")
    if not diff and expected != got:
        shown.append(f"{name}: the same records, written in other bytes (order of keys, spaces or line ends)")
    return "\n".join(shown)


def _spread(name: str, text: str) -> list[str]:
    """A line a value, so that a diff shows the key that changed and not a record of four thousand characters."""
    if not name.endswith(".jsonl") or ".parquet" in name:
        return text.splitlines()
    spread = [json.dumps(json.loads(record), ensure_ascii=False, indent=1) for record in text.splitlines()]
    return "\n".join(spread).splitlines()


def select() -> None:
    """Take articles of a few stories, some that stand alone, and a few broken lines, into ``tests/golden/articles.jsonl``."""
    truth = {r["id"]: r for r in records(FIXTURES / "truth" / "groups.jsonl")}
    lines = {json.loads(line)["id"]: line for line in NEWSROOM.read_text(encoding="utf-8").splitlines()}
    chosen: list[str] = []
    for story, count in _PER_STORY.items():
        members = sorted((truth[i]["event"], truth[i]["role"], i) for i in lines if truth[i]["story"] == story)
        chosen += [members[n * len(members) // count][2] for n in range(count)]  # spread over events and roles
    events = [r["event"] for r in truth.values()]
    chosen += [i for i in sorted(lines) if events.count(truth[i]["event"]) == 1][:_SINGLES]
    ARTICLES.write_text("".join(line + "\n" for line in [*(lines[i] for i in sorted(set(chosen))), *_BROKEN]), encoding="utf-8")


def main() -> int:
    """Compare or update; 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="make today's run the golden one")
    parser.add_argument("--select", action="store_true", help="take the articles anew from the fixtures, then update")
    given = parser.parse_args()
    GOLDEN.mkdir(exist_ok=True)
    if given.select:
        select()
    scratch = Path(tempfile.mkdtemp())
    try:
        today, kept = texts_of(run(scratch / "store")), golden()
    finally:
        shutil.rmtree(scratch)
    changed = [name for name in sorted(today.keys() | kept.keys()) if today.get(name) != kept.get(name)]
    for name in changed:
        print(difference(name, kept.get(name, ""), today.get(name, "")))
    if not (given.update or given.select):
        return int(bool(changed))
    for name in kept.keys() - today.keys():
        (GOLDEN / name).unlink()
    for name, text in today.items():
        (GOLDEN / name).write_bytes(text.encode())
    print(f"{len(changed)} of {len(today)} golden files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
