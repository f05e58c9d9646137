"""Not the same text after all: issues of one template (see :mod:`clustering.text.templates`) are no duplicates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from clustering.text import Numbers, template_changes

_DAY_US = 86_400e6


def part_issues(articles: pa.Table, numbers: Numbers, pairs: pa.Table) -> pa.Table:
    """The pairs with near-duplicates and excerpts rejected that are issues of one template.

    Parameters
    ----------
    articles, numbers, pairs
        ARTICLES, the numbers of the same rows, PAIRS. Pairs with a missing date are left as they are.
    """
    published = articles["published_at"].combine_chunks()
    days = published.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False) / _DAY_US
    days[np.asarray(published.is_null())] = np.nan
    outlets = articles["outlet_key"].combine_chunks().dictionary_encode().indices.to_numpy()
    verdicts = np.array(pairs["verdict"].to_pylist(), object)
    of = np.flatnonzero((verdicts == "near_duplicate") | (verdicts == "excerpt"))
    left, right = (pairs[side].to_numpy().astype(np.int64)[of] for side in ("left", "right"))
    changed = template_changes(numbers, days, outlets, left, right)
    if not changed.any():
        return pairs
    reasons = pairs["reason"].to_pylist()
    for place, count in zip(of[changed > 0].tolist(), changed[changed > 0].tolist(), strict=True):
        verdicts[place] = "rejected"
        changes = f"{count} number{'s' * (count != 1)} changed between the same words"
        reasons[place] = f"issues of one template on different days: {changes} (else {reasons[place]})"
    at = {name: pairs.schema.get_field_index(name) for name in ("verdict", "reason")}
    for name, values in (("verdict", verdicts.tolist()), ("reason", reasons)):
        pairs = pairs.set_column(at[name], pairs.schema.field(name), pa.array(values, pairs.schema.field(name).type))
    return pairs
