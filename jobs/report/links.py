"""Names of pages and the links between them.

A page is named by its path below the report's root, the same in a folder and behind ``serve``. Links are relative, so that a
folder works wherever it lies. Names are made from ids that samestory mints, or from digests: nothing an article says becomes a
path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import xxhash

from clustering.errors import InputError

FRONT = "index.html"
_MINTED = re.compile(r"[a-z]-[0-9a-f]{1,32}")
_SLUG_LETTERS = 32


def slug(name: str) -> str:
    """A file name for an outlet: what is plain in its name, and a digest that tells it from every other."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LETTERS].strip("-")
    return f"{letters or 'outlet'}-{xxhash.xxh3_64_hexdigest(name.encode('utf-8', 'surrogatepass'))[:8]}"


def event(event_id: str) -> str:
    """The page of an event."""
    return f"events/{_minted(event_id)}.html"


def reader(event_id: str) -> str:
    """The page that reads an event's articles side by side."""
    return f"read/{_minted(event_id)}.html"


def passage(passage_id: str) -> str:
    """The page of a passage."""
    return f"passages/{_minted(passage_id)}.html"


def outlet(name: str) -> str:
    """The page of an outlet."""
    return f"outlets/{slug(name)}.html"


def outlets(a: str, b: str) -> str:
    """The page of two outlets, the same in either order."""
    first, second = sorted((a, b))
    return f"outlets/{slug(first)}--{slug(second)}.html"


def columns(article_ids: list[str], passage_id: str | None = None, view: str | None = None) -> str:
    """The fragment that tells the reader which articles to show, where to stand and how to show it."""
    parts = ["a=" + ",".join(quote(id, safe="") for id in article_ids)]
    parts += [f"p={passage_id}"] if passage_id else []
    parts += [f"view={view}"] if view else []
    return "#" + "&".join(parts)


class Links:
    """Links as they stand on one page; None where the page linked to is not there (a folder holds only part of a large run)."""

    def __init__(self, here: str, there: Callable[[str], bool]) -> None:
        self._up = "../" * here.count("/")
        self._there = there

    def to(self, page: str, fragment: str = "") -> str | None:
        """Relative address of another page."""
        return self._up + page + fragment if self._there(page) else None

    def asset(self, name: str) -> str:
        """Relative address of the style or a script."""
        return f"{self._up}assets/{name}"


def _minted(id: str) -> str:
    if not _MINTED.fullmatch(id):
        raise InputError(f"{id[:40]!r} is no id of samestory's")
    return id
