"""The JSON documents a run leaves: one struct an artifact, one sentence a key.

The structs are both the writer's and the readers' definition, and ``samestory schema NAME`` prints them as JSON Schema.
Every key is always present, null when empty; keys may be added within a schema version, never renamed. Spans are
half-open and count Unicode code points of ``text`` in ``texts.parquet``; the ``_utf16`` twins are for JavaScript.
Times are printed as the input gave them, never with more precision than it had.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from clustering.errors import InputError
from jobs import columns

SCHEMA_VERSION: Literal["1.0"] = "1.0"

Version = Annotated[Literal["1.0"], Meta(description="version of the shape of this record; keys may be added, never renamed")]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Level = Literal["explicit", "corroborated", "inferred", "conflicting", "unknown"]
Kind = Literal["copy", "quote", "background", "boilerplate"]
Become = Literal["born", "continued", "grown", "merged", "split", "revived"]
Status = Annotated[Become, Meta(description="what became of it since the parent run")]
Relation = Literal["representative", "identical", "near_duplicate", "excerpt"]
PreviousIds = Annotated[list[str], Meta(description="other ids of the parent run whose members came here, sorted")]
ArticleId = Annotated[str, Meta(description="id of an article in articles.csv")]
Outlet = Annotated[str | None, Meta(description="who published it; null when unknown")]
Outlets = Annotated[list[str], Meta(description="the known outlets, sorted; unknown ones are counted but have no name")]
OutletCount = Annotated[int, Meta(description="different outlets; an unknown outlet differs from every other")]
Languages = Annotated[list[str], Meta(description="ISO 639-1 codes, sorted; 'und' where undecidable")]
FirstPublished = Annotated[str | None, Meta(description="earliest publication time, printed as given; null without dates")]
LastPublished = Annotated[str | None, Meta(description="latest publication time, printed as given; null without dates")]
Words = Annotated[list[str], Meta(description="terms and phrases that tell it from the rest, best first")]


class _Document(Struct, kw_only=True, frozen=True, gc=False):
    """Frozen, keyword-only. Every key is always written; one that was added within the schema version has a default, so that
    runs of before can be read. No cycles, so the collector may look away.
    """


class CreditEvidence(_Document, frozen=True, gc=False):
    """Words of the article that name an agency."""

    type: Annotated[str, Meta(description="dateline, byline, credit_line, contributed, copyright, prefix, mention or photo")]
    agency: Annotated[str | None, Meta(description="the agency these words name")]
    start: Annotated[int, Meta(description="first code point")]
    end: Annotated[int, Meta(description="one past the last")]


class ArticleAgency(_Document, frozen=True, gc=False):
    """Who the article's text is credited to."""

    name: Annotated[str | None, Meta(description="short form, for example AFP; null when nobody is credited")]
    level: Annotated[Level, Meta(description="how sure: explicit words, corroborated by other articles, inferred, or not")]
    evidence: list[CreditEvidence]


class Why(_Document, frozen=True, gc=False):
    """Why an article is in its event."""

    nearest_article_id: Annotated[str | None, Meta(
        description="the most similar article of another duplicate group in the event; null when there is none")]
    cosine: Annotated[float | None, Meta(description="similarity to that article; null when there is none")]
    shared_terms: Annotated[list[str], Meta(description="terms that contribute most to it, best first")]
    margin: Annotated[float | None, Meta(description="mean weight to the own event less the best to another one")]
    shared_term_weights: Annotated[list[float], Meta(
        description="what each of shared_terms contributes to the cosine; it is the sum over all terms")] = []
    dating: Annotated[str | None, Meta(
        description="where the day its time is judged by comes from, published or read off the text; why it is doubted")] = None
    named_days: Annotated[list[str], Meta(description="days the text names, ISO 8601: evidence of what it tells of")] = []
    corrections: Annotated[list[str], Meta(description="what people said of it and of other articles of the run")] = []
    round_up_of: Annotated[list[str], Meta(
        description="of a round-up, which is kept out of grouping: articles that its parts are most like; empty for others")] = []


class EventArticle(_Document, frozen=True, gc=False):
    """An article in its event. The five shares add up to 1."""

    article_id: ArticleId
    outlet: Outlet
    url: str | None
    title: str | None
    published: Annotated[str | None, Meta(description="as given; null when unknown")]
    published_precision: Annotated[Literal["day", "minute", "second"] | None, Meta(description="null without a date")]
    duplicate_group_id: Annotated[str, Meta(description="articles with the same text share it")]
    role: Annotated[Literal["copy", "excerpt", "rewrite", "independent"], Meta(
        description="how its text relates to the others', whoever was first. copy: the same text as another article; excerpt: "
                    "part of another's; rewrite: no duplicate, but 20 % or more of its words in copy passages; "
                    "independent: all others")]
    words: Annotated[int, Meta(description="body words: without boilerplate, headlines, datelines, bylines and captions")]
    copy_share: Annotated[Share | None, Meta(
        description="body words in copy passages, divided by body and boilerplate words; null without words")]
    quote_share: Annotated[Share | None, Meta(description="the same for quote passages")]
    background_share: Annotated[Share | None, Meta(description="the same for background passages")]
    boilerplate_share: Annotated[Share | None, Meta(description="boilerplate words, divided likewise")]
    own_share: Annotated[Share | None, Meta(description="the other body words, divided likewise")]
    agency: ArticleAgency
    why: Why


class Cluster(_Document, frozen=True, gc=False):
    """An event: the articles on one happening, with their duplicate groups and shared passages."""

    schema_version: Version
    event_id: Annotated[str, Meta(description="'e-' and 12 hexadecimal digits; lasts from run to run")]
    story_id: Annotated[str, Meta(description="the running story it belongs to")]
    title: Annotated[str | None, Meta(description="cleaned headline of the representative")]
    keywords: Words
    names: Annotated[list[str], Meta(description="people, places and organisations that matter most, best first")]
    representative_article_id: Annotated[str, Meta(description="the article most like all others")]
    first_published: FirstPublished
    last_published: LastPublished
    article_count: int
    outlet_count: OutletCount
    independent_text_count: Annotated[int, Meta(description=(
        "different texts: the duplicate groups of the event, walked from the longest representative to the shortest; a "
        "group is not counted when 80 % or more of its representative's body words stand in copy passages that groups "
        "already counted have too. At least 1"))]
    outlets: Outlets
    languages: Languages
    status: Status
    previous_ids: PreviousIds
    cohesion: Annotated[float | None, Meta(description="mean cosine between its duplicate groups; null for a single text")]
    stability: Annotated[Share | None, Meta(description=(
        "Jaccard overlap with the nearest event when all thresholds are 0.8 or 1.25 times what they are, the lesser: 1 is an "
        "event that does not hang on them"))]
    weakest_article_id: Annotated[str | None, Meta(description="the member least like the others; null for a single text")]
    articles: Annotated[list[EventArticle], Meta(description="sorted by article_id")]
    passage_ids: Annotated[list[str], Meta(description="passages with an occurrence in one of its articles, sorted")]


class StoryEvent(_Document, frozen=True, gc=False):
    """An event in its story."""

    event_id: str
    title: str | None
    first_published: FirstPublished
    last_published: LastPublished
    article_count: int
    outlet_count: OutletCount


class StoryLink(_Document, frozen=True, gc=False):
    """Why two events were chained."""

    left_event_id: Annotated[str, Meta(description="the earlier event")]
    right_event_id: Annotated[str, Meta(description="the later event")]
    cosine: Annotated[float | None, Meta(description="of the two event centroids")]
    gap_days: Annotated[float | None, Meta(description="between last and first article; null without dates")]
    shared_terms: Annotated[list[str], Meta(description="terms that weigh most in the link")]


class Story(_Document, frozen=True, gc=False):
    """A story: a running chain of events."""

    schema_version: Version
    story_id: Annotated[str, Meta(description="'s-' and 12 hexadecimal digits; lasts from run to run")]
    title: Annotated[str | None, Meta(description="title of its largest event")]
    keywords: Words
    first_published: FirstPublished
    last_published: LastPublished
    article_count: int
    outlet_count: OutletCount
    event_count: int
    outlets: Outlets
    languages: Languages
    status: Status
    previous_ids: PreviousIds
    events: Annotated[list[StoryEvent], Meta(description="in order of time; undated ones last")]
    links: Annotated[list[StoryLink], Meta(description="the links it was chained by")]


class PassageAgency(_Document, frozen=True, gc=False):
    """Who the shared words are credited to."""

    name: Annotated[str | None, Meta(description="short form; null when nobody is credited")]
    level: Level
    evidence: Annotated[list[str], Meta(description="each piece of evidence, in plain English")]


class Change(_Document, frozen=True, gc=False):
    """A place where an occurrence differs from the reference occurrence."""

    type: Literal["number", "quote", "name", "wording"]
    here: Annotated[str, Meta(description="the words in this article")]
    there: Annotated[str, Meta(description="the words in the reference occurrence")]
    start: Annotated[int, Meta(description="first code point in this article")]
    end: Annotated[int, Meta(description="one past the last")]


class Occurrence(_Document, frozen=True, gc=False):
    """A passage's place in one article."""

    article_id: ArticleId
    outlet: Outlet
    start: Annotated[int, Meta(description="first code point of the article's text")]
    end: Annotated[int, Meta(description="one past the last")]
    start_utf16: Annotated[int, Meta(description="the same place in UTF-16 code units")]
    end_utf16: Annotated[int, Meta(description="the same place in UTF-16 code units")]
    identity: Annotated[Share, Meta(description="share of tokens equal to the reference occurrence")]
    changes: list[Change]


class Passage(_Document, frozen=True, gc=False):
    """A passage: words shared across outlets."""

    schema_version: Version
    passage_id: Annotated[str, Meta(description="'p-' and 12 hexadecimal digits, made from the words; kept from run to run")]
    kind: Annotated[Kind, Meta(
        description="copy (narrative), quote (quoted speech), background (stock wording), boilerplate (furniture)")]
    reason: Annotated[str | None, Meta(description="the signal that decided the kind, in words")]
    event_ids: Annotated[list[str], Meta(description="events of the articles it occurs in, sorted")]
    tokens: Annotated[int, Meta(description="tokens of the longest occurrence")]
    text: Annotated[str, Meta(description="the words of the reference occurrence")]
    reference_article_id: Annotated[str, Meta(
        description="article of the reference occurrence, the one that `text`, `identity` and `changes` refer to")]
    agency: PassageAgency
    earliest_article_id: Annotated[str | None, Meta(
        description="article it is earliest seen in; null when the timestamps cannot tell")]
    origin: Annotated[Literal["observed", "unseen_common_source", "unknown"], Meta(
        description="whether the words come from an article of this run, from somewhere unseen, or nobody can tell")]
    occurrences: Annotated[list[Occurrence], Meta(description="sorted by article_id, start")]


class GroupArticle(_Document, frozen=True, gc=False):
    """An article in its duplicate group."""

    article_id: ArticleId
    outlet: Outlet
    relation: Annotated[Relation, Meta(description="to the representative")]


class DuplicateGroup(_Document, frozen=True, gc=False):
    """A duplicate group of more than one article."""

    schema_version: Version
    duplicate_group_id: Annotated[str, Meta(description="'d-' and 12 hexadecimal digits; lasts from run to run")]
    event_id: str
    relation: Annotated[Literal["identical", "near_duplicate", "excerpt"], Meta(
        description="the loosest relation of a member to the representative")]
    representative_article_id: str
    first_published: FirstPublished
    last_published: LastPublished
    article_count: int
    outlet_count: OutletCount
    outlets: Outlets
    status: Status
    previous_ids: PreviousIds
    articles: Annotated[list[GroupArticle], Meta(description="sorted by article_id")]


class LineageChange(_Document, frozen=True, gc=False):
    """A change since the parent run."""

    schema_version: Version
    level: Annotated[Literal["duplicate_group", "event", "story", "article"], Meta(
        description="what it is about; article only for those that were withdrawn")]
    change: Literal["born", "continued", "grown", "merged", "split", "revived", "ended", "withdrawn"]
    id: Annotated[str, Meta(description="id in this run; for ended and withdrawn the last one")]
    previous_id: Annotated[str | None, Meta(description="id in the parent run; null for born")]
    share: Annotated[Share | None, Meta(
        description="share of the previous group's live articles that are here; null for born")]
    articles: Annotated[int | None, Meta(description="articles now")]
    previous_articles: Annotated[int | None, Meta(description="articles in the parent run; null for born")]


class Redirect(_Document, frozen=True, gc=False):
    """An id of an earlier run that was merged away, and the group of this run that holds what it was."""

    schema_version: Version
    id: Annotated[str, Meta(description="id that is no longer used")]
    became_id: Annotated[str, Meta(description="id in this run that it leads to, after as many merges as there were")]


class Reject(_Document, frozen=True, gc=False):
    """An input record that could not be used."""

    schema_version: Version
    file: Annotated[str | None, Meta(description="input file it stands in")]
    line: Annotated[int | None, Meta(description="line or record number, from 1; null when the format has none")]
    reason: str
    article_id: Annotated[str | None, Meta(description="the record's id; null when it has none")]


class Artifact(_Document, frozen=True, gc=False):
    """A file beside the manifest."""

    name: str
    bytes: int
    sha256: str
    rows: Annotated[int, Meta(description="records in it")]


class Manifest(_Document, frozen=True, gc=False):
    """What a run knew: inputs, settings, versions, parent. Beside run_results.json the only artifact that knows the clock."""

    schema_version: Version
    run_id: str
    parent_run_id: Annotated[str | None, Meta(description="the run it continues; null for a first one")]
    as_of: Annotated[str | None, Meta(description="its logical time; null when no article is dated")]
    created_at: Annotated[str | None, Meta(description="clock time when it was written")]
    inputs: Annotated[list[dict[str, Any]], Meta(description="each input file with its digest")]
    settings: Annotated[dict[str, Any], Meta(description="every setting, defaults spelled out")]
    settings_digest: Annotated[str | None, Meta(description="of the settings that can change results")]
    versions: Annotated[dict[str, Any], Meta(description="samestory, its recipes and the libraries that decide results")]
    artifacts: Annotated[list[Artifact], Meta(
        description="the files beside it, sorted by name, but for run_results.json and the pages")]
    corrections: Annotated[list[dict[str, Any]], Meta(
        description="people's corrections that the run was told, as in their file")] = []
    redacted_article_ids: Annotated[list[str], Meta(
        description="articles that were withdrawn later and taken out of this run")] = []


class Stage(_Document, frozen=True, gc=False):
    """A stage of the run."""

    name: str
    status: Annotated[str, Meta(description="done, skipped or failed")]
    seconds: float | None
    counts: dict[str, int]
    warnings: list[str]
    peak_memory_mb: Annotated[int | None, Meta(description="of the process during the stage, in MiB")]


class RunResults(_Document, frozen=True, gc=False):
    """What happened in a run: per stage status, seconds and counts, and the balance of records."""

    schema_version: Version
    run_id: str
    status: str
    started_at: Annotated[str | None, Meta(description="clock time")]
    finished_at: Annotated[str | None, Meta(description="clock time, before the artifacts were written")]
    seconds: float | None
    counts: Annotated[dict[str, int], Meta(
        description="read = new + unchanged + superseded + withdrawn + expired + rejects; and what was found")]
    stages: list[Stage]
    warnings: Annotated[list[str], Meta(description="what a reader of the results should know")]
    health: Annotated[dict[str, float], Meta(
        description="figures that the run is compared with its history by; what is odd about them stands in warnings")] = {}


DOCUMENTS: dict[str, type[_Document]] = {
    "clusters.jsonl": Cluster,
    "stories.jsonl": Story,
    "passages.jsonl": Passage,
    "duplicate_groups.jsonl": DuplicateGroup,
    "lineage.jsonl": LineageChange,
    "redirects.jsonl": Redirect,
    "rejects.jsonl": Reject,
    "manifest.json": Manifest,
    "run_results.json": RunResults,
}
"""Artifact -> the struct of one record."""


def names() -> list[str]:
    """Every artifact that has a schema."""
    return [*DOCUMENTS, *columns.TABLES]


def schema(name: str) -> dict[str, Any]:
    """JSON Schema 2020-12 of a JSON artifact's record, or a Table Schema of a tabular one.

    Parameters
    ----------
    name
        The artifact's file name; without its suffix where that leaves no doubt.

    Raises
    ------
    InputError
        when no artifact has this name.
    """
    found = [known for known in names() if name in (known, known.rpartition(".")[0])]
    if not found:
        raise InputError(f"no artifact is called {name!r}; there are {', '.join(names())}")
    name = found[0]
    if name in columns.TABLES:
        return columns.schema(name, SCHEMA_VERSION)
    (reference,), definitions = msgspec.json.schema_components([DOCUMENTS[name]], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        definition["required"] = [*definition["properties"]]
    record = definitions.pop(reference["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:samestory:schema:{name}:{SCHEMA_VERSION}",
        "title": name,
        **{key: value for key, value in record.items() if key != "title"},
        **({"$defs": definitions} if definitions else {}),
    }
