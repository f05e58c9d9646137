"""What is put on a shelf of files comes back equal, and nothing but the memory of a run hangs on it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from clustering import pipeline
from clustering.config import Settings
from clustering.tables import TOKENS
from clustering.text import tokenise
from jobs import shelf as shelves
from jobs.background import load_background
from jobs.shelf import FileShelf
from tests.build import articles


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileShelf:
    monkeypatch.setattr(shelves, "WORTH_BYTES", 1)
    return FileShelf(tmp_path)


def some() -> pa.Table:
    return articles(*({"article_id": f"a{n:03}", "title": f"Harbour {n // 4} closed", "outlet": f"Outlet {n % 7}",
                       "published": f"2024-03-{1 + n // 9:02}", "authors": ["Ada"] * (n % 3),
                       "text": f"The harbour number {n // 4} was closed on Monday after the {n // 4} ships collided near the "
                               f"pier in the fog, officials of the port said. Report {n % 4} – “für heute”, they added."}
                      for n in range(80)))


def test_tables_come_back_equal(shelf: FileShelf) -> None:
    tokens = tokenise(some()["text"])
    for table in (some(), pa.concat_tables([some(), some()]), some().slice(3, 5), some().slice(0, 0), tokens, tokens.slice(7, 9)):
        kept = shelf.table(table)
        shelf.rest()
        assert kept.equals(table)
        assert kept.schema.equals(table.schema, check_metadata=True)


def test_arrays_come_back_equal_and_of_the_same_type(shelf: FileShelf) -> None:
    given = [np.arange(12).reshape(3, 4), np.array([True, False]), np.linspace(0, 1, 7, dtype=np.float32), np.zeros(0, np.int32),
             np.arange(20, dtype=np.int32)[::2]]
    kept = shelf.arrays(*given)
    shelf.rest()
    for one, other in zip(kept, given, strict=True):
        np.testing.assert_array_equal(one, other)
        assert (one.dtype, one.shape, one.flags.writeable) == (other.dtype, other.shape, True)


def test_what_is_on_the_shelf_is_not_written_again(shelf: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = shelf.table(tokenise(some()["text"]))
    place = TOKENS.get_field_index("zones")
    marked = kept.set_column(place, TOKENS.field(place), pa.chunked_array([kept["zones"].chunk(0).filter(np.ones(80, bool))]))
    written = []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: written.append(1) or _refuse())
    shelf.table(marked)
    assert len(written) == 1


def test_small_columns_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: _refuse())
    table = some()
    assert FileShelf(tmp_path).table(table) is table


def _refuse() -> Any:
    raise OSError(28, "No space left on device")


def test_without_a_file_everything_stays_where_it_is(shelf: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: _refuse())
    array = np.arange(5)
    assert shelf.table(some()).equals(some())
    assert shelf.arrays(array)[0] is array


def test_files_have_no_names(shelf: FileShelf, tmp_path: Path) -> None:
    kept = shelf.table(some())
    assert not list(tmp_path.iterdir())
    assert kept.equals(some())


def test_a_run_finds_the_same_with_everything_on_the_shelf(shelf: FileShelf) -> None:
    given, background = some(), load_background()
    plain = pipeline.run(given, Settings(), background)
    shelved = pipeline.run(shelf.table(given), Settings(), background, shelf=shelf)
    for name, table in vars(plain).items():
        assert getattr(shelved, name).equals(table), name
    assert len(plain.passages)
