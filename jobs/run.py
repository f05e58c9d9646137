"""The verb ``run``: read, settle what is live, group it, publish, commit.

Everything that can be refused is refused before work starts (exit code 2, or 75 when the store is busy). What fails later
leaves the store and ``latest`` as they were (exit code 3). What a withdrawn article said is erased after the commit.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from clustering import lineage, pipeline
from clustering.config import Settings
from clustering.copies.shingles import HASH_VERSION
from clustering.errors import SamestoryError
from clustering.shelf import Shelf
from clustering.text import tokens
from jobs import background, corrections, health, kernels, memory, parents, publish, readers, settings
from jobs.announcing import Announcer
from jobs.console import Reporter
from jobs.engines import engine
from jobs.intake import Intake
from jobs.semantics import Model
from jobs.shelf import FileShelf
from jobs.signals import TerminatedError, told_to_stop, undisturbed
from jobs.stages import Stages
from jobs.store import Learnt, Run, Store, at_rest, erase_withdrawn, open_store
from jobs.store.pointer import SCRATCH

_DECIDING_LIBRARIES = ("numpy", "scipy", "scikit-learn", "datasketch", "numba", "pyarrow", "py3langid")


class RunFailedError(SamestoryError):
    """The run failed after work had started; nothing was published (exit code 3)."""

    exit_code = 3


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    inputs: Sequence[str]
    store: Path
    settings: Settings
    as_of: datetime | None = None
    kernels: pipeline.Kernels = "fast"


@dataclass(frozen=True)
class Outcome:
    """What came of it: ``status`` is done, rejects_above_limit or nothing_new."""

    run_id: str
    path: Path
    status: str
    counts: dict[str, int]
    rejects_above_limit: bool


def execute(request: Request, reporter: Reporter) -> Outcome:
    """Carry out one run.

    Raises
    ------
    SettingsError, InputError, StoreError, StoreBusyError, IncompatibleError
        before work starts.
    RunFailedError
        later; the cause is chained.
    """
    sources = [readers.detect(given, request.settings) for given in request.inputs]
    folder = request.settings.events.semantic_model
    model = Model(Path(folder)) if folder else None
    told = corrections.load(request.settings.corrections, request.settings)
    with open_store(request.store, recipes(request.settings)) as store:
        shelf = FileShelf(store.path / SCRATCH)
        stages = Stages(reporter, shelf.rest)
        announcer = Announcer(request.settings.operations, reporter, [s.path for s in sources], _version("samestory"))
        try:
            with _no_search_for_cycles():
                return _work(request, sources, told, model, store, shelf, reporter, stages, announcer)
        except Exception as error:
            if told_to_stop():
                announcer.stopped()
                raise TerminatedError from error
            detail = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            if isinstance(error, OSError) and error.strerror:
                detail = f"{error.filename or request.store}: {error.strerror}"
            announcer.failed(detail, stages.records)
            raise RunFailedError(f"the run failed and published nothing: {detail}") from error
        except BaseException:
            announcer.stopped()
            raise
        finally:
            reporter.close()


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Keep the cyclic garbage collector from walking through millions of records again and again: there are no cycles in them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def recipes(given: Settings) -> dict[str, str]:
    """What gives the ids in a store their meaning."""
    return {"tokeniser_version": tokens.VERSION,
            "shingle_recipe": f"shingle_tokens={given.copies.shingle_tokens};shingle_hash={HASH_VERSION}"}


def _work(
    request: Request, sources: Sequence[readers.Source], told: corrections.Told, model: Model | None, store: Store,
    shelf: Shelf, reporter: Reporter, stages: Stages, announcer: Announcer,
) -> Outcome:
    started = datetime.now(UTC)
    parent = store.latest
    kernels.forget_stale()
    if not kernels.compiled():
        reporter.say("compiling_kernels")

    with stages("read") as counted:
        intake = Intake(store.database, request.settings)
        inputs = [_read(source, intake, request.settings, reporter) for source in sources]
        as_of = intake.settle(request.as_of)
        counts = intake.counts()
        counted |= counts
    rejects = intake.rejects()
    warnings = _warnings(counts, rejects, request.settings)
    too_many = counts["rejects"] > request.settings.limits.max_rejects_share * counts["read"]

    run = _describe(parent, as_of, settings.digest(request.settings), told.digest, intake.live_digest())
    if parent and not intake.changed() and _same_question(run, parent):
        for warning in warnings:
            reporter.warn(warning)
        reporter.say("nothing_new", run_id=parent.run_id)
        announcer.finished(inputs=inputs, directory=None, artifacts=[], as_of=run.as_of, counts=counts,
                           stages=stages.records, warnings=len(warnings))
        return Outcome(parent.run_id, store.run_directory(parent.run_id), "nothing_new", counts, too_many)

    with stages("prepare") as counted:
        articles = shelf.table(intake.articles())
        known = load_parent(store, intake.withdrawn_ids(), intake.settled_ids())
        frequencies = background.load_background()
        made_by = memory.recipe(request.settings)
        remembered = memory.recall(store.path, made_by)
        counted |= {"articles": len(articles)}
    sentences = model.embed(articles) if model else None
    with at_rest(store.database):
        result = pipeline.run(articles, request.settings, frequencies, known, request.kernels, stages, told.corrections,
                              sentences, remembered, engine(request.settings.operations.processes, reporter.warn), shelf)
    measures = health.measure(result, counts, intake.new_articles(), known)
    warnings += _impossible(result.impossible_links)
    warnings += health.warnings(measures, health.history(store.database, run.number))
    for warning in warnings:
        reporter.warn(warning)

    found = {"articles": len(articles)} | {name: number for stage in stages.records for name, number in stage["counts"].items()
                                           if name in ("duplicate_groups", "passages", "events", "stories")}
    status = "rejects_above_limit" if too_many else "done"
    try:
        memory.remember(store.path, result.remembered, made_by)
    except OSError as error:
        reporter.warn(f"what was read could not be remembered, so the next run will read it again: {error}")
    with store.new_run_directory(run.run_id) as directory:
        publish.write_rejects(directory / "rejects.jsonl", [
            {"file": reject.file, "line": reject.line, "reason": reject.reason, "article_id": reject.id} for reject in rejects])
        publish.write_redirects(directory / "redirects.jsonl", _leading_here(store, result))
        with stages("publish"):
            finished = datetime.now(UTC)
            publish.write(directory, result, _manifest(run, request, told, inputs, finished), {
                "run_id": run.run_id, "status": status, "started_at": _stamp(started), "finished_at": _stamp(finished),
                "seconds": round((finished - started).total_seconds(), 3), "counts": counts | found,
                "stages": stages.records[:-1], "warnings": warnings, "health": health.facts(measures)})
    with undisturbed():
        store.commit(run, Learnt(_ids(result), _redirects(result.lineage), health.as_table(measures)))
        path = store.run_directory(run.run_id)
        reporter.say("published", run_id=run.run_id, path=str(path))
        try:
            erase_withdrawn(store)
        except (OSError, duckdb.Error) as error:  # it is published: the next run begins with what is left of this
            reporter.warn(f"the run is published, but what was withdrawn could not be erased yet; the next run will: {error}")
    artifacts = msgspec.json.decode((path / "manifest.json").read_bytes()).get("artifacts", [])
    announcer.finished(inputs=inputs, directory=path, artifacts=artifacts, as_of=run.as_of, counts=counts | found,
                       stages=stages.records, warnings=len(warnings))
    return Outcome(run.run_id, path, status, counts | found, too_many)


def _read(source: readers.Source, intake: Intake, given: Settings, reporter: Reporter) -> dict[str, Any]:
    """Stream one input into the intake; returns what the manifest says of it."""
    records = 0
    for block in readers.open_input(source, given):
        intake.add(block)
        records += block.read
        reporter.progress(f"{source.name}: {records:,} records")
    return readers.fingerprint(source) | {"records": records}


def _warnings(counts: dict[str, int], rejects: Sequence[readers.Reject], given: Settings) -> list[str]:
    if not counts["rejects"]:
        return []
    first = rejects[0]
    place = first.file if first.line is None else f"{first.file}, line {first.line}"
    limit = given.limits.max_rejects_share
    above = f", more than the limit of {limit:.0%}" if counts["rejects"] > limit * counts["read"] else ""
    return [f"{counts['rejects']:,} of {counts['read']:,} records could not be used{above}; the first: {place}: {first.reason}"]


def _impossible(links: pa.Table) -> list[str]:
    return [f"the correction cannot-link of {link['a']} and {link['b']} cannot be followed: they carry the same text, or "
            "must-links tie them to it" for link in links.to_pylist()]


def _describe(
    parent: Run | None, as_of: datetime | None, settings_digest: str, corrections_digest: str, live_digest: str,
) -> Run:
    """The run this would be. Its id tells when it is of, and what it is made from."""
    parent_id = parent.run_id if parent else ""
    question = f"{settings_digest}\n{live_digest}\n{parent_id}{corrections_digest}"
    made_from = hashlib.sha256(question.encode()).hexdigest()[:8]
    moment = as_of.strftime("%Y%m%dT%H%M%SZ").rjust(16, "0") if as_of else "undated"
    return Run(number=parent.number + 1 if parent else 1, run_id=f"{moment}-{made_from}", parent_run_id=parent_id or None,
               as_of=as_of, settings_digest=settings_digest, version=_version("samestory"),
               corrections_digest=corrections_digest)


def _same_question(run: Run, parent: Run) -> bool:
    return (run.as_of, run.settings_digest, run.version, run.corrections_digest) == (
        parent.as_of, parent.settings_digest, parent.version, parent.corrections_digest)


def load_parent(store: Store, withdrawn: frozenset[str], settled: frozenset[str]) -> lineage.Parent | None:
    """What the run that stands leaves to the next: who was in which group, and every id ever used."""
    if store.latest is None:
        return None
    directory = store.run_directory(store.latest.run_id)
    return lineage.Parent(store.latest.run_id, parents.members(directory), store.used_ids(), withdrawn, settled,
                          parents.passage_places(directory / "passages.jsonl"))


def _ids(result: pipeline.Result) -> pa.Table:
    columns = [named["id"].combine_chunks() for named in (result.group_ids, result.event_ids, result.story_ids)]
    return pa.table({"id": pa.chunked_array(columns, pa.string())})


def _redirects(changes: pa.Table) -> pa.Table:
    """Ids that were merged away, and into what."""
    merged = changes.filter(pc.equal(changes["change"], "merged"))
    return pa.table({"id": merged["previous_id"], "became": merged["id"]})


def _leading_here(store: Store, result: pipeline.Result) -> dict[str, str]:
    """Every id that was ever merged away -> the group of this run that it leads to, where there is one."""
    new = _redirects(result.lineage)
    became = store.redirects() | dict(zip(new["id"].to_pylist(), new["became"].to_pylist(), strict=True))
    alive = set(_ids(result)["id"].to_pylist())
    found = {}
    for old in became:
        now = became[old]
        while now in became:
            now = became[now]
        if now in alive:
            found[old] = now
    return found


def _manifest(run: Run, request: Request, told: corrections.Told, inputs: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {
        "run_id": run.run_id, "parent_run_id": run.parent_run_id, "as_of": _stamp(run.as_of) if run.as_of else None,
        "created_at": _stamp(now), "inputs": inputs, "settings": settings.resolved(request.settings),
        "settings_digest": run.settings_digest, "corrections": told.records,
        "versions": {"samestory": run.version, "python": platform.python_version(), "duckdb": duckdb.__version__,
                     "kernels": request.kernels, **recipes(request.settings),
                     **{name: _version(name) for name in _DECIDING_LIBRARIES}},
    }


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _stamp(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
