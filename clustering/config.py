"""The settings: one record a room, every default spelled out, numbers carrying their unit.

The records are msgspec structs, so that ``samestory.toml`` is validated by the same definition that documents it.
Reading files is the shell's business (``jobs/settings.py``); nothing here touches the world.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
NonNegative = Annotated[float, Meta(ge=0.0)]


class _Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section of the settings: frozen, keyword-only, unknown names refused."""


class Agency(_Section, frozen=True):
    """An agency the shipped list does not know, under ``[agencies.KEY]``; KEY is the short form used in datelines."""

    names: list[str] = []
    domains: list[str] = []


class Outlets(_Section, frozen=True):
    """What is known of outlets: other names of one outlet, and the publishing house each belongs to."""

    aliases: dict[str, str] = {}
    houses: dict[str, str] = {}


class TextSettings(_Section, frozen=True):
    """Zones and boilerplate (``clustering/text``)."""

    boilerplate: bool = True
    """Switch the learnt mask off to see what it does; shape rules (headline lists, platform furniture) go with it."""
    boilerplate_min_tokens: Positive = 8
    """Shortest repeated run that is masked."""
    boilerplate_allow: list[str] = []
    """Phrases that are never boilerplate, whatever their statistics."""
    boilerplate_deny: list[str] = []
    """Phrases that always are."""


class CopiesSettings(_Section, frozen=True):
    """Near-duplicates (``clustering/copies``). Recall of the bands: 1 - (1 - J^rows)^bands."""

    shingle_tokens: Positive = 5
    num_perm: Positive = 128
    bands: Positive = 42
    rows: Positive = 3
    seed: Positive = 1
    sample_one_in: Positive = 4
    """Sampled-shingle join: keep hashes below 2^32 / this."""
    sample_min_shared: Positive = 2
    """Sampled shingles two articles must share to be looked at."""
    sample_min_containment: Share = 0.15
    """The containment they must show by that sample; far enough below the thresholds that chance costs no pair."""
    small_shingles: Count = 150
    """Beside an article with fewer shingles than this all shared shingles are counted, not a sample."""
    sample_max_articles: Positive = 1000
    """A shingle in more articles than this nominates no pairs (counted, not lost silently)."""
    containment_join: bool = True
    """Switch the sampled-shingle join off to see what banding alone finds."""
    near_duplicate_jaccard: Share = 0.5
    excerpt_containment: Share = 0.5
    min_shared_shingles: Positive = 8
    """Fewer shared shingles are a stock phrase, whatever share of a text they are."""
    min_run_tokens: Positive = 12
    """An excerpt has a common run of this many tokens."""
    short_shingles: Count = 25
    """A text with fewer shingles than this needs ``short_containment`` to be a near-duplicate or an excerpt."""
    short_containment: Share = 0.8
    group_excerpts: bool = True
    """Switch off to have only identical texts and near-duplicates in a duplicate group."""
    excerpt_share: Share = 0.15
    """An excerpt joins a duplicate group when the shared words are so much of the longer text, or ``short_containment`` of the
    shorter one: two texts that each say more of their own are not the same text.
    """


class PassagesSettings(_Section, frozen=True):
    """Shared passages (``clustering/passages``)."""

    min_tokens: Positive = 15
    min_fragment_tokens: Positive = 8
    """Shorter fragments count only beside ``anchored_tokens`` shared tokens in the same pair."""
    min_quote_tokens: Positive = 6
    anchored_tokens: Positive = 60
    nominate_tokens: Positive = 6
    nominate_min_shared: Positive = 2
    seed_tokens: Positive = 3
    gap_tokens: Positive = 6
    min_identity: Share = 0.55
    max_articles: Positive = 400
    """A 6-gram in more articles than this nominates no pairs (an article and its duplicates count once)."""
    max_articles_boilerplate: Positive = 40
    """The same for 6-grams of boilerplate."""
    window_days: NonNegative = 30.0
    fragment_identity: Share = 0.75
    """Fragments, and all that stands beside fewer than ``anchored_tokens`` shared tokens of narrative, must be this alike."""
    quote_share: Share = 0.4
    """At least this share of one side stands inside quotation marks ..."""
    quote_narrative_tokens: Positive = 8
    """... and fewer tokens of narrative than this are shared outside them: a quote."""
    names_share: Share = 0.6
    """Share of capitalised words and numbers from which a fragment is a name with its titles."""
    recycled_days: NonNegative = 2.0
    """Words shared by articles further apart than this are background ..."""
    recycled_share: Share = 0.5
    """... unless they are this share of the shorter article."""
    kinds: bool = True
    """Switch the naming of kinds off (all passages are then ``copy``) to see what it does."""


class EventsSettings(_Section, frozen=True):
    """Vectors, neighbours and grouping (``clustering/events``)."""

    background_share: Share = 0.5
    """Weight of the background table in the document-frequency blend; 0 gives scikit-learn's idf of the window."""
    title_weight: Count = 3
    lead_weight: Count = 1
    lead_tokens: Count = 100
    capital_weight: NonNegative = 1.4
    bigrams: bool = True
    time: bool = True
    time_floor: Share = 0.4
    half_life_days: NonNegative = 5.0
    """Days at which half of what time can take is taken."""
    undated_weight: Share = 0.85
    """When a date is missing; the least when one is read off the text, or is the same to the minute as another text's."""
    named_day_weight: Share = 0.7
    """What it counts that one text names a day near the other's date, whatever its own date says."""
    candidates: Positive = 40
    """Heaviest neighbours of each text that are found at all."""
    min_candidate_weight: Share = 0.02
    grouping: Literal["consensus", "average_link"] = "consensus"
    """Label propagations that agree, or average link alone."""
    neighbours: Positive = 10
    """Of the candidates, how many may bind a text to an event."""
    min_weight: Share = 0.13
    """A lighter pair binds nothing; the propagations vary it from 0.8 to 1.25 times this."""
    ambient_factor: NonNegative = 2.2
    """Nor does a pair lighter than this many times what its texts have with their last candidates ..."""
    max_ambient: Share = 0.25
    """... but no more than this is ever asked."""
    same_outlet_weight: Share = 0.5
    """Factor for two texts of one outlet that are a day or more apart; when one has no date they are taken to be far apart."""
    same_day_outlet_weight: Share = 1.0
    """The same for two texts of one outlet and one day: in a feed two sides of an affair, that it told apart itself."""
    passage_weight: Share = 0.12
    """What shared copy and quote passages add to the weight of a pair, at most."""
    passage_tokens: Positive = 15
    """Shared tokens at which that is reached."""
    opening_share: Share = 0.0
    """Share of the weight that falls with the likeness of titles and leads ..."""
    opening_cosine: Share = 0.22
    """... below this cosine."""
    round_ups: bool = True
    """Texts that tell of several happenings are found and kept out of grouping."""
    rounds: Positive = 10
    """Label propagations whose agreement counts."""
    split_cut: Share = 0.07
    """Mean weight between two halves below which a group is two events."""
    feed_texts_a_day: NonNegative = 30.0
    """The volume at which a window stands half-way between an archive (the settings above) and a feed (those below)."""
    feed_title_weight: Count = 6
    feed_lead_weight: Count = 4
    feed_time_floor: Share = 0.1
    feed_half_life_days: NonNegative = 2.0
    feed_named_day_weight: Share = 0.1
    feed_min_weight: Share = 0.26
    feed_same_day_outlet_weight: Share = 0.6
    feed_passage_weight: Share = 0.02
    feed_opening_share: Share = 1.0
    feed_split_cut: Share = 0.18
    merge_cut: Share = 0.65
    """Cosine of two events' centroids, weighted by time, from which they are one."""
    average_link_cut: Share = 0.1
    """The cut of ``average_link``."""
    semantic_model: str = ""
    """Folder of a sentence embedding model (``model.onnx``, ``tokenizer.json``) whose cosine is one more term."""
    semantic_weight: Share = 0.2
    """Its share in the cosine of two texts."""


class StoriesSettings(_Section, frozen=True):
    """Running stories: chains of events."""

    min_cosine: Share = 0.3
    """Between the names of two events, and on average between all events of a story."""
    min_cosine_strict: Share = 0.55
    """The same when a date is missing or the gap is longer than ``max_gap_days``."""
    min_terms: NonNegative = 3.0
    """Effective number of names that must speak for a link."""
    max_gap_days: NonNegative = 14.0
    revive_gap_days: NonNegative = 60.0
    """No link across a longer gap."""
    candidates: Positive = 20
    """Most similar events of each event that are considered."""


class Limits(_Section, frozen=True):
    """What is refused, and when a run with rejects counts as a failure."""

    max_text_characters: Positive = 2_000_000
    max_rejects_share: Share = 0.1
    """Exit code 1 when more than this share of the records read was rejected."""
    future_days: NonNegative = 2.0
    """A date later than this after the newest trusted one of the store is impossible (never compared with the clock)."""
    earliest_year: Positive = 1600


class Operations(_Section, frozen=True):
    """How a scheduled job is run. Nothing here changes a result."""

    keep_runs: Positive | None = 30
    """Runs that ``samestory prune`` leaves."""
    keep_days: NonNegative | None = None
    """How old these may be, before the as-of time of the newest run; no limit by default."""
    prometheus: str | None = None
    """File of metrics for the textfile collector of Prometheus' node exporter, written when a run ends."""
    openlineage: str | None = None
    """File that OpenLineage events are appended to, one JSON object a line."""
    openlineage_namespace: str = "samestory"
    """Namespace of the job in these events."""
    processes: Positive | None = None
    """Processes that read many articles by rules; one a core by default."""


class Settings(_Section, frozen=True):
    """The whole of ``samestory.toml``."""

    window_days: NonNegative = 30.0
    """Stored articles older than this before the as-of time are settled and no longer regrouped."""
    context_days: NonNegative = 5.0
    """Days before the window whose settled articles are still read along, so that what is inside keeps its company ..."""
    context_articles: Count = 1500
    """... and longer, until this many articles are in view: fewer do not tell what a word is worth, and what is furniture."""
    corrections: str | None = None
    """File of people's corrections; what it says is part of the question, where it lies is not."""
    fields: dict[str, str] = {}
    """Our field name -> the name the input uses."""
    outlets: Outlets = field(default_factory=Outlets)
    agencies: dict[str, Agency] = {}
    text: TextSettings = field(default_factory=TextSettings)
    copies: CopiesSettings = field(default_factory=CopiesSettings)
    passages: PassagesSettings = field(default_factory=PassagesSettings)
    events: EventsSettings = field(default_factory=EventsSettings)
    stories: StoriesSettings = field(default_factory=StoriesSettings)
    limits: Limits = field(default_factory=Limits)
    operations: Operations = field(default_factory=Operations)
