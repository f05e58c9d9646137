"""The command as a whole: help, completion, documents that agree with it, and every verb on a run over the newsroom."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import time
import tomllib
import typing
from pathlib import Path

import jsonschema
import msgspec
import pytest

from clustering.config import Agency, Settings
from jobs import documents
from jobs.cli import VERBS
from tests.command import COMMAND, FIXTURES, NEWSROOM, ROOT, SETTINGS, records, samestory

FORMATS = ("table", "json", "jsonl", "csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    done = samestory("run", NEWSROOM, "--store", folder / "store", "--config", SETTINGS, cwd=folder)
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert outcome.keys() == {"run_id", "path", "status", "counts"}
    assert Path(outcome["path"]) == (folder / "store" / "latest").resolve()
    assert all(json.loads(line)["level"] == "info" for line in done.stderr.splitlines())
    return folder / "store"


@pytest.fixture(scope="module")
def names(store: Path) -> dict[str, list[str]]:
    """What the verbs are asked about: the largest event and some of its parts."""
    event = max(records(store / "latest" / "clusters.jsonl"), key=lambda e: (e["article_count"], e["event_id"]))
    a, b = event["articles"][0]["article_id"], event["articles"][-1]["article_id"]
    return {"article": [a], "event": [event["event_id"]], "story": [event["story_id"]], "passage": [event["passage_ids"][0]],
            "group": [event["articles"][0]["duplicate_group_id"]], "two articles": [a, b], "two outlets": event["outlets"][:2],
            "outlet": event["outlets"][:1]}


def test_help_is_quick_and_lists_every_verb(tmp_path: Path) -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        shown = samestory("--help", cwd=tmp_path).stdout
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.5
    assert [verb for verb in VERBS if not re.search(rf"^  {verb}  ", shown, re.MULTILINE)] == []
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_and_its_options(verb: str, tmp_path: Path) -> None:
    shown = samestory(verb, "--help", cwd=tmp_path).stdout
    assert shown.startswith(f"Usage: samestory {verb}")
    assert len(shown.split("Options:")[0].splitlines()) > 3
    options = re.findall(r"^  (-.*?)(?:  +(.*))?$(?=\n?(.*))", shown, re.MULTILINE)
    assert [option for option, about, below in options if not about and not below.startswith("    ")] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_completion_can_be_had(shell: str, tmp_path: Path) -> None:
    script = samestory(cwd=tmp_path, _SAMESTORY_COMPLETE=f"{shell}_source").stdout
    assert "_SAMESTORY_COMPLETE" in script
    completed = samestory(cwd=tmp_path, _SAMESTORY_COMPLETE="bash_complete", COMP_WORDS="samestory in", COMP_CWORD="1").stdout
    assert "inspect" in completed


def test_the_readme_names_every_verb_and_only_those() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"^samestory ([a-z]+)\b", "".join(readme.split("```")[1::2]), re.MULTILINE))
    assert used == set(VERBS)


def test_every_document_that_is_linked_is_there() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


def settings_of(struct: type[msgspec.Struct], section: str = "") -> dict[tuple[str, str], object]:
    """(section, name) -> default; a section itself has the default ``...``."""
    found: dict[tuple[str, str], object] = {}
    kinds = typing.get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        kind = kinds[field.name]
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            found |= {(section, field.name): ...} | settings_of(kind, field.name)
        else:
            found[section, field.name] = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return found


def test_the_page_of_settings_has_every_setting_with_its_default() -> None:
    expected = settings_of(Settings) | settings_of(Agency, "agencies.KEY")
    said: dict[tuple[str, str], object] = {}
    section = ""
    for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found = re.match(r"## `\[(.+?)\]`", line)
            section = found[1] if found else ""
        elif row := re.fullmatch(r"\| `(\w+)` \| (?:`(.+?)`|(none))? ?\| (.+) \|", line):
            name, default, nothing, about = row.groups()
            assert about.strip()
            said[section, name] = None if nothing else tomllib.loads(f"x = {default}")["x"] if default else ...
    assert said == expected


def test_the_example_on_that_page_is_accepted(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    (tmp_path / "samestory.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"body": "The ferry was late.", "date_publish": "2024-03-04"}\n')
    done = samestory("run", "in.jsonl", "-q", cwd=tmp_path)
    assert json.loads(done.stdout)["counts"]["articles"] == 1
    assert done.stderr == ""


@pytest.mark.parametrize("name", documents.DOCUMENTS)
def test_every_json_artifact_keeps_to_the_schema_that_is_printed(store: Path, name: str, tmp_path: Path) -> None:
    schema = json.loads(samestory("schema", name, cwd=tmp_path).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    text = (store / "latest" / name).read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else [json.loads(text)]
    validator = jsonschema.Draft202012Validator(schema)
    for record in found:
        validator.validate(record)
        assert record.keys() >= set(schema["properties"])
    assert found or name in ("rejects.jsonl", "redirects.jsonl")


def test_every_artifact_is_named_by_a_schema(store: Path, tmp_path: Path) -> None:
    listed = samestory("schema", cwd=tmp_path).stdout.split()
    assert sorted(p.name for p in (store / "latest").resolve().iterdir() if p.is_file()) == sorted(listed)
    done = samestory("schema", "cluster.json", cwd=tmp_path, expect=2)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "'cluster.json'" in line
    assert "clusters.jsonl" in line


ASKED = (
    ("inspect",), ("inspect", "article"), ("inspect", "event"), ("inspect", "story"), ("inspect", "passage"),
    ("inspect", "group"), ("inspect", "outlet", "--boilerplate"), ("explain", "two articles"), ("compare", "event"),
    ("compare", "--outlets", "two outlets"), ("score", str(FIXTURES / "truth" / "groups.jsonl")),
    ("score", str(FIXTURES / "truth" / "passages.jsonl")), ("runs",),
)


def spelled(asked: tuple[str, ...], names: dict[str, list[str]]) -> list[str]:
    return [word for part in asked for word in names.get(part, [part])]


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_every_verb_answers_in_every_format(store: Path, names: dict[str, list[str]], asked: tuple[str, ...]) -> None:
    for how in FORMATS:
        done = samestory(*spelled(asked, names), "--store", store, "--format", how, cwd=store.parent)
        assert done.stderr == ""
        assert done.stdout.endswith("\n")
        if how == "json":
            assert json.loads(done.stdout)
        elif how == "jsonl":
            assert all("section" in json.loads(line) for line in done.stdout.splitlines())
        elif how == "csv":
            header, *rows = csv.reader(io.StringIO(done.stdout))
            assert rows
            assert {len(row) for row in rows} == {len(header)}
        else:
            assert "\x1b" not in done.stdout
            assert [line for line in done.stdout.splitlines() if line != line.rstrip()] == []


def on_terminal(arguments: list[str], columns: int, cwd: Path) -> str:
    """What a person sees: the command on a terminal of that width."""
    child, handle = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.execve(COMMAND, [str(COMMAND), *arguments], os.environ | {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"})
    shown = b""
    while True:
        try:
            piece = os.read(handle, 65_536)
        except OSError:  # Linux's way to say that the other side has gone
            break
        if not piece:
            break
        shown += piece
    os.close(handle)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_terminal_shows_no_line_too_wide_and_no_word_in_pieces(
        store: Path, names: dict[str, list[str]], asked: tuple[str, ...], columns: int) -> None:
    from rich.cells import cell_len

    shown = on_terminal([*spelled(asked, names), "--store", str(store)], columns, store.parent)
    lines = [line.rstrip() for line in shown.splitlines()]
    assert max(map(cell_len, lines)) <= columns
    # a table squeezed too narrow shows as line after line of a few letters
    slivers = [line for line in lines if 0 < len(line.strip()) <= 4]
    assert len(slivers) <= max(2, len(lines) // 10), "\n".join(lines[:60])
    for name in names["event"] if "event" in asked else []:
        assert name in shown


def test_a_run_on_a_terminal_tells_the_stages_and_ends_with_the_same_json_line(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(line + "\n" for line in NEWSROOM.read_text(encoding="utf-8").splitlines()[:20]))
    shown = on_terminal(["run", "in.jsonl", "--store", "store"], 100, tmp_path)
    assert "✓ read" in shown
    assert "20 articles" in shown
    assert '"level": "info"' not in shown
    assert '"status": "done"' in shown
