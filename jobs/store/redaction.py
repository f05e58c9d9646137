"""Withdrawn articles leave a run that is kept: their records, their texts, and every word that was quoted from them.

What other articles say stays, also where it is the same words. What was made *from* a withdrawn article together with others
(title, keywords and names of its event, the terms two articles share, changes measured against it) is emptied, since nobody can
tell whose words they are. Figures stay. Each file is replaced whole, ``articles.parquet`` and the manifest last: it tells what is
still to be done, so that all of this may be repeated after a kill.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.store.pointer import SCRATCH, sync

_Record = dict[str, Any]
_OF_ARTICLE = ("texts.parquet", "zones.parquet", "spread.parquet")
_OF_PAIR = ("pairs.parquet", "neighbours.parquet")
_MANIFEST, _ARTICLES, _PAGES = "manifest.json", "articles.parquet", "report"


def redact(directory: Path, withdrawn: set[str], store: Path) -> None:
    """Take withdrawn articles out of a run directory, when there are any in it.

    Parameters
    ----------
    directory
        A run directory that is in place.
    withdrawn
        Article ids.
    store
        The store it belongs to: new files are written to its scratch directory and moved.
    """
    known = pq.read_table(directory / _ARTICLES, columns=["article_id", "event_id", "story_id"])
    here = known.filter(pc.is_in(known["article_id"], pa.array(sorted(withdrawn), pa.string())))
    redaction = _Redaction(directory, here, store / SCRATCH)
    if len(here):
        redaction.rewrite()
    redaction.mend_manifest()


class _Redaction:
    """One run directory losing some of its articles."""

    def __init__(self, directory: Path, here: pa.Table, scratch: Path) -> None:
        self.directory = directory
        self.scratch = scratch
        self.withdrawn = set(here["article_id"].to_pylist())
        self.events = set(here["event_id"].to_pylist())
        """Events that hold a withdrawn article."""
        self.stories = set(here["story_id"].to_pylist())
        self.passages: set[str] = set()
        """Passages that are left."""
        self.clusters: dict[str, _Record] = {}
        """Event id -> its record, of the events that are left."""

    def rewrite(self) -> None:
        """Every file but the manifest, ``articles.parquet`` last."""
        shutil.rmtree(self.directory / _PAGES, ignore_errors=True)
        self.passages = {record["passage_id"] for record in self._lines("passages.jsonl", self._passage)}
        self.clusters = {record["event_id"]: record for record in self._lines("clusters.jsonl", self._cluster)}
        self._lines("passages.jsonl", self._passage_events)
        self._lines("stories.jsonl", self._story)
        self._lines("duplicate_groups.jsonl", self._group)
        self._csv("articles.csv")
        for name in _OF_PAIR:
            self._table(name, "left_article_id", "right_article_id")
        for name in (*_OF_ARTICLE, _ARTICLES):
            self._table(name, "article_id")

    def mend_manifest(self) -> None:
        """Sizes, digests and rows as the files now are, and who was taken out."""
        path = self.directory / _MANIFEST
        manifest = msgspec.json.decode(path.read_bytes())
        artifacts = manifest.get("artifacts") or []
        on_disk = {a["name"]: self.directory / a["name"] for a in artifacts}
        if not self.withdrawn and all(on_disk[a["name"]].stat().st_size == a["bytes"] for a in artifacts):
            return
        for artifact in artifacts:
            file = on_disk[artifact["name"]]
            artifact |= {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                         "rows": _rows(file)}
        manifest["redacted_article_ids"] = sorted({*(manifest.get("redacted_article_ids") or ()), *self.withdrawn})
        self._replace(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")

    def _passage(self, record: _Record) -> _Record | None:
        left = [o for o in record["occurrences"] if o["article_id"] not in self.withdrawn]
        if len(left) == len(record["occurrences"]):
            return record
        if len({o["outlet"] or o["article_id"] for o in left}) < 2:  # words of one outlet are not shared words
            return None
        if record["occurrences"][0]["article_id"] in self.withdrawn:
            record["text"] = self._texts[left[0]["article_id"]][left[0]["start"] : left[0]["end"]]
            for occurrence in left:
                occurrence["changes"] = []
        if record["earliest_article_id"] in self.withdrawn:
            record["earliest_article_id"] = None
        return record | {"occurrences": left}

    def _passage_events(self, record: _Record) -> _Record:
        return record | {"event_ids": [event for event in record["event_ids"] if event in self.clusters]}

    def _cluster(self, record: _Record) -> _Record | None:
        record["passage_ids"] = [passage for passage in record["passage_ids"] if passage in self.passages]
        if record["event_id"] not in self.events:
            return record
        left = [a for a in record["articles"] if a["article_id"] not in self.withdrawn]
        if not left:
            return None
        for article in left:
            article["why"]["shared_terms"] = []
            article["why"]["shared_term_weights"] = []
            if article["why"]["nearest_article_id"] in self.withdrawn:
                article["why"] |= {"nearest_article_id": None, "cosine": None}
        if record["representative_article_id"] in self.withdrawn:
            record |= {"representative_article_id": left[0]["article_id"], "title": None}
        if record["weakest_article_id"] in self.withdrawn:
            record["weakest_article_id"] = None
        return record | _counted(left) | {"keywords": [], "names": [], "articles": left}

    def _story(self, record: _Record) -> _Record | None:
        if record["story_id"] not in self.stories:
            return record
        events = [event | {key: self.clusters[event["event_id"]][key] for key in ("title", "article_count", "outlet_count")}
                  for event in record["events"] if event["event_id"] in self.clusters]
        if not events:
            return None
        links = [link | {"shared_terms": []} for link in record["links"]
                 if {link["left_event_id"], link["right_event_id"]} <= self.clusters.keys()]
        largest = max(events, key=lambda event: event["article_count"])
        return record | {"title": largest["title"], "keywords": [], "events": events, "links": links,
                         "event_count": len(events), "article_count": sum(event["article_count"] for event in events)}

    def _group(self, record: _Record) -> _Record | None:
        left = [a for a in record["articles"] if a["article_id"] not in self.withdrawn]
        if len(left) < 2:
            return None
        if record["representative_article_id"] in self.withdrawn:
            record["representative_article_id"] = left[0]["article_id"]
        return record | _counted(left) | {"articles": left}

    @cached_property
    def _texts(self) -> dict[str, str]:
        table = pq.read_table(self.directory / "texts.parquet", columns=["article_id", "text"])
        return dict(zip(table["article_id"].to_pylist(), table["text"].to_pylist(), strict=True))

    def _lines(self, name: str, change: Callable[[_Record], _Record | None]) -> list[_Record]:
        """Change every record of a file; returns those that are left."""
        path = self.directory / name
        if not path.is_file():
            return []
        changed = [change(msgspec.json.decode(line)) for line in path.read_bytes().split(b"\n") if line]
        left = [record for record in changed if record is not None]
        self._replace(name, b"".join(msgspec.json.encode(record) + b"\n" for record in left))
        return left

    def _csv(self, name: str) -> None:
        path = self.directory / name
        if not path.is_file():
            return
        fresh = self.scratch / name
        with path.open(encoding="utf-8", newline="") as old, fresh.open("w", encoding="utf-8", newline="") as new:
            rows = csv.reader(old)
            place = next(rows).index("article_id")
            old.seek(0)
            guarded = {f"'{one}" for one in self.withdrawn}  # ids that a spreadsheet would run as a formula
            csv.writer(new).writerows(row for row in csv.reader(old) if row[place] not in self.withdrawn | guarded)
        self._move(fresh)

    def _table(self, name: str, *columns: str) -> None:
        path = self.directory / name
        if not path.is_file():
            return
        table = pq.read_table(path)
        for column in columns:
            table = table.filter(pc.invert(pc.is_in(table[column], pa.array(sorted(self.withdrawn), pa.string()))))
        pq.write_table(table.combine_chunks(), self.scratch / name, compression="zstd")
        self._move(self.scratch / name)

    def _replace(self, name: str, data: bytes) -> None:
        (self.scratch / name).write_bytes(data)
        self._move(self.scratch / name)

    def _move(self, fresh: Path) -> None:
        sync(fresh)
        fresh.replace(self.directory / fresh.name)


def _counted(articles: list[_Record]) -> _Record:
    """The counts that articles add up to; an unknown outlet differs from every other."""
    known = sorted({a["outlet"] for a in articles if a["outlet"]})
    return {"article_count": len(articles), "outlets": known,
            "outlet_count": len(known) + sum(1 for a in articles if not a["outlet"])}


def _rows(path: Path) -> int:
    if path.suffix == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    return path.read_bytes().count(b"\n")
