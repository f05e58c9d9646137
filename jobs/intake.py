"""What a run's input means for the store: every record gets exactly one fate, whatever the order it was read in.

One article may be read many times and may be stored already. All its versions are put in one order and the first of them
stands: a kill without a time, then the newest ``modified`` (none is oldest), at the same time a kill, then the smallest
content hash, then the earliest ``seen``. A record of the input is then

===========  ====================================================================================================
new          the version that stands now, of an article never seen or as an update
unchanged    says what the standing version says
superseded   older than the standing version
withdrawn    a kill, or a record of an article that was killed
expired      of a stored article that left the window and the context before it (kills still count)
reject       another content than the standing version's at the same ``modified``: which is right, nobody can tell
===========  ====================================================================================================

The input waits in a temporary table of the store's database, which spills to disk; nothing is written until the commit.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

from clustering.config import Outlets, Settings
from clustering.errors import SamestoryError
from clustering.tables import ARTICLES, table
from jobs.readers import RECORDS, Block, Reject

FATES = ("new", "unchanged", "superseded", "withdrawn", "expired", "rejects")
_FAR_MICROSECONDS = int(1000 * 365.25 * 86_400e6)
_CONFLICT = "another record with this id and the same (or no) modified says something else"

_INCOMING = """
    CREATE OR REPLACE TEMP TABLE incoming AS
    SELECT * EXCLUDE (added_run, removed_run), ''::VARCHAR AS file, 0::BIGINT AS line FROM articles WHERE false
"""
# the columns that decide; the text stays where it is
_RANKED = """
    CREATE OR REPLACE TEMP TABLE ranked AS
    WITH versions AS (
        SELECT rowid AS place, false AS stored, article_id, content_hash, status, published_at, modified_at, seen_at, extra,
               file, line
        FROM incoming
        UNION ALL BY NAME
        SELECT rowid AS place, true AS stored, article_id, content_hash, status, published_at, modified_at, seen_at, extra,
               NULL AS file, NULL AS line
        FROM articles WHERE removed_run IS NULL AND article_id IN (SELECT article_id FROM incoming)
    )
    SELECT *, row_number() OVER w AS rank, first_value(content_hash) OVER w AS standing_hash,
           first_value(status) OVER w AS standing_status, first_value(modified_at) OVER w AS standing_modified_at
    FROM versions
    WINDOW w AS (PARTITION BY article_id ORDER BY
        (status = 'withdrawn' AND modified_at IS NULL) DESC, modified_at DESC NULLS LAST, status = 'withdrawn' DESC, content_hash,
        seen_at ASC NULLS LAST, stored DESC, extra ASC NULLS LAST, file, line)
"""
_NEWEST = """
    WITH standing AS (
        SELECT published_at, seen_at FROM articles WHERE removed_run IS NULL AND status = 'live'
        AND article_id NOT IN (SELECT article_id FROM ranked WHERE rank = 1 AND NOT stored)
        UNION ALL
        SELECT published_at, seen_at FROM ranked WHERE rank = 1 AND NOT stored AND status = 'live'
    ), dates AS (
        SELECT CASE WHEN published_at > seen_at + to_microseconds($far) THEN seen_at
                    ELSE greatest(published_at, seen_at) END AS moment
        FROM standing
    ), gaps AS (
        SELECT moment, moment - lead(moment) OVER (ORDER BY moment DESC) AS gap FROM dates WHERE moment IS NOT NULL
    )
    SELECT coalesce(max(moment) FILTER (gap <= to_microseconds($far)), max(moment)) FROM gaps
"""
_MOMENTS = """
    CREATE OR REPLACE TEMP TABLE aged AS
    SELECT article_id, coalesce(published_at, seen_at, runs.as_of) AS moment
    FROM articles JOIN runs ON runs.number = articles.added_run WHERE removed_run IS NULL AND status = 'live'
"""
_SETTLED = "CREATE OR REPLACE TEMP TABLE settled AS SELECT article_id FROM aged WHERE moment < ?::TIMESTAMP"
_COMPANY = """
    WITH brought AS (
        SELECT article_id, coalesce(published_at, seen_at, $as_of::TIMESTAMP) AS moment FROM ranked
        WHERE rank = 1 AND NOT stored AND status = 'live'
    )
    SELECT moment FROM (
        FROM brought UNION ALL BY NAME FROM aged WHERE article_id NOT IN (SELECT article_id FROM brought)
    ) ORDER BY moment DESC NULLS FIRST LIMIT 1 OFFSET $before
"""
_EXPIRED = "CREATE OR REPLACE TEMP TABLE expired AS SELECT article_id FROM aged WHERE moment < ?::TIMESTAMP"
_FATES = """
    CREATE OR REPLACE TEMP TABLE fates AS
    SELECT file, line, article_id, CASE
        WHEN standing_status = 'withdrawn' THEN 'withdrawn'
        WHEN status = 'withdrawn' THEN 'superseded'
        WHEN article_id IN (SELECT article_id FROM expired) THEN 'expired'
        WHEN rank = 1 THEN 'new'
        WHEN content_hash = standing_hash THEN 'unchanged'
        WHEN modified_at IS NOT DISTINCT FROM standing_modified_at THEN 'rejects'
        ELSE 'superseded' END AS fate
    FROM ranked WHERE NOT stored
"""
_PLACES = """
    CREATE OR REPLACE TEMP TABLE places AS
    SELECT place FROM ranked
    WHERE rank = 1 AND NOT stored AND (status = 'withdrawn' OR article_id NOT IN (SELECT article_id FROM expired))
"""
_APPLIED = """
    CREATE OR REPLACE TEMP VIEW applied AS
    SELECT * EXCLUDE (file, line) FROM incoming WHERE rowid IN (SELECT place FROM places)
"""
_LIVE = """
    CREATE OR REPLACE TEMP VIEW live AS
    SELECT * FROM applied WHERE status = 'live'
    UNION ALL BY NAME
    SELECT * EXCLUDE (added_run, removed_run) FROM articles
    WHERE removed_run IS NULL AND status = 'live' AND article_id NOT IN (SELECT article_id FROM expired)
    AND article_id NOT IN (SELECT article_id FROM applied)
"""
_UPDATED = """
    SELECT count(*) FROM applied JOIN articles USING (article_id) WHERE removed_run IS NULL AND applied.status = 'live'
"""


class Intake:
    """The records of one run, from the first block read to the articles that are grouped."""

    def __init__(self, database: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._read = 0
        self._rejects: list[Reject] = []
        database.execute(_INCOMING)

    def add(self, block: Block) -> None:
        """Keep a block until :meth:`settle`."""
        self._read += block.read
        self._rejects.extend(block.rejects)
        if block.records.num_rows:
            self._database.register("block", block.records.cast(RECORDS))
            self._database.execute("INSERT INTO incoming BY NAME SELECT * FROM block")
            self._database.unregister("block")

    def settle(self, as_of: datetime | None) -> datetime | None:
        """Decide which versions stand and what is live; returns the as-of time (naive UTC).

        Parameters
        ----------
        as_of
            The logical time of the run; null takes the newest trusted date of store and input.
        """
        self._database.execute(_RANKED)
        as_of = as_of or self._newest_trusted()
        days = self._settings.window_days  # without a date nothing is older than the window
        self._database.execute(_MOMENTS)
        self._database.execute(_SETTLED, [_minus(as_of, days)])
        self._database.execute(_EXPIRED, [self._start_of_context(as_of)])
        for statement in (_FATES, _PLACES, _APPLIED, _LIVE):
            self._database.execute(statement)
        return as_of

    def counts(self) -> dict[str, int]:
        """Records read and what became of them.

        Raises
        ------
        SamestoryError
            when the fates do not add up to what was read: a record was lost.
        """
        found: dict[str, int] = dict(self._database.execute("SELECT fate, count(*) FROM fates GROUP BY fate").fetchall())
        counts = {"read": self._read} | {fate: found.get(fate, 0) for fate in FATES}
        counts["rejects"] += len(self._rejects)
        if self._read != sum(counts[fate] for fate in FATES):
            raise SamestoryError(f"the count does not add up: {counts}; this is a defect of samestory, nothing was published")
        return counts | {"updated": self._number(_UPDATED)}

    def changed(self) -> bool:
        """Whether the store would be another one after this run."""
        return self._number("SELECT count(*) FROM places") > 0

    def rejects(self) -> list[Reject]:
        """Everything that could not be used, sorted by file, line and reason."""
        conflicts = self._database.execute("SELECT file, line, article_id FROM fates WHERE fate = 'rejects'").fetchall()
        every = self._rejects + [Reject(file, line, _CONFLICT, article_id) for file, line, article_id in conflicts]
        return sorted(every, key=lambda r: (r.file, r.line or 0, r.reason, r.id or ""))

    def withdrawn_ids(self) -> frozenset[str]:
        """Articles this run withdraws."""
        rows = self._database.execute("SELECT article_id FROM applied WHERE status = 'withdrawn'").fetchall()
        return frozenset(row[0] for row in rows)

    def settled_ids(self) -> frozenset[str]:
        """Stored articles older than the window that are read along with it."""
        rows = self._database.execute(
            "SELECT article_id FROM settled WHERE article_id NOT IN (SELECT article_id FROM expired)").fetchall()
        return frozenset(row[0] for row in rows)

    def new_articles(self) -> dict[str, int]:
        """Known outlet -> how many of its articles are new or updated in this run."""
        rows = self._database.execute(
            "SELECT outlet, count(*) FROM applied WHERE status = 'live' AND outlet IS NOT NULL GROUP BY outlet").fetchall()
        counts: Counter[str] = Counter()
        for outlet, number in rows:
            counts[self._settings.outlets.aliases.get(outlet, outlet)] += number
        return dict(sorted(counts.items()))

    def live_digest(self) -> str:
        """SHA-256 over id, content hash and ``seen`` of every article that is grouped, in order of id."""
        digest = hashlib.sha256()
        cursor = self._database.execute("SELECT article_id, content_hash, seen_at FROM live ORDER BY article_id")
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                digest.update("\0".join(map(str, row)).encode() + b"\n")
        return digest.hexdigest()

    def articles(self) -> pa.Table:
        """The live articles as an ARTICLES table, aliases and houses resolved."""
        # the order of bytes, which is Python's order of code points too
        found: pa.Table = self._database.sql("SELECT * FROM live ORDER BY article_id").to_arrow_table()
        # columns that DuckDB hands over are freed together: copies of the others let go of the texts when these move elsewhere
        columns = {name: found[name] if name == "text" else found[name].combine_chunks() for name in ARTICLES.names
                   if name in found.column_names}
        outlets = _outlet_columns(found["article_id"].to_pylist(), found["outlet"].to_pylist(), self._settings.outlets)
        return table(ARTICLES, columns | outlets)

    def _newest_trusted(self) -> datetime | None:
        """The newest date, unless nothing else comes near it.

        One article dated in the year 2099 must not settle all others: a ``published`` later than ``future_days`` after the
        article was seen does not count, nor does a date more than ``future_days`` after the next older one while there is
        a date that has such company.
        """
        far = min(int(self._settings.limits.future_days * 86_400e6), _FAR_MICROSECONDS)
        newest: datetime | None = self._database.execute(_NEWEST, {"far": far}).fetchall()[0][0]
        return newest

    def _start_of_context(self, as_of: datetime | None) -> datetime | None:
        """What is stored and older than this has expired; null when nothing has.

        Beyond window and context articles stay while they are among the newest ``context_articles`` of all that is stored or
        brought; undated ones count as the newest, and those of one moment stay or go together.
        """
        settings = self._settings
        by_days = _minus(as_of, settings.window_days + settings.context_days)
        if by_days is None or settings.context_articles == 0:
            return by_days
        found = self._database.execute(_COMPANY, {"as_of": as_of, "before": settings.context_articles - 1}).fetchall()
        if not found:
            return None  # so few that all of them stay
        last: datetime | None = found[0][0]
        return min(by_days, last) if last else by_days

    def _number(self, query: str) -> int:
        return int(self._database.execute(query).fetchall()[0][0])


def _minus(as_of: datetime | None, days: float) -> datetime | None:
    """The start of the window; null (no start) without an as-of time or before the calendar begins."""
    try:
        return as_of - timedelta(days=days) if as_of else None
    except OverflowError:
        return None


def _outlet_columns(ids: list[str], given: list[str | None], settings: Outlets) -> dict[str, list[str | None]]:
    outlets = [settings.aliases.get(outlet, outlet) if outlet else None for outlet in given]
    return {
        "outlet": outlets,
        "outlet_key": [outlet or "?" + article_id for article_id, outlet in zip(ids, outlets, strict=True)],
        "house": [settings.houses.get(outlet) if outlet else None for outlet in outlets],
    }
