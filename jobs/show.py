"""Printing results: prose, facts and tables, for people or as JSON, JSON lines or CSV, safe for any terminal.

Everything printed may come from a hostile web page. For people, control characters, terminal escapes and bidirectional
overrides are removed and right-to-left text is isolated (:func:`safe`); for programs the values stay whole and the same
characters are written as JSON escapes.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import click
import msgspec

from jobs.columns import guarded

_F = TypeVar("_F", bound=Callable[..., Any])

ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS: titles, links, clipboard
    r"|\x1b[ -/]*[0-~]?")
ISOLATE, POP = "\u2068", "\u2069"
KEPT_FORMAT = "\u200c\u200d"  # joiners that scripts and emoji need


def safe(text: str, *, lines: bool = False) -> str:
    """Text that cannot move the cursor, change colours, or reorder what stands around it.

    Parameters
    ----------
    text
        Anything.
    lines
        Keep line breaks; otherwise every white space becomes one blank.
    """
    text = ESCAPES.sub("", text)
    kept = []
    rtl = False
    for c in text:
        if " " <= c <= "~":
            kept.append(c)
            continue
        category = unicodedata.category(c)
        if c == "\n" and lines:
            kept.append(c)
        elif c.isspace() or category in ("Zl", "Zp"):
            kept.append(" ")
        elif category[0] != "C" or c in KEPT_FORMAT or category in ("Co", "Cn"):
            kept.append(c)
            rtl = rtl or unicodedata.bidirectional(c) in ("R", "AL", "AN")
    cleaned = "".join(kept)
    if not lines:
        cleaned = " ".join(cleaned.split())
    if not rtl:
        return cleaned
    return "\n".join(f"{ISOLATE}{line}{POP}" if line else line for line in cleaned.split("\n"))


def quoted(text: str | None, limit: int = 200) -> str:
    """A title or passage inside a sentence: safe, shortened, in quotation marks."""
    if not text:
        return "(untitled)"
    return f"“{short(text, limit)}”"


def short(text: str, limit: int = 100) -> str:
    """The beginning of a passage, safe, for a cell of a table."""
    words = safe(text[: 4 * limit])
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """'1 article', '3 articles', '2 stories'."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"


@dataclass(frozen=True)
class Prose:
    """Sentences, made with :func:`safe` or :func:`quoted` where they hold foreign words."""

    name: str
    heading: str
    sentences: Sequence[str]

    @property
    def value(self) -> Any:
        """As JSON."""
        return list(self.sentences)


@dataclass(frozen=True)
class Facts:
    """Names and values."""

    name: str
    heading: str
    values: dict[str, Any]

    @property
    def value(self) -> Any:
        """As JSON."""
        return self.values


class Part(NamedTuple):
    """Words of an article that are of one kind, and their share."""

    words: int
    share: float | None


class Lag(NamedTuple):
    """How much later, and how far that is to be believed."""

    hours: float | None
    uncertainty_hours: float | None


class Credit(NamedTuple):
    """Who is credited, and how surely."""

    name: str | None
    level: str


@dataclass(frozen=True)
class Table:
    """Rows of equal columns. ``empty`` is said when there are none.

    ``joined`` names the columns that hold a Part, Lag or Credit: one cell for people, the two columns given for programs.
    """

    name: str
    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = "none"
    joined: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def flat_columns(self) -> list[str]:
        """Columns as programs see them."""
        return [name for c in self.columns for name in self.joined.get(c, (c,))]

    @property
    def flat_rows(self) -> list[list[Any]]:
        """Rows as programs see them."""
        return [[one for c, value in zip(self.columns, row, strict=True) for one in (value if c in self.joined else (value,))]
                for row in self.rows]

    @property
    def value(self) -> Any:
        """As JSON."""
        return [dict(zip(self.flat_columns, row, strict=True)) for row in self.flat_rows]


Section = Prose | Facts | Table


def shown(name: str, value: Any) -> str:
    """A value as a person reads it: shares as per cent, lists joined, a dash for null."""
    if value is None or value == []:
        return "–"
    if isinstance(value, Part):
        return f"{value.words:,}" if value.share is None else f"{value.words:,} ({value.share:.0%})"
    if isinstance(value, Lag):
        return "–" if value.hours is None else f"{value.hours:+,.1f} h ± {value.uncertainty_hours:,.1f}"
    if isinstance(value, Credit):
        return "–" if value.name is None else f"{safe(value.name)} ({value.level})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0%}" if name.endswith("_share") else f"{value:,.1f}" if name.endswith("_hours") else f"{value:,.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{safe(str(key))} {shown(str(key), one)}" for key, one in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(shown(name, one) for one in value)
    return safe(str(value)) or "–"


def emit(sections: Sequence[Section], how: str) -> None:
    """Print sections to stdout: ``table`` (for people), ``json``, ``jsonl`` or ``csv`` (the first table)."""
    if how == "json":
        click.echo(encoded({section.name: section.value for section in sections}, indent=2))
    elif how == "jsonl":
        for section in sections:
            for one in [section.value] if isinstance(section, Facts) else section.value:
                record = one if isinstance(one, dict) else {"sentence": one}
                click.echo(encoded({"section": section.name, **record}))
    elif how == "csv":
        table = next((s for s in sections if isinstance(s, Table)), None)
        columns, rows = (table.flat_columns, table.flat_rows) if table else _as_rows(sections)
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)
        click.echo(file.getvalue(), nl=False)
    else:
        from jobs import layout  # noqa: PLC0415  rich is loaded for people only

        (layout.terminal if sys.stdout.isatty() else layout.plain)(sections)


def encoded(value: Any, indent: int = 0) -> str:
    """JSON whose control and format characters are escapes, so that printing it is safe and reading it gives them back."""
    data = msgspec.json.encode(value)
    text = (msgspec.json.format(data, indent=indent) if indent else data).decode()
    return "".join(c if " " <= c <= "~" or c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else _escaped(c)
                   for c in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "; ".join(str(one) for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(safe(value)) if isinstance(value, str) else value


def _as_rows(sections: Sequence[Section]) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = []
    for section in sections:
        if isinstance(section, Facts):
            rows.extend([section.name, key, shown(key, value) if isinstance(value, dict) else value]
                        for key, value in section.values.items())
        elif isinstance(section, Prose):
            rows.extend([section.name, "", sentence] for sentence in section.sentences)
    return ["section", "name", "value"], rows


def format_option(function: _F) -> _F:
    """The option ``--format`` of every reading verb."""
    formats = click.Choice(["table", "json", "jsonl", "csv"])
    return click.option("--format", "how", type=formats, default="table", show_default=True,
                        help="table for people; for programs the rest (csv: the first table only).")(function)
