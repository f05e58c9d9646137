"""What the window before had in one article only is not joined again, and nothing but the time changes."""

from __future__ import annotations

import random
from unittest import mock

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import PassagesSettings
from clustering.passages.nominate import nominate
from clustering.tables import flat
from clustering.text import alone
from clustering.text.alone import look_for_repeats, mark_repeats, pack_repeats
from clustering.text.repeats import SHINGLE_TOKENS, Repeats
from clustering.text.tokens import ALONE, tokenise
from tests.build import articles

BLOCKS = [" ".join(f"{word}{block}" for word in ("one", "two", "three", "four", "five", "six", "seven", "eight")[:length])
          for block, length in enumerate((8, 8, 7, 6, 6, 5, 3))]
TEXTS = st.lists(st.lists(st.sampled_from(BLOCKS), max_size=4).map(" ".join), min_size=1, max_size=9)


def window(texts: list[str]) -> tuple[pa.Table, pa.Table]:
    table = articles(*({"text": text, "outlet": f"Outlet {number % 3}"} for number, text in enumerate(texts)))
    return table, tokenise(table["text"])


def remembered(texts: list[str], before: list[str]) -> pa.Table:
    """The columns of REMEMBERED that are asked: what the window ``before`` knows of ``texts``."""
    table, tokens = window(before)
    bits = pack_repeats(mark_repeats(tokens, look_for_repeats(table, tokens))).to_pylist()
    known = dict(zip(before, bits, strict=True))
    return pa.table({"key": pa.array([text.encode() for text in texts]),
                     "repeats": pa.array([known.get(text) for text in texts], pa.large_binary())})


def same(one: Repeats, other: Repeats) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@settings(deadline=None, max_examples=150)
@given(TEXTS, TEXTS, st.data())
def test_a_window_that_knows_the_one_before_finds_the_same(came: list[str], left: list[str], data: st.DataObject) -> None:
    """Articles come, go, come twice, and stay; those that stay are known, whatever else is."""
    stay = data.draw(TEXTS)
    now, before = data.draw(st.permutations([*stay, *came])), [*stay, *left]
    table, tokens = window(now)
    with mock.patch.object(alone, "_WORTH_SHARE", 1.0):
        found = look_for_repeats(table, tokens, remembered(now, before))
    assert same(found, look_for_repeats(table, tokens))


def test_most_of_a_window_is_left_out() -> None:
    source = random.Random(1)
    texts = [" ".join(f"w{source.randrange(10**6)}" for _ in range(300)) for _ in range(40)]
    texts += [f"{texts[0]} and more", f"{texts[1]} and less"]
    now = [*texts, f"Only this of it: {' '.join(texts[7].split()[40:60])}."]
    table, tokens = window(now)
    hashes, offsets = flat(tokens["hashes"])
    marks = alone._alone(hashes, offsets, remembered(now, texts))
    repeats = look_for_repeats(table, tokens)
    assert not np.any((marks != 0) & (repeats.set_of >= 0))
    once = int((repeats.set_of < 0).sum()) - len(now) * (SHINGLE_TOKENS - 1)
    assert np.count_nonzero(marks) > 0.9 * once
    assert alone._alone(hashes, offsets, remembered(now, texts[:20])) is None, "too much of it is new"


def test_bits_of_another_text_are_not_believed() -> None:
    texts = ["one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"] * 2
    table, tokens = window([*texts, "another text of the window that is long enough to be compared"])
    told = pa.table({"key": pa.array([b"a", b"b", b"c"]), "repeats": pa.array([b"", b"\0\0\0", None], pa.large_binary())})
    with mock.patch.object(alone, "_WORTH_SHARE", 1.0):
        assert same(look_for_repeats(table, tokens, told), look_for_repeats(table, tokens))


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.sampled_from([4, 6, 7]))
def test_nominating_by_what_is_marked_nominates_the_same(texts: list[str], width: int) -> None:
    table, tokens = window(texts)
    marked = mark_repeats(tokens, look_for_repeats(table, tokens))
    chosen, groups = PassagesSettings(nominate_tokens=width, nominate_min_shared=1), np.arange(len(texts), dtype=np.int32)
    plain, told = (nominate(table, given_tokens, groups, chosen) for given_tokens in (tokens, marked))
    assert np.array_equal(plain[0], told[0])
    assert np.array_equal(plain[1], told[1])
    assert plain[2] == told[2]
    flags = flat(tokens["flags"])[0]
    assert np.array_equal(flat(marked["flags"])[0] & ~np.uint8(ALONE), flags)
