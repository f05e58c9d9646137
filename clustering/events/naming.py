"""What a list of words says: the best first, and nothing twice."""

from __future__ import annotations

Word = tuple[str, float]
"""As the article spells it, and its score."""

SPARE = 3
"""So many times the words that are wanted are looked at for phrases: these weigh less than their words and come after them."""


class Chosen:
    """The best of some words and phrases that are offered best first, without saying anything twice.

    A phrase takes the place of its words; its score is theirs. When there are enough words, only phrases of two that are named
    are still taken. Of ``Nawalny`` and ``Nawalnys`` the shorter one is named, where the better one stood.
    """

    def __init__(self, count: int) -> None:
        self._count, self._offered = count, 0
        self._words: list[Word | None] = []  # None: went into a phrase
        self._place: dict[str, int] = {}  # folded word -> its place in the list

    def offer(self, words: str, *, phrase: bool, score: float) -> None:
        """The next best."""
        self._offered += 1
        full = len(self._words) - self._words.count(None) >= self._count
        if full and self._offered > SPARE * self._count:
            return
        if phrase and not all(word[0].isalnum() and word[-1].isalnum() for word in words.split()):
            return  # "Nice, France"
        parts = words.casefold().split() if phrase else [words.casefold()]
        taken = sorted({self._place[p] for p in parts if p in self._place})
        if not phrase and taken and not self._is_word(taken[0]):
            return  # a phrase says it
        other = None if phrase else self._other_form(parts[0])
        if other is not None:
            self._words[other] = (min(words, self._word(other)[0], key=len), self._word(other)[1])
            self._place[parts[0]] = other
        elif not taken and not full:
            self._place |= dict.fromkeys(parts, len(self._words))
            self._words.append((words, score))
        elif taken and all(self._is_word(place) for place in taken) and (len(taken) == len(parts) > 1 or not full):
            self._words[taken[0]] = (words, sum(self._word(place)[1] for place in taken))
            for place in taken[1:]:
                self._words[place] = None
            there = [word for word, place in self._place.items() if place in taken]  # other forms of its words too
            self._place |= dict.fromkeys([*parts, *there], taken[0])

    def best(self) -> list[Word]:
        """As many as were asked for."""
        return [word for word in self._words if word][: self._count]

    def _other_form(self, word: str) -> int | None:
        """The place of the same word with an s more or less, when it stands there by itself."""
        for form in (word + "s", word[:-1] if word.endswith("s") else ""):
            if form in self._place and self._is_word(self._place[form]):
                return self._place[form]
        return None

    def _word(self, place: int) -> Word:
        word = self._words[place]
        assert word is not None  # only a word that went into a phrase is gone, and all its forms lead to the phrase
        return word

    def _is_word(self, place: int) -> bool:
        return " " not in self._word(place)[0]
