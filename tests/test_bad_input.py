"""Every way an input, a path or a setting can be bad, through the installed command: a clear word, never a traceback."""

from __future__ import annotations

import fcntl
import gzip
import json
import lzma
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.command import COMMAND, records, samestory

FATES = ("new", "unchanged", "superseded", "withdrawn", "expired", "rejects")
TEXT = "The night ferry to Hesk Island was late again on Monday because of fog over the harbour."


def good(n: int) -> dict:
    return {"id": f"good-{n}", "outlet": "Alder Daily", "text": f"{TEXT} Report number {n}.", "published": "2024-03-04"}


def encoded(*values: dict | bytes) -> bytes:
    return b"".join((v if isinstance(v, bytes) else json.dumps(v).encode()) + b"\n" for v in values)


def rejected(tmp_path: Path, *sources: Path, usable: int, expect: int | None = None) -> list[tuple[str, int | None, str]]:
    """Run over the sources from another directory; what was rejected, after the balance was checked."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    done = samestory("run", *sources, "--store", tmp_path / "store", cwd=elsewhere, expect=None)
    assert done.returncode in ((0, 1) if expect is None else (expect,)), done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])["counts"]
    assert counts["read"] == sum(counts[fate] for fate in FATES)
    assert counts["articles"] == usable
    lost = records(tmp_path / "store" / "latest" / "rejects.jsonl")
    assert len(lost) == counts["rejects"]
    return [(Path(r["file"]).name, r["line"], r["reason"]) for r in lost]


BAD_LINES: Sequence[tuple[bytes, str]] = (
    (b'{"text": "cut', "broken JSON: the line ends too early"),
    (b'{"text": "a" "b"}', "broken JSON: expected ',' or '}' (byte 13)"),
    (b'["text"]', "not a JSON object"),
    (b"7", "not a JSON object"),
    (b'{"text": 5}', "text is a number, not a text"),
    (b'{"text": "t", "title": ["x"]}', "title is a list, not a text"),
    (b'{"text": "t", "published": 20240304}', "published is a number, not a text"),
    (b'{"text": "t", "authors": {"name": "x"}}', "authors is neither a list of names nor one name"),
    (b'{"id": "no-text"}', "text is missing"),
    (b'{"text": " \\n "}', "text is empty"),
    (b'{"text": "t", "published": "2024-02-31"}', "published is no date of the calendar"),
    (b'{"text": "t", "published": "04/03/2024"}',
     "published is not an ISO 8601 or RFC 2822 date: write it as 2013-01-22 or 2013-01-22T14:05+01:00"),
    (b'{"text": "t", "modified": "0999-01-01"}', "modified is before the year 1600"),
    (b'{"text": "half \\ud83d a face"}', "a lone surrogate in the JSON (half of a character written as \\ud800 to \\udfff)"),
    (b'{"text": "caf\xe9"}', "invalid UTF-8 (byte 14 of the line)"),
    (b'{"text": "a\0b"}', "broken JSON: invalid character (byte 11)"),
    (b'{"text": "a\\u0000b"}', "text holds a NUL character"),
)


def test_each_bad_line_of_a_file_is_one_reject_with_its_place_and_reason(tmp_path: Path) -> None:
    source = tmp_path / "mixed.jsonl"
    source.write_bytes(encoded(good(1), *(line for line, _ in BAD_LINES), good(2)))
    assert rejected(tmp_path, source, usable=2, expect=1) == [
        ("mixed.jsonl", number, reason) for number, (_, reason) in enumerate(BAD_LINES, 2)]


def test_few_rejects_are_no_failure(tmp_path: Path) -> None:
    source = tmp_path / "mostly.jsonl"
    source.write_bytes(encoded(*map(good, range(19)), b"{"))
    assert rejected(tmp_path, source, usable=19, expect=0) == [
        ("mostly.jsonl", 20, "broken JSON: the line ends too early")]


def test_one_id_that_says_two_things_keeps_one_and_rejects_the_others(tmp_path: Path) -> None:
    source = tmp_path / "twice.jsonl"
    source.write_bytes(encoded(good(1), good(1) | {"text": "Something else."}, good(2)))
    lost = rejected(tmp_path, source, usable=2, expect=1)
    assert [(name, reason) for name, _, reason in lost] == [
        ("twice.jsonl", "another record with this id and the same (or no) modified says something else")]
    assert lost[0][1] in (1, 2)


def packed(kind: str, data: bytes) -> bytes:
    if kind == "gz":
        return gzip.compress(data, mtime=0)
    if kind == "xz":
        return lzma.compress(data)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("kind", ["gz", "zst", "xz"])
def test_a_truncated_archive_keeps_what_came_before_the_cut(tmp_path: Path, kind: str) -> None:
    source = tmp_path / f"cut.jsonl.{kind}"
    noise = [good(n) | {"title": f"{n * 7919 ** 3:x}"} for n in range(300)]  # so that it does not pack to nothing
    whole = packed(kind, encoded(*noise))
    source.write_bytes(whole[: len(whole) * 9 // 10])
    done = samestory("run", source, "--store", tmp_path / "store", "-q", cwd=tmp_path, expect=None)
    assert done.returncode in (0, 1)
    counts = json.loads(done.stdout.splitlines()[-1])["counts"]
    assert counts["read"] == counts["new"] + counts["rejects"]
    (lost,) = records(tmp_path / "store" / "latest" / "rejects.jsonl")
    assert lost["line"] == counts["new"] + 1
    assert lost["reason"] == "the compressed file is damaged or cut off here"


def test_a_csv_row_of_another_length_is_one_reject(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_bytes(b'id,outlet,text\n1,A,"one, two\nthree"\n2,A\n3,A,four,five\n4,A,\xff\n5,A,\n6,A,six\n')
    assert rejected(tmp_path, source, usable=2) == [
        ("rows.csv", 4, "the row has 2 columns, the header 3"), ("rows.csv", 5, "the row has 4 columns, the header 3"),
        ("rows.csv", 6, "invalid UTF-8: save it as UTF-8"), ("rows.csv", 7, "text is missing")]


def test_a_parquet_file_damaged_inside_says_how_many_rows_are_lost(tmp_path: Path) -> None:
    source = tmp_path / "damaged.parquet"
    pq.write_table(pa.Table.from_pylist([good(n) for n in range(60)]), source, compression="zstd", row_group_size=20)
    data = bytearray(source.read_bytes())
    with pq.ParquetFile(source) as file:
        middle = file.metadata.row_group(1).column(2).data_page_offset
    data[middle:middle + 60] = b"\xff" * 60
    source.write_bytes(data)
    ((name, line, reason),) = rejected(tmp_path, source, usable=40)
    assert (name, line, reason) == ("damaged.parquet", 21, "the Parquet file is damaged here: 20 rows cannot be read")


def test_a_side_car_that_names_what_is_not_there_or_lies_outside(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("A text that nobody gave to this run.")
    (folder / "one.txt").write_text(TEXT)
    (folder / "bytes.txt").write_bytes(b"caf\xe9")
    (folder / "empty.txt").write_text(" \n")
    (folder / "forgotten.txt").write_text(TEXT)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "articles.csv").write_text(
        "file,outlet,published\none.txt,A,2024-03-04\nmissing.txt,A,\n../secret.txt,A,\n/etc/passwd,A,\nlink.txt,A,\n"
        "bytes.txt,A,\nempty.txt,A,\n,A,\n.,A,\n")
    outside = "the path leads outside the folder"
    assert rejected(tmp_path, folder, usable=1) == [
        ("articles.csv", 3, "there is no such file"), ("articles.csv", 4, outside), ("articles.csv", 5, outside),
        ("articles.csv", 6, outside), ("articles.csv", 7, "invalid UTF-8: save it as UTF-8"),
        ("articles.csv", 8, "text is empty"),
        ("articles.csv", 9, "file is missing"), ("articles.csv", 10, "there is no such file"),
        ("forgotten.txt", None, "articles.csv does not name it")]
    assert b"nobody gave" not in b"".join(p.read_bytes() for p in (tmp_path / "store" / "latest").resolve().iterdir())


def test_everything_at_once_is_still_one_run(tmp_path: Path) -> None:
    sources = [tmp_path / "a.jsonl", tmp_path / "b.csv", tmp_path / "empty.jsonl", tmp_path / "c.jsonl.gz"]
    sources[0].write_bytes(encoded(good(1), b"{", b"\xff"))
    sources[1].write_bytes(b"id,text\n1\n2,fine words here\n")
    sources[2].write_bytes(b"")
    sources[3].write_bytes(gzip.compress(encoded(good(2)))[:-12])
    lost = rejected(tmp_path, *sources, usable=2)
    assert {name for name, _, _ in lost} == {"a.jsonl", "b.csv", "c.jsonl.gz"}


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


@pytest.mark.parametrize(("limit", "usable"), [(None, 1), pytest.param(60_000_000, 2, marks=pytest.mark.slow)])
def test_a_text_of_fifty_megabytes_does_not_take_the_memory_of_the_machine(
        tmp_path: Path, limit: int | None, usable: int) -> None:
    source = tmp_path / "huge.jsonl"
    source.write_bytes(encoded({"id": "huge", "text": "lorem ipsum dolor " * 2_800_000}, good(1)))
    settings = tmp_path / "s.toml"
    settings.write_text(f"[limits]\nmax_text_characters = {limit}\n" if limit else "")
    done = subprocess.run([sys.executable, "-c", MEASURED, str(COMMAND), "run", str(source), "--store", str(tmp_path / "store"),
                           "--config", str(settings), "-q"], capture_output=True, text=True, check=False, cwd=tmp_path)
    *_, outcome, peak_megabytes = done.stdout.splitlines()
    assert json.loads(outcome)["counts"]["articles"] == usable
    assert int(peak_megabytes) < 1_500
    assert [r["line"] for r in records(tmp_path / "store" / "latest" / "rejects.jsonl")] == [1] * (2 - usable)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The single line on stderr."""
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("samestory: ")
    return line


@pytest.mark.parametrize(("arguments", "said"), [
    (["run", "nowhere.jsonl"], ["nowhere.jsonl", "no such file"]),
    (["run", "a.jsonl", "nowhere.jsonl"], ["nowhere.jsonl"]),
    (["run"], ["INPUT", "samestory run --help"]),
    (["run", "a.jsonl", "--store", "afile"], ["afile", "is a file"]),
    (["run", "a.jsonl", "--store", "afile/below"], ["afile/below", "cannot be used as a store"]),
    (["run", "a.jsonl", "--store", "others"], ["others", "is not a store", "thesis.doc"]),
    (["run", "a.jsonl", "--store", "garbage"], ["store.duckdb", "cannot be opened"]),
    (["run", "odd.xml"], ["odd.xml", "no known format", "JSON lines, CSV, Parquet"]),
    (["run", "array.json"], ["one JSON array", "jq -c"]),
    (["run", "broken.parquet"], ["broken.parquet", "not a readable Parquet file"]),
    (["run", "a.jsonl", "--kernels", "fats"], ["--kernels", "fats", "fast"]),
    (["run", "a.jsonl", "--engine", "hadoop"], ["--engine", "hadoop", "local"]),
    (["run", "a.jsonl", "--as-of", "yesterday"], ["--as-of", "yesterday", "ISO 8601"]),
    (["run", "a.jsonl", "--as-of", "2024-02-31"], ["--as-of", "no date of the calendar"]),
    (["run", "a.jsonl", "--stroe", "s"], ["--stroe", "--store"]),
    (["run", "a.jsonl", "--config", "none.toml"], ["none.toml", "cannot be read"]),
    (["rnu"], ["rnu", "'run'"]),
    (["runs", "--store", "afile"], ["afile"]),
    (["inspect", "--store", "nowhere"], ["no store at nowhere"]),
    (["score", "nowhere.jsonl"], ["nowhere.jsonl"]),
])
def test_what_is_unusable_is_refused_in_one_line_before_work_starts(
        tmp_path: Path, arguments: list[str], said: list[str]) -> None:
    (tmp_path / "a.jsonl").write_bytes(encoded(good(1)))
    (tmp_path / "afile").write_text("not a store")
    (tmp_path / "odd.xml").write_text("<rss/>")
    (tmp_path / "array.json").write_text('[{"text": "t"}]')
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "thesis.doc").touch()
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / "store.duckdb").write_text("this is no database")
    line = one_line(samestory(*arguments, cwd=tmp_path, expect=2))
    assert [words for words in said if words not in line] == []
    assert not (tmp_path / "samestory-store").exists() or not list((tmp_path / "samestory-store").glob("runs/*"))


@pytest.mark.parametrize(("toml", "said"), [
    ("[copies]\nnum_prem = 5", ["num_prem", "[copies]", "'num_perm'"]),
    ("window_dayz = 5", ["window_dayz", "'window_days'"]),
    ("[copise]\nbands = 3", ["copise", "'copies'"]),
    ("[copies]\nnum_perm = 'many'", ["[copies] num_perm", "a whole number", "a text"]),
    ("[text]\nboilerplate = 1", ["[text] boilerplate", "true or false"]),
    ("window_days = -1", ["window_days", "a number", ">= 0"]),
    ("copies = 3", ["copies", "a table of settings"]),
    ("[copies\n", ["not valid TOML", "line 1"]),
    ("[fields]\ntxt = 'body'", ["[fields]", "'txt'", "'text'"]),
    ("[fields]\ntitle = 3", ["[fields] title"]),
    ("[fields]\ntext = 'body'\ntitle = 'headlin'", ["rows.csv", "'headlin'", "[fields] title", "'headline'"]),
    ("[fields]\ntext = 'boddy'", ["rows.csv", "'boddy'", "'body'"]),
])
def test_a_wrong_setting_is_named_with_the_way_out(tmp_path: Path, toml: str, said: list[str]) -> None:
    (tmp_path / "rows.csv").write_text("id,headline,body\n1,Ferry late,The ferry was late.\n")
    (tmp_path / "s.toml").write_text(toml)
    line = one_line(samestory("run", "rows.csv", "--config", "s.toml", "--store", "store", cwd=tmp_path, expect=2))
    assert [words for words in said if words not in line] == []
    assert not (tmp_path / "store").exists()


def test_a_mapped_field_no_record_has_is_named_in_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(encoded(good(1)))
    (tmp_path / "s.toml").write_text("[fields]\ntext = 'body'\n")
    samestory("run", "a.jsonl", "--config", "s.toml", "--store", "store", cwd=tmp_path, expect=1)
    assert [r["reason"] for r in records(tmp_path / "store" / "latest" / "rejects.jsonl")] == [
        "text is missing (the settings read it from 'body')"]


def test_while_another_process_holds_the_lock_the_exit_code_is_75(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(encoded(good(1)))
    samestory("run", "a.jsonl", "--store", "store", cwd=tmp_path)
    with (tmp_path / "store" / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        line = one_line(samestory("run", "a.jsonl", "--store", "store", cwd=tmp_path, expect=75))
        assert "another run holds the store" in line
        samestory("inspect", "--store", "store", cwd=tmp_path)  # readers are never in the way
        samestory("runs", "--store", "store", cwd=tmp_path)
    samestory("run", "a.jsonl", "--store", "store", cwd=tmp_path)
