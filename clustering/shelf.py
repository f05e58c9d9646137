"""Where what is large waits between the doors that read it: in memory, or wherever the shell puts it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


class Shelf:
    """The plainest one: everything stays where it is. What is put away is read only from then on."""

    def table(self, given: pa.Table) -> pa.Table:
        """An equal table."""
        return given

    def arrays(self, *given: np.ndarray) -> list[np.ndarray]:
        """Equal arrays, of the same types."""
        return list(given)

    def rest(self) -> None:
        """A door is closed: what was freed in the room, or read of what waits, need not be held any longer."""


IN_MEMORY = Shelf()
