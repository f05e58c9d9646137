"""The columns of the tabular artifacts, in order, with one sentence each.

CSV and Parquet twins have the same columns. CSV is UTF-8 as in RFC 4180 (CRLF, quotes doubled), null is an empty cell, lists
are joined by '; ', and text that a spreadsheet would run as a formula (first character = + - @, tab or carriage return)
gets an apostrophe in front; Parquet (zstd) holds the values untouched.
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MAY_BE_FORMULA = f"^[{re.escape(''.join(_FORMULA_STARTS))}]"
"""Text that :func:`guarded` changes, as Arrow's regular expressions say it."""

Columns = dict[str, tuple[pa.DataType, str]]

_TEXT, _COUNT, _SHARE, _WORDS = pa.string(), pa.int32(), pa.float64(), pa.int64()

ARTICLES: Columns = {
    "article_id": (_TEXT, "unique; the table is sorted by it"),
    "outlet": (_TEXT, "who published it, aliases resolved; null when unknown"),
    "url": (_TEXT, "as given; null when unknown"),
    "title": (_TEXT, "as given; null when unknown"),
    "published": (_TEXT, "ISO 8601 with the precision and zone the input had; null when unknown"),
    "lang": (_TEXT, "ISO 639-1 code, given or detected; 'und' when undecidable"),
    "duplicate_group_id": (_TEXT, "articles with the same text share it; every article has one"),
    "event_id": (_TEXT, "articles on one happening share it; every article has one"),
    "story_id": (_TEXT, "events of one running story share it; every article has one"),
    "published_precision": (_TEXT, "day, minute or second; null without a date"),
    "house": (_TEXT, "publishing house of the outlet, from the settings; null when none is named"),
    "relation": (_TEXT, "to the representative of its duplicate group: representative, identical, near_duplicate, excerpt"),
    "role": (_TEXT, "in its event: copy, excerpt, rewrite or independent"),
    "round_up": (pa.bool_(), "whether it tells of several happenings (a briefing, a ticker): kept out of grouping"),
    "agency": (_TEXT, "who its text is credited to; null when nobody"),
    "agency_level": (_TEXT, "explicit, corroborated, inferred, conflicting or unknown"),
    "words": (_COUNT, "body words: without boilerplate, headlines, datelines, bylines and captions"),
    "copy_words": (_COUNT, "body words in copy passages"),
    "quote_words": (_COUNT, "body words in quote passages"),
    "background_words": (_COUNT, "body words in background passages"),
    "own_words": (_COUNT, "the other body words"),
    "boilerplate_words": (_COUNT, "words outside the body because they are furniture"),
    "copy_share": (_SHARE, "copy_words / (words + boilerplate_words); null without words; the five shares add up to 1"),
    "quote_share": (_SHARE, "quote_words / (words + boilerplate_words)"),
    "background_share": (_SHARE, "background_words / (words + boilerplate_words)"),
    "boilerplate_share": (_SHARE, "boilerplate_words / (words + boilerplate_words)"),
    "own_share": (_SHARE, "own_words / (words + boilerplate_words)"),
}

TEXTS: Columns = {
    "article_id": (_TEXT, "article"),
    "text": (pa.large_string(), "the untouched text that all spans refer to, in code points"),
    "sha256": (_TEXT, "of the text's UTF-8 bytes, hexadecimal"),
}

PAIRS: Columns = {
    "left_article_id": (_TEXT, "article, smaller than the right one"),
    "right_article_id": (_TEXT, "article"),
    "channel": (_TEXT, "how the two met: identical, band, sample, or several joined by '+'"),
    "shared_shingles": (_COUNT, "shingles both have"),
    "jaccard": (_SHARE, "exact, of the shingle sets"),
    "containment_left": (_SHARE, "share of the left article's shingles that the right one has"),
    "containment_right": (_SHARE, "share of the right article's shingles that the left one has"),
    "longest_run": (_COUNT, "tokens of the longest common run of body tokens"),
    "cosine": (_SHARE, "of their duplicate groups' vectors; null inside one group and between groups that are no neighbours"),
    "verdict": (_TEXT, "identical, near_duplicate, excerpt or rejected"),
    "reason": (_TEXT, "why, with the number that decided"),
}

NEIGHBOURS: Columns = {
    "left_article_id": (_TEXT, "representative of a duplicate group, smaller than the right one"),
    "right_article_id": (_TEXT, "representative of a duplicate group"),
    "cosine": (_SHARE, "of the two vectors"),
    "weight": (_SHARE, "cosine times the time weight, and what shared passages add: what events are grouped by"),
    "shared_tokens": (_COUNT, "tokens of the copy and quote passages the two share"),
    "time_weight": (_SHARE, "what the days between the two leave of the cosine"),
    "opening_weight": (_SHARE, "what titles and leads that tell of other things leave of it, in a dense feed; else 1 or nearly"),
    "rank": (_COUNT, "place among the neighbours of that end where the pair stands better; 0 is the heaviest"),
    "needed": (_SHARE, "what the pair had to weigh to bind; more where both have many look-alikes"),
    "changed_numbers": (_COUNT, "numbers that differ between issues of one template on different days, which weigh 0; else 0"),
}

ZONES: Columns = {
    "article_id": (_TEXT, "article"),
    "zone": (_TEXT, "headline, dateline, byline, caption, quote or boilerplate"),
    "start": (_COUNT, "first code point"),
    "end": (_COUNT, "one past the last"),
    "reason": (_TEXT, "the rule or statistic that labelled it"),
}

SPREAD: Columns = {
    "article_id": (_TEXT, "article"),
    "start": (_COUNT, "first code point of a stretch of words that stand in the same number of outlets"),
    "end": (_COUNT, "one past the last"),
    "words": (_COUNT, "words of the stretch"),
    "outlets": (_COUNT, "outlets that have the passages over it, its own included; words without a row stand in one"),
}

OUTLETS: Columns = {
    "outlet": (_TEXT, "name; unknown outlets are not listed"),
    "articles": (_COUNT, "in this run"),
    "words": (_WORDS, "body words"),
    "copy_words": (_WORDS, "body words in copy passages"),
    "quote_words": (_WORDS, "body words in quote passages"),
    "background_words": (_WORDS, "body words in background passages"),
    "own_words": (_WORDS, "the other body words"),
    "boilerplate_words": (_WORDS, "words outside the body because they are furniture"),
    "events": (_COUNT, "events it has an article in"),
    "first_in_events": (_COUNT, "events of several outlets it was earliest seen in, outside the timestamps' uncertainty"),
    "agencies": (pa.list_(pa.string()), "agencies its articles are credited to, most frequent first"),
}

OUTLET_PAIRS: Columns = {
    "outlet_a": (_TEXT, "first outlet of the ordered pair"),
    "outlet_b": (_TEXT, "second outlet"),
    "events_together": (_COUNT, "events both have an article in"),
    "shared_passages": (_COUNT, "copy passages both have"),
    "shared_words": (_WORDS, "body words of A that stand in copy passages B has too"),
    "containment": (_SHARE, "the same as a share of A's body words"),
    "median_lag_hours": (_SHARE, "B's time less A's over shared copy passages; null when no pair is dated"),
    "lag_uncertainty_hours": (_SHARE, "median uncertainty of those lags"),
}

TABLES: dict[str, Columns] = {
    "articles.csv": ARTICLES,
    "articles.parquet": ARTICLES,
    "texts.parquet": TEXTS,
    "pairs.parquet": PAIRS,
    "neighbours.parquet": NEIGHBOURS,
    "zones.parquet": ZONES,
    "spread.parquet": SPREAD,
    "outlets.csv": OUTLETS,
    "outlet_pairs.csv": OUTLET_PAIRS,
}
"""Artifact -> its columns."""


def guarded(value: Any) -> Any:
    """A CSV cell: text that a spreadsheet would run as a formula gets an apostrophe, lists become text, numbers stay."""
    if isinstance(value, list):
        value = "; ".join(value)
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def arrow(columns: Columns) -> pa.Schema:
    """The Arrow schema of a table, each column carrying its sentence."""
    return pa.schema([pa.field(name, kind, metadata={"about": about}) for name, (kind, about) in columns.items()])


def schema(name: str, version: str) -> dict[str, Any]:
    """A Table Schema (frictionless) of one tabular artifact."""
    kinds = {pa.int32(): "integer", pa.int64(): "integer", pa.float64(): "number"}
    return {
        "$id": f"urn:samestory:schema:{name}:{version}",
        "title": name,
        "schema_version": version,
        "fields": [{"name": column, "type": "list" if pa.types.is_list(kind) else kinds.get(kind, "string"), "description": about}
                   for column, (kind, about) in TABLES[name].items()],
        "missingValues": [""],
    }
