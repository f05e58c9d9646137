"""An article that is withdrawn is gone: from every artifact, from every kept run, from the bytes of the store's file."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from jobs import documents
from jobs.store import erasing, redaction
from tests.command import artifacts, records, samestory

SHARED = ("PORT ALDER (Nordfunk) - The ferry Halcyon ran onto a sandbank at dawn with 214 people on board, and all of them were "
          "brought ashore by noon, the harbour office said on Tuesday after a long night.")
SECRET = "Zephyrine Quillfeather of Larkspur Lane was never charged with anything at all"
QUOTED = "Zephyrine Quillfeather went to the pier every single evening that winter with her old grey dog and a lantern"
ARTICLES = [
    {"id": "a", "outlet": "Alder Daily", "title": "Quillfeather and the ferry", "url": "https://alder.example/quillfeather",
     "text": f"{SHARED} {QUOTED}. {SECRET}.", "authors": ["Ambrose Tattle"], "note": "Quillfeather file"},
    {"id": "b", "outlet": "Harbour Post", "title": "Ferry aground", "text": f"{SHARED} Divers will look at the hull."},
    {"id": "c", "outlet": "Orrin Echo", "title": "Halcyon on the sand", "text": f"Echo. {SHARED} The tide came in at four."},
    {"id": "d", "outlet": "Orrin Echo", "title": "Letters", "text": f"Our readers remember. {QUOTED}. What a winter it was."},
    {"id": "e", "outlet": "Kestwick News", "title": "Barley", "text": "Barley prices rose for the third week in a row."},
]


def write(path: Path, *lines: dict) -> Path:
    path.write_text("".join(json.dumps({"published": "2024-03-04T08:00:00Z"} | line) + "\n" for line in lines))
    return path


def everything(folder: Path) -> bytes:
    """Every byte below a folder, Parquet unpacked as well."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found += path.read_bytes()
            if path.suffix == ".parquet":
                found += json.dumps(pq.read_table(path).to_pylist(), default=str).encode() + str(pq.read_metadata(path)).encode()
    return found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of two runs; an older version of the article and its text are in it."""
    older = ARTICLES[0] | {"text": f"Draft. {ARTICLES[0]['text']}", "modified": "2024-03-04T07:00:00Z"}
    samestory("run", write(tmp_path / "1.jsonl", older, *ARTICLES[1:]), "--store", "s", "-q", cwd=tmp_path)
    newer = ARTICLES[0] | {"modified": "2024-03-04T09:00:00Z"}
    samestory("run", write(tmp_path / "2.jsonl", newer), "--store", "s", "-q", cwd=tmp_path)
    for path in (tmp_path / "1.jsonl", tmp_path / "2.jsonl"):
        path.unlink()
    (tmp_path / "s" / "latest" / "report").mkdir(exist_ok=True)
    (tmp_path / "s" / "latest" / "report" / "index.html").write_text(f"<p>{SECRET}</p>")
    return tmp_path / "s"


def kill(store: Path, expect: int = 0) -> None:
    source = write(store.parent / "kill.jsonl", ARTICLES[0] | {"status": "withdrawn"})
    samestory("run", source, "--store", "s", "-q", cwd=store.parent, expect=expect)
    source.unlink()


TRACES = [b"Quillfeather and the ferry", b"alder.example", b"Larkspur", b"never charged", b"Tattle", b"Draft."]


def test_neither_text_nor_passage_remains_in_a_byte(store: Path) -> None:
    before = everything(store)
    assert [trace for trace in TRACES if trace not in before] == []
    kill(store)
    after = everything(store)
    assert [trace for trace in TRACES if trace in after] == []
    assert after.count(b"Quillfeather") > 0  # the other outlet's letter stays, in the store and in every run
    assert b"brought ashore by noon" in after
    for run in (store / "runs").iterdir():
        texts = {row["article_id"]: row["text"] for row in pq.read_table(run / "texts.parquet").to_pylist()}
        assert set(texts) == set("bcde")
        for passage in records(run / "passages.jsonl"):
            assert {o["article_id"] for o in passage["occurrences"]} <= set(texts)
            first = passage["occurrences"][0]
            assert texts[first["article_id"]][first["start"]:first["end"]] == passage["text"]
        assert not [p for p in records(run / "passages.jsonl") if "Quillfeather" in p["text"]]
    lineage = records(store / "latest" / "lineage.jsonl")
    assert [(c["level"], c["change"], c["id"]) for c in lineage if c["level"] == "article"] == [("article", "withdrawn", "a")]


def test_the_kept_runs_stay_whole_and_readable(store: Path) -> None:
    kill(store)
    for run in sorted((store / "runs").iterdir()):
        manifest = json.loads((run / "manifest.json").read_bytes())
        for artifact in manifest["artifacts"]:
            data = (run / artifact["name"]).read_bytes()
            assert (len(data), redaction._rows(run / artifact["name"])) == (artifact["bytes"], artifact["rows"]), artifact
        for name in documents.DOCUMENTS:
            found = records(run / name) if name.endswith("l") else [json.loads((run / name).read_bytes())]
            for record in found:
                jsonschema.Draft202012Validator(documents.schema(name)).validate(record)
        assert manifest["redacted_article_ids"] == ([] if run == (store / "latest").resolve() else ["a"])
        assert sum(c["article_count"] for c in records(run / "clusters.jsonl")) == 4
        for arguments in (["inspect"], ["inspect", "b"], ["explain", "b", "c"]):
            samestory(*arguments, "--store", store, "--run", run.name, cwd=store.parent)
    samestory("diff", "--store", store, cwd=store.parent)


def test_the_run_after_the_kill_is_that_of_a_store_that_never_had_it(store: Path, tmp_path: Path) -> None:
    kill(store)
    source = write(tmp_path / "rest.jsonl", *ARTICLES[1:])
    samestory("run", source, "--store", "other", "-q", cwd=tmp_path)
    expected, got = artifacts(tmp_path / "other"), artifacts(store)
    named = {"clusters.jsonl", "stories.jsonl", "duplicate_groups.jsonl", "lineage.jsonl", "articles.csv", "articles.parquet",
             "passages.jsonl"}  # ids and what became of the groups may differ
    assert [name for name in expected if name not in named and got[name] != expected[name]] == []


@pytest.mark.parametrize("step", ["lines", "table", "manifest", "delete", "rewrite"])
def test_killed_while_erasing_the_next_run_erases_the_rest(store: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """In this process, so that the very step can be chosen: what died is raised as what no handler may swallow."""
    from jobs.cli import exit_code

    class DiedError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise DiedError

    place, name = {"lines": (redaction._Redaction, "_cluster"), "table": (redaction._Redaction, "_table"),
                   "manifest": (redaction._Redaction, "mend_manifest"), "delete": (erasing, "transaction"),
                   "rewrite": (erasing, "rewrite")}[step]
    source = write(store.parent / "kill.jsonl", {"id": "a", "status": "withdrawn"})
    arguments = ["run", str(source), "--store", str(store), "-q"]
    with monkeypatch.context() as patched:
        patched.setattr(place, name, die)
        with pytest.raises(DiedError):
            exit_code(arguments)
    assert any(trace in everything(store) for trace in TRACES) or step in ("manifest", "delete", "rewrite")
    samestory(*arguments, cwd=store.parent)
    after = everything(store)
    assert [trace for trace in TRACES if trace in after] == []
    for run in (store / "runs").iterdir():
        for artifact in json.loads((run / "manifest.json").read_bytes())["artifacts"]:
            assert (run / artifact["name"]).stat().st_size == artifact["bytes"]


def test_a_kill_with_an_older_time_than_the_article_erases_nothing(store: Path) -> None:
    source = write(store.parent / "kill.jsonl", {"id": "a", "status": "withdrawn", "modified": "2024-03-04T08:30:00Z"})
    samestory("run", source, "--store", "s", "-q", cwd=store.parent)
    assert SECRET.encode() in everything(store)
