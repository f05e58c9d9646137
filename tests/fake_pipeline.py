"""A pipeline that groups articles of equal text and nothing else, for tests of the shell around it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq

from clustering import lineage
from clustering.tables import ARTICLES, EVENTS_OF, GROUPS, LINKS, REMEMBERED, SHARES, STORIES_OF, table
from jobs import parents, run

LEVELS = {"group_ids": "d-", "event_ids": "e-", "story_ids": "s-"}


def group(articles, settings, background, parent, kernels, observe, corrections, sentences, remembered, engine, shelf):
    """Stands in for ``clustering.pipeline.run``."""
    del settings, background, kernels, corrections, sentences, remembered, engine, shelf
    assert articles.schema.equals(ARTICLES)
    assert articles["article_id"].to_pylist() == sorted(set(articles["article_id"].to_pylist()))
    with observe("text") as counts:
        counts |= {"articles": len(articles)}
    texts = articles["text"].to_pylist()
    first = {text: row for row, text in reversed(list(enumerate(texts)))}
    labels = [first[text] for text in texts]
    digests = [sha256(text.encode()).hexdigest()[:12] for text in texts]
    ids = {name: pa.table({"label": pa.array(labels, pa.int32()), "id": pa.array([prefix + d for d in digests], pa.string())})
           for name, prefix in LEVELS.items()}
    events_of = table(EVENTS_OF, {"event": labels})
    named = lineage.name(articles, table(GROUPS, {"group": labels, "relation": ["identical"] * len(labels)}), events_of,
                         table(STORIES_OF, {"story": labels}), parent)
    return SimpleNamespace(articles=articles, parent=parent, events_of=events_of, shares=table(SHARES, []),
                           lineage=named.lineage, remembered=table(REMEMBERED, []), links=table(LINKS, []),
                           impossible_links=table(LINKS, []), **ids)


def write(directory: Path, result, manifest, run_results) -> None:
    """Stands in for ``jobs.publish.write``."""
    table = pa.table({
        "article_id": result.articles["article_id"], "text": result.articles["text"], "outlet": result.articles["outlet"],
        **{f"{level}_id": result_ids["id"] for level, result_ids in zip(
            parents.LEVELS, (result.group_ids, result.event_ids, result.story_ids), strict=True)}})
    pq.write_table(table, directory / "articles.parquet")
    (directory / "manifest.json").write_text(json.dumps(manifest))
    (directory / "run_results.json").write_text(json.dumps(run_results))
    (directory / "passages.jsonl").touch()
    parent = result.parent
    (directory / "parent.json").write_text(json.dumps(None if parent is None else {
        "run_id": parent.run_id, "used_ids": sorted(parent.used_ids), "withdrawn": sorted(parent.withdrawn),
        "settled": sorted(parent.settled),
        "members": {level: table.to_pylist() for level, table in parent.members.items()}}))


def install(patch) -> None:
    """``patch(object, name, value)`` puts the fakes in place."""
    patch(run.pipeline, "run", group)
    patch(run.publish, "write", write)
    patch(run.background, "load_background", lambda: None)
