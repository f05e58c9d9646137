"""``samestory prune``: remove old runs, and what only they need."""

from __future__ import annotations

from pathlib import Path

import click

from clustering.errors import InputError
from jobs import settings
from jobs.rundir import store_option
from jobs.show import Facts, Table, emit, format_option


@click.command()
@click.option("--keep-runs", type=click.IntRange(1), metavar="N", help="How many runs stay.")
@click.option("--keep-days", type=click.FloatRange(0), metavar="DAYS",
              help="How old they may be, before the as-of time of the run that stands.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings; default: samestory.toml when there is one.")
@store_option
@format_option
def command(keep_runs: int | None, keep_days: float | None, config: Path | None, store: Path, how: str, *, dry_run: bool) -> None:
    """Remove the runs that lie outside a limit.

    Limits that the command line does not name come from the settings ([operations] keep_runs, keep_days), unless it names one.
    The run that stands and the one that it continues always stay.
    """
    from jobs.run import recipes  # noqa: PLC0415 (kernels are loaded for what is not refused)
    from jobs.store import open_store, prune, removable  # noqa: PLC0415

    given = settings.load(config)
    if keep_runs is None and keep_days is None:
        keep_runs, keep_days = given.operations.keep_runs, given.operations.keep_days
    if not (store / "runs").is_dir():
        raise InputError(f"no store at {store}: name it with --store")
    with open_store(store, recipes(given)) as held:
        doomed = removable(held, keep_runs, keep_days)
        if not dry_run:
            prune(held, doomed)
        kept = sorted(p.name for p in (store / "runs").iterdir() if not p.name.startswith("."))
    emit([Facts("prune", "Prune", {"store": str(store), "keep_runs": keep_runs, "keep_days": keep_days, "removed": len(doomed),
                                   "kept": len(kept), "dry_run": dry_run}),
          Table("runs", "Would be removed" if dry_run else "Removed", ("run_id",), [(run_id,) for run_id in doomed])], how)
