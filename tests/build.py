"""Small constructors that tests share: tables from a few texts."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from clustering.passages import Found
from clustering.tables import ARTICLES, CHANGES, OCCURRENCES, PASSAGES, table


def articles(*records: str | dict) -> pa.Table:
    """An ARTICLES table from texts, or from dictionaries of any of its columns; ids default to a001, a002 ..."""
    rows = []
    for number, record in enumerate(records, start=1):
        given = {"text": record} if isinstance(record, str) else dict(record)
        day = given.get("published")
        row = dict.fromkeys(ARTICLES.names) | {"article_id": f"a{number:03d}", "authors": []} | given
        row["outlet_key"] = given.get("outlet_key") or row["outlet"] or "?" + row["article_id"]
        if day is not None and row["published_at"] is None:
            row["published_at"] = datetime.fromisoformat(day).replace(tzinfo=UTC)
            row["published_precision"] = row["published_precision"] or ("day" if len(day) == 10 else "second")
            row["published_zone_known"] = bool(row["published_zone_known"])
        rows.append(row)
    rows.sort(key=lambda row: row["article_id"])
    return pa.Table.from_pylist(rows, schema=ARTICLES)


def nothing_shared() -> Found:
    """What the passages room hands on when no words are shared."""
    return Found(table(PASSAGES, []), table(OCCURRENCES, []), table(CHANGES, []), {})
