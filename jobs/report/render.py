"""A page's path -> its bytes. The one renderer behind both doors.

What articles say cannot become markup: templates escape every value, strings lose the characters that reorder or hide others,
data for the scripts stands in JSON blocks that no parser runs, addresses are links only when they are http or https. And if all
that failed, the content security policy allows no script but the report's own files, and no request to anywhere else.
"""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined
from markupsafe import Markup

from jobs.columns import guarded
from jobs.report import event, front, links, outlet, passage, reader, wording
from jobs.report.index import IndexedRun
from jobs.report.marking import mark
from jobs.show import Table, encoded, plural

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
          "require-trusted-types-for 'script'")
"""Stands in every page, so that it holds from a folder too; ``serve`` sends it again as a header."""
ASSETS = ("report.css", "page.js", "words.js", "reader.js")
OF_THE_RUN = (links.FRONT, "events.csv", "events.json")
"""What holds every event; made once and kept."""
_PAGE = re.compile(r"(events|read|passages|outlets)/([a-z0-9-]+)\.html")
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
          ".csv": "text/csv; charset=utf-8", ".json": "application/json"}
_LONGEST_LINK = 1_500_000
"""Bytes of data a browser will take inside a link."""


class Pages:
    """Renders the pages of a run."""

    def __init__(self, run: IndexedRun, there: Callable[[str], bool] | None = None) -> None:
        """``there`` says which pages exist to be linked to; by default all that can be made."""
        self.run = run
        self._there = there or (lambda _: True)
        self._kept: dict[str, bytes] = {}
        self._marking = lru_cache(2)(lambda event_id: mark(run, run.events[event_id]))  # an event's two pages share it
        self._templates = Environment(
            loader=PackageLoader("jobs.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            finalize=printed)
        self._templates.filters |= {"json_block": json_block, "line": encoded, "plural": plural, "thousands": lambda n: f"{n:,}",
                                    "percent": lambda share: "–" if share is None else f"{share:.0%}", "when": wording.when}
        self._templates.globals |= {"downloads": downloads, "policy": POLICY, "run": run}

    @cached_property
    def measured(self) -> dict[str, front.Measures]:
        """What the front page says of each event."""
        return front.measures(self.run)

    @cached_property
    def _outlets(self) -> dict[str, str]:
        return {links.slug(name): name for name in self.run.outlet_names}

    def render(self, path: str) -> bytes | None:
        """The page, script, style or data file of this path; None when there is none."""
        if path.startswith("assets/") and (name := path.removeprefix("assets/")) in ASSETS:
            return files("jobs.report").joinpath("assets", name).read_bytes()
        if path in OF_THE_RUN:
            if path not in self._kept:
                self._kept[path] = self._of_the_run(path)
            return self._kept[path]
        match = _PAGE.fullmatch(path)
        if match is None:
            return None
        folder, name = match.groups()
        to = self._links(path)
        if folder == "events" and name in self.run.events:
            return self._fill("event.html", path, event.page(self.run, to, name, self._marking(name)))
        if folder == "read" and name in self.run.events:
            return self._fill("reader.html", path, reader.page(self.run, to, name, self._marking(name)))
        if folder == "passages" and name in self.run.passages:
            return self._fill("passage.html", path, passage.page(self.run, to, name))
        if folder == "outlets":
            named = [self._outlets.get(slug) for slug in name.split("--")]
            if len(named) == 1 and named[0] is not None:
                return self._fill("outlet.html", path, outlet.page(self.run, to, named[0]))
            if len(named) == 2 and named[0] is not None and named[1] is not None and path == links.outlets(named[0], named[1]):
                return self._fill("outlets.html", path, outlet.pair(self.run, to, named[0], named[1]))
        return None

    def _of_the_run(self, path: str) -> bytes:
        if path == links.FRONT:
            return self._fill("front.html", path, front.page(self.run, self._links(path), self.measured))
        table = front.events_table(self.run, self.measured)
        return as_csv(table) if path.endswith(".csv") else as_json(table)

    def missing(self, path: str) -> bytes:
        """What is said where there is no page."""
        return self._fill("missing.html", path, {"asked": path[:200]})

    def _links(self, path: str) -> links.Links:
        return links.Links(path, self._there)

    def _fill(self, template: str, path: str, context: dict[str, Any]) -> bytes:
        to = self._links(path)
        return self._templates.get_template(template).render(to=to, front=to.to(links.FRONT), **context).encode(errors="replace")


def printed(value: object) -> object:
    """What a template may print: text without what hides or reorders others, markup of our own, numbers; nothing else."""
    if type(value) is str:
        return wording.visible(value)
    if not isinstance(value, Markup | int | float | Undefined):
        raise TypeError(f"a template prints a {type(value).__name__}")
    return value


def media_type(path: str) -> str:
    """Of a path that :meth:`Pages.render` knows."""
    return _TYPES["." + path.rpartition(".")[2]]


def json_block(value: Any) -> Markup:
    """JSON to stand inside a script element that is not run: nothing in it can close the element or open a comment."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")  # noqa: S704  escaped just here
                  .replace("\u2028", r"\u2028").replace("\u2029", r"\u2029"))


def as_csv(table: Table) -> bytes:
    """As ``--format csv`` of the reading verbs: flat columns, formulas guarded."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(table.flat_columns)
    writer.writerows([guarded(list(map(str, v)) if isinstance(v, list | tuple) else v) for v in row] for row in table.flat_rows)
    return file.getvalue().encode(errors="replace")


def as_json(table: Table) -> bytes:
    """A list of records."""
    return msgspec.json.encode(table.value)


def downloads(table: Table, name: str) -> Markup:
    """Links that hold a table's data themselves, so that a page that is mailed takes its figures with it."""
    made = []
    for suffix, kind, data in (("csv", "text/csv", as_csv(table)), ("json", "application/json", as_json(table))):
        if len(data) > _LONGEST_LINK:
            made.append(Markup("<span>{}: too long for a link</span>").format(suffix.upper()))
            continue
        address = f"data:{kind};charset=utf-8;base64,{base64.b64encode(data).decode()}"
        made.append(Markup('<a download="{}.{}.{}" href="{}">{}<span class="unseen"> of {}</span></a>').format(
            name, table.name, suffix, address, suffix.upper(), table.heading))
    return Markup('<p class="data">Data: {} · {}</p>').format(*made)
