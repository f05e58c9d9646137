"""What can go wrong, as five words a caller can act on.

Every message says what happened, where, and what to do about it. A bad *article* is never an error:
it becomes a line in ``rejects.jsonl``.
"""


class SamestoryError(Exception):
    """The base of everything samestory raises on purpose; its text is meant for the user."""


class SettingsError(SamestoryError):
    """The settings hold an unknown name or an impossible value (exit code 2)."""


class InputError(SamestoryError):
    """A path or a format cannot be used at all; seen before work starts (exit code 2)."""


class IncompatibleError(SamestoryError):
    """Two things made by different recipes were about to be compared: scheme, shingle size, tokeniser, store version."""


class StoreError(SamestoryError):
    """The store cannot be read or written (exit code 2 before work starts, 3 later)."""


class StoreBusyError(SamestoryError):
    """Another run holds the store (exit code 75)."""
