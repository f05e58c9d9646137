"""Numbers by value and unit, as newsrooms write them in English, German, French and Spanish.

``2,500``, ``2 500`` and ``2.5 thousand`` are one number; ``four metres``, ``4 m`` and ``vier Metern`` say the same; a conversion
in brackets, ``400 kilometres (250 miles)``, adds nothing. A figure that newsrooms read differently (``1.019``; the ``m`` of
``22 m``) has every value it may have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from clustering.text import fold


def _table(lines: dict[str, str]) -> dict[str, str]:
    """Folded spelling -> what it stands for, from what it stands for -> spellings."""
    return {fold(word): meaning for meaning, words in lines.items() for word in words.split()}


_UNITS = _table({
    "km": "km kms kilometre kilometres kilometer kilometers kilometern kilómetro kilómetros kilomètre kilomètres",
    "metre": "metre metres meter meters metern mètre mètres metro metros",
    "cm": "cm centimetre centimetres centimeter centimeters zentimeter zentimetern centimètre centimètres centímetros",
    "mile": "mi mile miles meile meilen milla millas", "foot": "ft foot feet fuß", "inch": "inch inches zoll",
    "%": "% percent pct prozent", "$": "$ dollar dollars usd dólar dólares", "€": "€ euro euros eur", "£": "£ pound pounds",
    "kg": "kg kilo kilos kilogram kilograms kilogramm kilogrammes kilogramo kilogramos",
    "tonne": "tonne tonnes tonnen tonelada toneladas", "h": "h hour hours uhr stunde stunden heure heures hora horas",
    "minute": "min minute minutes minuten minuto minutos", "day": "day days tag tage tagen jour jours día días",
})
_SCALES = {fold(word): scale for scale, words in {
    100: "hundred", 1_000: "thousand k tausend mille mil",
    1_000_000: "million millions millionen mio mn millón millones",
    1_000_000_000: "billion billions bn milliarde milliarden mrd milliard milliards",
    1_000_000_000_000: "trillion trillions"}.items() for word in words.split()}
_EITHER = {"m": 1_000_000}
"""A scale to one newsroom, a unit to another: ``22 m``."""
_UP_TO_TWELVE = (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "null - zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "zéro - deux trois quatre cinq six - huit neuf dix onze douze",
    "cero - dos tres cuatro cinco seis siete ocho nueve diez - doce")
"""A dash where the word is an article, a month or an adverb, too."""
_TENS = ("twenty thirty forty fifty sixty seventy eighty ninety",
         "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
         "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_TEENS = ("thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
          "dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn")


def _spelled() -> dict[str, int]:
    """Folded number words -> their value."""
    words = {word: value for line in _UP_TO_TWELVE for value, word in enumerate(line.split())}
    words |= {word: value for line in _TEENS for value, word in enumerate(line.split(), start=13)}
    words |= {word: 10 * value for line in _TENS for value, word in enumerate(line.split(), start=2)}
    german = ["ein", *_UP_TO_TWELVE[1].split()[2:10]]
    words |= {f"{one}und{ten}": 10 * tens + ones for (ones, one), (tens, ten) in product(
        enumerate(german, start=1), enumerate(_TENS[1].split(), start=2))}
    words.pop("-")
    return {fold(word): value for word, value in words.items()}


_WORDS = _spelled()
_FIGURE = r"\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?!\d)|\d+(?:[.,]\d+)*"
_ITEM = re.compile(rf"(?P<figure>{_FIGURE})|(?P<word>\w+)|(?P<sign>[%$€£])")
_CONVERSION = re.compile(rf"\(\s*(?:about|around|roughly|some|rund|etwa|environ|unos)?\s*[$€£]?(?:{_FIGURE})"
                         r"[\s-]?[^\W\d_]+\.?(?:[\s-][^\W\d_]+)?\s*\)")
_PER_CENT = re.compile(r"\bper cent\b", re.IGNORECASE)
_OTHER_WORDS, _MORE_WORDS = 4, 2
"""Two numbers are compared beside this many other words at most, of which one side may have this many more."""


class Quantity(NamedTuple):
    """One number of a text."""

    values: frozenset[float]
    """Every value the figure may have."""
    unit: str
    """In one spelling; '' when none is written or known, 'm' when it may be a scale as well."""

    def agrees(self, other: Quantity, *, strictly: bool) -> bool:
        """Whether a value is common and the units do not differ; ``strictly``: not even by being left out."""
        units = {self.unit, other.unit}
        fits = len(units) == 1 or ("" in units and not strictly) or ("m" in units and units <= {"m", "metre", ""})
        return bool(self.values & other.values) and fits


@dataclass
class Reading:
    """What a text says, numbers and the rest apart."""

    quantities: list[Quantity] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """The others, folded, in order; units in one spelling, scales left out."""

    def says(self, other: Reading) -> bool:
        """Whether both say the same."""
        unmatched, left = _partners(self.quantities, other.quantities, strictly=True)
        return self.words == other.words and not unmatched and not left

    def contradicts(self, other: Reading) -> bool:
        """Whether both have a number the other one lacks, in about as many words and in few.

        A number that only one side has was added or cut, not changed; and where much else is said, too, the two numbers need
        not be of one thing.
        """
        unmatched, left = _partners(self.quantities, other.quantities, strictly=False)
        fewer, more = sorted((len(self.words), len(other.words)))
        return bool(unmatched and left) and more <= _OTHER_WORDS and more - fewer <= _MORE_WORDS


def _partners(one: list[Quantity], other: list[Quantity], *, strictly: bool) -> tuple[int, int]:
    """How many numbers of either side have no partner on the other."""
    left = list(other)
    unmatched = 0
    for here in one:
        partner = next((there for there in left if here.agrees(there, strictly=strictly)), None)
        if partner is None:
            unmatched += 1
        else:
            left.remove(partner)
    return unmatched, len(left)


def values(figure: str) -> frozenset[float]:
    """Every value a written figure may have: ``1.019`` is 1019 to one newsroom and 1.019 to another."""
    bare = re.sub(r"[ \u00a0\u202f\u2009'’]", "", figure)
    marks = [c for c in bare if c in ".,"]
    digits = re.sub(r"[.,]", "", bare)
    if not marks:
        return frozenset({float(digits)})
    groups = re.split(r"[.,]", bare)
    grouped = 1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])
    whole = "".join(groups[:-1])
    out = set()
    if grouped and len(set(marks)) == 1:
        out.add(float(digits))
    if marks.count(marks[-1]) == 1 and (len(marks) == 1 or (len(set(marks)) == 2 and all(len(g) == 3 for g in groups[1:-1]))):
        out.add(float(f"{whole}.{groups[-1]}"))
    return frozenset(out or {float(digits)})


def read(text: str) -> Reading:
    """The numbers of a text with their scales and units, and its other words; conversions in brackets left out."""
    bare = _CONVERSION.sub(" ", text) if "(" in text else text
    if "cent" in bare.lower():
        bare = _PER_CENT.sub("percent", bare)
    items = list(_ITEM.finditer(bare))
    said = Reading()
    place = 0
    while place < len(items):
        here, place = items[place], place + 1
        word = fold(here[0])
        number = values(here[0]) if here["figure"] else frozenset({float(_WORDS[word])}) if word in _WORDS else None
        if number is None:
            if word not in _SCALES:
                said.words.append(_UNITS.get(word, word))
            continue
        end = here.end()
        if word in _WORDS and place < len(items) and bare[end : items[place].start()] == "-":  # forty-two
            ones = _WORDS.get(fold(items[place][0]), 0)
            if 0 < ones < 10 <= _WORDS[word]:
                number, end, place = frozenset({float(_WORDS[word] + ones)}), items[place].end(), place + 1
        unit = ""
        if said.words and here.start() and bare[here.start() - 1] in "$€£":  # $2 million
            unit = said.words.pop()
        for _ in range(2):  # a scale, then a unit
            if place == len(items) or not re.fullmatch(r"[\s-]?", bare[end : items[place].start()]):
                break
            following = fold(items[place][0])
            if following in _SCALES:
                number = frozenset(round(v * _SCALES[following], 6) for v in number)
            elif following in _EITHER:
                number |= {round(v * _EITHER[following], 6) for v in number}
                unit = unit or following
            elif following in _UNITS and unit in ("", "m"):
                unit = _UNITS[following]
            else:
                break
            end, place = items[place].end(), place + 1
        said.quantities.append(Quantity(number, unit))
    return said
