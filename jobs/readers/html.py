"""The article inside a web page, by resiliparse (the ``html`` extra): main text with its byline, and the page's head."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from clustering.errors import InputError

_META = {
    "title": ('meta[property="og:title"]', "content"),
    "outlet": ('meta[property="og:site_name"]', "content"),
    "published": ('meta[property="article:published_time"]', "content"),
    "modified": ('meta[property="article:modified_time"]', "content"),
    "url": ('link[rel="canonical"]', "href"),
    "lang": ("html[lang]", "lang"),
}


def require(folder: Path) -> None:
    """Refuse pages when the extra is not installed."""
    if importlib.util.find_spec("resiliparse") is None:
        raise InputError(f"{folder}: holds web pages, and reading those needs the html extra: pip install 'samestory[html]'")


def article(page: bytes) -> dict[str, Any]:
    """Fields of a record; ``text`` is the page's main content as plain text."""
    parse = importlib.import_module("resiliparse.parse.html").HTMLTree
    encoding = importlib.import_module("resiliparse.parse.encoding").detect_encoding
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = parse.parse_from_bytes(page, encoding(page))
    found: dict[str, Any] = {"text": extract(tree, main_content=True, comments=False, preserve_formatting=True)}
    for name, (selector, attribute) in _META.items():
        node = tree.document.query_selector(selector)
        value = node.getattr(attribute) if node is not None else None
        if value:
            found[name] = value
    found.setdefault("title", tree.title or None)
    return found
