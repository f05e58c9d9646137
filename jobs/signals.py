"""Being told to stop: SIGTERM ends a run as an error does, cleaned up behind; while a run is being committed it waits."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

TERMINATED = 128 + signal.SIGTERM
"""The exit code of a command that was told to stop, as the shell gives it."""


class TerminatedError(BaseException):
    """SIGTERM came. Not an Exception: nothing that handles errors may swallow it."""


_told = threading.Event()


def told_to_stop() -> bool:
    """Whether SIGTERM came: a database that is in the middle of a query makes an error of its own of it."""
    return _told.is_set()


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    _told.set()
    raise TerminatedError


@contextmanager
def clean_termination() -> Iterator[None]:
    """Inside the block SIGTERM raises :class:`TerminatedError`. Only the main thread can be told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _told.clear()
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside the block SIGTERM and Ctrl-C are ignored: what is being committed is finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
