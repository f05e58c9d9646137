"""Tables: CSV (comma, semicolon or tab, with a header row) and Parquet, both read in pieces."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clustering.config import Limits, Settings
from clustering.errors import InputError
from jobs.readers.records import Item
from jobs.readers.streams import Trouble, lines, longest_line_bytes

_BATCH_ROWS = 512


def check_columns(name: str, columns: Sequence[str], settings: Settings) -> None:
    """Refuse a table that cannot hold a single article, before work starts."""
    wanted = settings.fields.get("text", "text")
    if columns and wanted not in columns:
        raise InputError(f"{name}: has no column {wanted!r} (its columns: {', '.join(map(repr, columns[:30]))}); "
                         'name the column that holds the text in the settings: [fields] text = "…"')
    for ours, theirs in sorted(settings.fields.items()):
        if columns and theirs not in columns:
            raise InputError(f"{name}: has no column {theirs!r}, which [fields] {ours} names in the settings "
                             f"(its columns: {', '.join(map(repr, columns[:30]))})")
    if len(set(columns)) != len(columns):
        raise InputError(f"{name}: two columns have the same name")


def csv_header(path: Path, packed: str | None, limits: Limits) -> list[str]:
    """The names in the first row; empty for an empty file."""
    for _, line in lines(path, packed, limits):
        if isinstance(line, Trouble):
            return []
        first = line.decode("utf-8", "replace")
        return _header(first)
    return []


def read_csv(path: Path, name: str, packed: str | None, limits: Limits) -> Iterator[Item]:
    """Every row below the header, as a mapping of column to text; an empty cell is a missing value."""
    trouble: list[Item] = []

    def decoded() -> Iterator[str]:
        for number, line in lines(path, packed, limits):
            if line is Trouble.TOO_LONG:
                yield "x" * (limit + 1)  # the parser refuses it, inside a quoted field or out of it
            elif isinstance(line, Trouble):
                trouble.append(Item(name, number, line.value))
            else:
                yield line.decode("utf-8", "surrogateescape") + "\n"

    limit = longest_line_bytes(limits)
    csv.field_size_limit(limit)  # the module's own, for the whole process; nothing else here reads CSV
    source = decoded()
    first = next(source, "")
    columns = _header(first)
    rows = csv.reader(source, delimiter=_delimiter(first))
    before = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield Item(name, before + 2, "broken CSV, or a field too long")
        else:
            if row is None:
                break
            if row:
                yield Item(name, before + 2, _mapping(columns, row))
        before = rows.line_num
    yield from trouble


def parquet_columns(path: Path) -> list[str]:
    """The names of the columns."""
    try:
        with pq.ParquetFile(path) as file:
            return list(file.schema_arrow.names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last one: names of columns that are no UTF-8
        raise InputError(f"{path}: is not a readable Parquet file ({str(error).splitlines()[0]})") from error


def read_parquet(path: Path, name: str) -> Iterator[Item]:
    """Every row; its number stands for the line. Rows that are damaged in one piece are one reject, which says how many."""
    with pq.ParquetFile(path) as file:
        end = 0
        for group in range(file.metadata.num_row_groups):
            number, end = end, end + file.metadata.row_group(group).num_rows
            batches = file.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group])
            while number < end:
                try:
                    batch = next(batches)
                except (pa.ArrowException, OSError, StopIteration):
                    yield Item(name, number + 1, f"the Parquet file is damaged here: {end - number} rows cannot be read")
                    break
                for row in range(batch.num_rows):
                    number += 1
                    try:
                        yield Item(name, number, batch.slice(row, 1).to_pylist()[0])
                    except (UnicodeDecodeError, ValueError, OverflowError):
                        yield Item(name, number, "invalid UTF-8, or a value out of range")


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _header(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _mapping(columns: Sequence[str], row: Sequence[str]) -> Mapping[str, Any] | str:
    if len(row) != len(columns):
        return f"the row has {len(row)} columns, the header {len(columns)}"
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return "invalid UTF-8: save it as UTF-8"
    return {name: cell for name, cell in zip(columns, row, strict=True) if cell}
