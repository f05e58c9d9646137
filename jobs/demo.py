"""``make demo``: the main job on the invented newsroom, what it found in a few lines, and where to look next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from jobs.rundir import open_run

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
STORE = Path("demo-store")


def main() -> int:
    """Run and report; the exit code of the first step that failed."""
    command = str(Path(sys.executable).with_name("samestory"))
    steps = (
        ["run", str(FIXTURES / "articles.jsonl"), "--config", str(FIXTURES / "samestory.toml"), "--store", str(STORE)],
        ["inspect", "--store", str(STORE)],
        ["report", "--store", str(STORE)],
    )
    for step in steps:
        print("\n$ samestory " + " ".join(step), flush=True)
        code = subprocess.run([command, *step], check=False).returncode  # noqa: S603 -- our own command and arguments
        if code:
            return code
    run = open_run(STORE, None)
    articles = pq.read_table(run.directory / "articles.parquet", columns=["article_id", "event_id"])
    events = articles["event_id"].to_pylist()
    largest = max(sorted(set(events)), key=events.count)
    a, b, *_ = [i for i, e in zip(articles["article_id"].to_pylist(), events, strict=True) if e == largest]
    print(f"""
Look next:
  samestory inspect {largest} --store {STORE}      one event, with why each article is in it
  samestory compare {largest} --store {STORE}      who ran whose words, outlet by outlet
  samestory explain {a} {b} --store {STORE}
  {run.directory}      the run: clusters.jsonl, stories.jsonl, passages.jsonl, articles.csv ...
(the command is {command})

Open in a browser:
  {(run.directory / "report" / "index.html").resolve().as_uri()}""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
