"""Duplicate groups that do not chain: whoever is in a group verifies against its representative.

1. Articles with identical bodies are one text (identity is transitive; nothing else is).
2. *Near-duplicates*: the longest text left over leads; the texts that are near-duplicates of it follow. Then every
   follower moves to the leader it resembles most. This is a star cover (Aslam, Pelekhov & Rus 2004, *The star clustering
   algorithm*) with length in place of degree; two leaders are never near-duplicates of each other.
3. *Excerpts*: a leader takes in the shorter groups that verify as excerpts of it, when what they share is ``excerpt_share``
   of the longer text or ``short_containment`` of the shorter (a live blog that has half of a report among forty other things
   is not that report's text), and as long as these also have words in
   common with one another (``min_shared_shingles`` and a run of ``min_run_tokens``). A text that holds two excerpts with
   nothing in common, a round-up of two agency stories or a digest, is a hub: it must not join them. Unless more articles
   carry the hub's own text than carry its largest excerpt, it leads nobody and follows the one leader that it shares
   most with.

Order: most body tokens first, then the earliest ``published_at`` (undated last), then the article id. Nothing depends on
the order of pairs, and groups depend on nothing outside their connected component.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from clustering.config import CopiesSettings
from clustering.copies.shingles import body_lengths
from clustering.tables import GROUPS, table


@dataclass(frozen=True, order=True, slots=True)
class _Bond:
    """How strongly two texts belong together; larger is stronger."""

    near: bool
    jaccard: float
    shared: int


Bonds = dict[int, dict[int, _Bond]]
"""Text -> other text -> bond; texts are places in the order above, so 0 is the longest of all."""


def group_duplicates(articles: pa.Table, tokens: pa.Table, pairs: pa.Table, settings: CopiesSettings) -> pa.Table:
    """The duplicate group of each article, as a GROUPS table.

    Parameters
    ----------
    articles, tokens
        ARTICLES and TOKENS of the same rows.
    pairs
        The verified pairs, a PAIRS table in any order of rows.
    settings
        ``group_excerpts``: whether excerpts join; ``excerpt_share``, ``short_containment``: which.
    """
    n = len(articles)
    order = _order(articles, tokens)
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)

    verdicts = pairs["verdict"].to_numpy(zero_copy_only=False).astype(str)
    left, right = place[pairs["left"].to_numpy()], place[pairs["right"].to_numpy()]
    same = verdicts == "identical"
    text = _texts(n, left[same], right[same])  # of each place: the first place with the same body

    bonds: Bonds = defaultdict(dict)
    near = verdicts == "near_duplicate"
    held = np.sort([pairs[f"containment_{side}"].to_numpy() for side in ("left", "right")], axis=0)  # of the longer, the shorter
    enough = (held[0] >= settings.excerpt_share) | (held[1] >= settings.short_containment)
    joining = near | ((verdicts == "excerpt") & settings.group_excerpts & enough)
    jaccard, shared = (pairs[name].to_numpy() for name in ("jaccard", "shared_shingles"))
    numbers = (column[joining].tolist() for column in (text[left], text[right], near, jaccard, shared))
    for a, b, *strength in zip(*numbers, strict=True):
        bond = _Bond(*strength)
        bonds[a][b] = bonds[b][a] = max(bond, bonds[a].get(b, bond))

    leader = _stars(sorted(bonds), bonds)
    if settings.group_excerpts:
        akin = (shared >= settings.min_shared_shingles) & (pairs["longest_run"].to_numpy() >= settings.min_run_tokens)
        kin = {(min(a, b), max(a, b)) for a, b in zip(text[left[akin]].tolist(), text[right[akin]].tolist(), strict=True)}
        leader = _join_excerpts(leader, bonds, kin, np.bincount(text, minlength=n))

    group, relation = np.empty(n, np.int32), np.empty(n, np.int64)
    names = pa.array(["representative", "identical", "near_duplicate", "excerpt"])
    for row, own in zip(order.tolist(), text.tolist(), strict=True):
        lead = leader.get(own, own)
        group[row] = order[lead]
        relation[row] = int(row != order[lead]) if own == lead else 2 if bonds[own][lead].near else 3
    return table(GROUPS, {"group": group, "relation": names.take(pa.array(relation))})


def count_groups(groups: pa.Table) -> int:
    """How many duplicate groups have more than one article."""
    _, sizes = np.unique(groups["group"].to_numpy(), return_counts=True)
    return int((sizes > 1).sum())


def _order(articles: pa.Table, tokens: pa.Table) -> np.ndarray:
    """Rows, the one that would rather represent a group first."""
    published = pc.fill_null(articles["published_at"].cast(pa.int64()), np.iinfo(np.int64).max).to_numpy()
    return np.lexsort((np.arange(len(articles)), published, -body_lengths(tokens)))


def _texts(n: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Of each place, the first place of its class under the given equalities."""
    graph = coo_array((np.ones(left.size, np.bool_), (left, right)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    texts: np.ndarray = first[label]
    return texts


def _stars(texts: list[int], bonds: Bonds) -> dict[int, int]:
    """Text -> leader among ``texts`` (sorted), by near-duplicate bonds; leaders lead themselves."""
    leader: dict[int, int] = {}
    rest = set(texts)
    for text in texts:
        if text not in leader:
            leader[text] = text
            for other in sorted(bonds[text]):
                if other in rest and bonds[text][other].near:
                    leader.setdefault(other, text)
    for text in texts:
        if leader[text] != text:
            leaders = [other for other, bond in bonds[text].items() if bond.near and leader.get(other) == other]
            leader[text] = max(leaders, key=lambda other: (bonds[text][other], -other))
    return leader


def _join_excerpts(
    leader: dict[int, int], bonds: Bonds, kin: set[tuple[int, int]], articles_of: np.ndarray,
) -> dict[int, int]:
    """The same mapping after leaders took in their excerpts (step 3 of the module's text).

    ``kin`` are the pairs of texts with words in common, smaller place first; ``articles_of`` is int64, articles a text.
    """
    followers: dict[int, list[int]] = defaultdict(list)
    for text in sorted(leader):
        followers[leader[text]].append(text)
    size = {lead: sum(int(articles_of[text]) for text in texts) for lead, texts in followers.items()}
    joined = dict(leader)
    taken: set[int] = set()
    hubs = []

    def follow(lead: int, host: int) -> None:
        taken.add(lead)
        left_over = []
        for text in followers[lead]:
            if host in bonds[text]:
                joined[text] = host
            else:
                left_over.append(text)
        joined.update(_stars(left_over, bonds))

    for lead in sorted(followers):
        if lead in taken:
            continue
        excerpts = [other for other in sorted(bonds[lead]) if other > lead and other in followers and other not in taken]
        excerpts.sort(key=lambda other: (-bonds[lead][other].shared, other))
        agreed: list[int] = []
        for other in excerpts:
            if all((min(friend, other), max(friend, other)) in kin for friend in agreed):
                agreed.append(other)
        if len(agreed) < len(excerpts) and size[lead] <= max(size[other] for other in excerpts):
            hubs.append(lead)
            continue
        for other in agreed:
            follow(other, lead)
    for hub in hubs:
        leads = [other for other in bonds[hub] if joined.get(other) == other and other not in hubs]
        if leads:
            follow(hub, max(leads, key=lambda other: (bonds[hub][other].shared, -other)))
    return joined
