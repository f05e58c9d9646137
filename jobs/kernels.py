"""Where the compiled kernels are kept. They are compiled once a machine, and that takes the better part of a minute.

numba keeps them beside the code, else in the user's cache; where it may write neither (an installation owned by somebody
else, an account without a home) it refuses to load the kernels at all. Then they go to a directory of the user's own under
the system's temporary one.
"""

from __future__ import annotations

import atexit
import inspect
import os
import re
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"
_IMPORTED = re.compile(r"^from ([\w.]+) import", re.MULTILINE)


def choose_directory() -> None:
    """Make sure that there is a place to keep kernels in; to be called before numba is imported.

    What the user chose with ``NUMBA_CACHE_DIR``, the installation and the user's cache are left to numba while one of them
    can be written to.
    """
    chosen = os.environ.get(_VARIABLE)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    if (chosen and _writable(Path(chosen))) or _writable(Path(str(files("clustering"))) / "text" / "__pycache__"):
        return
    os.environ[_VARIABLE] = str(cache / "samestory") if _writable(cache / "samestory") else _temporary()


def compiled() -> bool:
    """Whether kernels of this version were compiled and kept before; True as well when nothing is ever compiled."""
    from clustering.events import phrase_keys  # noqa: PLC0415 - numba reads the variable when it is imported

    stats = getattr(phrase_keys, "stats", None)
    if stats is None or stats.cache_path is None:  # NUMBA_DISABLE_JIT=1
        return True
    source = Path(inspect.getfile(phrase_keys.py_func))
    kept = Path(stats.cache_path).glob(f"{source.stem}.phrase_keys-*.nbi")
    return any(one.stat().st_mtime >= source.stat().st_mtime for one in kept)


def forget_stale(package: str = "clustering") -> None:
    """Drop kept kernels of the loaded modules that are older than any file they import from.

    numba compiles a kernel again when its own file has changed, but not when a kernel or a constant has that it takes from
    another one: after an update it would go on with the old half, and be wrong or crash.
    """
    paths = {name: Path(module.__file__) for name, module in list(sys.modules.items())
             if name.partition(".")[0] == package and module.__file__}
    imports = {name: paths.keys() & set(_IMPORTED.findall(path.read_text(encoding="utf-8"))) for name, path in paths.items()}
    changed = {name: path.stat().st_mtime for name, path in paths.items()}
    for name, path in paths.items():
        needed, asked = {name}, [name]
        while asked:
            new = imports[asked.pop()] - needed
            needed |= new
            asked += new
        newest = max(changed[one] for one in needed)
        for kernel in list(vars(sys.modules[name]).values()):
            where = getattr(getattr(kernel, "stats", None), "cache_path", None)
            if where and kernel.py_func.__module__ == name:
                for kept in Path(where).glob(f"{path.stem}.{kernel.__name__}-*.nbi"):
                    with suppress(FileNotFoundError):  # another run, started by the same minute, forgets them too
                        if kept.stat().st_mtime < newest:
                            kept.unlink()


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except (OSError, RuntimeError):
        return False
    return True


def _temporary() -> str:
    """A directory that nobody else can write to: what is read from it is run."""
    directory = Path(tempfile.gettempdir()) / f"samestory-kernels-{os.getuid()}"
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError:
        found = None
    if found and stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
        return str(directory)
    own = tempfile.mkdtemp(prefix="samestory-kernels-")
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own
