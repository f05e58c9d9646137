"""``samestory runs``: the runs of a store."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.rundir import Run, run_ids, store_option
from jobs.show import Table, emit, format_option
from jobs.store import latest_run_id


@click.command()
@store_option
@format_option
def command(store: Path, how: str) -> None:
    """List the runs of a store, oldest first, and say which one stands."""
    latest = latest_run_id(store)
    rows = []
    for run_id in run_ids(store):
        run = Run(store / "runs" / run_id)
        if latest is None or (run.manifest.parent_run_id == latest and run_id != latest):
            continue  # written, but never made the run that stands: the next run removes it
        counts = {artifact.name: artifact.rows for artifact in run.manifest.artifacts}
        rows.append((run_id, run.manifest.as_of, run.manifest.parent_run_id, counts.get("articles.csv"),
                     counts.get("clusters.jsonl"), counts.get("stories.jsonl"), run_id == latest))
    rows.sort(key=lambda row: (row[1] or "", row[0]))
    emit([Table("runs", "Runs", ("run_id", "as_of", "parent_run_id", "articles", "events", "stories", "latest"), rows,
                empty="no run yet")], how)
