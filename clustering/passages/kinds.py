"""What a shared stretch of two articles is: copied narrative, quoted speech, recycled background or furniture.

Decided for each block, because "the same words" mean different things to different pairs: a quotation inside copied
narrative is part of the copy, the same quotation in two independent articles is only a shared quote.

In this order: mostly boilerplate -> ``boilerplate``; fewer than eight tokens of narrative outside quotation marks,
attribution apart -> ``quote``; somebody's own words printed without the marks (they say I and we, the reports around them do
not) -> ``quote``; short and mostly names and numbers, or too short beside little else -> ``background``;
carried by articles days apart that otherwise differ, or a template whose figures change from day to day ->
``background``, and the same words again between articles that share hardly any other narrative; the rest -> ``copy``.
What only events can tell is asked later, by :mod:`provenance`, of the same blocks.

Loosely alike words are evidence only beside much else: two reporters who state one fact ("... were indicted on charges of
using campaign funds for ...") share every second word of a sentence without either having seen the other's.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from clustering.config import PassagesSettings
from clustering.passages.listed import among, may_be, sieve
from clustering.passages.own_words import own_words
from clustering.text.tokens import BOILERPLATE, CAPITAL, NOT_BODY, NUMBER, QUOTE, word_hashes
from clustering.threads import spread

KINDS = ("copy", "quote", "background", "boilerplate")
COPY, QUOTED, BACKGROUND, FURNITURE = range(4)
REASONS = (
    "the same narrative in different outlets",
    "quoted words; too little narrative is shared outside the quotation marks",
    "a name with its titles or a stock phrase",
    "articles days apart that share little else",
    "the same words stand in articles days apart",
    "mostly furniture of the site",
    "kinds are switched off",
    "in several events of one story",
    "a template: most of its figures differ from day to day",
    "somebody's own words, printed without quotation marks: they say I or we, and the articles around them do not",
)
STOCK, DAYS_APART, RECYCLED, FURNISHED, OFF, OF_STORY, TEMPLATE, OWN_WORDS = range(2, 10)

_MOSTLY = 0.5
_TEMPLATE_FIGURES = 8
"""Fewest figures in the words two articles share to see by them that it is a template."""

_ATTRIBUTION_TOKENS = 8
_WORDING = 3
"""Narrative around a quotation counts as shared in runs of so many equal tokens: "on Friday", "and the" are chance."""
_SPEECH = (
    "said says say saying told tells added adds wrote writes tweeted stated announced according explained explains warned "
    "noted argued insisted claimed continued concluded asked replied posted "
    "sagte sagt sagten erklärte erklärten erklärt betonte teilte mitteilte schrieb schreibt heißt hieß zitierte zufolge "
    "kritisierte forderte warnte fügte hinzu twitterte äußerte meinte ergänzte "
    "dit déclaré affirmé ajouté expliqué écrit selon dijo afirmó añadió declaró explicó según escribió "
    "ha detto secondo dichiarato spiegato disse afirmou segundo zei volgens"
)


@cache
def _speech() -> tuple[np.ndarray, np.ndarray]:
    """The sorted hashes of words of speech, and their sieve."""
    hashes = np.sort(word_hashes(_SPEECH.split()))
    return hashes, sieve(hashes)


@njit(cache=True, nogil=True)
def _measure(blocks, segments, hashes, flags, zones, speech, out):  # noqa: ANN001, ANN202
    """Per block: furniture tokens, narrative tokens outside quotes (in runs), quoted tokens of a, of b, names and numbers, equal
    numbers, numbers of a.
    """
    for q in range(blocks.shape[0]):
        for side in range(2):
            for t in range(blocks[q, 1 + 2 * side], blocks[q, 2 + 2 * side]):
                out[q, 2 + side] += (zones[t] & QUOTE) != 0
                out[q, 6] += side == 0 and (flags[t] & NUMBER) != 0
        stretch = 0
        spoken = False
        for s in range(blocks[q, 6], blocks[q, 7]):
            for k in range(segments[s, 2]):
                i, j = segments[s, 0] + k, segments[s, 1] + k
                both = zones[i] | zones[j]
                out[q, 0] += (both & BOILERPLATE) != 0
                out[q, 4] += (flags[i] & (CAPITAL | NUMBER)) != 0
                out[q, 5] += (flags[i] & NUMBER) != 0
                if both & QUOTE:
                    out[q, 1] += max(0, stretch - _ATTRIBUTION_TOKENS) if spoken else stretch
                    stretch, spoken = 0, False
                else:
                    stretch += segments[s, 2] >= _WORDING
                    spoken = spoken or (may_be(hashes[i], speech[1]) and among(hashes[i], speech[0]))
        out[q, 1] += max(0, stretch - _ATTRIBUTION_TOKENS) if spoken else stretch


@njit(cache=True, nogil=True)
def body_tokens(zones, offsets):  # noqa: ANN001, ANN201
    """Tokens of the body of each article, int64[articles]; ``zones`` uint8 a token, ``offsets`` int64[articles + 1]."""
    out = np.zeros(offsets.size - 1, np.int64)
    for row in range(out.size):
        for t in range(offsets[row], offsets[row + 1]):
            out[row] += (zones[t] & NOT_BODY) == 0
    return out


@njit(cache=True, nogil=True)
def _mark(blocks, chosen, marks):  # noqa: ANN001, ANN202
    for q in range(blocks.shape[0]):
        if chosen[q]:
            marks[blocks[q, 1] : blocks[q, 2]] = True
            marks[blocks[q, 3] : blocks[q, 4]] = True


@njit(cache=True, nogil=True)
def _share_marked(blocks, marks):  # noqa: ANN001, ANN202
    """The larger share of marked tokens on the two sides of each block, float64[m]."""
    out = np.zeros(blocks.shape[0])
    for q in range(blocks.shape[0]):
        for side in range(2):
            low, high = blocks[q, 1 + 2 * side], blocks[q, 2 + 2 * side]
            out[q] = max(out[q], marks[low:high].sum() / (high - low))
    return out


def recycled(blocks: np.ndarray, narrative: np.ndarray, old: np.ndarray, size: int, settings: PassagesSettings) -> np.ndarray:
    """Blocks of narrative whose words mostly stand in ``old`` blocks too, in pairs that share little other narrative.

    A standing paragraph inside two copies of one text came with the rest of it; between two texts that have hardly more
    in common it was taken from the shelf.

    Parameters
    ----------
    blocks
        int64[m, 8].
    narrative, old
        bool[m].
    size
        Tokens of the corpus.
    """
    marks = np.zeros(size, np.bool_)
    _mark(blocks, old, marks)
    share = _share_marked(blocks, marks)
    fresh = narrative & ~old & (share < _MOSTLY)
    besides = np.bincount(blocks[fresh, 0], blocks[fresh, 5], int(blocks[:, 0].max(initial=0)) + 1)
    found: np.ndarray = narrative & ~old & ~fresh & (besides[blocks[:, 0]] < settings.anchored_tokens)
    return found


def _anchored(countable: np.ndarray, pair: np.ndarray, equal: np.ndarray, long: np.ndarray,
              settings: PassagesSettings) -> np.ndarray:
    """Whether the pair of each block shares so much, by its countable blocks, that short fragments mean something."""
    shared = np.bincount(pair[countable], equal[countable], int(pair.max()) + 1)
    some = np.bincount(pair[countable & (long >= settings.min_tokens)], minlength=shared.size) > 0
    enough: np.ndarray = ((shared >= settings.anchored_tokens) & some)[pair]
    return enough


def name_kinds(blocks: np.ndarray, segments: np.ndarray, tokens: tuple[np.ndarray, ...], rows: np.ndarray,
               offsets: np.ndarray, days_apart: np.ndarray,
               settings: PassagesSettings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kind and reason of each block, and which blocks are worth keeping.

    Parameters
    ----------
    blocks, segments
        As :func:`cut.cut` returns them.
    tokens
        hashes, flags, zones of all tokens.
    rows
        int32[m, 2], the two articles of each block.
    offsets
        int64[articles + 1], first token of each article.
    days_apart
        float64[m], days between the two articles beyond the precision of their dates; 0 when either is undated.

    Returns
    -------
    kind, reason, keep
        uint8[m], uint8[m] (an index of :data:`REASONS`), bool[m].
    """
    hashes, flags, zones = tokens
    n = len(blocks)
    kind, reason = np.full(n, COPY, np.uint8), np.zeros(n, np.uint8)
    if not n:
        return kind, reason, np.zeros(0, bool)
    out = np.zeros((n, 7), np.int64)
    speech = _speech()
    spread(lambda first, last: _measure(blocks[first:last], segments, hashes, flags, zones, speech, out[first:last]), n)
    equal = blocks[:, 5]
    long = np.minimum(blocks[:, 2] - blocks[:, 1], blocks[:, 4] - blocks[:, 3])
    identity = equal / np.maximum(blocks[:, 2] - blocks[:, 1], blocks[:, 4] - blocks[:, 3])
    quoted = np.maximum(out[:, 2] / (blocks[:, 2] - blocks[:, 1]), out[:, 3] / (blocks[:, 4] - blocks[:, 3]))
    furniture = out[:, 0] >= _MOSTLY * equal
    marked = ~furniture & (quoted >= settings.quote_share) & (out[:, 1] < settings.quote_narrative_tokens)
    unmarked = own_words(~furniture & ~marked & (long >= settings.min_tokens), blocks, rows, tokens, offsets)
    quote = marked | unmarked
    names = ~furniture & ~quote & (long < settings.min_tokens) & (out[:, 4] >= settings.names_share * equal)

    pair = blocks[:, 0]
    firm = identity >= settings.fragment_identity
    countable = ~furniture & ~names & ((long >= settings.min_tokens) | (firm & (long >= settings.min_fragment_tokens)))
    anchored = _anchored(countable, pair, equal, long, settings)
    beside_narrative = _anchored(countable & ~quote, pair, equal, long, settings)  # shared quotes anchor quotes only
    keep = ((long >= settings.min_tokens) & (firm | beside_narrative | quote | furniture)) \
        | (firm & (long >= settings.min_fragment_tokens) & (beside_narrative | quote | furniture)) \
        | (firm & anchored & quote & (long >= settings.min_quote_tokens))
    if not settings.kinds:
        return kind, np.full(n, OFF, np.uint8), keep

    body = body_tokens(zones, offsets)[rows]
    text = ~furniture & keep
    shared = np.zeros(int(pair.max()) + 1, np.int64)
    np.add.at(shared, pair[text], equal[text])
    figures = np.zeros((int(pair.max()) + 1, 2), np.int64)
    np.add.at(figures, pair[text], out[text, 5:7])
    template = text & ~quote & (days_apart >= 1) & (figures[pair, 1] >= _TEMPLATE_FIGURES) \
        & (figures[pair, 0] < _MOSTLY * figures[pair, 1])
    far = text & ~quote & (days_apart >= settings.recycled_days) & (
        shared[pair] < settings.recycled_share * np.maximum(1, body.min(axis=1)))
    again = recycled(blocks, text & ~quote & ~names, far | template, hashes.size, settings)
    for chosen, is_kind, why in ((again, BACKGROUND, RECYCLED), (far, BACKGROUND, DAYS_APART),
                                 (template, BACKGROUND, TEMPLATE), (names, BACKGROUND, STOCK), (marked, QUOTED, 1),
                                 (unmarked, QUOTED, OWN_WORDS), (furniture, FURNITURE, FURNISHED)):
        kind[chosen], reason[chosen] = is_kind, why
    return kind, reason, keep
