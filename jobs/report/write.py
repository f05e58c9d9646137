"""``samestory report``: the pages as a folder that works from file://, by mail or on any web server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from clustering.errors import InputError
from jobs.report import links
from jobs.report.index import IndexedRun
from jobs.report.render import ASSETS, OF_THE_RUN, Pages
from jobs.rundir import open_run, run_options

EVENTS = 500
"""Events written by default; ``serve`` shows all of any run."""
PARTNERS = 10
"""Pages of two outlets written for each outlet: those it shares most words with."""


@click.command()
@run_options
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder to write, an earlier report in it replaced; default: report/ in the run directory.")
@click.option("--events", "limit", type=click.IntRange(0), default=EVENTS, show_default=True, metavar="N",
              help="Write the N largest events, those of several outlets first.")
def command(store: Path, run_id: str | None, out: Path | None, limit: int) -> None:
    """Write the pages of a run as a folder of plain files.

    Open its index.html in a browser; the folder can be mailed, zipped or put on any web server. For a run too large to write
    out, `samestory serve` makes the same pages on demand.
    """
    run = IndexedRun(open_run(store, run_id).directory)
    folder = out or run.directory / "report"
    write(run, folder, limit)
    click.echo(folder / links.FRONT)


def write(run: IndexedRun, folder: Path, limit: int = EVENTS) -> int:
    """Write the front page, the largest events and all they lead to; the folder is whole or not there. Returns files written.

    Raises
    ------
    InputError
        when the folder holds something else.
    """
    if folder.exists() and not _replaceable(folder):
        raise InputError(f"{folder} is not empty and holds no report; name another folder with --out")
    paths = list(dict.fromkeys(_paths(run, limit)))
    pages = Pages(run, set(paths).__contains__)
    console = Console(stderr=True)
    part = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for parent in sorted({path.rpartition("/")[0] for path in paths}):
            (part / parent).mkdir(parents=True, exist_ok=True)
        for path in track(paths, "writing pages", console=console, transient=True, disable=not console.is_terminal):
            (part / path).write_bytes(pages.render(path) or b"")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror or error}; nothing was written") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(paths)


def _paths(run: IndexedRun, limit: int) -> Iterator[str]:
    """What to write."""
    yield from OF_THE_RUN
    yield from (f"assets/{name}" for name in ASSETS)
    ordered = sorted(run.heads.values(), key=lambda e: (e.outlet_count == 1, -e.article_count, e.event_id))
    for head in ordered[:limit]:
        yield links.event(head.event_id)
        yield links.reader(head.event_id)
        yield from (links.passage(id) for id in run.events[head.event_id].passage_ids)
    for name in run.outlet_names:
        yield links.outlet(name)
        yield from (links.outlets(name, other) for other in run.partners(name)[:PARTNERS])


def _replaceable(folder: Path) -> bool:
    """Whether it is an empty folder or an earlier report."""
    return folder.is_dir() and (not any(folder.iterdir()) or (folder / "assets" / "report.css").is_file())
