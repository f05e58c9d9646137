"""The invented newsroom: the committed set is what the generator makes, and its truth says what the texts say."""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from fixtures import compose, furniture, operators, scale, sources, truth

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
FILES = ["articles.jsonl", *(f"truth/{name}.jsonl" for name in ("groups", "passages", "spans", "credits", "changes"))]


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles() -> dict[str, dict]:
    return {a["id"]: a for a in lines("articles.jsonl")}


@pytest.fixture(scope="module")
def groups() -> dict[str, dict]:
    return {g["id"]: g for g in lines("truth/groups.jsonl")}


@pytest.fixture(scope="module")
def spans() -> dict[str, dict]:
    return {s["id"]: s for s in lines("truth/spans.jsonl")}


@pytest.fixture(scope="module")
def wires() -> dict[str, sources.Source]:
    return {s.id: s for s in sources.load()}


def folded(text: str) -> list[str]:
    return [word.replace("'", "’").lower() for word in re.findall(r"\w+(?:['’]\w+)*", text)]


def test_the_generator_makes_the_committed_bytes(tmp_path: Path) -> None:
    compose.write(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (FIXTURES / name).read_bytes(), f"{name}: run python -m fixtures.compose"


def test_another_seed_makes_another_edition_and_rate_zero_edits_nothing() -> None:
    assert compose.edition(seed=8)[0].record != compose.edition(seed=7)[0].record
    for every in (False, True):
        plain = compose.edition(edits=compose.Edits(0.0, every))
        assert not any(piece.edited and not piece.marks for article in plain for _, _, piece in article.placed)


def test_every_version_of_a_wire_can_be_edited() -> None:
    versions = [a for a in compose.edition(edits=compose.Edits(0.1, every=True)) if a.wires]
    assert all({"light", "heavy"} & set(a.operators) for a in versions)
    assert sum(any(piece.edited for _, _, piece in a.placed) for a in versions) > 0.99 * len(versions)


def test_sizes_are_as_stated(articles: dict, groups: dict) -> None:
    assert 300 <= len(articles) <= 600
    assert sum((FIXTURES / name).stat().st_size for name in FILES) < 4_000_000
    assert len({a["outlet"] for a in articles.values()}) >= 12
    assert Counter(a["lang"] for a in articles.values()).keys() == {"en", "de"}
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    several = Counter(story for story, _ in {(g["story"], g["event"]) for g in groups.values()})
    stated = {"articles": len(articles), "outlets": len({a["outlet"] for a in articles.values()}),
              "events": len({g["event"] for g in groups.values()}), "stories": len(several),
              "stories of several events": sum(n > 1 for n in several.values()),
              "pairs that share passages": len(lines("truth/passages.jsonl")), "changed facts": len(lines("truth/changes.jsonl"))}
    stated |= Counter(f"`{name}`" for g in groups.values() for name in g["operators"])
    for name, count in stated.items():
        assert f"| {name} | {count} |" in readme, f"README says otherwise: {name} is {count}"


def test_ids_agree_between_the_files(articles: dict, groups: dict, spans: dict, wires: dict) -> None:
    assert list(articles) == sorted(articles) == list(groups) == list(spans) == [c["id"] for c in lines("truth/credits.jsonl")]
    assert {c["id"] for c in lines("truth/changes.jsonl")} <= set(articles)
    for group in groups.values():
        assert {group["derived_from"], group["also_from"], group["dup_group"]} - {None} <= set(wires)
        assert group["dup_group"] in {None, group["derived_from"]}
        assert (group["dup_group"] is not None) == (group["role"] in {"copy", "excerpt"})
        if group["derived_from"]:
            assert wires[group["derived_from"]].event == group["event"]
    runs = Counter((articles[g["id"]]["outlet"], w) for g in groups.values() for w in (g["derived_from"], g["also_from"]) if w)
    assert max(runs.values()) == 1, "an outlet runs at most one version of a wire"
    assert len({a["url"] for a in articles.values()}) == len(articles)


def test_every_operator_is_used(groups: dict) -> None:
    used = Counter(name for group in groups.values() for name in group["operators"])
    assert used.keys() == {"verbatim", "tail_cut", "brief", "light", "heavy", "moved_block", "local_paragraph", "mixed",
                           "quote_style", "dateline_kept", "dateline_stripped", "dateline_replaced", "number_changed",
                           "quote_altered", "headline_rewritten"}
    assert min(used.values()) >= 10


def test_spans_slice_to_the_words_they_claim(articles: dict, spans: dict) -> None:
    everything = furniture.described()
    known = {line for o in everything["outlets"] for line in [*o["head"], *o["tail"], *o.get("inline", [])]}
    known |= {line for p in everything["platforms"].values() for texts in p.values() for line in texts}
    known |= {line for h in everything["houses"].values() for line in h["tail"]}
    labels = {o["most_read"] for o in everything["outlets"] if o.get("most_read")}
    styles = {o["name"]: o["quotes"].split() for o in everything["outlets"]}
    backgrounds = {p.text for s in sources.load() for paragraph in s.paragraphs for p in paragraph if p.background}
    for key, zones in spans.items():
        text = articles[key]["text"]
        opening, closing, _ = styles[articles[key]["outlet"]]
        for start, end in zones["boilerplate"]:
            line = text[start:end]
            assert line in known or line.split("\n")[0] in labels or line.startswith("© 2024"), line
        for start, end in zones["quotes"]:
            assert text[start:].startswith(opening)
            assert text[:end].endswith(closing)
        assert all(re.search(r"(MPA|NVD|mpa|nvd)", text[s:e]) for s, e in zones["caption"])
        assert all(text[e] == " " and text[e + 1] not in " \n" for s, e in zones["dateline"])
        flat = sorted(span for name in ("boilerplate", "caption", "dateline", "byline", "local") for span in zones[name])
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(flat))
        assert all(0 <= s < e <= len(text) and text[s:e] == text[s:e].strip() for s, e in flat + zones["quotes"])
    verbatim = [text[s:e] for k, z in spans.items() for text in [articles[k]["text"]] for s, e in z["background"]]
    assert sum(sentence in backgrounds for sentence in verbatim) > len(verbatim) / 3


def test_passages_are_shared_and_kinds_are_right(articles: dict, groups: dict, spans: dict) -> None:
    kinds = Counter()
    for pair in lines("truth/passages.jsonl"):
        a, b = articles[pair["a"]], articles[pair["b"]]
        assert pair["a"] < pair["b"]
        assert a["outlet"] != b["outlet"]
        for passage in pair["passages"]:
            mine, theirs = (folded(x["text"][slice(*passage[side])]) for x, side in ((a, "a"), (b, "b")))
            kinds[passage["kind"]] += 1
            if not passage["edited"]:
                assert mine == theirs
            elif passage["kind"] != "copy":
                assert difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio() > 0.4
            assert min(len(mine), len(theirs)) >= truth.MIN_QUOTE_WORDS
            if passage["kind"] == "quote":
                assert passage["a"] in spans[pair["a"]]["quotes"]
            if passage["kind"] == "background":
                assert any(passage["a"][0] == s for s, _ in spans[pair["a"]]["background"])
        one, other = groups[pair["a"]], groups[pair["b"]]
        if one["event"] != other["event"]:
            assert {p["kind"] for p in pair["passages"]} <= {"background", "quote"}
        if "independent" in {one["role"], other["role"]}:
            assert {p["kind"] for p in pair["passages"]} == {"quote"}
    assert min(kinds[k] for k in ("copy", "quote", "background")) > 100


def test_nothing_long_is_shared_outside_the_truth(articles: dict, spans: dict) -> None:
    """The slow way round: every run of 12 equal words between texts of two outlets lies in a passage (or a zone)."""
    shared = {(p["a"], p["b"]): p["passages"] + p["ignore"] for p in lines("truth/passages.jsonl")}
    runs = defaultdict(list)
    for key, article in articles.items():
        masked = [span for zone in ("boilerplate", "caption", "byline", "dateline") for span in spans[key][zone]]
        tokens = [m for m in re.finditer(r"\w+", article["text"]) if not any(s <= m.start() < e for s, e in masked)]
        for i in range(len(tokens) - 11):
            window = tokens[i : i + 12]
            runs[" ".join(m[0].lower() for m in window)].append((key, [m.start() for m in window]))
    for words, places in runs.items():
        for (a, starts), (b, _) in itertools.combinations(sorted(places), 2):
            if articles[a]["outlet"] != articles[b]["outlet"]:
                told = [p["a"] for p in shared.get((a, b), [])]
                assert sum(any(s <= at < e for s, e in told) for at in starts) >= 6, (a, b, words)


def test_credits_and_changes_slice_to_their_words(articles: dict, groups: dict, wires: dict) -> None:
    full = furniture.described()["agencies"]
    for credit in lines("truth/credits.jsonl"):
        text = articles[credit["id"]]["text"]
        for item in credit["evidence"]:
            words = text[slice(*item["span"])]
            assert all(a.lower() in words.lower() or full[a] in words for a in item["agency"].split("+"))
        strong = {a for item in credit["evidence"] if item["type"] != "photo" for a in item["agency"].split("+")}
        assert strong == set(credit["agencies"])
        assert credit["agency"] == groups[credit["id"]]["agency"]
        assert (credit["agency"] in strong) if strong else credit["agency"] is None
        derived = [wires[w].agency for w in (groups[credit["id"]]["derived_from"], groups[credit["id"]]["also_from"]) if w]
        assert strong <= set(derived)
    for change in lines("truth/changes.jsonl"):
        assert articles[change["id"]]["text"][change["start"] : change["end"]] == change["here"] != change["there"]
        whole = "\n".join(p.text for paragraph in wires[change["wire"]].paragraphs for p in paragraph)
        assert re.search(rf"(?<!\w){re.escape(change['there'])}(?!\w)", whole)


def test_dates_have_the_precisions_that_news_has(articles: dict) -> None:
    given = [a["published"] for a in articles.values()]
    assert 0.02 <= given.count(None) / len(given) <= 0.08
    dated = [value for value in given if value]
    assert all("2024-03-04" <= value[:10] <= "2024-03-19" for value in dated if datetime.fromisoformat(value))
    assert {"day", "Z", "+01:00", "naive"} == {
        "day" if len(v) == 10 else "Z" if v.endswith("Z") else "+01:00" if v.endswith("+01:00") else "naive" for v in dated}


def test_wording_edits_keep_their_rate_and_leave_quotations_alone() -> None:
    import random

    for lang, rate in itertools.product(("en", "de"), (0.05, 0.2)):
        changed = total = 0
        for wire in (s for s in sources.load() if s.form == "wire" and s.lang == lang):
            after = operators.edited(random.Random(wire.id), operators.copy(wire.paragraphs), lang, rate)
            for before, now in zip(itertools.chain(*wire.paragraphs), itertools.chain(*after), strict=True):
                assert [before.text[s:e] for s, e in before.quotes] == [now.text[s:e] for s, e in now.quotes]
                x, y = sources.words(before.text), sources.words(now.text)
                same = sum(block.size for block in difflib.SequenceMatcher(None, x, y, autojunk=False).get_matching_blocks())
                changed += max(len(x), len(y)) - same
                total += len(sources.words(sources.QUOTE[lang].sub(" ", before.text)))
        assert 0.75 * rate <= changed / total <= 1.2 * rate


def test_the_benchmark_composer_streams_and_repeats_itself() -> None:
    whole = list(scale.corpus(1_000))
    assert whole == list(scale.corpus(1_000))
    assert len({r["id"] for r in whole}) == 1_000
    assert [r["id"] for r in whole] == sorted(r["id"] for r in whole)
    endless = scale.corpus(10**9)  # a stream: a billion articles cost nothing until they are asked for
    assert len(list(itertools.islice(endless, 50))) == 50


def test_the_benchmark_corpus_is_what_its_meta_says(tmp_path: Path) -> None:
    meta = scale.write(tmp_path, 2_000)
    assert json.loads((tmp_path / "meta.json").read_text(encoding="utf-8")) == meta
    records = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="ascii").splitlines()]
    assert len(records) == meta["articles"] == sum(meta["kinds"].values())
    bodies = [re.findall(r"\w+", record["text"]) for record in records]
    assert 300 <= sum(map(len, bodies)) / len(bodies) <= 500
    law = scale.HEAPS_K * meta["running_words"] ** scale.HEAPS_EXPONENT
    assert meta["vocabulary"] == pytest.approx(law, rel=0.1)
    assert len({word.lower() for body in bodies for word in body}) == pytest.approx(law, rel=0.2)
    assert len({scale.spelled(i).lower() for i in range(30_000)}) == 30_000
