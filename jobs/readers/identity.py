"""Who an article is and who published it, when the input does not say: from the URL, else from the content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from tldextract import TLDExtract
from w3lib.url import canonicalize_url

# the snapshot inside the package only: no network, no cache directory; blogspot.com and its like are many outlets
_SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_TRACKING = re.compile(
    r"utm_.*|pk_.*|mtm_.*|ga_.*|at_(?:medium|campaign|custom\d|bbc_team|link_.*|ptr_name|format)|mc_[ce]id|mkt_tok|ns_.*|"
    r"fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|ito|cmpid?|smid|partner|spm|ocid|_ga|_gl|_hsenc|_hsmi|wt_.*|xtor",
    re.IGNORECASE,
)


def from_url(url: str) -> str | None:
    """``a-`` and 20 hexadecimal digits of the URL's SHA-256; null when it is no web address.

    What does not change the page does not change the id: scheme, case of the host, order of parameters, fragment,
    parameters that only track the reader.
    """
    try:
        parts = urlsplit(canonicalize_url(url))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        host = parts.hostname + (f":{parts.port}" if parts.port not in (None, 80, 443) else "")
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(name)]
        return _short(urlunsplit(("", host, parts.path, urlencode(kept), "")))
    except (ValueError, UnicodeError):
        return None


def from_content(outlet: str | None, title: str | None, text: str, published: str | None) -> str:
    """``a-`` and 20 hexadecimal digits of the SHA-256 of what the article says and who says it when."""
    return _short(content_hash([outlet, title, text, published]))


def content_hash(values: Sequence[object]) -> str:
    """SHA-256 of the values as JSON, 32 hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()[:32]


def outlet_of(url: str) -> str | None:
    """The registrable domain (``https://news.bbc.co.uk/x`` -> ``bbc.co.uk``); null when there is none."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return _registrable(host) if host else None


@lru_cache(maxsize=65536)
def _registrable(host: str) -> str | None:
    found = _SUFFIXES(host)
    return f"{found.domain}.{found.suffix}".lower() if found.domain and found.suffix else None


def _short(text: str) -> str:
    return "a-" + hashlib.sha256(text.encode()).hexdigest()[:20]
