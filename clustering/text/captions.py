"""Which lines belong to a picture? Photo credits ('REUTERS/NAME', 'Foto: dpa', '© dpa/NAME') and the captions they end.

A photo credit names who took the picture and says nothing about who wrote the text; keeping it out of the body keeps it
out of the credits, too.
"""

from __future__ import annotations

import re

from clustering.text.anchors import find_from
from clustering.text.lines import Unit

MAX_WORDS, MAX_MARKED_WORDS = 90, 140
_HOUSES = (r"(?:REUTERS|Reuters|AFP|AP|EPA|EFE|dpa|DPA|ddp|dapd|ANSA|TASS|Xinhua|Getty(?: Images)?|GETTY(?: IMAGES)?"
           r"|Shutterstock|iStock(?:photo)?|"
           r"imago(?: images)?|Imago|IMAGO|picture[ -]alliance|Picture[ -]Alliance|Action Press|action press|Keystone"
           r"|KEYSTONE|APA|WENN|Rex(?: Features)?|"
           r"REX|PA(?: Wire| Images)?|Bloomberg|Corbis|Alamy|SIPA|Sipa|Belga|ANP|NurPhoto|Anadolu(?: Agency)?"
           r"|Zuma(?: Press)?|ZUMA|USA TODAY Sports|"
           r"Associated Press|The Associated Press|Press Association|Flickr|Wikimedia(?: Commons)?|Instagram|Twitter"
           r"|Facebook|YouTube|screengrab|"
           r"Screenshot|Handout|HANDOUT|VCG|CP|The Canadian Press|Kyodo|KYODO|Yonhap|Ritzau|Scanpix|TT|NTB|Lusa|LUSA"
           r"|Europa Press|Pool|POOL)")
_LABEL = (r"(?:Photos?|Fotos?|Bild(?:er)?|Image(?:s)?|Picture(?:s)?|Pic|Photograph|Photo credit|Image credits?"
          r"|Picture credit|Photo courtesy|Image courtesy|Credit|"
          r"Cr[ée]dit(?:o)?(?:s)?(?: photo)?|Foto(?:graf[íi]a)?|Imagen|Bildquelle|Bildnachweis|Archivbild|Archivfoto"
          r"|Symbolbild|Symbolfoto|"
          r"Фото|Изображение|Photo d'archives?|Image via|Imagem)")
_NAME = r"[^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*){0,3}"
# who took it, so that 'AFP/dpa' and 'RND/AP', which credit a text, stay out: two names of a person, or a picture desk
_TAKER = (r"(?:[^\W\d_a-z][\w.'’-]*[a-zß-ÿ][\w.'’-]*(?:\s[^\W\d_a-z][\w.'’-]*){1,3}|Getty(?: Images)?|Handout|HANDOUT|Pool"
          r"|POOL|Files?|FILES?|STR|Str|Archive?|"
          r"[Pp]icture[ -][Aa]lliance|Images)")
# a credit that ends a unit; each alternative opens with something no sentence of a body ends on
_AT_END = re.compile(
    rf"(?:\b{_HOUSES}\s?/\s?{_TAKER}(?:\s?[/,]\s?{_NAME})*"  # REUTERS/NAME NAME
    rf"|\b(?:AP|AFP|EPA|Reuters|REUTERS|Getty|USA TODAY) (?:Photo|PHOTO|Images?|Pool)(?:\s?/\s?[^.]{{2,60}}|\s+by\s+{_NAME})?"
    # any house's, known or not: 'XYZ/Photo: NAME', 'XYZ Photo/NAME', 'Foto: xyz/NAME'
    rf"|\b[A-Z]{{2,6}}(?:\s?/\s?(?:Photo|Foto|Bild|Picture)\s?:|[\s-](?:Photo|Foto)\s?/)\s?{_TAKER}"
    rf"|(?:(?<=[.!?”“\"»)] )|(?<=^))(?:{_LABEL})\s?:\s*[a-z]{{2,6}}\s?/\s?{_TAKER}"
    rf"|[(\[]\s*(?:{_LABEL})\s*(?::|by\b|©|via\b|—|-)\s*[^()\[\]]{{0,90}}[)\]]"  # (Foto: dpa)
    rf"|(?:(?<=[.!?”“\"»)] )|(?<=^))(?:{_LABEL})\s?(?::|©)\s*[^\s\Wa-zß-ÿ_][^:.!?]{{1,80}}"  # ... Foto: NAME
    rf"|(?<=\s)(?:{_LABEL})\s?:\s*(?:{_HOUSES})(?:\s?/\s?{_NAME})*"  # caption without a full stop Bild: dpa
    rf"|[(\[]\s*(?:{_HOUSES})(?:\s?[/,]\s?{_TAKER}|\s(?i:photo|images?|file)\b[^()\[\]]{{0,50}})[^()\[\]]{{0,30}}[)\]]"
    rf"|©\s?(?:{_HOUSES})\s?[/|]\s?[^.]{{2,60}}"
    rf"|\b(?:Photo|Photograph)s? by {_NAME}(?:\s?[/,|]\s?[^.]{{2,60}})?"
    r")[\s)\]|]*\.?$"
)
_MARKED = re.compile(
    r"(?:FILE\s?(?:PHOTO|PIC(?:TURE)?)?\s?[-–—:]|Image caption\b|Media caption\b|Image copyright\b"
    r"|Media playback is unsupported|Bildunterschrift\s*:|"
    r"Caption\s*:|Enlarge this image\b|toggle caption|Photo\s?:\s?\S|Foto\s?:\s?\S|Image credits?\s?:|Photo credits?\s?:"
    r"|Bild\s?:\s?\S|"
    r"In this (?:\w+\.? \d{1,2}, \d{4},? )?(?:file |handout |undated )?(?:photo|image|picture|frame grab)\b|Symbolbild\b"
    r"|Archivbild\b|Фото\s?:\s?\S)"
)
# inside a line without line breaks: only where the credit's own end is certain
_INSIDE = re.compile(
    rf"\b(?:Bild|Foto|Photo|Picture)\s?:\s?(?:{_HOUSES}|{_NAME}\s?/\s?{_HOUSES})(?:\s?/\s?(?:{_HOUSES}"
    rf"|dpa-Zentralbild))*(?=\s+[^\W\d_a-zß-ÿ\"„“»«]|\s+\d)"
    rf"|[(\[]\s*(?:{_LABEL})\s?(?::|©|via\b|by\b)\s*[^()\[\]]{{0,90}}[)\]]"
    rf"|(?<=[.!?] )(?:REUTERS|Reuters|AFP|AP|dpa)/[^\W\d_a-z][\w'’-]+ [^\W\d_a-z][\w'’-]+(?=\s+[^\W\d_a-z])"
)
_BRACKETS, _ANY_ANCHOR = re.compile(r"[(\[]"), re.compile(r"[(\[BFPRAd]")
_ANCHORED = ("Bild", "Foto", "Photo", "Picture", "AP/", "AFP/", "dpa/", "euters/", "EUTERS/")
"""What a credit inside a line begins with: a bracket, or, where one of these words stands, a letter."""
_OPENING_CHARACTERS = 500
_AROUND = ".,’'"
_LABEL_PARTS = ("Photo", "Foto", "Bild", "Imag", "Pic", "redit", "rédit", "bild", "foto", "Фото", "Изображение")
"""One of these stands in every label."""


def _may_close(tail: str) -> bool:
    """Whether a unit may end in a photo credit: what every form of one has is cheap to look for."""
    if "/" in tail or "©" in tail or "Photo" in tail or "PHOTO" in tail or "Image" in tail or "Pool" in tail:
        return True
    if "(" in tail or "[" in tail:
        end = tail[-2:-1] if tail[-1:] == "." else tail[-1:]
        if end in (")", "]", "|") or end.isspace():
            return True
    return ":" in tail and any(part in tail for part in _LABEL_PARTS)


def find_caption(unit: Unit, *, in_head: bool) -> str | None:
    """The reason why a unit is a caption or a photo credit as a whole, or None."""
    if not 0 < unit.words <= MAX_MARKED_WORDS:
        return None
    tail = unit.text[-160:]
    credit = _AT_END.search(tail) if _may_close(tail) else None
    if credit and unit.words <= MAX_WORDS and (len(unit.text) <= 160 or credit.start() > 0):
        return "rule: photo credit" if len(credit.group()) == len(unit.text) else "rule: caption that ends in a photo credit"
    if _MARKED.match(unit.text) and (in_head or unit.words <= 60):
        return "rule: marked as a caption"
    return None


def find_inner_credit(text: str, start: int, end: int, *, opens_body: bool) -> list[tuple[int, int, str]]:
    """Photo credits inside a long line; the caption before the credit too, when the line opens with it.

    Parameters
    ----------
    text
        The untouched text.
    start, end
        A unit that is no caption as a whole.
    opens_body
        Whether nothing of the article stands before it.
    """
    found: list[tuple[int, int, str]] = []
    named = text.find(":", start, end) >= 0 or text.find("/", start, end) >= 0
    if named and any(text.find(word, start, end) >= 0 for word in _ANCHORED):
        anchors = _ANY_ANCHOR
    elif text.find("(", start, end) >= 0 or text.find("[", start, end) >= 0:
        anchors = _BRACKETS
    else:
        return found
    for credit in find_from(anchors, _INSIDE, text, start, end):
        if opens_body and not found and credit.start() - start <= _OPENING_CHARACTERS and credit.group()[0] not in "([":
            found.append((start, credit.end(), "rule: caption that ends in a photo credit"))
        else:
            found.append((credit.start(), credit.end(), "rule: photo credit"))
    return found


def is_alternative_text(first: Unit, second: Unit) -> bool:
    """Whether two lines say the same of one picture in other words: an image's alternative text and its caption.

    An exact repetition is a headline set twice; these share a long beginning and then differ.
    """
    if first.text == second.text or min(first.words, second.words) < 8:
        return False
    if first.text.split(None, 1)[0].strip(_AROUND) != second.text.split(None, 1)[0].strip(_AROUND):
        return False
    shared = 0
    for a, b in zip(first.text.split(), second.text.split(), strict=False):
        if a.strip(_AROUND) != b.strip(_AROUND):
            break
        shared += 1
    return shared >= 6 and shared >= 0.6 * min(first.words, second.words)
