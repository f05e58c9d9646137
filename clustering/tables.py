"""The columns that travel between the rooms: one schema a table, one sentence a column.

Articles are *row numbers* inside a run (int32, in order of article id) and ids outside it. Spans are half-open and count
Unicode code points of the untouched text, so ``text[start:end]`` gives the quoted words back. Ragged columns are Arrow
large lists: :func:`flat` hands their values and offsets to the kernels without copying.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from clustering.errors import SamestoryError

TIME = pa.timestamp("us", tz="UTC")


def _schema(columns: Mapping[str, tuple[pa.DataType, str]]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, metadata={"about": about}) for name, (kind, about) in columns.items()])


def _lists_of(schema: pa.Schema) -> pa.DataType:
    """The rows of one article of a table with a column ``row``, as one value."""
    return pa.list_(pa.struct([schema.field(name).remove_metadata() for name in schema.names if name != "row"]))


ARTICLES = _schema({
    "article_id": (pa.string(), "unique; the table is sorted by it, and its order numbers the rows"),
    "outlet": (pa.string(), "who published it, aliases resolved; null when unknown"),
    "outlet_key": (pa.string(), "the outlet, or '?' + article id when unknown: an unknown outlet differs from every other"),
    "house": (pa.string(), "publishing house of the outlet, from the settings; null when none is named"),
    "url": (pa.string(), "as given; null when unknown"),
    "title": (pa.string(), "as given; null when unknown"),
    "text": (pa.large_string(), "the untouched text that all spans refer to"),
    "published": (pa.string(), "ISO 8601, with the precision and the zone the input had; null when unknown"),
    "published_at": (TIME, "the same as an instant (start of the day, UTC where no zone is known); null when unknown"),
    "published_precision": (pa.string(), "day, minute or second; null without a date"),
    "published_zone_known": (pa.bool_(), "false when the input named no zone"),
    "seen_at": (TIME, "when a crawler saw it; null when unknown"),
    "lang": (pa.string(), "ISO 639-1 code as given; null when the input named none"),
    "authors": (pa.list_(pa.string()), "as given; empty when unknown"),
})

TOKENS = _schema({
    "hashes": (pa.large_list(pa.uint64()), "64-bit hash of each token's folded characters, stable for ever"),
    "starts": (pa.large_list(pa.int32()), "first code point of each token"),
    "ends": (pa.large_list(pa.int32()), "one past the last code point of each token"),
    "flags": (pa.large_list(pa.uint8()), "bits of clustering.text.tokens: CAPITAL, NUMBER, UPPER, SENTENCE_START, LINE_START, ALONE"),
    "zones": (pa.large_list(pa.uint8()), "bits of the zones each token lies in; all zero until text.mark_zones"),
})
"""One row an article, in row order. The text and the title have a table each, of this same schema."""

SPANS = _schema({
    "row": (pa.int32(), "article"),
    "zone": (pa.string(), "headline, dateline, byline, caption, quote or boilerplate"),
    "start": (pa.int32(), "first code point"),
    "end": (pa.int32(), "one past the last"),
    "reason": (pa.string(), "the rule or statistic that labelled it, in words, for example 'rule: headline list'"),
})
"""Zones, sorted by (row, start, end, zone). What no span covers is body. Quotes may overlap body only."""

DATES = _schema({
    "row": (pa.int32(), "article"),
    "start": (pa.int32(), "first code point of the words that name the day"),
    "end": (pa.int32(), "one past the last"),
    "year": (pa.int16(), "as written; null when the words name none"),
    "month": (pa.int8(), "1 to 12"),
    "day": (pa.int8(), "1 to 31"),
})
"""Days that a text names, sorted by (row, start)."""

CREDITS = _schema({
    "row": (pa.int32(), "article"),
    "agency": (pa.string(), "short form: AFP, AP, Reuters, dpa ..."),
    "type": (pa.string(), "dateline, byline, credit_line, contributed, copyright, prefix (strong), mention (weak), photo (never counts)"),
    "start": (pa.int32(), "first code point of the words that say so"),
    "end": (pa.int32(), "one past the last"),
})
"""Evidence that names an agency, sorted by (row, start)."""

REMEMBERED = _schema({
    "key": (pa.binary(16), "digest of what is read of the article"),
    "lang": (pa.string(), "as in LANGUAGES, which comes below"),
    "source": (pa.string(), "as in LANGUAGES"),
    "spans": (_lists_of(SPANS), "zones by rules, as in SPANS"),
    "dates": (_lists_of(DATES), "as in DATES"),
    "repeats": (pa.large_binary(), "a bit for each run of six words: others of the run's articles had it too; null when not asked"),
    "credits_of": (pa.binary(16), "digest of the zones that the credits were read beside; null when they were not read"),
    "credits": (_lists_of(CREDITS), "as in CREDITS; null when they were not read"),
})
"""One row an article: what a run reads of it and the next one need not read again. No words of it."""

LANGUAGES = _schema({
    "lang": (pa.string(), "ISO 639-1 code, 'und' when undecidable"),
    "source": (pa.string(), "given or detected"),
})
"""One row an article."""

SHINGLES = _schema({
    "hashes": (pa.large_list(pa.uint32()), "sorted, unique 32-bit shingle hashes of the body tokens"),
})
"""One row an article; empty for an article without body tokens."""

SIGNATURES = _schema({
    "signature": (pa.list_(pa.uint32()), "MinHash row of num_perm values; all ones when there are no shingles"),
})
"""One row an article; schema metadata 'recipe' names scheme, seed, num_perm, shingle size and tokeniser version."""

CANDIDATES = _schema({
    "left": (pa.int32(), "row, smaller than right"),
    "right": (pa.int32(), "row"),
    "channel": (pa.string(), "identical, band, sample, or several joined by '+' in that order"),
})
"""Sorted by (left, right), unique."""

PAIRS = _schema({
    "left": (pa.int32(), "row, smaller than right"),
    "right": (pa.int32(), "row"),
    "channel": (pa.string(), "how the two met"),
    "shared_shingles": (pa.int32(), "exact size of the intersection"),
    "jaccard": (pa.float64(), "exact, of the shingle sets"),
    "containment_left": (pa.float64(), "share of the left article's shingles that the right one has"),
    "containment_right": (pa.float64(), "share of the right article's shingles that the left one has"),
    "longest_run": (pa.int32(), "tokens of the longest common run of body tokens; 0 when no shingle is shared"),
    "verdict": (pa.string(), "identical, near_duplicate, excerpt or rejected"),
    "reason": (pa.string(), "why, with the number that decided"),
})
"""Every candidate, sorted by (left, right)."""

GROUPS = _schema({
    "group": (pa.int32(), "row of the group's representative; an article without a duplicate is its own"),
    "relation": (pa.string(), "to the representative: representative, identical, near_duplicate, excerpt"),
})
"""Duplicate groups; one row an article."""

PASSAGES = _schema({
    "passage": (pa.int32(), "number inside the run, in order of the first occurrence"),
    "kind": (pa.string(), "copy, quote, background or boilerplate"),
    "reason": (pa.string(), "the signal that decided the kind, in words"),
    "tokens": (pa.int32(), "tokens of the longest occurrence"),
    "reference_row": (pa.int32(), "article whose occurrence the others are compared with"),
    "sketch": (pa.list_(pa.uint64()), "the 8 smallest 6-gram hashes, sorted: what the id is made from"),
    "agency": (pa.string(), "who is credited, null when nobody is"),
    "agency_level": (pa.string(), "explicit, corroborated, inferred, conflicting or unknown"),
    "evidence": (pa.list_(pa.string()), "the words of each piece of evidence, in plain English"),
    "earliest_row": (pa.int32(), "article it was seen in first, null when the timestamps cannot tell"),
    "origin": (pa.string(), "observed, unseen_common_source or unknown"),
})

OCCURRENCES = _schema({
    "passage": (pa.int32(), "passage"),
    "row": (pa.int32(), "article"),
    "start": (pa.int32(), "first code point"),
    "end": (pa.int32(), "one past the last"),
    "identity": (pa.float64(), "share of tokens equal to the reference occurrence"),
})
"""Sorted by (passage, row, start)."""

SPREAD = _schema({
    "row": (pa.int32(), "article"),
    "start": (pa.int32(), "first code point of a stretch of words that stand in the same number of outlets"),
    "end": (pa.int32(), "one past the last"),
    "words": (pa.int32(), "words of the stretch"),
    "outlets": (pa.int32(), "outlets that have the passages over it, its own included: 2 and more"),
})
"""In how many outlets an article's words stand, sorted by (row, start), without overlaps; words of no row stand in one. Furniture is
left out."""

CHANGES = _schema({
    "passage": (pa.int32(), "passage"),
    "row": (pa.int32(), "article whose words differ from the reference occurrence"),
    "type": (pa.string(), "number, quote, name or wording"),
    "here": (pa.string(), "the words in this article"),
    "there": (pa.string(), "the words in the reference occurrence"),
    "start": (pa.int32(), "first code point here"),
    "end": (pa.int32(), "one past the last"),
})
"""Sorted by (passage, row, start)."""

SHARES = _schema({
    "words": (pa.int32(), "body words: all tokens but boilerplate, captions, bylines, datelines and headlines"),
    "copy_words": (pa.int32(), "body words in copy passages"),
    "quote_words": (pa.int32(), "body words in quote passages"),
    "background_words": (pa.int32(), "body words in background passages"),
    "own_words": (pa.int32(), "the other body words"),
    "boilerplate_words": (pa.int32(), "words outside the body because they are furniture"),
    "all_words": (pa.int32(), "every word of the text"),
})
"""One row an article."""

ARTICLE_CREDITS = _schema({
    "agency": (pa.string(), "who the article's text is credited to, null when nobody"),
    "level": (pa.string(), "explicit, corroborated, inferred, conflicting or unknown"),
    "evidence": (pa.list_(pa.struct([("type", pa.string()), ("agency", pa.string()), ("start", pa.int32()), ("end", pa.int32())])),
                 "what says so; spans in this article"),
})
"""One row an article."""

NEIGHBOURS = _schema({
    "left": (pa.int32(), "representative row, smaller than right"),
    "right": (pa.int32(), "representative row"),
    "cosine": (pa.float64(), "of the two vectors, quantised to 1e-6"),
    "time_weight": (pa.float64(), "what the days between the two leave of the cosine, 0 to 1; quantised to 1e-6"),
    "opening_weight": (pa.float64(), "what titles and leads that tell of other things leave of it, 0 to 1; 1 or nearly in an archive"),
    "weight": (pa.float64(), "cosine times both, less for two texts of one outlet, and what shared passages add"),
    "shared_tokens": (pa.int32(), "tokens of the copy and quote passages the two share"),
    "rank": (pa.int32(), "place of the pair among the neighbours of that end where it stands better; 0 is the heaviest"),
    "needed": (pa.float64(), "what the pair had to weigh to bind: min_weight in this window, more among many look-alikes"),
    "changed_numbers": (pa.int32(), "numbers that differ between issues of one template, which therefore weigh 0; else 0"),
})
"""The neighbour graph over duplicate groups, sorted by (left, right)."""

ROUND_UPS = _schema({
    "row": (pa.int32(), "representative row of a text that tells of several happenings"),
    "near_rows": (pa.list_(pa.int32()), "the texts its parts are most like, no two of them alike; the likest first"),
})
"""Sorted by row."""

EVENTS_OF = _schema({
    "event": (pa.int32(), "smallest row among the event's articles"),
})
"""One row an article."""

STORIES_OF = _schema({
    "story": (pa.int32(), "smallest row among the story's articles"),
})
"""One row an article; a story holds whole events."""

EVENTS = _schema({
    "event": (pa.int32(), "smallest row among its articles"),
    "story": (pa.int32(), "smallest row among the story's articles"),
    "title": (pa.string(), "cleaned headline of the medoid"),
    "keywords": (pa.list_(pa.string()), "c-TF-IDF terms and phrases, best first"),
    "names": (pa.list_(pa.string()), "people, places, organisations that matter most, best first"),
    "representative_row": (pa.int32(), "the medoid over duplicate groups"),
    "weakest_row": (pa.int32(), "the member least like the others; null for a single text"),
    "cohesion": (pa.float64(), "mean cosine between the duplicate groups of the event; null for a single text"),
    "stability": (pa.float64(), "Jaccard overlap with the nearest event that 0.8 and 1.25 times the thresholds give, the lesser"),
})
"""One row an event, sorted by event."""

STORIES = _schema({
    "story": (pa.int32(), "smallest row among its articles"),
    "title": (pa.string(), "title of its largest event"),
    "keywords": (pa.list_(pa.string()), "terms that its events share, best first"),
})

STORY_LINKS = _schema({
    "left_event": (pa.int32(), "earlier event"),
    "right_event": (pa.int32(), "later event"),
    "cosine": (pa.float64(), "of the two event centroids"),
    "gap_days": (pa.float64(), "between last and first article; null without dates"),
    "shared_terms": (pa.list_(pa.string()), "the terms that weigh most in the link"),
})
"""Why a story holds together: the links its events were chained by."""

WHY = _schema({
    "role": (pa.string(), "how the text relates to the others', whoever was first: copy, excerpt, rewrite or independent"),
    "nearest_row": (pa.int32(), "the most similar article of another duplicate group in the event; null when there is none"),
    "cosine": (pa.float64(), "to that article; null when there is none"),
    "shared_terms": (pa.list_(pa.string()), "terms that contribute most to that cosine, best first"),
    "shared_term_weights": (pa.list_(pa.float64()), "what each of them contributes; all terms together make the cosine"),
    "margin": (pa.float64(), "mean weight to the own event less the best to another one"),
    "dating": (pa.string(), "where the day that its time is judged by comes from, and whether it is doubted"),
    "named_days": (pa.list_(pa.string()), "days that the text names, ISO 8601"),
    "round_up_rows": (pa.list_(pa.int32()), "of a round-up: the articles that its parts are most like; empty for others"),
})
"""Why an article is in its event; one row an article."""

OUTLETS = _schema({
    "outlet": (pa.string(), "name; unknown outlets are not listed"),
    "articles": (pa.int32(), "in this run"),
    "words": (pa.int64(), "body words"),
    "copy_words": (pa.int64(), ""),
    "quote_words": (pa.int64(), ""),
    "background_words": (pa.int64(), ""),
    "own_words": (pa.int64(), ""),
    "boilerplate_words": (pa.int64(), ""),
    "events": (pa.int32(), "events it has an article in"),
    "first_in_events": (pa.int32(), "multi-outlet events it was first seen in, outside the uncertainty of the timestamps"),
    "agencies": (pa.list_(pa.string()), "agencies its articles are credited to, most frequent first"),
})

OUTLET_PAIRS = _schema({
    "outlet_a": (pa.string(), "first outlet of the ordered pair"),
    "outlet_b": (pa.string(), "second outlet"),
    "events_together": (pa.int32(), "events both have an article in"),
    "shared_passages": (pa.int32(), "copy passages both have"),
    "shared_words": (pa.int64(), "body words of A that stand in copy passages B has too"),
    "containment": (pa.float64(), "the same as a share of A's body words"),
    "median_lag_hours": (pa.float64(), "B's time less A's over shared copy passages; null when no pair is dated"),
    "lag_uncertainty_hours": (pa.float64(), "median uncertainty of those lags"),
})
"""One row an ordered pair with at least one shared event or passage, sorted."""

LINKS = _schema({
    "type": (pa.string(), "must-link or cannot-link"),
    "a": (pa.string(), "article id, smaller than b"),
    "b": (pa.string(), "article id"),
    "note": (pa.string(), "why, in the words of who said so; null when nothing was said"),
})
"""People's corrections of events, sorted by (type, a, b, note), unique, free of contradictions."""

NOT_BOILERPLATE = _schema({
    "outlet": (pa.string(), "whose words they are, aliases resolved"),
    "text": (pa.large_string(), "the words that are no furniture"),
    "note": (pa.string(), "why; null when nothing was said"),
})
"""People's corrections of the mask, sorted, unique."""

MEMBERS = _schema({
    "article_id": (pa.string(), "article"),
    "group_id": (pa.string(), "id of its group in some run"),
})
"""Memberships of one level (duplicate group, event or story), as lineage sees them."""

IDS = _schema({
    "label": (pa.int32(), "the group's number inside the run, as the rooms know it"),
    "id": (pa.string(), "the id that lasts: d-, e- or s- and 12 hexadecimal digits"),
    "status": (pa.string(), "born, continued, grown, merged, split or revived"),
    "previous_ids": (pa.list_(pa.string()), "other ids of the parent run whose members came here, sorted"),
})
"""Sorted by label."""

PASSAGE_IDS = _schema({
    "passage": (pa.int32(), "passage"),
    "id": (pa.string(), "the id that lasts: p- and 12 hexadecimal digits"),
})
"""Sorted by passage."""

PASSAGE_PLACES = _schema({
    "id": (pa.string(), "id of a passage in the parent run"),
    "kind": (pa.string(), "copy, quote, background or boilerplate"),
    "article_id": (pa.string(), "article it stood in"),
    "start": (pa.int32(), "first code point"),
    "end": (pa.int32(), "one past the last"),
})

LINEAGE = _schema({
    "level": (pa.string(), "duplicate_group, event, story, or article (withdrawn ones only)"),
    "change": (pa.string(), "born, continued, grown, merged, split, revived, ended, withdrawn"),
    "id": (pa.string(), "id in this run (for ended and withdrawn: the last one)"),
    "previous_id": (pa.string(), "id in the parent run, null for born"),
    "share": (pa.float64(), "share of the previous group's live articles that are here; null for born"),
    "articles": (pa.int32(), "articles now"),
    "previous_articles": (pa.int32(), "articles in the parent run, null for born"),
})


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece; it is copied only where it is in several (``combine_chunks`` copies always)."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def flat(column: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The values and the int64 offsets (length n + 1) of a ragged column, without copying where Arrow allows it."""
    array = whole(column)
    offsets = array.offsets.to_numpy().astype(np.int64, copy=False)
    values = array.values.to_numpy(zero_copy_only=False)
    return values[offsets[0] : offsets[-1]], offsets - offsets[0]


def stream(given: pa.Table, names: Sequence[str], block_rows: int = 2_048) -> Iterator[tuple[Any, ...]]:
    """The rows of some columns as Python values, a block at a time: never all texts of a window at once."""
    for batch in given.select(list(names)).to_batches(max_chunksize=block_rows):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def ragged(values: np.ndarray, offsets: np.ndarray) -> pa.LargeListArray:
    """The inverse of :func:`flat`."""
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), pa.array(values))


def table(schema: pa.Schema, columns: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of exactly this schema, from columns (arrays or lists) or from a list of row dictionaries.

    Raises
    ------
    SamestoryError
        when a column is missing, unknown or of another type: a room broke its promise.
    """
    if not isinstance(columns, Mapping):
        return pa.Table.from_pylist(list(columns), schema=schema)
    if set(columns) != set(schema.names):
        raise SamestoryError(f"columns {sorted(set(columns) ^ set(schema.names))} are missing or unknown")
    arrays = [pa.array(columns[f.name], f.type) if not isinstance(columns[f.name], (pa.Array, pa.ChunkedArray))
              else columns[f.name].cast(f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
