"""What is looked for first, because it is cheap, lets everything through that the pattern behind it finds."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.text import captions, furniture, teasers
from clustering.text.tokens import tokenise

SENTENCE = st.sampled_from(["", "Rain fell. ", "„Nein.“ ", "Es regnete! "])


@settings(max_examples=300, deadline=None)
@given(SENTENCE, st.from_regex(captions._AT_END.pattern.replace(r"(?<=^)", "")))
def test_a_unit_that_ends_in_a_photo_credit_may_close(before: str, credit: str) -> None:
    if captions._AT_END.search(before + credit):
        assert captions._may_close(before + credit)


@settings(max_examples=200, deadline=None)
@given(st.from_regex(furniture._RELATED))
def test_related_articles_begin_as_they_are_looked_for(text: str) -> None:
    if furniture._RELATED.match(text):
        assert text[:2].lower() in furniture._RELATED_STARTS


@settings(max_examples=200, deadline=None)
@given(st.from_regex(furniture._RIGHTS))
def test_rights_begin_as_they_are_looked_for(text: str) -> None:
    if furniture._RIGHTS.match(text):
        assert text[0] in "cC©("


@settings(max_examples=200, deadline=None)
@given(st.from_regex(furniture._FOLLOW))
def test_invitations_to_follow_have_one_of_their_words(text: str) -> None:
    if furniture._FOLLOW.search(text):
        assert any(word in text for word in furniture._FOLLOW_WORDS)


@pytest.mark.parametrize(("needed", "form"), teasers._MARKS)
def test_marks_of_teasers_have_one_of_their_words(needed: tuple[str, ...], form: object) -> None:
    @settings(max_examples=200, deadline=None)
    @given(st.from_regex(form))
    def check(text: str) -> None:
        if form.search(text):  # type: ignore[attr-defined]
            assert any(word in text for word in needed)
            assert_known_by_its_words(text)

    check()


@settings(max_examples=200, deadline=None)
@given(st.from_regex(teasers._NOTE))
def test_notes_of_editors_have_one_of_their_words(text: str) -> None:
    if teasers._NOTE.search(text):
        assert any(word in text for word in teasers._NOTES)
        assert_known_by_its_words(text)


def assert_known_by_its_words(text: str) -> None:
    hashes = tokenise(pa.array([text], pa.large_string()))["hashes"].combine_chunks().values.to_pylist()
    assert set(hashes) & set(teasers.teasing_words().tolist())
