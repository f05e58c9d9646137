"""Running the installed command, as a user or cron would: another process, another directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
NEWSROOM = FIXTURES / "articles.jsonl"
SETTINGS = FIXTURES / "samestory.toml"
COMMAND = Path(sys.executable).with_name("samestory")
VOLATILE = {"manifest.json", "run_results.json"}
"""The only artifacts that know the clock and the inputs' digests."""


def samestory(*arguments: object, cwd: Path, expect: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command from ``cwd``; unless ``expect`` is None its exit code must be that."""
    done = subprocess.run([str(COMMAND), *map(str, arguments)], cwd=cwd, env=os.environ | environment, capture_output=True,
                          text=True, check=False, timeout=600)
    assert "Traceback" not in done.stderr, done.stderr
    if expect is not None:
        assert done.returncode == expect, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done


def run(source: Path | list[Path], store: Path, *options: object, **environment: str) -> dict:
    """``samestory run``; the JSON object of its last line."""
    sources = source if isinstance(source, list) else [source]
    done = samestory("run", *sources, "--store", store, "--config", SETTINGS, *options, cwd=store.parent, **environment)
    return json.loads(done.stdout.splitlines()[-1])


def artifacts(store: Path) -> dict[str, bytes]:
    """Name -> bytes of what must not depend on order, threads or clock, in the newest run."""
    here = (store / "latest").resolve()
    return {p.relative_to(here).as_posix(): p.read_bytes() for p in sorted(here.rglob("*"))
            if p.is_file() and p.name not in VOLATILE}


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def partition(store: Path, level: str = "event") -> set[frozenset[str]]:
    """The groups of the newest run as sets of article ids, without their names."""
    import pyarrow.parquet as pq

    table = pq.read_table(store / "latest" / "articles.parquet", columns=["article_id", f"{level}_id"])
    groups: dict[str, set[str]] = {}
    for article, group in zip(*(column.to_pylist() for column in table.columns), strict=True):
        groups.setdefault(group, set()).add(article)
    return {frozenset(members) for members in groups.values()}
