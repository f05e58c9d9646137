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
        self._count, self._offered, self._named = count, 0, 0
        self._words: list[Word | None] = []  # None: went into a phrase
        self._place: dict[str, int] = {}  # folded word -> its place in the list

    def offer(self, words: str, *, phrase: bool, score: float) -> None:
        """The next best. Most of what is offered changes nothing, and that is seen first."""
        self._offered += 1
        full = self._named >= self._count
        if full and self._offered > SPARE * self._count:
            return
        if phrase:
            self._offer_phrase(words, score, full=full)
        else:
            self._offer_word(words, score, full=full)

    def _offer_word(self, words: str, score: float, *, full: bool) -> None:
        folded = words.casefold()
        place = self._place.get(folded)
        if place is not None and not self._is_word(place):
            return  # a phrase says it
        other = self._other_form(folded)
        if other is not None:
            self._words[other] = (min(words, self._word(other)[0], key=len), self._word(other)[1])
            self._place[folded] = other
        elif place is None and not full:
            self._add(words, score, [folded])
        elif place is not None and not full:
            self._words[place] = (words, self._word(place)[1])

    def _offer_phrase(self, words: str, score: float, *, full: bool) -> None:
        parts = words.casefold().split()
        places = {self._place[part] for part in parts if part in self._place}
        if full and not len(places) == len(parts) > 1:
            return
        if not all(word[0].isalnum() and word[-1].isalnum() for word in words.split()):
            return  # "Nice, France"
        if not places:
            self._add(words, score, parts)
        elif all(map(self._is_word, places)):
            taken = sorted(places)
            self._words[taken[0]] = (words, sum(self._word(place)[1] for place in taken))
            for place in taken[1:]:
                self._words[place] = None
            self._named -= len(taken) - 1
            there = [word for word, place in self._place.items() if place in places]  # other forms of its words too
            self._place |= dict.fromkeys([*parts, *there], taken[0])

    def _add(self, words: str, score: float, parts: list[str]) -> None:
        self._place |= dict.fromkeys(parts, len(self._words))
        self._words.append((words, score))
        self._named += 1

    def best(self) -> list[Word]:
        """As many as were asked for."""
        return [word for word in self._words if word][: self._count]

    def _other_form(self, word: str) -> int | None:
        """The place of the same word with an s more or less, when it stands there by itself."""
        place = self._place.get(word + "s")
        if place is not None and self._is_word(place):
            return place
        place = self._place.get(word[:-1]) if word.endswith("s") else None
        return place if place is not None and self._is_word(place) else None

    def _word(self, place: int) -> Word:
        word = self._words[place]
        assert word is not None  # only a word that went into a phrase is gone, and all its forms lead to the phrase
        return word

    def _is_word(self, place: int) -> bool:
        return " " not in self._word(place)[0]
