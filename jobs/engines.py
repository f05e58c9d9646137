"""Where the rules read: in this process, or, for many articles, in one process a core.

The rules are Python, which uses one core a process however many threads it has. Blocks of articles go to the processes as
Arrow streams and come back in order, so that the result is that of one process, byte for byte.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

import numba
import pyarrow as pa
import pyarrow.ipc

from clustering.config import Settings
from clustering.engine import BLOCK_ARTICLES, Engine, Rule, here

WORTH_ARTICLES = 12_000
"""Fewer articles are read before other processes have started."""
_WAITING_BLOCKS = 3
"""Blocks a process has waiting, so that none is idle and few are in memory."""


def engine(processes: int | None, warn: Callable[[str], None]) -> Engine:
    """An engine of so many processes; None is one a core. ``warn`` is told when they were of no use."""
    count = processes or numba.get_num_threads()

    def carry(rule: Rule, articles: pa.Table, settings: Settings) -> pa.Table:
        if count == 1 or len(articles) < WORTH_ARTICLES or multiprocessing.current_process().daemon:  # which may have no children
            return here(rule, articles, settings)
        try:
            return _in_processes(count, rule, articles, settings)
        except (BrokenProcessPool, OSError) as error:  # processes that cannot start here, or were killed: slower, and as right
            warn(f"the processes that read articles ended early, so that one read them all: {error}")
            return here(rule, articles, settings)

    return carry


def _in_processes(count: int, rule: Rule, articles: pa.Table, settings: Settings) -> pa.Table:
    # a fresh interpreter each: what runs threads, as this process does, must not be forked
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        results: list[pa.Table] = []
        waiting: deque[Future[bytes]] = deque()
        for first in range(0, len(articles), BLOCK_ARTICLES):
            waiting.append(pool.submit(_block, rule, _packed(articles.slice(first, BLOCK_ARTICLES)), settings))
            if len(waiting) > count * _WAITING_BLOCKS:
                results.append(_unpacked(waiting.popleft().result()))
        results += [_unpacked(future.result()) for future in waiting]
    except BaseException:
        for child in multiprocessing.active_children():  # nobody wants their blocks any more
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return pa.concat_tables(results)


def _begin() -> None:
    """In a new process: Ctrl-C is the parent's business, and without a parent there is nothing left to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    numba.set_num_threads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _block(rule: Rule, articles: bytes, settings: Settings) -> bytes:
    return _packed(rule(_unpacked(articles), settings))


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _unpacked(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()
