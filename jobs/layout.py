"""How sections stand on a terminal and in plain text; ``jobs/show.py`` says what they hold and makes every cell safe.

A table whose columns cannot all be read in the width there is is printed as blocks, one a row: its id and its longest words
in the first line, the other values with their names below. A cell of three letters a line helps nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from jobs.show import ESCAPES, ISOLATE, KEPT_FORMAT, POP, Facts, Prose, Section, Table, safe, shown

_WORDY_CELLS = 18
"""A column of words may be as narrow as this; one that is narrower by nature is never folded."""
_GAP_CELLS, _INDENT_CELLS, _BETWEEN = 2, 4, " · "
_HEADLINES = {"title", "text", "words", "sentence"}
"""Columns that say best what a row is about."""
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?(?=$|[+\-Z:])")


def terminal(sections: Sequence[Section]) -> None:
    """Print in colours, as wide as the terminal; every cell is a Text, so nothing in it is read as markup."""
    console = Console(highlight=False, markup=False, emoji=False)
    for section in sections:
        console.print(Text(safe(section.heading), style="bold"))
        if isinstance(section, Prose):
            for sentence in section.sentences:
                console.print(Text(_final(sentence)))
        elif isinstance(section, Facts):
            grid = RichTable.grid(padding=(0, 2))
            for key, value in section.values.items():
                grid.add_row(Text(_label(key), style="dim"), Text(shown(key, value), overflow="fold"))
            console.print(grid)
        elif section.rows:
            _table(console, section)
        else:
            console.print(Text(section.empty))
        console.print()


def plain(sections: Sequence[Section]) -> None:
    """Print aligned text without colours or frames, for pipes and logs."""
    for number, section in enumerate(sections):
        if number:
            click.echo()
        click.echo(safe(section.heading))
        if isinstance(section, Prose):
            for sentence in section.sentences:
                click.echo("  " + _final(sentence).replace("\n", "\n  "))
        elif isinstance(section, Facts):
            _aligned([(_label(key), shown(key, value)) for key, value in section.values.items()], right=set())
        elif section.rows:
            cells = [tuple(_label(c) for c in section.columns)]
            cells += [tuple(shown(c, v) for c, v in zip(section.columns, row, strict=True)) for row in section.rows]
            _aligned(cells, right={i for i in range(len(section.columns)) if _numeric(section, i)})
        else:
            click.echo("  " + section.empty)


def _table(console: Console, section: Table) -> None:
    """Columns where they fit, blocks where they do not."""
    cells = [[_brief(shown(c, value)) for c, value in zip(section.columns, row, strict=True)] for row in section.rows]
    columns = list(zip(*cells, strict=True))
    widest = [max(map(cell_len, column)) for column in columns]
    wordy = [not c.endswith("_id") and width > _WORDY_CELLS and any(" " in cell for cell in column)
             for c, width, column in zip(section.columns, widest, columns, strict=True)]
    least = [max(_WORDY_CELLS if folds else width, *map(cell_len, _label(c).split()))
             for c, width, folds in zip(section.columns, widest, wordy, strict=True)]
    if len(least) > 1 and sum(least) + _GAP_CELLS * len(least) > console.width:
        _blocks(console, section, cells, widest, wordy)
        return
    table = RichTable(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, collapse_padding=True)
    for i, column in enumerate(section.columns):
        table.add_column(_label(column), justify="right" if _numeric(section, i) else "left", overflow="fold",
                         min_width=least[i], no_wrap=not wordy[i])
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _blocks(console: Console, section: Table, cells: Sequence[Sequence[str]], widest: Sequence[int],
            wordy: Sequence[bool]) -> None:
    """A paragraph a row; what is unknown is left out."""
    ids = [i for i, column in enumerate(section.columns) if column.endswith("_id")]
    head = ids[0] if ids else 0
    words = max((i for i in range(len(widest)) if wordy[i] and i != head), default=None,
                key=lambda i: (section.columns[i] in _HEADLINES, widest[i]))
    room = console.width - _INDENT_CELLS
    for row in cells:
        grid = RichTable.grid(padding=(0, _GAP_CELLS))
        grid.add_row(Text(row[head], style="bold"), Text(row[words] if words is not None else ""))
        console.print(Padding(grid, (0, 0, 0, _GAP_CELLS)))
        line = Text()
        for i, cell in enumerate(row):
            if i in (head, words) or cell == "–":
                continue
            item = Text(f"{_label(section.columns[i])} ", style="dim").append(cell, style="not dim")
            if line and line.cell_len + len(_BETWEEN) + item.cell_len > room:
                console.print(Padding(line, (0, 0, 0, _INDENT_CELLS)))
                line = Text()
            line = Text.assemble(line, (_BETWEEN, "dim"), item) if line else item
        if line:
            console.print(Padding(line, (0, 0, 0, _INDENT_CELLS)))


def _brief(cell: str) -> str:
    """A time as people write it: no T, no empty seconds."""
    return _CLOCK.sub(r"\1 \2", cell) if "T" in cell else cell


def _aligned(rows: Sequence[Sequence[str]], right: set[int]) -> None:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        gaps = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [gap + cell if i in right else cell + gap for i, (cell, gap) in enumerate(zip(row, gaps, strict=True))]
        click.echo("  " + "  ".join(cells).rstrip())


def _final(sentence: str) -> str:
    """The last guard on prose: nothing but printable characters, line breaks and our own isolates."""
    return "".join(c for c in ESCAPES.sub("", sentence)
                   if c in "\n" + ISOLATE + POP + KEPT_FORMAT or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp"))


def _label(name: str) -> str:
    return safe(name.removesuffix("_share")).replace("_", " ")


def _numeric(table: Table, column: int) -> bool:
    values = [row[column] for row in table.rows if row[column] is not None]
    return bool(values) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
