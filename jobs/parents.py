"""What the run that stands leaves to the next: who was in which group, and where each passage stood."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.errors import StoreError
from clustering.tables import MEMBERS, PASSAGE_PLACES, table

LEVELS = ("duplicate_group", "event", "story")


def members(directory: Path) -> dict[str, pa.Table]:
    """Who was in which group of a run: a MEMBERS table for each of ``LEVELS``.

    Raises
    ------
    StoreError
        when the run is gone or damaged.
    """
    path = directory / "articles.parquet"
    try:
        groups = pq.read_table(path, columns=["article_id", *(f"{level}_id" for level in LEVELS)])
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: of the run that stands, is gone or damaged; put it back, or start another store") from error
    return {level: table(MEMBERS, {"article_id": groups["article_id"], "group_id": groups[f"{level}_id"]}) for level in LEVELS}


class _Place(msgspec.Struct):
    article_id: str
    start: int
    end: int


class _Passage(msgspec.Struct):
    passage_id: str
    kind: str
    occurrences: list[_Place]


def passage_places(path: Path) -> pa.Table:
    """PASSAGE_PLACES of a run's ``passages.jsonl``.

    Raises
    ------
    StoreError
        when it is gone or damaged.
    """
    decoder = msgspec.json.Decoder(_Passage)
    rows: list[tuple[str, str, str, int, int]] = []
    try:
        with path.open("rb") as lines:
            for line in lines:
                passage = decoder.decode(line)
                rows += [(passage.passage_id, passage.kind, o.article_id, o.start, o.end) for o in passage.occurrences]
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(f"{path}: of the run that stands, is gone or damaged; put it back, or start another store") from error
    columns = list(zip(*rows, strict=True)) or [()] * len(PASSAGE_PLACES.names)
    return table(PASSAGE_PLACES, dict(zip(PASSAGE_PLACES.names, columns, strict=True)))
