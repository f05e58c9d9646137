"""What the run that stands leaves to the next of its passages: where each stood."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa

from clustering.errors import StoreError
from clustering.tables import PASSAGE_PLACES, table


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
