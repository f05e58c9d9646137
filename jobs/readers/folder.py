"""A folder of ``.txt`` and ``.html`` files, with or without ``articles.csv`` beside them (``file,outlet,published,url``).

The side-car may hold any field of an article. Its paths are data: one that leads outside the folder is a reject. With a
side-car, a text it does not name is a reject too, so that nothing is lost in silence; without one every text is an
article whose id is the file's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clustering.config import Limits
from clustering.errors import InputError
from jobs.readers import html
from jobs.readers.records import Item
from jobs.readers.table import csv_header, read_csv

SIDE_CAR = "articles.csv"
_TEXT, _HTML = {".txt"}, {".html", ".htm"}
_DATA = {".jsonl", ".ndjson", ".csv", ".parquet", ".gz", ".zst", ".xz"}


def members(folder: Path) -> list[Path]:
    """The texts and pages directly inside the folder, sorted by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _TEXT | _HTML)


def printable(path: str | Path) -> str:
    """A path for messages and artifacts; bytes of a file name that are no UTF-8 are written out."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def check(folder: Path, limits: Limits) -> None:
    """Refuse, before work starts, a folder of something else and one whose pages need an extra that is not there."""
    found = members(folder)
    side_car = folder / SIDE_CAR
    if side_car.is_file():
        columns = csv_header(side_car, None, limits)
        if columns and "file" not in columns:
            raise InputError(f"{side_car}: has no column 'file' (its columns: {', '.join(map(repr, columns[:30]))})")
    elif not found and (data := sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _DATA)):
        raise InputError(f"{folder}: holds no .txt or .html file; to read its data files name them: {folder / data[0]} …")
    if any(path.suffix.lower() in _HTML for path in found):
        html.require(folder)


def read(folder: Path, name: str, limits: Limits) -> Iterator[Item]:
    """Every article of the folder."""
    inside = folder.resolve()
    prefix = name.rstrip("/")
    side_car = folder / SIDE_CAR
    listed: set[Path] = set()
    if side_car.is_file():
        for item in read_csv(side_car, f"{prefix}/{SIDE_CAR}", None, limits):
            if isinstance(item.value, str):
                yield item
                continue
            about = dict(item.value)
            relative = about.pop("file", None)
            if not relative or "\0" in relative:
                yield item._replace(value="file is missing")
                continue
            listed.add((inside / relative).resolve())
            yield item._replace(value=_article(inside, relative, about, limits))
    for path in members(folder):
        shown = f"{prefix}/{printable(path.name)}"
        if not side_car.is_file():
            yield Item(shown, None, _article(inside, path.name, {}, limits))
        elif path.resolve() not in listed:
            yield Item(shown, None, f"{SIDE_CAR} does not name it")


def _article(inside: Path, relative: str, about: dict[str, Any], limits: Limits) -> dict[str, Any] | str:
    """The record of one file, or the reason why there is none."""
    try:
        path = (inside / relative).resolve()
        if not path.is_relative_to(inside):
            return "the path leads outside the folder"
        if not path.is_file():
            return "there is no such file"
        page = path.suffix.lower() in _HTML
        if path.stat().st_size > (8 if page else 4) * limits.max_text_characters + 3:
            return f"text has more than {limits.max_text_characters} characters"
        data = path.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return "the file cannot be read"
    if page:
        found = html.article(data)
    elif path.suffix.lower() in _TEXT:
        try:
            found = {"text": data.decode("utf-8-sig")}
        except UnicodeDecodeError:
            return "invalid UTF-8: save it as UTF-8"
    else:
        return "neither .txt nor .html"
    record = found | about
    if not record.get("id") and not record.get("url"):
        record["id"] = printable(relative)
    return record
