"""The hallway: the whole flow from articles to groups, read from top to bottom.

This is the only file that walks through all rooms. It opens no file and reads no clock: the shell (``jobs``) hands it
articles, settings, the background table and what the parent run knew, and watches the stages through ``observe``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa

from clustering import copies, events, lineage, outlets, passages, text
from clustering.config import Settings
from clustering.engine import Engine, here
from clustering.shelf import IN_MEMORY, Shelf
from clustering.tables import LINKS, NOT_BOILERPLATE, REMEMBERED, SPREAD, table

Kernels = Literal["fast", "reference"]
Counts = dict[str, int]
Observe = Callable[[str], AbstractContextManager[Counts]]
"""Called with a stage's name; what the stage counts goes into the dictionary it yields."""


class Corrections(NamedTuple):
    """What people know better (the schema of each table is named beside it)."""

    links: pa.Table  # LINKS
    not_boilerplate: pa.Table  # NOT_BOILERPLATE


def no_corrections() -> Corrections:
    """What nobody has said anything about."""
    return Corrections(table(LINKS, []), table(NOT_BOILERPLATE, []))


@dataclass(frozen=True)
class Result:
    """Everything a run found, as tables of ``clustering.tables`` (the schema is named beside each)."""

    articles: pa.Table  # ARTICLES
    tokens: pa.Table  # TOKENS of the text, zones marked
    zones: pa.Table  # SPANS
    credits: pa.Table  # CREDITS
    languages: pa.Table  # LANGUAGES
    signatures: pa.Table  # SIGNATURES
    pairs: pa.Table  # PAIRS
    groups: pa.Table  # GROUPS
    passages: pa.Table  # PASSAGES
    occurrences: pa.Table  # OCCURRENCES
    changes: pa.Table  # CHANGES
    shares: pa.Table  # SHARES
    article_credits: pa.Table  # ARTICLE_CREDITS
    neighbours: pa.Table  # NEIGHBOURS
    events_of: pa.Table  # EVENTS_OF
    stories_of: pa.Table  # STORIES_OF
    story_links: pa.Table  # STORY_LINKS
    events: pa.Table  # EVENTS
    stories: pa.Table  # STORIES
    why: pa.Table  # WHY
    outlets: pa.Table  # OUTLETS
    outlet_pairs: pa.Table  # OUTLET_PAIRS
    group_ids: pa.Table  # IDS
    event_ids: pa.Table  # IDS
    story_ids: pa.Table  # IDS
    passage_ids: pa.Table  # PASSAGE_IDS
    lineage: pa.Table  # LINEAGE
    links: pa.Table = field(default_factory=lambda: table(LINKS, []))  # LINKS: corrections that are about articles of this run
    spread: pa.Table = field(default_factory=lambda: table(SPREAD, []))  # SPREAD
    impossible_links: pa.Table = field(default_factory=lambda: table(LINKS, []))  # LINKS: those that could not be followed
    remembered: pa.Table = field(default_factory=lambda: table(REMEMBERED, []))  # REMEMBERED, for the next run


def _unobserved(_stage: str) -> AbstractContextManager[Counts]:
    return nullcontext({})


def run(
    articles: pa.Table,
    settings: Settings,
    background: events.Background,
    parent: lineage.Parent | None = None,
    kernels: Kernels = "fast",
    observe: Observe = _unobserved,
    corrections: Corrections | None = None,
    sentences: np.ndarray | None = None,
    remembered: pa.Table | None = None,
    engine: Engine = here,
    shelf: Shelf = IN_MEMORY,
) -> Result:
    """Group the articles of one window.

    Parameters
    ----------
    articles
        An ARTICLES table, sorted by article id; its order numbers the rows.
    settings
        Every constant of the flow.
    background
        Document frequencies of general news, for an idf that means the same in 5 articles and in 500,000.
    parent
        What the run before knew: its memberships and every id ever used. None for a first run.
    kernels
        ``reference`` runs datasketch's MinHash and MinHashLSH and scikit-learn's TfidfVectorizer themselves.
    observe
        Told when a stage begins and ends, and what it counted.
    corrections
        What people said of events and of the mask; part of the question, as the settings are.
    sentences
        Sentence embeddings of the articles, float32[articles, dimensions], as one more term of what makes an event.
    remembered
        REMEMBERED of an earlier run with the same rules and settings: articles that need not be read by them again. It changes
        the time a run takes and nothing else.
    engine
        Where articles are read by rules; nothing but the time hangs on it.
    shelf
        Where large tables wait for the doors that read them; nothing but the memory hangs on it.
    """
    corrections = corrections or no_corrections()

    # what does an article say?
    with observe("text") as counts:
        tokens = shelf.table(text.tokenise(articles["text"]))
        title_tokens = text.tokenise(articles["title"])
        read = text.read_by_rules(articles, settings, remembered, engine)
        languages, dates = read.languages, read.dates
        shelf.rest()
        zones = text.find_stand_ins(articles, tokens, title_tokens, read.zones)
        repeats = text.look_for_repeats(articles, tokens, read.remembered)
        zones = text.learn_boilerplate(articles, tokens, languages, zones, settings.text, repeats)
        zones = text.uncover(articles, tokens, zones, corrections.not_boilerplate)
        tokens = shelf.table(text.mark_zones(text.mark_repeats(tokens, repeats), zones))
        del repeats  # as large as the tokens
        numbers = text.find_numbers(tokens, title_tokens)
        credits, to_remember = text.credit(articles, tokens, zones, settings.agencies, read.remembered)
        to_remember = text.remember(to_remember, tokens)
        counts |= {"articles": len(articles), "tokens": text.count(tokens), "zones": len(zones), "read_anew": read.new}

    # the same text?
    with observe("copies") as counts:
        shingles = shelf.table(copies.shingle(tokens, settings.copies))
        signatures = copies.sign(shingles, settings.copies, kernels)
        candidates, skipped = copies.find_candidates(tokens, shingles, signatures, settings.copies, kernels)
        pairs = copies.verify(tokens, shingles, candidates, settings.copies)
        pairs = copies.part_issues(articles, numbers, pairs)
        groups = copies.group_duplicates(articles, tokens, pairs, settings.copies)
        del shingles
        counts |= {"candidates": len(candidates), "duplicate_groups": copies.count_groups(groups)} | skipped

    # the same words?
    with observe("passages") as counts:
        found = passages.find(articles, tokens, groups, settings.passages)
        counts |= {"passages": len(found.passages)} | found.skipped

    # the same happening?
    with observe("events") as counts:
        vectors = events.vectorise(articles, tokens, title_tokens, languages, dates, groups, background, settings.events,
                                   kernels, sentences, numbers).on(shelf)
        fitted = events.fit(vectors.dating, settings.events)
        neighbours = shelf.table(events.find_neighbours(articles, groups, vectors, found, fitted))
        round_ups = events.find_round_ups(tokens, vectors, neighbours, fitted)
        shelf.rest()
        events_of = events.group_events(articles, groups, vectors, neighbours, fitted, round_ups)
        events_of = events.keep_settled(groups, vectors, events_of, parent.settled_events(articles) if parent else None)
        events_of, links, impossible = events.correct_events(articles, groups, neighbours, events_of, corrections.links)
        stories_of, story_links = events.chain_stories(articles, vectors, events_of, settings.stories)
        shelf.rest()
        stability = events.probe_stability(articles, vectors, neighbours, events_of, fitted, round_ups)
        shelf.rest()
        described = events.describe(articles, tokens, vectors, events_of, stories_of, stability)
        counts |= {"vectors": len(vectors.rows), "neighbours": len(neighbours), "round_ups": len(round_ups),
                   "events": len(described.events), "stories": len(described.stories),
                   "texts_a_day": round(events.texts_a_day(vectors.dating))}

    # what only events and stories can tell of passages; who is credited; who ran what?
    with observe("outlets") as counts:
        found = passages.settle(found, articles, tokens, credits, groups, events_of, stories_of, settings.passages)
        shares = passages.shares(tokens, found)
        spread = passages.spread(articles, tokens, found)
        article_credits = passages.credit_articles(articles, credits, found)
        shelf.rest()
        why = events.explain(articles, groups, vectors, neighbours, events_of, shares, round_ups)
        by_outlet, by_pair = outlets.compare(articles, tokens, events_of, shares, found.passages, found.occurrences,
                                             article_credits)
        counts |= {"outlets": len(by_outlet), "outlet_pairs": len(by_pair)}

    # the same as yesterday?
    with observe("lineage") as counts:
        named = lineage.name(articles, groups, events_of, stories_of, parent)
        passage_ids = lineage.name_passages(articles, found.passages, found.occurrences, parent)
        counts |= {"changes": len(named.lineage)}

    return Result(
        articles=articles, tokens=tokens, zones=zones, credits=credits, languages=languages, signatures=signatures,
        pairs=pairs, groups=groups, passages=found.passages, occurrences=found.occurrences, changes=found.changes,
        shares=shares, article_credits=article_credits, neighbours=neighbours, events_of=events_of, stories_of=stories_of,
        story_links=story_links, events=described.events, stories=described.stories, why=why, outlets=by_outlet,
        outlet_pairs=by_pair, group_ids=named.groups, event_ids=named.events, story_ids=named.stories, passage_ids=passage_ids,
        lineage=named.lineage, remembered=to_remember, links=links, impossible_links=impossible, spread=spread,
    )
