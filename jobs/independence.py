"""How many different texts tell an event: duplicate groups, less those that mostly repeat the words of a longer one."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from clustering.tables import flat
from clustering.text.tokens import NOT_BODY
from jobs.view import View

SAME_TEXT_SHARE = 0.8
"""A group with this share of its body words in copy passages of groups already counted is no independent text."""


def independent_texts(view: View) -> dict[int, int]:
    """Event -> independent texts, at least 1.

    The groups of an event are walked from the longest representative (in body words) to the shortest, ties by article id,
    so of several cuts of one wire text the fullest counts. A representative without body words is not counted.
    """
    starts, offsets = flat(view.result.tokens["starts"])
    ends, _ = flat(view.result.tokens["ends"])
    zones, _ = flat(view.result.tokens["zones"])
    kinds = dict(zip(view.result.passages["passage"].to_pylist(), view.result.passages["kind"].to_pylist(), strict=True))
    copied: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # row -> (passage, start, end)
    groups_with: dict[int, set[int]] = defaultdict(set)  # passage -> duplicate groups
    for passage, occurrences in view.occurrences.items():
        if kinds[passage] == "copy":
            for o in occurrences:
                copied[o["row"]].append((passage, o["start"], o["end"]))
                groups_with[passage].add(view.group_of[o["row"]])

    counts = {}
    for event, rows in view.event_rows.items():
        groups = sorted({view.group_of[row] for row in rows})
        if len(groups) == 1:
            counts[event] = 1
            continue
        body = {g: zones[offsets[g] : offsets[g + 1]] & NOT_BODY == 0 for g in groups}
        words = {g: int(np.count_nonzero(body[g])) for g in groups}
        counted: set[int] = set()
        for g in sorted((g for g in groups if words[g]), key=lambda g: (-words[g], g)):
            here = slice(offsets[g], offsets[g + 1])
            repeated = np.zeros(len(body[g]), bool)
            for passage, start, end in copied[g]:
                if groups_with[passage] & counted:
                    first = np.searchsorted(ends[here], start, side="right")
                    repeated[first : np.searchsorted(starts[here], end)] = True
            if np.count_nonzero(repeated & body[g]) < SAME_TEXT_SHARE * words[g]:
                counted.add(g)
        counts[event] = max(1, len(counted))
    return counts
