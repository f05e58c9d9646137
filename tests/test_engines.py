"""Engines: many processes read as one does, in order; what goes wrong in one of them is said here."""

from __future__ import annotations

import multiprocessing
import os

import pyarrow as pa
import pytest

from clustering.config import Settings
from clustering.engine import here
from clustering.tables import REMEMBERED
from clustering.text import read_by_rules
from jobs import engines
from tests.build import articles


def given(count: int) -> pa.Table:
    return articles(*({"article_id": f"a{n:04}", "title": f"Harbour closed {n}", "outlet": f"Outlet {n % 5}",
                       "text": f"By Ada Lovelace\n\nOSTERMOOR (Reuters) - Harbour {n} was closed on Monday, “for the day”, "
                               f"officials said.\n\nRead more: {n} other stories"} for n in range(count)))


def failing(table: pa.Table, _: Settings) -> pa.Table:
    raise ValueError(f"a rule failed on {len(table)} articles")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BLOCK_ARTICLES", 3)
    monkeypatch.setattr(engines, "WORTH_ARTICLES", 10)


@pytest.mark.usefixtures("small")
def test_two_processes_read_as_one_does() -> None:
    table = given(31)
    one, two = (read_by_rules(table, Settings(), None, engine) for engine in (here, engines.engine(2, print)))
    assert two.remembered.equals(one.remembered)
    assert two.zones.equals(one.zones)
    assert two.languages.equals(one.languages)
    assert two.remembered.schema.equals(REMEMBERED)
    assert {"byline", "dateline", "quote", "boilerplate"} <= set(one.zones["zone"].to_pylist())


@pytest.mark.usefixtures("small")
def test_an_error_in_a_process_is_an_error_here() -> None:
    with pytest.raises(ValueError, match="a rule failed on 3 articles"):
        engines.engine(2, print)(failing, given(12), Settings())


def dying(table: pa.Table, _: Settings) -> pa.Table:
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    return table


@pytest.mark.usefixtures("small")
def test_what_killed_processes_leave_is_done_here() -> None:
    table, said = given(12), []
    assert engines.engine(2, said.append)(dying, table, Settings()).equals(table)
    assert len(said) == 1
    assert "one read them all" in said[0]


@pytest.mark.usefixtures("small")
def test_few_articles_and_one_process_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_in_processes", None)
    for count, processes in ((9, 2), (12, 1)):
        with pytest.raises(ValueError, match=f"a rule failed on {count} articles"):
            engines.engine(processes, print)(failing, given(count), Settings())
