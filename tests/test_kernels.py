"""Where compiled kernels go: left to numba where it can write, else to a directory that is the user's own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs import kernels
from jobs.console import Terminal

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation that cannot be written to, and a place of its own for temporary files."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    (tmp_path / "file").write_text("a file, so nothing can be made in it")
    monkeypatch.setattr(kernels, "files", lambda _name: tmp_path / "file" / "installed")
    monkeypatch.setattr(kernels.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_an_installation_that_can_be_written_to_is_left_to_numba(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "files", lambda _name: nowhere / "installed")
    kernels.choose_directory()
    assert os.environ["NUMBA_CACHE_DIR"] == ""


def test_what_the_user_chose_stays(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(nowhere / "chosen"))
    kernels.choose_directory()
    assert os.environ["NUMBA_CACHE_DIR"] == str(nowhere / "chosen")


def test_the_user_s_cache_comes_before_temporary_files(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "cache"))
    kernels.choose_directory()
    assert os.environ["NUMBA_CACHE_DIR"] == str(nowhere / "cache" / "samestory")


def test_without_any_place_kernels_go_to_a_temporary_directory_of_one_s_own(nowhere: Path) -> None:
    kernels.choose_directory()
    chosen = Path(os.environ["NUMBA_CACHE_DIR"])
    assert chosen.parent == nowhere
    assert chosen.stat().st_mode & 0o077 == 0


def test_a_directory_that_others_can_write_to_is_not_used(nowhere: Path) -> None:
    planted = nowhere / f"samestory-kernels-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    kernels.choose_directory()
    chosen = Path(os.environ["NUMBA_CACHE_DIR"])
    assert chosen != planted
    assert chosen.stat().st_mode & 0o077 == 0


def test_people_are_told_in_a_sentence_that_kernels_are_compiled() -> None:
    stream = io.StringIO()
    Terminal(stream, quiet=False).say("compiling_kernels")
    assert "compiling kernels for this machine, once" in stream.getvalue()


def test_kernels_count_as_compiled_while_they_are_younger_than_their_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Kernel:
        class stats:  # noqa: N801
            cache_path = str(tmp_path)

        @staticmethod
        def py_func() -> None:
            """Stands in for a compiled function; its source is this file."""

    monkeypatch.setattr("clustering.events.phrase_keys", Kernel)
    assert not kernels.compiled()
    kept = tmp_path / "test_kernels.phrase_keys-1.py311.nbi"
    kept.touch()
    assert kernels.compiled()
    os.utime(kept, (0, 0))
    assert not kernels.compiled()


def test_a_kernel_is_compiled_again_where_a_file_it_takes_from_has_changed(tmp_path: Path) -> None:
    """numba by itself would go on with the old half."""
    package = tmp_path / "kept"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "below.py").write_text("FACTOR = 2\n")
    (package / "above.py").write_text("from numba import njit\n\nfrom kept.below import FACTOR\n\n\n"
                                      "@njit(cache=True)\ndef times(x):\n    return FACTOR * x\n")
    program = "from kept.above import times; from jobs.kernels import forget_stale; forget_stale('kept'); print(times(1))"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}

    def run() -> str:
        return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True).stdout

    assert run() == "2\n"
    kept = next((tmp_path / "cache").rglob("*.nbi"))
    compiled = kept.stat().st_mtime_ns
    assert run() == "2\n"
    assert kept.stat().st_mtime_ns == compiled
    (package / "below.py").write_text("FACTOR = 30\n")
    assert run() == "30\n"
