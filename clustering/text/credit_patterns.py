"""The words around an agency's name, as patterns: what stands before it (matched against the end of that), what after it.

The forms are English, German, French, Spanish and Italian; :mod:`clustering.text.credit_forms` says what each means.
"""

from __future__ import annotations

import re

STATES = frozenset({"PA"})
"""Short forms that are postal codes too: "ERIE (PA) -" is no dateline."""
AMBIGUOUS = frozenset({"ATS", "Bloomberg", "CP", "PA", "SDA"})
"""Short forms that mean much else (a person, a party, an authority): in prose only the full name is a mention, and a dateline
needs its place."""
DESK = r"(?:[Aa]gencias?|[Aa]gences?|[Aa]genzie|[Aa]genturen|[Rr]edacci[óo]n|[Rr]édaction|[Rr]edaktion|[Rr]edazione|[Oo]nline)"
"""Who stands beside an agency where no person does: "Redacción / EFE", "EFE/Agencias"."""
NAME = r"[^\W\d_][\w.'’ -]{1,50}?"

# what stands before a group, matched against the end of it
SOURCE = re.compile(r"(?:^|(?<=[\s(]))(?:Quellen?|Sources?|SOURCES?|Fuentes?|Font[ei])\s?:\s*(?:[^\n:]{0,70}[,/]\s?)?$")
BARE_SOURCE = re.compile(r"\s*\(?(?:Quellen?|Sources?|Fuentes?|Font[ei])\s")
PHOTO_BEFORE = re.compile(
    r"(?:\b(?:\w*[Ff]oto(?:s|grafie)?|\w*[Bb]ild(?:er|quelle)?|Photo(?:graph)?s?|Pictures?|Images?|Cr[ée]dit(?:s|o)?|"
    r"Grafik|Video|Imagen)"
    r"(?:\s(?:[Cc]redits?|copyright|[Bb]y|de|provided by))?\s?[:/©|]\s*[^\n:.!?]{0,40}|\b(?:Image|Photo) copyright\s|"
    r"\b(?:Photos?|Images?|Video|Fotos?) (?:by|provided by|courtesy of|von|de)\s(?:the\s)?|\bvia\s|"
    r"\b(?:[Gg]etty(?: [Ii]mages)?|EPA|epa|imago|[Pp]icture[ -][Aa]lliance|File|Pool|Archiv|Invision)\s?/\s?|"
    r"[^\W\d_][\w'’.-]*[a-zß-ÿ]\s?/\s?)\Z")
BYLINE = re.compile(
    r"\s*(?:By|Von|Par|Por)\s+(?:(?:the|der|l['’])\s?)?"
    rf"(?:{NAME}(?:,|\s\||/|\s(?:of|for|and|und|et|y)\b)\s*(?:(?:the|der)\s)?)?", re.IGNORECASE)
NAME_LINE = re.compile(rf"\s*{NAME}(?:,|\s\|)\s*(?:the\s)?", re.IGNORECASE)
WITH = re.compile(
    r"\b(?:Contributing|With (?:files|reporting|information|material|additional reporting) (?:from|by)|"
    r"Additional (?:reporting|material) (?:from|by)|"
    r"(?:mit|unter Verwendung von) (?:\w+\s)?(?:Material|Agenturmaterial|Informationen|Meldungen)(?: von| der| des)?|"
    r"avec (?:les )?(?:agences?|(?:des )?(?:informations|dépêches)(?: de(?: l['’])?| d['’])?)|"
    r"con (?:informaci[óo]n(?:es)?|datos|despachos|material) (?:de|del?)(?: las?)?(?: agencias?)?|"
    r"con (?:le )?agenzie|com (?:agências?|informações d[ao]s?)(?: agências?)?)"
    r"\s?:?\s*(?:the\s|l['’])?$", re.IGNORECASE)
WITH_BARE = re.compile(r"(?:^|[\s(])(?:[Aa]vec|[Cc]on|[Mm]it|[Ww]ith|[Dd]['’]après)\s(?:l['’]|la\s|der\s|[Tt]he\s)?$")
HOUSE_WITH = re.compile(
    r"\s*(?:(?:By|Von|Par|Por|Di)\s[^\n]{2,60}\s\(?(?:avec|con|mit|with)|(?:[A-ZÀ-Þ][\w'’.-]*\s){1,5}\(?(?:avec|con|mit))"
    r"\s(?:l['’]|la\s|der\s|the\s)?")
"""A house or a person with an agency, on a line of its own: "Le Phare avec AFP"."""
COPYRIGHT = re.compile(
    r"(?<!Image )(?<!Photo )(?:©|\(c\)|\bcopyright)(?:\s?(?:©|\(c\)))?\s?"
    r"(?P<year>\d{4}(?:[-–]\d{4})?)?\*?[\s,]{0,2}(?:by\s)?(?:the\s)?$", re.IGNORECASE)
AGENCIES = re.compile(r"(?:^|[.!?“”\"»\n]\s*|Quellen\s)\W{0,3}Nachrichtenagentur(?:en)?:?\s$")
INITIALS = re.compile(
    rf"(?:^|(?<=[\s(]))(?:(?:{DESK}|"
    r"[A-ZÄÖÜ]{2,5}|[a-zäöü]{2,5}\.?|[\w-]{2,20}\.(?:de|com|net|at|ch|org))\s?[/,]\s?)+$")
ALONE = re.compile(r"(?:^\s*|[.!?“”\"»’…)]\s+|\n\s*)(?:[-–—]{1,2}\s?)?$")
SENTENCE = re.compile(r"(?:^\s*|[.!?*_—\n-]\s*)(?:[Tt]he\s)?$")
CITY = re.compile(r"(?:[A-ZÀ-Þ][\w'’./-]*,?\s){1,6}(?:\d{1,2}\.?,?\s?(?:\w{2,10}\.?\s)?)?$")
CITY_SLASH = re.compile(r"\s*(?:[A-ZÀ-Þ][\w'’.-]+|[A-ZÀ-Þ][A-ZÀ-Þ'’. -]+)(?:,\s\d{1,2}\.?\s?\w{0,10}\.?)?\s?/\s?")
EXPLAINED = re.compile(r"(?:[Aa]gentur|[Aa]gency|Press|Presse)\s\($")
TOLD = re.compile(
    r"(?:\b(?:told|tells|telling|[Aa]ccording to|with|seen by|reviewed by|obtained by|by|[Tt]he|agency|"
    r"gegenüber|[Nn]achrichtenagentur|Agentur|[Dd]er|[Dd]ie|[Ll]aut|agence|agencia|selon)\s(?:the\s|news agency\s|der\s)?|"
    r"\bl['’]|\b(?:dijo|declaró|explicó|aseguró|informó|afirmó)\b[^\n.]{0,40}\ba\s)$")

# what stands after a group, matched against the beginning of it
DASH = re.compile(r"(?:/[a-z]{2,4})?\)\s*(?:\.\s?)?(?:[-–—]{1,2}|:)")
PLACE_BEHIND = re.compile(
    r"\s[A-ZÀ-Þ][\w'’.-]+(?:\s[A-ZÀ-Þ][\w'’.-]+){0,3}(?:,\s\d{1,2}\s\w{3,9}\.?(?:\s\d{4})?)?\s?(?:[-–—]{1,2}|\.[-–—])(?=\s)")
"""The Italian order: "(ANSA) - ROMA, 3 GEN -"."""
OPENED = re.compile(
    r"\s*[A-ZÀ-Þ][\w'’-]+(?:\s(?:d[eiu]l?\s|la\s)?[A-ZÀ-Þ][\w'’-]+){0,2}"
    r"(?P<date>,\s\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,10}\.?)?(?P<dot>\.)?\s?")
"""A place in ordinary capitals before "(AFP)" without a dash: with a day, or a full stop before or after the bracket."""
DASH_ALONE = re.compile(r"\s?(?:[-–—]{1,2}|:|\.(?=\s[^\W\d_a-zß-ÿ„“«»\"]))\s")
PHOTO_AFTER = re.compile(
    r"\s?(?:[Pp]hotos?|PHOTOS?|Images?|File|Pool|Newslook|Video|Foto)\b|"
    rf"\s?/\s?(?!{DESK}\b)(?:[Gg]etty|GETTY|Archiv|[Pp]icture|[A-ZÀ-Þ][\w'’.-]*[a-zß-ÿ])|[\s,]{1,2}[Ff]ile\b")
CONTRIBUTED = re.compile(
    r"(?:['’]s?)?(?:[^\n.!?]|\.(?=[^\n]{0,3}[a-z]|\s[A-Z][\w.]+\s)){0,250}?"
    r"\bcontributed(?=\s+(?:to (?:this|the)\b|reporting|from)|\s*\.?\s*(?:$|\n))")
SAID = re.compile(
    r"\s(?:(?:news )?agency\s)?(?:reported|reports|said|says|quoted|learned|berichtete?|meldete?|zufolge|"
    r"(?:a )?rapporté?e?|informó|reportó)\b")
MORE_INITIALS = re.compile(rf"(?:\s?/\s?(?:{DESK}|[a-zäöüA-ZÄÖÜ]{{2,5}}\b\.?))*")
STOPS = re.compile(r"\s*$|\s*\n|\s*[A-ZÄÖÜ,;.(]")

SIGNED_LINE = re.compile(rf"\s*(?:Von|Par|Por)\s{NAME}\s?/\s?")
STAMPED = re.compile(r"\s?\|\s?(?:Updated|Published|Aktualisiert|Mis à jour|Actualizado)\b", re.IGNORECASE)
SIGNATURES = (
    ("Reuters", "eporting by", re.compile(
        r"\(?\b(?:Additional )?[Rr]eporting by [^\n]{2,240}?\b(?:[Ee]diting|[Ww]riting) by [^\n;)]{2,80}\)?")),
    ("Reuters", "dité par", re.compile(r"\([^()\n]{3,160}\b[Éé]dité par [^()\n]{2,80}\)")),
    ("Reuters", "pour le service français", re.compile(r"\([^()\n]{3,120} pour le service français\b[^()\n]{0,40}\)")),
    ("Reuters", "eporte de ", re.compile(
        r"\(?\bReporte de [^\n]{2,160}?\b(?:[Ee]ditado|[Tt]raducido|[Ee]scrito)(?: en español)? por [^\n;)]{2,80}\)?")),
    ("Bloomberg", "@bloomberg.net", re.compile(
        r"To contact the (?:reporters?|editors? responsible)[^\n]{0,40}? (?:on|for) this story:[^\n]{2,200}?@bloomberg\.net")),
)
"""How some agencies sign without a word of their name: (agency, words that every such signature has, its form)."""
