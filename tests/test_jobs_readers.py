"""Readers: what can be used is kept as it came, everything else is a reject with its place and reason, nothing is lost."""

from __future__ import annotations

import gzip
import json
import lzma
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clustering.config import Limits, Settings
from clustering.errors import InputError, SettingsError
from jobs import readers, settings
from jobs.readers import dates, html, identity, streams

DEFAULTS = Settings()
GOOD = [
    {"id": "one", "outlet": "Gazette", "title": "Ferry late", "text": "The ferry was late.", "published": "2013-01-22",
     "authors": ["A. Reporter"], "desk": "harbour"},
    {"url": "https://news.example.co.uk/ferry?id=7&utm_source=x", "text": "Ferry é 😀 late again.", "lang": "en-GB"},
    {"id": 3, "text": " spaces and\r\nlines stay ", "published": "2013-01-22T08:15:00+02:00", "modified": "2013-01-23",
     "seen": None},
]


def naive(*parts):
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def read(path, given_settings=DEFAULTS):
    found = list(readers.open_input(path, given_settings))
    rows = [row for block in found for row in block.records.to_pylist()]
    rejects = [reject for block in found for reject in block.rejects]
    assert sum(block.read for block in found) == len(rows) + len(rejects)
    return rows, rejects


def lines(path, *records, packed=bytes):
    raw = b"\n".join(r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode() for r in records)
    path.write_bytes(packed(raw))
    return path


def zstd(raw: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(raw)
    return sink.getvalue().to_pybytes()


def test_a_record_is_kept_as_it_came(tmp_path):
    rows, rejects = read(lines(tmp_path / "a.jsonl", *GOOD))
    assert rejects == []
    one, two, three = rows
    assert (one["article_id"], one["outlet"], one["authors"]) == ("one", "Gazette", ["A. Reporter"])
    assert one["text"] == GOOD[0]["text"]
    assert (one["published"], one["published_precision"], one["published_zone_known"]) == ("2013-01-22", "day", False)
    assert json.loads(one["extra"]) == {"desk": "harbour"}
    assert (two["outlet"], two["lang"], two["url"]) == ("example.co.uk", "en", GOOD[1]["url"])
    assert (three["article_id"], three["text"]) == ("3", GOOD[2]["text"])
    assert (three["published"], three["published_at"]) == ("2013-01-22T08:15:00+02:00", naive(2013, 1, 22, 6, 15))
    assert [row["line"] for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(("name", "packed"), [
    ("a.jsonl", bytes), ("a.jsonl.gz", gzip.compress), ("a.jsonl.xz", lzma.compress), ("a.jsonl.zst", zstd),
    ("wrong-name.jsonl", gzip.compress), ("no_name", bytes), ("a.jsonl", lambda raw: b"\xef\xbb\xbf" + raw + b"\n\n\r\n"),
])
def test_packing_and_names_change_nothing(tmp_path, name, packed):
    expected, _ = read(lines(tmp_path / "plain.jsonl", *GOOD))
    rows, rejects = read(lines(tmp_path / name, *GOOD, packed=packed))
    assert rejects == []
    assert [row | {"file": ""} for row in rows] == [row | {"file": ""} for row in expected]


@pytest.mark.parametrize(("record", "reason"), [
    (b'{"text": "cut', "broken JSON: the line ends too early"), (b"[1]", "not a JSON object"), (b'"x"', "not a JSON object"),
    (b'{"text": "\xff"}', "invalid UTF-8 (byte 11 of the line)"),
    (b'{"text": "\\ud800 alone"}', "a lone surrogate in the JSON (half of a character written as \\ud800 to \\udfff)"),
    (b'{"x": NaN, "text": "t"}', "broken JSON: invalid character (byte 6)"), (b"[" * 100_000, "JSON is nested too deeply"),
    ({"text": "a\0b"}, "text holds a NUL character"), ({"title": "x"}, "text is missing"), ({"text": " \n"}, "text is empty"),
    ({"text": 5}, "text is a number, not a text"), ({"text": "t", "outlet": {}}, "outlet is an object, not a text"),
    ({"text": "t", "id": True}, "id is true or false, not a text"), ({"text": "t", "id": "a\nb"}, "id has control characters"),
    ({"text": "t", "authors": [1]}, "authors is neither a list of names nor one name"),
    ({"text": "t", "published": "22/01/2013"},
     "published is not an ISO 8601 or RFC 2822 date: write it as 2013-01-22 or 2013-01-22T14:05+01:00"),
    ({"text": "t", "published": "2013-02-30"}, "published is no date of the calendar"),
    ({"text": "t", "published": "1066-10-14"}, "published is before the year 1600"),
    ({"text": "t", "modified": 1358841600}, "modified is a number, not a text"),
    ({"text": "t" * 2_000_001}, "text has more than 2000000 characters"),
    ({"status": "withdrawn"}, "status is withdrawn, but neither id nor url says of what"),
])
def test_a_bad_record_is_a_reject_and_the_rest_goes_on(tmp_path, record, reason):
    rows, rejects = read(lines(tmp_path / "a.jsonl", GOOD[0], record, GOOD[1]))
    assert len(rows) == 2
    assert [(r.file, r.line) for r in rejects] == [(str(tmp_path / "a.jsonl"), 2)]
    assert rejects[0].reason.startswith(reason)


def test_a_kill_needs_no_text(tmp_path):
    kill = {"id": "x", "status": "Withdrawn"}
    rows, _ = read(lines(tmp_path / "a.jsonl", kill, kill | {"text": "t", "seen": "2013-01-22"}))
    assert [row["status"] for row in rows] == ["withdrawn"] * 2
    assert rows[0]["content_hash"] == rows[1]["content_hash"]


def test_a_line_of_fifty_megabytes_is_never_held(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range(50):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"id": "after", "text": "fine"}')
    small = Settings(limits=Limits(max_text_characters=1000))
    tracemalloc.start()
    rows, rejects = read(path, small)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 10_000_000
    assert [row["article_id"] for row in rows] == ["after"]
    assert [(r.line, r.reason) for r in rejects] == [(1, "line is too long for any text within [limits] max_text_characters")]


@pytest.mark.parametrize(("name", "packed"), [("a.gz", gzip.compress), ("a.zst", zstd), ("a.xz", lzma.compress)])
def test_a_damaged_archive_keeps_what_came_before(tmp_path, name, packed):
    records = [{"id": f"{i}", "text": f"text {i * 7919 % 104729} {i ** 5}"} for i in range(20_000)]
    whole = lines(tmp_path / name, *records, packed=packed).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) * 2 // 3])
    rows, rejects = read(tmp_path / name)
    assert 0 < len(rows) < 20_000
    assert [row["article_id"] for row in rows] == [str(i) for i in range(len(rows))]
    assert [(r.line, r.reason) for r in rejects] == [(len(rows) + 1, "the compressed file is damaged or cut off here")]


@hypothesis_settings(deadline=None)  # files are written: a busy disk is no failure
@given(st.data())
def test_whatever_the_bytes_every_line_is_accounted_for(tmp_path_factory, data):
    raw = bytearray(b"\n".join(json.dumps(record, ensure_ascii=False).encode() for record in GOOD * 2))
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 9))
        raw[place : place + cut] = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from(
            [b'"', b"\\ud800", b"{", b"\n", b"\0", b"\\u0000", b"null", b"1e999", b'"id":', b"\xed\xa0\x80", b"9999-99-99"])))
    assume(not raw.startswith((*streams.MAGIC, b"PAR1")))  # then it is no JSON lines any more
    path = tmp_path_factory.mktemp("fuzz") / "a.jsonl"
    path.write_bytes(raw)
    rows, rejects = read(path)
    every = bytes(raw).removeprefix(b"\xef\xbb\xbf").split(b"\n")
    counted = [number for number, line in enumerate(every, start=1) if line.strip()]
    assert sorted([row["line"] for row in rows] + [reject.line for reject in rejects]) == counted
    for row in rows:
        assert row["text"].strip() or row["status"] == "withdrawn"
        assert "\0" not in row["text"]
        row["text"].encode()


@hypothesis_settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*settings.FIELDS, "extra"]), st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=30),
    st.dates().map(date.isoformat), st.datetimes().map(datetime.isoformat), st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)), max_size=8))
def test_whatever_the_values_a_record_is_used_or_rejected(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("fuzz") / "a.jsonl"
    path.write_bytes(json.dumps(record).encode("ascii"))
    rows, rejects = read(path)
    assert len(rows) + len(rejects) == 1


def test_csv_with_quoted_lines_semicolons_and_damage(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'\xef\xbb\xbfid;text;published;desk\r\n1;"one\r\ntwo";2013-01-01;\r\n2;\xff;;\r\n\r\n3;short\r\n'
                     b'4;last;"Tue, 22 Jan 2013 08:15:00 +0200";harbour')
    rows, rejects = read(path)
    assert [(row["article_id"], row["text"], row["line"], row["extra"]) for row in rows] == [
        ("1", "one\r\ntwo", 2, None), ("4", "last", 7, '{"desk":"harbour"}')]
    assert rows[1]["published"] == "2013-01-22T08:15:00+02:00"
    assert [(r.line, r.reason) for r in rejects] == [
        (4, "invalid UTF-8: save it as UTF-8"), (6, "the row has 2 columns, the header 4")]


def test_parquet_with_typed_dates_and_mapped_fields(tmp_path):
    path = tmp_path / "articles.data"
    pq.write_table(pa.table({
        "body": ["one", None, "three"], "day": pa.array([date(2013, 1, 22), None, date(1000, 1, 1)]),
        "crawled": pa.array([datetime(2013, 1, 22, 8, tzinfo=UTC)] * 3, pa.timestamp("us", tz="Europe/Berlin")),
        "text": ["x"] * 3}), path)
    rows, rejects = read(path, Settings(fields={"text": "body", "published": "day", "seen": "crawled"}))
    assert [(row["text"], row["published"], row["seen_at"], row["line"], row["extra"]) for row in rows] == [
        ("one", "2013-01-22", naive(2013, 1, 22, 8), 1, None)]
    assert [(r.line, r.reason) for r in rejects] == [
        (2, "text is missing (the settings read it from 'body')"), (3, "published is before the year 1600")]


def test_folder_with_side_car(tmp_path):
    folder = tmp_path / "day"
    (folder / "sub").mkdir(parents=True)
    files = {"a.txt": b"A text.", "sub/b.txt": "B é.".encode(), "bad.txt": b"\xff", "stray.txt": b"stray", "x.dat": b"x"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "articles.csv").write_text(
        "file,outlet,published,url\na.txt,Gazette,2013-01-22,\nsub/b.txt,,,https://www.example.com/b\n../secret.txt,,,\n"
        "/etc/passwd,,,\nlink.txt,,,\nbad.txt,,,\nnone.txt,,,\nx.dat,,,\n,,,\n")
    rows, rejects = read(folder)
    assert [(row["article_id"], row["outlet"], row["text"]) for row in rows] == [
        ("a.txt", "Gazette", "A text."), (identity.from_url("https://www.example.com/b"), "example.com", "B é.")]
    outside = "the path leads outside the folder"
    assert [(r.line, r.reason) for r in rejects] == [
        (4, outside), (5, outside), (6, outside), (7, "invalid UTF-8: save it as UTF-8"), (8, "there is no such file"),
        (9, "neither .txt nor .html"), (10, "file is missing"), (None, "articles.csv does not name it")]


def test_a_file_name_that_is_no_utf8_is_written_out(tmp_path):
    (tmp_path / "caf\udce9.txt").write_text("A.")
    rows, _ = read(tmp_path)
    assert [row["article_id"] for row in rows] == ["caf\\udce9.txt"]


def test_folder_without_side_car_takes_file_names_as_ids(tmp_path):
    (tmp_path / "b.txt").write_text("B.")
    (tmp_path / "a.txt").write_text("A.")
    rows, rejects = read(tmp_path)
    assert [(row["article_id"], row["file"]) for row in rows] == [(n, str(tmp_path / n)) for n in ("a.txt", "b.txt")]
    assert rejects == []


def test_pages_need_the_extra(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_text("<p>x</p>")
    monkeypatch.setattr(html.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"samestory\[html\]"):
        readers.detect(tmp_path, DEFAULTS)


def test_pages_are_read_with_the_extra(tmp_path):
    (tmp_path / "a.html").write_text(
        '<html lang="en"><head><title>Ferry</title><meta property="og:site_name" content="Gazette">'
        '<meta property="article:published_time" content="2024-03-04T08:15:00+02:00">'
        '<link rel="canonical" href="https://gazette.example/ferry"></head><body>'
        "<nav><ul><li><a href='/'>Front page</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        "<main><article><h1>Ferry late</h1><p>By Ines Corlett, Meridian Press Agency</p>"
        "<p>The ferry was late again on Monday, &amp; “nobody said why”, a passenger told the Gazette.</p>"
        "<script>alert('x')</script></article></main><footer>© Gazette</footer></body></html>", encoding="utf-8")
    (tmp_path / "b.html").write_bytes(b"<html><head><title>Nothing</title></head><body></body></html>")
    rows, rejects = read(tmp_path)
    assert [(row["title"], row["outlet"], row["lang"], row["url"]) for row in rows] == [
        ("Ferry", "Gazette", "en", "https://gazette.example/ferry")]
    assert rows[0]["published"] == "2024-03-04T08:15:00+02:00"
    assert "& “nobody said why”" in rows[0]["text"]
    assert "Meridian Press Agency" in rows[0]["text"]  # extractors that drop the byline would lose the credit
    assert not {"alert", "Sport"} & set(rows[0]["text"].replace("(", " ").split())
    assert [Path(reject.file).name for reject in rejects] == ["b.html"]


@pytest.mark.parametrize(("name", "content", "message"), [
    ("none.jsonl", None, "there is no such file"), ("a.json", b"[{}]", "jq -c"), ("a.bin", b"\x00\x01", "no known format"),
    ("a.csv", b"id,body\n1,x\n", r"\[fields\] text"), ("a.parquet", b"nothing of the kind", "is not a Parquet file"),
    ("a.parquet", b"PAR1 but broken PAR1", "not a readable Parquet file"), ("a.csv", b"text,text\n", "two columns"),
])
def test_an_unusable_path_is_refused_before_work_starts(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        readers.detect(tmp_path / name, DEFAULTS)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a"])
def test_an_empty_file_is_an_empty_input(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    assert read(tmp_path / name) == ([], [])


@pytest.mark.parametrize(("text", "iso", "precision", "zone_known"), [
    ("2013-01-22", "2013-01-22", "day", False), ("20130122", "2013-01-22", "day", False),
    ("2013-01-22T08:15", "2013-01-22T08:15", "minute", False), ("2013-01-22T08:15Z", "2013-01-22T08:15+00:00", "minute", True),
    ("2013-01-22 08:15:03 +0200", "2013-01-22T08:15:03+02:00", "second", True),
    ("2013-01-22T08:15:03.123456789", "2013-01-22T08:15:03", "second", False),
    ("22 Jan 2013 08:15 GMT", "2013-01-22T08:15+00:00", "minute", True),
    ("Tue, 22 Jan 2013 08:15:00 -0000", "2013-01-22T08:15:00", "second", False),
])
def test_dates_keep_precision_and_zone(text, iso, precision, zone_known):
    when = dates.parse(text, 1600)
    assert (when.iso, when.precision, when.zone_known) == (iso, precision, zone_known)


@pytest.mark.parametrize("text", ["", "yesterday", "2013", "2013-01", "01/02/2013", "22 Jan 13 08:15", "2013-01-22T25:00",
                                  "9999-12-31T23:00:00-12:00", "2013-1-2", "２013-01-22", "2013-W04-2", "1" * 500])
def test_no_date_is_guessed(text):
    with pytest.raises(ValueError, match=r"is (no|not|out)"):
        dates.parse(text, 1600)


@given(st.datetimes(min_value=naive(1700, 1, 1), timezones=st.sampled_from([None, UTC])))
def test_a_date_survives_its_own_form(moment):
    when = dates.parse(moment.isoformat(), 1600)
    assert when.instant == moment.replace(tzinfo=None, microsecond=0)
    again = dates.parse(when.iso, 1600)
    assert again == when


def test_urls_of_one_page_have_one_id():
    pages = ["http://news.example.com/a?b=2&a=1", "https://NEWS.example.com:443/a?a=1&b=2&utm_source=x&fbclid=y#top"]
    assert len({identity.from_url(url) for url in pages}) == 1
    assert identity.from_url("https://news.example.com/a?a=2&b=2") != identity.from_url(pages[0])
    no_pages = ("", "javascript:alert(1)", "http://[::1", "http:///x", "ftp://x.org/a")
    assert [identity.from_url(url) for url in no_pages] == [None] * 5
    assert identity.outlet_of("https://naijablog.blogspot.com/2013") == "naijablog.blogspot.com"
    no_domains = ("http://127.0.0.1/x", "http://[::1", "nonsense", "http://localhost/")
    assert [identity.outlet_of(url) for url in no_domains] == [None] * 4


def test_without_id_and_url_the_content_is_the_id(tmp_path):
    same = {"text": "t", "outlet": "A", "published": "2013-01-22"}
    rows, _ = read(lines(tmp_path / "a.jsonl", same, same | {"seen": "2013-01-23"}, same | {"outlet": "B"}))
    first, again, other = (row["article_id"] for row in rows)
    assert first == again != other


@pytest.mark.parametrize(("toml", "message"), [
    ("[copies]\nbandz = 3", r"unknown setting 'bandz' in \[copies\]; the nearest known one is 'bands'"),
    ("windowdays = 3", "unknown setting 'windowdays' in the top level; the nearest known one is 'window_days'"),
    ("[copies]\nneighbours = 3", r"\[events\] has that very name"),
    ("[agencies.XYZ]\nname = []", r"unknown setting 'name' in \[agencies.XYZ\]; the nearest known one is 'names'"),
    ("[copies]\nnear_duplicate_jaccard = 2", r"\[copies\] near_duplicate_jaccard: expected a number <= 1.0"),
    ("window_days = 'x'", "window_days: expected a number, got a text"),
    ("copies = 3", "copies: expected a table of settings, got a whole"),
    ("window_days = inf", "window_days must be a finite number"), ("a =", "is not valid TOML"), ("a = '\xff'", "is not UTF-8"),
    ("[copies]\nbands = 100", "bands × rows is 300, more than num_perm"), ("[fields]\nbody = 'x'", r"\[fields\] names 'body'"),
])
def test_settings_are_refused_with_their_name_and_section(tmp_path, toml, message):
    (tmp_path / "s.toml").write_text(toml, "latin-1" if "\xff" in toml else "utf-8")
    with pytest.raises(SettingsError, match=message):
        settings.load(tmp_path / "s.toml")


def test_settings_default_and_digest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.load() == DEFAULTS
    (tmp_path / "samestory.toml").write_text("window_days = 7\n[outlets.aliases]\n'BBC News' = 'BBC'\n")
    loaded = settings.load()
    assert (loaded.window_days, loaded.outlets.aliases) == (7, {"BBC News": "BBC"})
    assert settings.digest(loaded) != settings.digest(DEFAULTS) == settings.digest(Settings())
    assert settings.resolved(loaded)["copies"]["bands"] == DEFAULTS.copies.bands
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(tmp_path / "none.toml")
