"""Writing a run directory: every artifact but ``rejects.jsonl``, ``redirects.jsonl`` (functions of their own) and the pages.

The same result gives the same bytes: records sorted by id, keys in declared order, floats rounded to six digits, Parquet
without clock or host. Only ``manifest.json`` and ``run_results.json`` know the clock.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from clustering.pipeline import Result
from jobs import documents, records, sheets
from jobs.columns import MAY_BE_FORMULA, guarded
from jobs.view import View

_ROW_GROUP_ROWS = 65_536
_EMPTY: dict[str, Any] = {
    "inputs": [], "settings": {}, "versions": {}, "artifacts": [], "counts": {}, "stages": [], "warnings": [],
    "corrections": [], "redacted_article_ids": [], "health": {}}
_PARQUET: dict[str, Callable[[View], pa.Table]] = {
    "texts.parquet": sheets.texts, "neighbours.parquet": sheets.neighbours, "pairs.parquet": sheets.pairs,
    "zones.parquet": sheets.zones, "spread.parquet": sheets.spread}
"""Beside the articles."""
_encoder = msgspec.json.Encoder()


def write(directory: Path, result: Result, manifest: Mapping[str, Any], run_results: Mapping[str, Any]) -> None:
    """Write all artifacts of a run.

    Parameters
    ----------
    directory
        Existing directory; files of these names in it are overwritten.
    result
        What the pipeline found.
    manifest, run_results
        Values of the keys of :class:`jobs.documents.Manifest` and :class:`jobs.documents.RunResults`. Missing keys become
        null or empty, further ones are kept; ``schema_version`` and the list of artifacts are filled in here.
    """
    view = View(result)
    with ThreadPoolExecutor(1) as aside:  # compressing and hashing let go of the interpreter
        of_articles = sheets.articles(view)
        made = [aside.submit(_write_parquet, directory / "articles.parquet", of_articles)]
        made += [aside.submit(_write_parquet, directory / name, sheet(view)) for name, sheet in _PARQUET.items()]
        events = records.clusters(view)
        for name, lines in _lines(view, events):
            count = _write_lines(directory / name, lines)
            made.append(aside.submit(_artifact, directory / name, count))
        for name, table in (("articles.csv", of_articles), ("outlets.csv", sheets.outlets(view)),
                            ("outlet_pairs.csv", sheets.outlet_pairs(view))):
            _write_csv(directory / name, table)
            made.append(aside.submit(_artifact, directory / name, len(table)))
    artifacts = [done.result() for done in made]
    artifacts += [_artifact(path, path.read_bytes().count(b"\n"))
                  for path in (directory / "rejects.jsonl", directory / "redirects.jsonl") if path.exists()]
    artifacts.sort(key=lambda artifact: artifact.name)
    _write_document(directory / "manifest.json", "manifest.json", {**manifest, "artifacts": artifacts})
    _write_document(directory / "run_results.json", "run_results.json", run_results)


def _lines(view: View, events: list[documents.Cluster]) -> Iterator[tuple[str, Sequence[Struct]]]:
    """The artifacts of JSON lines, one after the other."""
    yield "clusters.jsonl", events
    yield "stories.jsonl", records.stories(view, events)
    yield "passages.jsonl", records.passages(view)
    yield "duplicate_groups.jsonl", records.duplicate_groups(view)
    yield "lineage.jsonl", records.lineage(view)


def write_rejects(path: Path, rejects: Iterable[Mapping[str, Any]]) -> int:
    """Write ``rejects.jsonl`` from mappings with file, line, reason and article_id (null when missing); returns how many."""
    return _write_lines(path, [
        documents.Reject(schema_version=documents.SCHEMA_VERSION, file=r.get("file"), line=r.get("line"), reason=r["reason"],
                         article_id=r.get("article_id"))
        for r in rejects])


def write_redirects(path: Path, leads_to: Mapping[str, str]) -> int:
    """Write ``redirects.jsonl`` from a mapping of ids that were merged away; returns how many."""
    return _write_lines(path, [documents.Redirect(schema_version=documents.SCHEMA_VERSION, id=old, became_id=leads_to[old])
                               for old in sorted(leads_to)])


def _write_lines(path: Path, structs: Sequence[Struct]) -> int:
    with path.open("wb") as file:
        file.writelines(_encoder.encode(struct) + b"\n" for struct in structs)
    return len(structs)


def _write_csv(path: Path, table: pa.Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=_ROW_GROUP_ROWS):
            writer.writerows(zip(*map(_cells, batch.columns), strict=True))


def _cells(column: pa.Array) -> Iterable[Any]:
    """What stands in the cells of a column; numbers cannot be formulas."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_primitive(column.type):
        return values
    if pa.types.is_string(column.type) and not pc.any(pc.match_substring_regex(column, MAY_BE_FORMULA)).as_py():
        return values
    return map(guarded, values)


def _write_parquet(path: Path, table: pa.Table) -> documents.Artifact:
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP_ROWS)
    return _artifact(path, len(table))


def _artifact(path: Path, rows: int) -> documents.Artifact:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return documents.Artifact(name=path.name, bytes=path.stat().st_size, sha256=digest, rows=rows)


def _write_document(path: Path, name: str, values: Mapping[str, Any]) -> None:
    """A single document, indented for people; keys in declared order, further ones after them, sorted."""
    declared = documents.DOCUMENTS[name].__struct_fields__
    known = {key: values.get(key, _EMPTY.get(key)) for key in declared} | {"schema_version": documents.SCHEMA_VERSION}
    further = {key: values[key] for key in sorted(values.keys() - known.keys())}
    path.write_bytes(msgspec.json.format(_encoder.encode(known | further), indent=2) + b"\n")
