"""The command ``samestory``: one verb a file, each loaded only when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

import difflib
import importlib
import json
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from clustering.errors import SamestoryError, StoreBusyError
from jobs import kernels as compiled_kernels
from jobs.signals import TERMINATED, TerminatedError, clean_termination

VERBS = {
    "run": ("jobs.cli:run", "Read articles, group them, publish a run."),
    "inspect": ("jobs.inspect:command", "Show an article, a duplicate group, an event, a story or a passage."),
    "explain": ("jobs.explain:command", "Say why two articles are together, or why not."),
    "compare": ("jobs.compare:command", "Compare what outlets published, side by side."),
    "report": ("jobs.report.write:command", "Write the pages of a run as a folder."),
    "serve": ("jobs.serve:command", "Serve the pages of a run on this machine."),
    "score": ("jobs.score:command", "Measure a run against labelled truth."),
    "schema": ("jobs.schema:command", "Print the schema of an artifact."),
    "runs": ("jobs.runs:command", "List the runs of a store."),
    "diff": ("jobs.diff:command", "Show what changed between two runs."),
    "prune": ("jobs.prune:command", "Remove old runs from a store."),
}
"""Verb -> where its command is, and the line that --help shows."""

_EPILOG = """\
Exit codes: 0 done; 1 done, but more rejects than the limit; 2 usage, settings or an unusable path; 3 failed later, nothing
published; 75 another run holds the store; 99 nothing new (only with --skip-exit-code 99); 130 and 143 interrupted.

Completion for your shell: eval "$(_SAMESTORY_COMPLETE=bash_source samestory)", or zsh_source, or fish_source.
"""
_BROKEN_PIPE, _INTERRUPTED, _FAILED, _BUSY, _REJECTS = 0, 130, 3, 75, 1


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in VERBS:
            return None
        compiled_kernels.choose_directory()
        module, _, name = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, 1, 0.5)
            ctx.fail(f"There is no command {args[0]!r}{f' (did you mean {near[0]!r}?)' if near else ''}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in VERBS.items()])


@click.group("samestory", cls=_Verbs, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samestory")
def cli() -> None:
    """Group the news: the same text, the same words, the same happening, the same as yesterday."""


@click.command("run")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--store", type=click.Path(path_type=Path), default=Path("samestory-store"), show_default=True,
              help="Directory of the store; made when it is not there.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings; default: samestory.toml when there is one.")
@click.option("--as-of", metavar="TIME", help="Logical time of the run (ISO 8601); default: the newest date in store and input.")
@click.option("--engine", type=click.Choice(["local"]), default="local", show_default=True, help="Where the kernels run.")
@click.option("--kernels", type=click.Choice(["fast", "reference"]), default="fast", show_default=True,
              help="reference runs datasketch's and scikit-learn's own code, slowly.")
@click.option("--report", is_flag=True, help="Write the pages too, as `samestory report` does, once the run is published.")
@click.option("--corrections", type=click.Path(path_type=Path), metavar="FILE",
              help="JSON lines of must-link, cannot-link and not-boilerplate; honoured in this run.")
@click.option("--prometheus", type=click.Path(path_type=Path), metavar="FILE",
              help="Write metrics for the node exporter's textfile collector when the run ends.")
@click.option("--openlineage", type=click.Path(path_type=Path), metavar="FILE", help="Append OpenLineage events to this file.")
@click.option("--skip-exit-code", type=click.IntRange(0, 255), default=0, metavar="CODE",
              help="Exit code when there is nothing new; Airflow takes 99 for 'skipped'.")
@click.option("--quiet", "-q", is_flag=True, help="Warnings and errors only.")
def run(
    inputs: tuple[str, ...], store: Path, config: Path | None, as_of: str | None, engine: str,
    kernels: Literal["fast", "reference"], report: bool, corrections: Path | None,  # noqa: FBT001 (click passes them by name)
    prometheus: Path | None, openlineage: Path | None, skip_exit_code: int, quiet: bool,  # noqa: FBT001
) -> int:
    """Read articles, group them with those of the window, publish a run.

    INPUT is a file of JSON lines, CSV or Parquet (also .gz, .zst, .xz) or a folder of .txt and .html files with articles.csv.
    The last line on standard output is one JSON object with run_id, path, status and counts.
    """
    del engine  # there is one
    from jobs import settings  # noqa: PLC0415 (see the module's docstring)

    given = settings.overruled(settings.load(config), corrections, prometheus, openlineage)
    instant = _instant(as_of)  # refused before the kernels are even loaded
    from jobs import console  # noqa: PLC0415
    from jobs import run as job  # noqa: PLC0415

    request = job.Request(inputs, store, given, instant, kernels)
    with clean_termination():
        outcome = job.execute(request, console.reporter(quiet=quiet))
    if report:
        _write_pages(outcome.path)
    click.echo(json.dumps({"run_id": outcome.run_id, "path": str(outcome.path), "status": outcome.status,
                           "counts": outcome.counts}))
    if outcome.rejects_above_limit:
        return _REJECTS
    return skip_exit_code if outcome.status == "nothing_new" else 0


def _write_pages(run: Path) -> None:
    """Add the pages to a published run; if that fails, the run stands and says so."""
    from jobs.report.index import IndexedRun  # noqa: PLC0415
    from jobs.report.write import write  # noqa: PLC0415

    try:
        write(IndexedRun(run), run / "report")
    except SamestoryError as error:
        _complain(f"the run is published, its pages are not: {error}")


def main() -> None:
    """Run the command: one clear line and an exit code for what goes wrong, a traceback only with SAMESTORY_DEBUG=1."""
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """The exit code of a command line."""
    try:
        result = cli.main(arguments, prog_name="samestory", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        if arguments:
            context = getattr(error, "ctx", None)
            said = error.format_message().rstrip(".").replace("\n", " ")
            _complain(f"{said[:1].lower()}{said[1:]}; see `{context.command_path if context else 'samestory'} --help`")
        else:
            error.show()  # the bare command: all of the help
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted; nothing was published")
        return _INTERRUPTED
    except TerminatedError:
        _complain("told to stop; nothing was published")
        return TERMINATED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter's last flush stays silent
        return _BROKEN_PIPE
    except SamestoryError as error:
        _complain(str(error))
        return _BUSY if isinstance(error, StoreBusyError) else getattr(error, "exit_code", 2)
    except Exception as error:  # noqa: BLE001 (the last resort: users get a line, not a traceback)
        _complain(f"unexpected {type(error).__name__}: {error}; run again with SAMESTORY_DEBUG=1 for the traceback")
        return _FAILED
    return result if isinstance(result, int) else 0


def _instant(as_of: str | None) -> datetime | None:
    from jobs.readers import dates  # noqa: PLC0415

    try:
        return dates.parse(as_of, 1).instant if as_of is not None else None
    except ValueError as error:
        raise click.BadParameter(f"{as_of!r} {error}", param_hint="--as-of") from None


def _complain(text: str) -> None:
    if os.environ.get("SAMESTORY_DEBUG") == "1":
        traceback.print_exc()
    click.echo(f"samestory: {text}", err=True)
