"""The rules of the house (docs/architecture.md), read off the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["text", "copies", "passages", "events", "lineage", "outlets", "scoring"]
GROUND = {"clustering.errors", "clustering.config", "clustering.tables", "clustering.sorting", "clustering.threads",
          "clustering.engine", "clustering.shelf"}
THE_WORLD = {
    "os", "pathlib", "io", "sys", "shutil", "tempfile", "glob", "subprocess", "socket", "http", "urllib", "json", "logging",
    "time", "random", "datetime", "requests", "duckdb", "click", "rich", "tomllib", "jobs",
}
"""What the library must not know: files, clock, environment, network, global random state, the shell."""

LIBRARY = sorted((ROOT / "clustering").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, as dotted names; ``from a import b`` counts as both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT / "clustering").parts
    return parts[0] if len(parts) > 1 else None


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_library_does_not_know_the_world(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & THE_WORLD
    calls = {n.func.id for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"print", "open", "input", "exec", "eval", "hash"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_import_the_ground_and_earlier_rooms_only(path: Path) -> None:
    room = room_of(path)
    ours = {name for name in imported(path) if name.startswith("clustering.")}
    if path.name == "pipeline.py":
        return
    if room is None:
        assert all(any(name == g or name.startswith(g + ".") for g in GROUND) for name in ours), ours
        return
    assert room in ROOMS
    for name in ours:
        target = name.split(".")[1]
        if target in ROOMS:
            assert ROOMS.index(target) <= ROOMS.index(room), f"{room} imports the later room {target}"
        else:
            assert any(name == g or name.startswith(g + ".") for g in GROUND), name


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_other_rooms_are_entered_by_the_door(path: Path) -> None:
    room = room_of(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("clustering."):
            parts = node.module.split(".")
            if parts[1] in ROOMS and parts[1] != room and node.module != "clustering.text.tokens":
                assert len(parts) == 2, f"{path.name} climbs into {node.module} through the window"


def test_the_shell_reaches_the_library_but_not_the_reverse() -> None:
    assert all(not name.startswith("jobs") for path in LIBRARY for name in imported(path))


def test_files_stay_readable() -> None:
    too_long = {str(p.relative_to(ROOT)): n for folder in ("clustering", "jobs") for p in (ROOT / folder).rglob("*.py")
                if (n := len(p.read_text(encoding="utf-8").splitlines())) > 450}
    assert not too_long
    vague = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not vague & {p.name for folder in ("clustering", "jobs") for p in (ROOT / folder).rglob("*.py")}


def test_the_flow_in_the_package_docstring_is_the_flow_of_the_pipeline() -> None:
    import clustering

    source = (ROOT / "clustering" / "pipeline.py").read_text(encoding="utf-8")
    walked = sorted((n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
                     and isinstance(n.func.value, ast.Name) and n.func.value.id in ROOMS), key=lambda n: n.lineno)
    drawn = [room for line in (clustering.__doc__ or "").splitlines() for room in ROOMS if f"─ {room} " in line]
    assert list(dict.fromkeys(n.func.value.id for n in walked)) == drawn
