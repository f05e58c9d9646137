"""The same words? Passages that articles of different outlets share, each told apart: copy, quote, background, furniture.

Read in this order: :mod:`nominate` (which pairs are worth a look), :mod:`align` (the words a pair shares), :mod:`cut`
(furniture and stray words off), :mod:`kinds` (what each shared stretch is), :mod:`columns` (from pairs to many-way
passages), :mod:`changes` (what differs inside them), :mod:`provenance` (who is credited, where first seen, background
of a story), :mod:`shares` (how much of each article is what), :mod:`spread` (in how many outlets its words stand).

Passages are found before events are known, by :func:`find`; what only events and stories can tell is added by
:func:`settle`. A passage is never called copied *from* anybody: it is shared, credited, earliest seen.
"""

from clustering.passages.finding import find
from clustering.passages.found import Found
from clustering.passages.provenance import credit_articles, settle
from clustering.passages.shares import shares
from clustering.passages.spread import spread

__all__ = ["Found", "credit_articles", "find", "settle", "shares", "spread"]
