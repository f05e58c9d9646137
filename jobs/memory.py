"""What a run read, kept for the next one: ``STORE/memory/articles.parquet``.

It is written anew by each run, from the articles of that run alone: what was withdrawn or has left the window is in no later
one. It holds digests and places, no words. A file that is damaged, or made by other rules or settings, is as good as
none: everything is then read anew.
"""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata, resources
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.config import Settings
from clustering.tables import REMEMBERED
from jobs.store.pointer import MEMORY, SCRATCH, sync

_FILE = "articles.parquet"
_RECIPE = b"samestory_recipe"


def recipe(given: Settings) -> str:
    """SHA-256 of all that decides what the rules say of an article: their source, their settings, the language model."""
    digest = hashlib.sha256()
    for package in ("clustering", "clustering.text"):
        for file in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    decided = [platform.python_version(), _version("py3langid"), given.text, given.agencies]
    digest.update(msgspec.json.encode(decided, order="deterministic"))
    return digest.hexdigest()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def recall(store: Path, made_by: str) -> pa.Table | None:
    """REMEMBERED of the last run when it was made by this recipe, else None."""
    try:
        found = pq.read_table(store / MEMORY / _FILE, page_checksum_verification=True)
    except (OSError, pa.ArrowException, UnicodeDecodeError):
        return None
    told = (found.schema.metadata or {}).get(_RECIPE)
    return found.cast(REMEMBERED) if told == made_by.encode() and found.schema.equals(REMEMBERED) else None


def remember(store: Path, read: pa.Table, made_by: str) -> None:
    """Replace what was remembered, whole; where that fails nothing is remembered, since the old may hold what was withdrawn.

    Raises
    ------
    OSError
        when it could not be written.
    """
    fresh, kept = store / SCRATCH / _FILE, store / MEMORY / _FILE
    try:
        pq.write_table(read.replace_schema_metadata({_RECIPE: made_by.encode()}), fresh, compression="zstd",
                       write_page_checksum=True)
        sync(fresh)
        fresh.replace(kept)
    except OSError:
        kept.unlink(missing_ok=True)
        raise
