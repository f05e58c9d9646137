"""The tables of a run, made from its result: one function an artifact, columns as ``jobs/columns.py`` declares them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.tables import whole
from jobs import columns
from jobs.view import View


def _table(declared: columns.Columns, values: dict[str, Any]) -> pa.Table:
    arrays = [pa.array(values[name], kind) for name, (kind, _) in declared.items()]
    return pa.Table.from_arrays(arrays, schema=columns.arrow(declared))


def _rounded(column: pa.ChunkedArray) -> pa.DoubleArray:
    """Six digits, null for NaN."""
    values = np.round(column.to_numpy(zero_copy_only=False).astype(np.float64), 6) + 0.0
    return pa.array(values, mask=np.isnan(values))


def _ids(view: View, rows: pa.ChunkedArray) -> pa.ChunkedArray:
    """Article ids of a column of rows."""
    return view.result.articles["article_id"].take(rows)


def articles(view: View) -> pa.Table:
    """One row an article."""
    given, credits = view.result.articles, view.result.article_credits
    names = ("words", "copy_words", "quote_words", "background_words", "own_words", "boilerplate_words",
             "copy_share", "quote_share", "background_share", "boilerplate_share", "own_share")
    return _table(columns.ARTICLES, {
        **{name: given[name].combine_chunks() for name in
           ("article_id", "outlet", "url", "title", "published", "published_precision", "house")},
        "lang": view.langs,
        "duplicate_group_id": [view.group_names[label].id for label in view.group_of],
        "event_id": [view.event_names[label].id for label in view.event_of],
        "story_id": [view.story_names[label].id for label in view.story_of],
        "relation": view.relations,
        "role": view.result.why["role"].combine_chunks(),
        "round_up": [len(rows) > 0 for rows in view.result.why["round_up_rows"].to_pylist()],
        "agency": credits["agency"].combine_chunks(),
        "agency_level": credits["level"].combine_chunks(),
        **{name: [row[name] for row in view.shares] for name in names},
    })


def texts(view: View) -> pa.Table:
    """The texts that all spans refer to."""
    text = pc.fill_null(whole(view.result.articles["text"]), "")
    return _table(columns.TEXTS, {"article_id": view.article_ids, "text": text, "sha256": view.digests()})


def pairs(view: View) -> pa.Table:
    """Every candidate pair, with the cosine of the two duplicate groups where they are neighbours."""
    found, near = view.result.pairs, view.result.neighbours
    rows = len(view.article_ids)
    ties = near["left"].to_numpy().astype(np.int64) * rows + near["right"].to_numpy()
    order = np.argsort(ties, kind="stable")
    group = np.array(view.group_of, np.int64)
    ends = group[np.stack([found["left"].to_numpy(), found["right"].to_numpy()])]
    keys = ends.min(axis=0) * rows + ends.max(axis=0)
    place = order[np.minimum(np.searchsorted(ties[order], keys), ties.size - 1)] if ties.size else np.zeros(0, np.int64)
    tied = ties[place] == keys if ties.size else np.zeros(keys.size, np.bool_)
    return _table(columns.PAIRS, {
        "left_article_id": _ids(view, found["left"]).combine_chunks(),
        "right_article_id": _ids(view, found["right"]).combine_chunks(),
        **{name: found[name].combine_chunks() for name in ("channel", "shared_shingles", "longest_run", "verdict", "reason")},
        **{name: _rounded(found[name]) for name in ("jaccard", "containment_left", "containment_right")},
        "cosine": _rounded(near["cosine"]).take(pa.array(place if ties.size else np.zeros(keys.size), pa.int64(), mask=~tied)),
    })


def neighbours(view: View) -> pa.Table:
    """The graph that events are grouped by."""
    near = view.result.neighbours
    return _table(columns.NEIGHBOURS, {
        "left_article_id": _ids(view, near["left"]).combine_chunks(),
        "right_article_id": _ids(view, near["right"]).combine_chunks(),
        "cosine": _rounded(near["cosine"]), "weight": _rounded(near["weight"]),
        "shared_tokens": near["shared_tokens"].combine_chunks(), "time_weight": _rounded(near["time_weight"]),
        "opening_weight": _rounded(near["opening_weight"]),
        "rank": near["rank"].combine_chunks(), "needed": _rounded(near["needed"]),
        "changed_numbers": near["changed_numbers"].combine_chunks(),
    })


def zones(view: View) -> pa.Table:
    """Labelled parts of the articles; what no span covers is body."""
    found = view.result.zones
    return _table(columns.ZONES, {
        "article_id": _ids(view, found["row"]).combine_chunks(),
        **{name: found[name].combine_chunks() for name in ("zone", "start", "end", "reason")},
    })


def spread(view: View) -> pa.Table:
    """In how many outlets the words of each article stand."""
    found = view.result.spread
    return _table(columns.SPREAD, {
        "article_id": _ids(view, found["row"]).combine_chunks(),
        **{name: found[name].combine_chunks() for name in ("start", "end", "words", "outlets")},
    })


def outlets(view: View) -> pa.Table:
    """One row an outlet."""
    found = view.result.outlets.sort_by("outlet")
    return _table(columns.OUTLETS, {name: found[name].combine_chunks() for name in columns.OUTLETS})


def outlet_pairs(view: View) -> pa.Table:
    """One row an ordered pair of outlets."""
    found = view.result.outlet_pairs.sort_by([("outlet_a", "ascending"), ("outlet_b", "ascending")])
    floats = ("containment", "median_lag_hours", "lag_uncertainty_hours")
    return _table(columns.OUTLET_PAIRS, {
        name: _rounded(found[name]) if name in floats else found[name].combine_chunks() for name in columns.OUTLET_PAIRS})
