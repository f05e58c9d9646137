"""The pages as bytes, without a browser: what they say is what the run says, and nothing an article says becomes markup."""

from __future__ import annotations

import base64
import configparser
import csv
import fnmatch
import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import InputError
from jobs import compare, publish
from jobs.report import figures, links, marking, passage, wording
from jobs.report.index import IndexedRun
from jobs.report.render import Pages, json_block
from jobs.report.write import command, write
from jobs.rundir import Run
from tests.command import ROOT
from tests.hand_result import EVIL, QUOTE, RECORDS, WIRE, hand_result

RUN_ID = "20240508T000000Z-0000000a"


class Read(HTMLParser):
    """A page as a browser's parser sees it: its elements with their attributes, its text, its scripts' data."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.blocks = "", {}
        self._inside: str | None = None
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") if tag == "script" else None

    def handle_endtag(self, tag):
        self._inside = None if tag == "script" else self._inside

    def handle_data(self, data):
        if self._inside:
            self.blocks[self._inside] = self.blocks.get(self._inside, "") + data
        else:
            self.text += data

    def links(self) -> list[str]:
        return [a["href"] for tag, a in self.elements if tag in ("a", "link") and a.get("href")]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> IndexedRun:
    directory = tmp_path_factory.mktemp("report") / "runs" / RUN_ID
    directory.mkdir(parents=True)
    publish.write(directory, hand_result(), {"run_id": RUN_ID, "as_of": "2024-05-08T00:00:00Z"}, {"run_id": RUN_ID})
    return IndexedRun(directory)


@pytest.fixture(scope="module")
def folder(run: IndexedRun, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("pages") / "report"
    write(run, out)
    return out


@pytest.fixture(scope="module")
def event(run: IndexedRun):
    return next(e for e in run.events.values() if e.article_count == 3)


def test_the_index_answers_as_a_run_read_whole_does(run: IndexedRun) -> None:
    whole = Run(run.directory)
    for name in ("events", "stories", "passages", "duplicate_groups", "articles", "moments"):
        assert dict(getattr(run, name)) == dict(getattr(whole, name)), name
        assert len(getattr(run, name)) == len(getattr(whole, name))
    assert run.texts({"a1", "a5"}) == whole.texts({"a1", "a5"})
    assert "a4" not in run.moments
    assert "nobody" not in run.moments
    for a, b in (("Alder Daily", "Harbour Post"), ("Harbour Post", "Orrin Echo"), ("Orrin Echo", "nobody")):
        assert run.passages_between(a, b) == whole.passages_between(a, b)
        assert run.events_between(a, b) == whole.events_between(a, b)
    zones = run.zones(["a3", "a4"])
    assert zones.to_pylist() == [{"row": 1, "zone": "boilerplate", "start": 0, "end": 10, "reason": "rule: furniture"}]


def test_every_link_of_a_folder_leads_to_a_file_and_every_file_is_linked(folder: Path) -> None:
    linked = {"index.html"}
    for path in folder.rglob("*.html"):
        page = Read(path.read_bytes())
        sources = [a["src"] for tag, a in page.elements if tag == "script" and a.get("src")]
        for address in page.links() + sources:
            if address.startswith(("#", "data:", "https:")):
                continue
            target = (path.parent / unquote(urldefrag(address).url)).resolve()
            assert target.is_relative_to(folder.resolve()), address
            assert target.is_file(), (path, address)
            linked.add(target.relative_to(folder.resolve()).as_posix())
        rows = json.loads(page.blocks["index"])["rows"] if "index" in page.blocks else []
        data = json.loads(page.blocks["data"])["passages"] if "data" in page.blocks else []
        linked |= {(path.parent / a).resolve().relative_to(folder.resolve()).as_posix() for a in
                   [row[0] for row in rows] + [p["page"] for p in data]}
    assert linked == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_nothing_an_article_says_becomes_markup(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        page = Read(path.read_bytes())
        assert not [e for e in page.elements if e[0] in ("img", "iframe", "object", "style")], path
        for tag, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (path, tag, attributes)
            assert tag != "script" or attributes.get("type") == "application/json" or "assets/" in (attributes["src"] or "")
        assert all(not link.lower().startswith("javascript:") for link in page.links())
        assert not set(page.text) & set("\x1b\x07\x9b\u202e\u202c"), path


def test_pieces_put_together_are_the_text(run: IndexedRun, event) -> None:
    marked = marking.mark(run, event)
    for article in event.articles:
        text, here = run.text(article.article_id), marked.occurrences[article.article_id]
        cut = marking.pieces(len(text), [], here)
        assert "".join(text[p.start : p.end] for p in cut) == text
        for p, o in here:
            covered = "".join(text[c.start : c.end] for c in cut if p.passage_id in c.passages)
            assert covered == text[o.start : o.end]
    flagged = [run.text("a3")[p.start : p.end] for p in marking.pieces(len(run.text("a3")), [], marked.occurrences["a3"])
               if p.change is not None]
    assert flagged == ["241"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["quote", "boilerplate", "byline"])),
                max_size=8))
def test_pieces_of_any_zones_cover_the_text_once(spans) -> None:
    zones = [(min(a, b), max(a, b), zone) for a, b, zone in spans if a != b]
    cut = marking.pieces(60, zones, [])
    assert [p.start for p in cut] == [0, *[p.end for p in cut][:-1]]
    assert cut[-1].end == 60
    for p in cut:
        inside = {zone for a, b, zone in zones if zone != "quote" and a <= p.start < b}
        assert p.zone == min(inside, default=None)


def test_the_reader_gets_whole_strings_not_offsets(run: IndexedRun, event) -> None:
    data = json.loads(Read(Pages(run).render(links.reader(event.event_id))).blocks["data"])
    a1 = next(a for a in data["articles"] if a["id"] == "a1")
    assert "".join(piece[0] for piece in a1["pieces"]) == RECORDS[0]["text"]
    copy = next(i for i, p in enumerate(data["passages"]) if p["kind"] == "copy")
    assert "".join(piece[0] for piece in a1["pieces"] if copy in piece[1]) == WIRE  # after two emoji
    a3 = next(a for a in data["articles"] if a["id"] == "a3")
    assert a3["changes"] == [[copy, "number", "241", "214", "Alder Daily"]]
    assert a3["title"] == wording.visible(EVIL)


def test_the_heat_map_has_a_direction_and_counts_words(run: IndexedRun, event) -> None:
    pairs = {(s.outlet_a, s.outlet_b): s for s in marking.shared_words(event, marking.mark(run, event), event.outlets)}
    assert len(pairs) == 6
    forth, back = pairs["Alder Daily", "Harbour Post"], pairs["Harbour Post", "Alder Daily"]
    assert forth.shared_words == back.shared_words > 20
    assert forth.words > back.words == back.shared_words


def test_downloads_hold_what_compare_prints(run: IndexedRun, event) -> None:
    page = Read(Pages(run).render(links.event(event.event_id)))
    held = {a["download"]: base64.b64decode(a["href"].partition("base64,")[2]) for tag, a in page.elements if a.get("download")}
    assert sorted(held) == [f"{event.event_id}.{name}.{kind}" for name in ("articles", "heat_map", "passages")
                            for kind in ("csv", "json")]
    sections = {s.name: s for s in compare.of_event(run, event)}
    assert json.loads(held[f"{event.event_id}.articles.json"]) == sections["articles"].value
    rows = list(csv.reader(io.StringIO(held[f"{event.event_id}.passages.csv"].decode())))
    assert rows[0] == sections["passages"].flat_columns
    assert len(rows) == 1 + len(sections["passages"].rows)


def test_the_front_page_lists_every_event_and_its_files_hold_them(run: IndexedRun, folder: Path) -> None:
    rows = json.loads(Read((folder / "index.html").read_bytes()).blocks["index"])["rows"]
    assert [row[-1] for row in rows] == [r["event_id"] for r in json.loads((folder / "events.json").read_bytes())]
    assert {row[-1] for row in rows} == set(run.events)
    assert "first run of its store" in (folder / "index.html").read_text()


def test_a_part_of_a_run_links_to_nothing_that_is_not_there(run: IndexedRun, tmp_path: Path) -> None:
    write(run, tmp_path / "one", limit=1)
    assert len(list((tmp_path / "one" / "events").iterdir())) == 1
    front = Read((tmp_path / "one" / "index.html").read_bytes())
    assert len(json.loads(front.blocks["index"])["rows"]) == 1
    assert "2 more are not shown" in front.text
    assert all((tmp_path / "one" / urldefrag(a).url).exists() for a in front.links() if not a.startswith(("#", "data:")))


def test_writing_twice_gives_the_same_bytes_and_replaces_the_folder(run: IndexedRun, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    write(run, out)
    (out / "events" / "stale.html").write_text("old")
    write(run, out)
    names = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} == names
    assert [p.name for p in tmp_path.iterdir()] == ["again"]


def test_a_folder_with_other_things_is_refused(run: IndexedRun, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="holds no report"):
        write(run, tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_an_empty_run_says_so(tmp_path: Path) -> None:
    directory = tmp_path / "runs" / RUN_ID
    directory.mkdir(parents=True)
    publish.write(directory, hand_result([]), {"run_id": RUN_ID}, {"run_id": RUN_ID})
    (tmp_path / "latest").symlink_to(Path("runs") / RUN_ID)
    done = CliRunner().invoke(command, ["--store", str(tmp_path)], catch_exceptions=False)
    assert done.output.strip() == str(directory / "report" / "index.html")
    page = Read((directory / "report" / "index.html").read_bytes())
    assert "This run holds no articles." in page.text
    assert "No articles, no events." in page.text


def test_paths_that_name_nothing_are_none(run: IndexedRun) -> None:
    pages = Pages(run)
    for path in ("events/e-000000000000.html", "events/../index.html", "assets/../render.py", "assets/render.py",
                 "passages/x.html", "outlets/nobody-00000000.html", "", "index.htm", "read/e-.html", "/etc/passwd"):
        assert pages.render(path) is None, path
    both = links.outlets("Orrin Echo", "Alder Daily")
    assert both == links.outlets("Alder Daily", "Orrin Echo")
    first, second = both.removeprefix("outlets/").removesuffix(".html").split("--")
    assert pages.render(both) is not None
    assert pages.render(f"outlets/{second}--{first}.html") is None
    assert b"&lt;i&gt;" in pages.missing("<i>")
    assert b'href="../assets/report.css"' in pages.missing("events/e-00.html")


def test_an_id_that_samestory_did_not_mint_names_no_file() -> None:
    with pytest.raises(InputError, match="no id"):
        links.event("../../etc/passwd")


@given(st.text(max_size=80))
def test_slugs_are_plain_and_tell_outlets_apart(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}", links.slug(name))
    assert links.slug(name) != links.slug(name + " ")


@given(st.text() | st.lists(st.text(), max_size=3) | st.dictionaries(st.text(), st.text(), max_size=3))
def test_json_blocks_cannot_be_left(value) -> None:
    block = str(json_block(value))
    assert not set(block) & set("<>&\u2028\u2029")
    assert json.loads(block) == value


@given(st.text())
def test_visible_text_keeps_everything_that_can_be_seen(text: str) -> None:
    seen = wording.visible(text)
    assert not re.search("[\x00-\x08\x1b\x80-\x9f\u202a-\u202e\u2066-\u2069]", seen)
    assert [c for c in seen if c.isalnum()] == [c for c in text if c.isalnum()]
    assert wording.visible(seen) == seen


@pytest.mark.parametrize(("given", "said"), [
    (None, "undated"), ("2024-03-04", "4 Mar 2024 (day only)"), ("2024-03-04T09:05", "4 Mar 2024, 09:05 zone unknown"),
    ("2024-03-04T09:05:00+00:00", "4 Mar 2024, 09:05 UTC"), ("2024-03-04T09:05:00-03:30", "4 Mar 2024, 09:05 -03:30"),
])
def test_times_are_no_more_exact_than_they_were_given(given: str | None, said: str) -> None:
    assert wording.when(given) == said


def test_differences_are_marked_and_nothing_is_lost() -> None:
    base, text = "All 214 people were brought ashore safely by noon.", "All 241 people were ashore by noon, he said."
    parts = passage.differences(base, text)
    assert "".join(words for words, _ in parts) == text
    assert [words for words, differs in parts if differs and words] == ["241", ", he said"]
    assert [before for (before, _), (words, _) in pairwise(parts) if not words] == [" people were ", "ashore "]


@given(st.lists(st.integers(0, 4_000_000_000), max_size=20))
def test_the_time_scale_has_few_ticks_and_holds_every_instant(instants: list[int]) -> None:
    scale = figures.time_scale(instants)
    assert (scale is None) == (not instants)
    if scale:
        assert 1 <= len(scale.ticks) <= 10
        assert all(0 <= scale.x(at) <= 100 for at in instants)


def test_a_quote_is_hatched_and_wire_copy_solid(run: IndexedRun, event) -> None:
    codes = figures.barcodes(marking.mark(run, event))
    styles = {segment.style.split()[0] for code in codes.values() for segment in code.segments}
    assert {"copy", "quote", "background"} <= styles
    assert QUOTE in run.text("a1")
    assert all(segment.x + segment.width <= 100.05 for code in codes.values() for segment in code.segments)
    assert codes["a2"].extent < codes["a3"].extent


def test_templates_style_and_scripts_are_packed() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    packed = {key: value.split() for key, value in setup["options.package_data"].items()}
    globs = [f"{package.replace('.', '/')}/{glob.strip(',')}" for package, given in packed.items() for glob in given]
    others = [p.relative_to(ROOT).as_posix() for p in (ROOT / "jobs" / "report").rglob("*")
              if p.is_file() and p.suffix not in (".py", ".pyc")]
    assert others
    assert all(any(fnmatch.fnmatch(name, glob) for glob in globs) for name in others)
