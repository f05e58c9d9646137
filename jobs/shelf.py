"""A shelf of files: what the rooms have made and only read from then on leaves the memory of the process.

Large columns are written to files without a name in ``STORE/tmp`` and mapped: the system reads them back where a kernel asks for
them, and may forget them whenever it needs the memory. Whenever something is put away, what was read of the rest is let go of and
what was freed is handed back. Nothing but the memory hangs on it: where no file can be written, things stay where they are.
"""

from __future__ import annotations

import ctypes
import mmap
import tempfile
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.ipc

from clustering.shelf import Shelf
from clustering.tables import whole

WORTH_BYTES = 4 << 20
"""Less than this is not worth a file."""


class FileShelf(Shelf):
    """Keeps large columns and arrays in files of ``folder``, for as long as anybody holds them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maps: list[tuple[weakref.ref[mmap.mmap], int]] = []

    def table(self, given: pa.Table) -> pa.Table:
        """An equal table, its large columns in files; those that are there already stay."""
        for place, field in enumerate(given.schema):
            if given.column(place).nbytes >= WORTH_BYTES and not self._holds(given.column(place)):
                given = given.set_column(place, field, self._column(field, given.column(place)))
        self.rest()
        return given

    def arrays(self, *given: np.ndarray) -> list[np.ndarray]:
        """Equal arrays, of the same types, the large ones in files."""
        kept = [self._array(array) if array.nbytes >= WORTH_BYTES else array for array in given]
        self.rest()
        return kept

    def rest(self) -> None:
        """Let go of what was read of the files, and hand back what was freed: the allocators keep hundreds of megabytes."""
        self._maps = [(held, at) for held, at in self._maps if held() is not None]
        for held, _ in self._maps:
            mapped = held()
            if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)
        pa.default_memory_pool().release_unused()
        with suppress(OSError, AttributeError):  # glibc only
            ctypes.CDLL(None).malloc_trim(0)

    def _column(self, field: pa.Field, column: pa.ChunkedArray) -> pa.ChunkedArray:
        def write(file: IO[bytes]) -> None:
            batch = pa.RecordBatch.from_arrays([whole(column)], schema=pa.schema([field]))
            with pa.ipc.new_file(file, batch.schema, options=pa.ipc.IpcWriteOptions(allow_64bit=True)) as stream:
                stream.write_batch(batch)

        mapped = self._filed(write)
        return column if mapped is None else pa.ipc.open_file(pa.py_buffer(mapped)).read_all().column(0)

    def _array(self, array: np.ndarray) -> np.ndarray:
        mapped = self._filed(lambda file: file.write(np.ascontiguousarray(array).data.cast("B")))
        return array if mapped is None else np.frombuffer(mapped, array.dtype, array.size).reshape(array.shape)

    def _filed(self, write: Callable[[IO[bytes]], object]) -> mmap.mmap | None:
        """What ``write`` writes, mapped; None where that is not possible."""
        try:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                write(file)
                file.flush()
                mapped = mmap.mmap(file.fileno(), 0)
        except OSError:
            return None
        self._maps.append((weakref.ref(mapped), pa.py_buffer(mapped).address))
        return mapped

    def _holds(self, column: pa.ChunkedArray) -> bool:
        """Whether the column is in one piece in one of the files."""
        if column.num_chunks != 1:
            return False
        ends = [(at, at + len(mapped)) for held, at in self._maps if (mapped := held()) is not None]
        return all(any(low <= buffer.address < high for low, high in ends)
                   for buffer in column.chunk(0).buffers() if buffer is not None and buffer.size)
