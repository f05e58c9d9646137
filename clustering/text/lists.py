"""Which runs of lines are not the article: lists of other headlines, and menus."""

from __future__ import annotations

from collections.abc import Callable

from clustering.text.lines import Unit

LIST_LINES = 5
LIST_WORDS = 15
"""A headline list: at least so many consecutive units of at most so many words without terminal punctuation."""
LIST_MEAN_WORDS = 3.5
OWN_SHARE = 0.6
"""A list whose capitalised words and numbers stand in the article to this share sums the article up: no other headlines."""
_MENU_TEXT = """
home news world politics business sport sports opinion culture travel weather video videos photos lifestyle entertainment
technology tech science health search login log in sign subscribe contact about menu archive jobs startseite politik
wirtschaft kultur panorama wissen reise wetter suche anmelden kontakt impressum datenschutz accueil monde économie politique
culture abonnement connexion inicio mundo economía deportes política cultura buscar privacy terms cookies rss newsletter e
paper abo shop
"""
_MENU = frozenset(_MENU_TEXT.split())


def headline_lists(units: list[Unit], taken: list[bool], told: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """Runs [first, last) of units that are lists of other headlines.

    They stand above the first or below the last paragraph (a list inside the article is the article's), have no bullets
    or numbers, no line ending in a colon introduces them, and they name other things than the article does. A text without
    any paragraph has none: it may be a table.

    Parameters
    ----------
    units, taken
        The layout, and which units are something else already.
    told
        Share of the names and numbers of units [first, last) that the article's paragraphs name, too.
    """
    prose = [i for i, unit in enumerate(units) if unit.is_prose and not taken[i]]
    if not prose:
        return []
    runs = []
    for low, high in ((0, prose[0]), (prose[-1] + 1, len(units))):
        first = low
        while first < high:
            last = first
            while last < high and (taken[last] or _is_headline(units[last])):
                last += 1
            run = [u for u, t in zip(units[first:last], taken[first:last], strict=True) if not t]
            introduced = first > 0 and units[first - 1].text.rstrip()[-1:] in "::："
            if len(run) >= LIST_LINES and not introduced and sum(u.words for u in run) >= LIST_MEAN_WORDS * len(run):
                low_unit, high_unit = units.index(run[0], first), units.index(run[-1], first) + 1
                if told(low_unit, high_unit) < OWN_SHARE:
                    runs.append((low_unit, high_unit))
            first = max(last, first + 1)
    return runs


def _is_headline(unit: Unit) -> bool:
    text = unit.text
    return (2 <= unit.words <= LIST_WORDS and not unit.stops and not unit.is_bullet and text[-1:] not in ",;:–—-"
            and not text[:1].islower())


def menus(units: list[Unit]) -> list[tuple[int, int]]:
    """Runs [first, last) of very short lines, a third of them words of site menus."""
    runs = []
    first = 0
    while first < len(units):
        last = first
        known = 0
        while last < len(units) and units[last].words <= 3 and not units[last].stops:
            words = [w.strip("&|›»>").lower() for w in units[last].text.split()]
            known += bool(words) and all(w in _MENU or not w for w in words)
            last += 1
        if last - first >= LIST_LINES and known * 3 >= last - first:
            runs.append((first, last))
        first = max(last, first + 1)
    return runs
