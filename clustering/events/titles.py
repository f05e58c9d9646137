"""Headlines without the outlet's name: "Two dead in fire - The Daily Post | News" is "Two dead in fire".

A title is split at the separators sites put around their own name; a segment goes when it is the outlet's name or when
it stands in several different titles. Nothing is rewritten: what remains is a span of the title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

import pyarrow as pa

_SEPARATOR = re.compile(r"(?<!\s)\s+[|\-–—»«·•:]+\s+|[|»]\s*")
SAME_OUTLET_TITLES = 3
"""A segment in this many different titles of one outlet is the outlet's."""
ANY_OUTLET_TITLES = 4
"""A segment in this many different titles of the window is nobody's headline."""

Span = tuple[int, int]


def _segments(title: str) -> list[Span]:
    """The pieces between separators, blanks trimmed, empty pieces left out."""
    if _SEPARATOR.search(title) is None:  # so are most
        bare = title.strip()
        start = title.find(bare)
        return [(start, start + len(bare))] if bare else []
    cuts = [0, *(place for m in _SEPARATOR.finditer(title) for place in m.span()), len(title)]
    spans = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        piece = title[start:end]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append((start + lead, start + lead + len(piece.strip())))
    return spans


@lru_cache(maxsize=1 << 14)
def _bare(name: str) -> str:
    """Letters and digits only, for comparing a segment with an outlet's name or domain."""
    return "".join(c for c in name.casefold().removeprefix("www.") if c.isalnum())


def _is_name(segment: str, outlet: str) -> bool:
    """Does a segment (case folded) say no more than the outlet's name or domain?"""
    name, said = _bare(outlet), _bare(segment)
    return len(said) > 2 and said in {name, name.removesuffix("com"), name.removesuffix("org")}


def clean_titles(articles: pa.Table) -> list[Span]:
    """Span of each article's headline inside its title; (0, 0) without one. A title of one segment is kept as it is."""
    titles = [t or "" for t in articles["title"].to_pylist()]
    outlets = [o or "" for o in articles["outlet"].to_pylist()]
    pieces = [_segments(t) for t in titles]
    by_outlet: dict[tuple[str, str], set[str]] = defaultdict(set)
    anywhere: dict[str, set[str]] = defaultdict(set)
    for title, outlet, spans in zip(titles, outlets, pieces, strict=True):
        for start, end in spans if len(spans) > 1 else ():
            segment = title[start:end].casefold()
            anywhere[segment].add(title)
            if outlet:
                by_outlet[outlet, segment].add(title)

    cleaned = []
    for title, outlet, spans in zip(titles, outlets, pieces, strict=True):
        if len(spans) < 2:
            cleaned.append(spans[0] if spans else (0, 0))
            continue
        kept = []
        for start, end in spans:
            segment = title[start:end].casefold()
            if not (_is_name(segment, outlet) or len(by_outlet[outlet, segment]) >= SAME_OUTLET_TITLES
                    or len(anywhere[segment]) >= ANY_OUTLET_TITLES):
                kept.append((start, end))
        kept = kept or spans[:1]
        cleaned.append((kept[0][0], kept[-1][1]))
    return cleaned
