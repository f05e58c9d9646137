"""Stand-ins: a page that a server shows in place of articles ("unavailable in your country", "please sign in").

Seen from its text it is one report that many outlets carry word for word, the surest copy there is. What gives it away are the
titles: an article speaks of what its title says, and a stand-in of none of them. Of 3,392 articles of four labelled sets nine in
ten have half of their title's longer words or more in the text, and one or two in a hundred, stand-ins among them, at most 15 %;
to be the same text under three titles and to speak of none of them is left to pages that are no article.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit, uint64

from clustering.tables import SPANS, flat, table
from clustering.text.tokens import NUMBER

_TITLES, _SHARE, _WORD_CHARACTERS = 3, 0.15, 4
"""So many titles, at most this share of whose words of so many characters or more the text has."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_S29 = np.uint64(29)


@njit(cache=True, nogil=True)
def _digests(hashes, flags, offsets, out):  # noqa: ANN001, ANN202
    """One uint64 a text of its tokens in their order, numbers left out: a page may bear a date or the number of a request."""
    for row in range(out.size):
        digest = uint64(0)
        for t in range(offsets[row], offsets[row + 1]):
            if flags[t] & NUMBER == 0:
                digest = (digest ^ hashes[t]) * _ODD
                digest ^= digest >> _S29
        out[row] = digest


def _digested(tokens: pa.Table) -> np.ndarray:
    hashes, offsets = flat(tokens["hashes"])
    out = np.empty(offsets.size - 1, np.uint64)
    _digests(hashes, flat(tokens["flags"])[0], offsets, out)
    return out


def find_stand_ins(articles: pa.Table, tokens: pa.Table, titles: pa.Table, zones: pa.Table) -> pa.Table:
    """The zones given, with the whole of each text that stands in place of articles as boilerplate.

    Parameters
    ----------
    articles, tokens, titles
        ARTICLES, the TOKENS of their texts and the TOKENS of their titles.
    zones
        SPANS found by rules.

    Returns
    -------
    pyarrow.Table
        SPANS: the zones of such a text give way to one span.

    Notes
    -----
    Texts are the same when they differ in numbers at most. Words that more than half of the titles have (an outlet's name) tell
    nothing of an article, and titles without a word of :data:`_WORD_CHARACTERS` characters (those of dense scripts too) are not
    looked at.
    """
    digests, title_digests = _digested(tokens), _digested(titles)
    text, n = np.unique(digests, return_inverse=True, return_counts=True)[1:]
    hashes, offsets = flat(tokens["hashes"])
    title_hashes, title_offsets = flat(titles["hashes"])
    telling = flat(titles["ends"])[0] - flat(titles["starts"])[0] >= _WORD_CHARACTERS
    telling &= (flat(titles["flags"])[0] & NUMBER) == 0

    rows: list[np.ndarray] = []
    reasons: list[str] = []
    often = np.flatnonzero(n[text] >= _TITLES)
    often = often[np.argsort(text[often], kind="stable")]
    for same in np.split(often, np.flatnonzero(np.diff(text[often])) + 1):
        if not same.size or offsets[same[0]] == offsets[same[0] + 1]:
            continue
        one_each = same[np.unique(title_digests[same], return_index=True)[1]]
        words = [np.unique(title_hashes[a:b][telling[a:b]]) for a, b in zip(title_offsets[one_each], title_offsets[one_each + 1],
                                                                            strict=True)]
        words = [of_one for of_one in words if of_one.size]
        if len(words) < _TITLES:
            continue
        word, titles_with = np.unique(np.concatenate(words), return_counts=True)
        rare = word[2 * titles_with <= len(words)]
        said = np.isin(np.concatenate(words), rare)
        found = np.isin(np.concatenate(words)[said], hashes[offsets[same[0]] : offsets[same[0] + 1]])
        if found.size >= _TITLES and found.mean() <= _SHARE:
            rows.append(same)
            reason = f"stand-in: the same text in place of {same.size} articles of {len(words)} titles, of which it says nothing"
            reasons += [reason] * same.size
    if not rows:
        return zones
    covered = np.concatenate(rows)
    lengths = pc.utf8_length(articles["text"].take(pa.array(covered))).to_numpy()
    kept = zones.filter(pc.invert(pc.is_in(zones["row"], pa.array(covered, zones["row"].type))))
    added = table(SPANS, {"row": covered, "start": np.zeros(covered.size, np.int32), "end": lengths.astype(np.int32),
                          "zone": ["boilerplate"] * covered.size, "reason": reasons})
    order = [(name, "ascending") for name in ("row", "start", "end", "zone")]
    return pa.concat_tables([kept, added]).sort_by(order).combine_chunks()
