"""The pages in Chromium: from a folder and from ``serve``, by keyboard, under axe-core, against hostile articles."""

from __future__ import annotations

import csv
import io
import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from jobs.report import links, marking
from jobs.report.index import IndexedRun
from tests import hostile
from tests.browsing import AXE, Site, chromium, folder_of, served, two_runs

pytestmark = pytest.mark.xdist_group("browser")
SCREENSHOTS = os.environ.get("SAMESTORY_SCREENSHOTS")
"""A folder that the pictures of the newsroom's pages are written to."""
WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 360, "height": 740}
LEADING = ".run.current"


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> tuple[IndexedRun, IndexedRun]:
    chromium()
    return two_runs(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def newsroom(runs, tmp_path_factory) -> Site:
    return Site(runs[0], folder_of(runs[0], tmp_path_factory.mktemp("newsroom") / "report", 10))


@pytest.fixture(scope="session")
def attacked(runs, tmp_path_factory) -> Site:
    return Site(runs[1], folder_of(runs[1], tmp_path_factory.mktemp("attacked") / "report"))


@pytest.fixture(scope="session")
def server(runs):
    with served(runs[1]) as address:
        yield Site(runs[1], address)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=path)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser):
    """Opens pages in a fresh context and, at the end, insists that none of them had anything to complain of."""
    told, contexts = [], []  # console errors, exceptions, dialogs, requests to anywhere else

    def open_(address: str, **options):
        context = browser.new_context(**({"viewport": WIDE, "reduced_motion": "reduce", "accept_downloads": True} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: told.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: told.append(str(e)))
        page.on("dialog", lambda d: (told.append(f"dialog {d.message}"), d.dismiss()))
        root = "file://" if address.startswith("file://") else address[: address.index("/", len("http://"))]
        page.on("request", lambda r: None if r.url.startswith((root, "data:", "blob:")) else told.append(f"request {r.url}"))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert told == []


def largest(run: IndexedRun):
    return max(run.events.values(), key=lambda e: (e.article_count, e.event_id))


def paths(run: IndexedRun) -> dict[str, str]:
    """One page of each kind."""
    event = largest(run)
    here = [run.passages[id] for id in event.passage_ids]
    passage = max(here, key=lambda p: (p.kind == "copy", len(p.occurrences), p.passage_id))
    a, b = run.partners(event.outlets[0])[0], event.outlets[0]
    return {"front": links.FRONT, "event": links.event(event.event_id), "reader": links.reader(event.event_id),
            "passage": links.passage(passage.passage_id), "outlet": links.outlet(a), "outlets": links.outlets(a, b)}


KINDS = ("front", "event", "reader", "passage", "outlet", "outlets")


def serious(page) -> list[str]:
    """Violations that axe-core calls serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]} ({len(v['nodes'])})"
            for v in found["violations"] if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("door", ["newsroom", "server"])
def test_every_kind_of_page_opens_and_is_accessible(kind: str, door: str, opened, request) -> None:
    site = request.getfixturevalue(door)
    page = opened(site.at(paths(site.run)[kind]), color_scheme="light" if door == "newsroom" else "dark")
    assert page.locator("h1").count() == 1
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != ""
    assert page.evaluate("document.styleSheets.length") == 1
    assert serious(page) == []
    if SCREENSHOTS and door == "newsroom":
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        if kind == "reader":
            page.keyboard.press("j")
            page.keyboard.press("j")
        page.screenshot(path=Path(SCREENSHOTS) / f"{kind}.png")
        if kind in ("event", "reader"):
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=Path(SCREENSHOTS) / f"{kind}-dark.png")


@pytest.mark.parametrize("kind", KINDS)
def test_narrow_screens_scroll_only_downwards(kind: str, opened, attacked: Site) -> None:
    page = opened(attacked.at(paths(attacked.run)[kind]), viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_shares_drawn_are_the_shares_counted(runs) -> None:
    run = runs[1]
    for event in run.events.values():
        marked = marking.mark(run, event)
        kinds = {marked.numbers[p.passage_id]: p.kind for p in marked.numbered()}
        for id, words in marked.articles.items():
            counted = dict.fromkeys(("copy", "quote", "background", "own", "boilerplate"), 0)
            for label, count in zip(*np.unique(words.labels, return_counts=True), strict=True):
                name = kinds.get(int(label)) or {marking.OWN: "own", marking.FURNITURE: "boilerplate"}.get(int(label))
                if name:
                    counted[name] += int(count)
            assert counted == {name: run.articles[id][f"{name}_words"] for name in counted}, id


def words_of(page, selector: str) -> list[str]:
    """The words of marked stretches without what the reader adds to them (numbers, flags, signs of missing words)."""
    return page.eval_on_selector_all(selector, """marks => marks.map(mark => {
        const copy = mark.cloneNode(true);
        for (const added of copy.querySelectorAll(".no, .flag, .gone")) added.remove();
        return copy.textContent;
    })""")


def steps(page) -> list[int]:
    """Press j until it comes round; the passages met."""
    met: list[int] = []
    while True:
        page.keyboard.press("j")
        current = int(page.locator(LEADING).first.get_attribute("data-p"))
        if current in met:
            return met
        met.append(current)


def test_the_keyboard_leads_through_the_reader_and_marks_what_the_json_says(opened, newsroom: Site) -> None:
    run, event = newsroom.run, largest(newsroom.run)
    page = opened(newsroom.at(links.event(event.event_id)))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#read").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".column")
    data = json.loads(page.locator("#data").text_content())
    shown = page.eval_on_selector_all(".column", "all => all.map(c => c.dataset.article)")
    assert len(shown) == 3
    met = steps(page)
    assert len(met) >= 2
    for number in met:
        while page.locator(f'{LEADING}[data-p="{number}"]').count() == 0:
            page.keyboard.press("k")
        p = run.passages[data["passages"][number]["id"]]
        assert data["passages"][number]["says"] in page.locator("#says").text_content()
        for id in shown:
            column = f'.column[data-article="{id}"]'
            expected = [run.text(id)[o.start : o.end] for o in p.occurrences if o.article_id == id]
            marked = words_of(page, f"{column} {LEADING}")
            assert bool(marked) == bool(expected)
            assert page.locator(f"{column} .absent").is_visible() == (not expected)
            assert all(any(m.strip() in e for e in expected) for m in marked)
            assert sum(map(len, marked)) >= 0.5 * sum(map(len, expected))  # stronger passages over the same words apart
            if marked:
                inside = page.evaluate("""c => { const body = document.querySelector(c + " .body").getBoundingClientRect();
                    const mark = document.querySelector(c + " .run.current").getBoundingClientRect();
                    return mark.top >= body.top - 5 && mark.top < body.bottom; }""", column)
                assert inside, (p.passage_id, id)
    page.keyboard.press("Escape")
    assert page.locator(LEADING).count() == 0


def test_marks_are_exact_where_passages_do_not_overlap(opened, attacked: Site) -> None:
    """In every article of the hostile event, emoji, Arabic and a megabyte beside it, the passage is marked to the letter."""
    run = attacked.run
    event = run.events[run.articles["plain"]["event_id"]]
    ids = [a.article_id for a in event.articles]
    assert sorted(ids) == sorted(record["id"] for record in hostile.ARTICLES)
    page = opened(attacked.at(links.reader(event.event_id) + links.columns(ids)))
    assert page.locator(".column").count() == 4
    page.keyboard.press("j")
    number = int(page.locator(LEADING).first.get_attribute("data-p"))
    p = run.passages[json.loads(page.locator("#data").text_content())["passages"][number]["id"]]
    for o in p.occurrences:
        marked = words_of(page, f".column:nth-of-type({ids.index(o.article_id) + 1}) {LEADING}")
        assert marked == [run.text(o.article_id)[o.start : o.end]], o.article_id
        start, end = len(run.text(o.article_id)[: o.start].encode("utf-16-le")) // 2, len(
            run.text(o.article_id)[: o.end].encode("utf-16-le")) // 2
        assert (start, end) == (o.start_utf16, o.end_utf16)
    flag = page.locator(".flag").first.get_attribute("aria-label")
    assert "number differs" in flag
    assert "17" in flag
    assert "71" in flag


@pytest.mark.parametrize("kind", ["event", "reader", "passage", "outlet", "front"])
def test_hostile_text_does_nothing_and_is_shown(kind: str, opened, attacked: Site, server: Site) -> None:
    run = attacked.run
    event = run.events[run.articles["plain"]["event_id"]]
    outlet = hostile.ARTICLES[0]["outlet"]
    passage = next(p for p in event.passage_ids if run.passages[p].kind == "copy")
    everybody = links.columns([a.article_id for a in event.articles])
    path = {"front": links.FRONT, "event": links.event(event.event_id), "passage": links.passage(passage),
            "outlet": links.outlet(outlet), "reader": links.reader(event.event_id) + everybody}[kind]
    for site in (attacked, server):
        page = opened(site.at(path))
        if kind == "reader":
            page.keyboard.press("f")
            page.keyboard.press("j")
        text = page.locator("body").text_content()
        assert outlet in text
        assert page.evaluate("window.pwned") is None
        assert page.locator("img, iframe, [onmouseover], [onload], [onerror], svg[onload]").count() == 0
        addresses = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        assert not [a for a in addresses if a.lower().startswith(("javascript:", "data:text/html"))]
        assert not set(text) & set("\x1b\x07\u202e\u2066")
        if kind == "reader":
            assert hostile.SCRIPT in text
            assert "{{ 7 * 7 }}" in text
            assert page.locator(".text").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"


def test_a_deep_link_opens_where_it_points(opened, newsroom: Site) -> None:
    run, event = newsroom.run, largest(newsroom.run)
    copies = [run.passages[id] for id in event.passage_ids if run.passages[id].kind == "copy"]
    p = max(copies, key=lambda p: len(p.occurrences))
    here = [o.article_id for o in p.occurrences if run.articles[o.article_id]["event_id"] == event.event_id][:2]
    address = newsroom.at(links.reader(event.event_id) + links.columns(here, p.passage_id, "different"))
    page = opened(address)
    assert page.url == address
    assert page.locator("input[value=different]").is_checked()
    assert page.locator(".column").count() == 2
    assert {p.passage_id} == {
        json.loads(page.locator("#data").text_content())["passages"][int(n)]["id"]
        for n in page.eval_on_selector_all(LEADING, "all => all.map(m => m.dataset.p)")}


def test_a_click_brings_the_passage_into_view_everywhere(opened, newsroom: Site) -> None:
    event = largest(newsroom.run)
    page = opened(newsroom.at(links.reader(event.event_id)))
    marks = page.locator(".column:first-of-type .run:not(.elsewhere)")
    marks.last.scroll_into_view_if_needed()
    marks.last.click(position={"x": 3, "y": 3})
    number = marks.last.get_attribute("data-p")
    tops = page.eval_on_selector_all(".column", f"""all => all.flatMap(c => {{
        const m = c.querySelector('.run[data-p="{number}"]');
        const b = c.querySelector('.body').getBoundingClientRect();
        return m ? [[m.getBoundingClientRect().top - b.top, b.height]] : []; }})""")
    assert len(tops) >= 2
    assert all(-5 <= top < height for top, height in tops)
    assert page.locator("#ribbons path.current").count() >= 1


def test_differences_are_words_only_one_column_has(opened, newsroom: Site) -> None:
    event = largest(newsroom.run)
    page = opened(newsroom.at(links.reader(event.event_id)))
    before = page.locator("details.only").count()
    page.keyboard.press("d")
    assert page.locator("input[value=different]").is_checked()
    assert page.locator("details.only").count() == 0
    assert before + page.locator("details.same, .run .diff").count() > 0
    page.keyboard.press("d")
    assert page.locator("details.only").count() == before


def test_heat_text_counts_the_outlets_of_each_word(opened, newsroom: Site) -> None:
    run, event = newsroom.run, largest(newsroom.run)
    article = event.articles[0].article_id
    page = opened(newsroom.at(links.reader(event.event_id) + links.columns([article], view="heat")))
    data = json.loads(page.locator("#data").text_content())
    own = run.articles[article]["outlet"]
    inside = {a.article_id for a in event.articles}
    stretches = page.eval_on_selector_all(".warm", "all => all.map(w => [w.textContent, Number(w.dataset.p), w.title])")
    assert len(stretches) > 5
    sharing = {o.outlet for p in run.passages_of(article) for o in p.occurrences if o.article_id in inside} - {own}
    for words, number, title in stretches:
        p = run.passages[data["passages"][number]["id"]]
        others = {o.outlet: o for o in p.occurrences if o.outlet != own and o.article_id in inside}
        listed = set() if title == "only here" else set(title.partition(": ")[2].split(", "))
        assert listed <= sharing
        if len(words.split()) > 6:  # a run of words that stands as it is in another outlet's passage is counted for it
            said = " ".join(words.split()).casefold()
            for outlet, o in others.items():
                if said in " ".join(run.text(o.article_id)[o.start : o.end].split()).casefold():
                    assert outlet in listed, (words, outlet)
    page.locator(".warm").first.focus()
    assert page.evaluate("document.activeElement.className").startswith("warm")


def test_the_front_page_is_searched_filtered_and_sorted(opened, attacked: Site) -> None:
    run = attacked.run
    page = opened(attacked.at(links.FRONT))
    rows = page.locator("#list tbody tr")
    assert f"{len(run.events)} of {len(run.events)} events" in page.locator("#count").text_content()
    event = largest(run)
    page.fill("[name=words]", event.title[:20].upper())
    assert event.title in rows.first.text_content()
    page.select_option("[name=agency]", "MPA")
    page.fill("[name=words]", "no such words anywhere")
    assert page.locator("#none").is_visible()
    page.click("#clear")
    page.wait_for_function("document.querySelectorAll('#list tbody tr').length > 5")
    page.select_option("[name=outlet]", label=event.outlets[0])
    wanted = sum(1 for e in run.events.values() if event.outlets[0] in e.outlets)
    assert page.locator("#count").text_content().startswith(f"{wanted} of")
    page.click("button[type=reset]")
    page.fill("[name=from]", "2024-03-15")
    page.wait_for_function("!document.querySelector('#count').textContent.startsWith('71 ')")
    page.select_option("[name=sort]", "independent")
    first = max(e.independent_text_count for e in run.events.values() if (e.last_published or "") >= "2024-03-15")
    assert rows.first.locator("td").nth(3).text_content() == str(first)
    assert page.locator(".changes li").count() > 0
    assert run.manifest.parent_run_id in page.locator("main").text_content()


def test_corrections_are_lines_of_json_to_copy(opened, newsroom: Site) -> None:
    run, event = newsroom.run, largest(newsroom.run)
    page = opened(newsroom.at(links.event(event.event_id)))
    row = page.locator("table.who tbody tr").nth(2)
    row.locator("summary").click()
    row.locator("a.wrong").click()
    page.fill("form.correction [name=note]", "another ferry\u202e")
    line = page.input_value("form.correction [name=line]")
    assert list(json.loads(line)) == ["type", "a", "b", "note"]
    assert json.loads(line) == {"type": "cannot-link", "a": row.get_attribute("data-article"),
                                "b": event.representative_article_id, "note": "another ferry\u202e"}
    assert "\u202e" not in line
    page.select_option("form.correction [name=type]", "must-link")
    assert json.loads(page.input_value("form.correction [name=line]"))["type"] == "must-link"
    outlet = event.outlets[0]
    page = opened(newsroom.at(links.outlet(outlet)))
    page.locator("a.wrong").nth(1).click()
    line = json.loads(page.input_value("form.correction [name=line]"))
    assert list(line) == ["type", "outlet", "text", "note"]
    assert (line["type"], line["outlet"]) == ("not-boilerplate", outlet)
    texts = [" ".join(run.text(id).split()) for id in run.rows_of_outlet(outlet)["article_id"].to_pylist()]
    assert any(line["text"] in text for text in texts)


def test_data_can_be_taken_from_under_a_table(opened, newsroom: Site) -> None:
    event = largest(newsroom.run)
    page = opened(newsroom.at(links.event(event.event_id)))
    with page.expect_download() as download:
        page.locator("p.data a", has_text="CSV").first.click()
    assert download.value.suggested_filename == f"{event.event_id}.articles.csv"
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert sorted(row["article_id"] for row in rows) == sorted(a.article_id for a in event.articles)


def test_serve_answers_this_machine_only_and_says_what_is_missing(server: Site) -> None:
    with urllib.request.urlopen(server.at("index.html")) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for request, code in ((server.at("events/e-00.html"), 404), (server.at("..%2f..%2fetc/passwd"), 404),
                          (urllib.request.Request(server.root, headers={"Host": "rebound.example"}), 421),
                          (urllib.request.Request(server.root, method="POST"), 405)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == code
        refused.value.close()


def test_both_doors_give_the_same_bytes(attacked: Site, server: Site) -> None:
    for path in paths(attacked.run).values():
        with urllib.request.urlopen(server.at(path)) as answer:
            served_page = answer.read()
        with urllib.request.urlopen(attacked.at(path)) as answer:
            assert answer.read() == served_page, path


def test_printing_shows_the_whole_text(opened, newsroom: Site) -> None:
    page = opened(newsroom.at(links.reader(largest(newsroom.run).event_id)))
    page.emulate_media(media="print")
    assert page.locator(".tools").is_hidden()
    assert page.evaluate("(() => { const b = document.querySelector('.body'); return b.scrollHeight <= b.clientHeight + 1; })()")


def test_a_large_event_opens_at_once_and_stays_usable(opened, tmp_path: Path) -> None:
    from jobs.rundir import open_run
    from tests import big_event, command

    big_event.write(tmp_path / "big.jsonl")
    command.run(tmp_path / "big.jsonl", tmp_path / "store", "-q")
    run = IndexedRun(open_run(tmp_path / "store").directory)
    event = largest(run)
    assert (event.article_count, event.outlet_count) == (300, 40)
    root = folder_of(run, tmp_path / "report")
    painted = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    page = opened(root + links.FRONT)
    for path in (links.event(event.event_id), links.reader(event.event_id)):
        begun = time.perf_counter()
        page.goto(root + path)
        page.evaluate(painted)
        assert time.perf_counter() - begun < 2.0, path
    begun = time.perf_counter()
    page.keyboard.press("j")
    page.evaluate(painted)
    assert time.perf_counter() - begun < 0.5
