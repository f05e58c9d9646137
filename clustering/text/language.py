"""Which language is an article written in? What the input says, else py3langid on the beginning of the body.

The detector is a naive Bayes over byte n-grams shipped inside its package (:mod:`language_model`): no network, the same
answer on every machine. It is held to the languages news is published in; left alone it answers with near relatives (Wu for
Chinese, Nynorsk or Faroese for Norwegian) that no word list of ours knows.
"""

from __future__ import annotations

import re

import pyarrow as pa

from clustering.tables import LANGUAGES, flat, stream, table
from clustering.text.language_model import UNKNOWN, classify

SAMPLE_CHARACTERS = 600
MIN_LETTERS = 20
"""Letters below which a guess would be a dice roll; a character of a dense script counts three times."""

_NEWS_LANGUAGES_TEXT = """
af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ku ky lo
lt lv mk ml mn mr ms my ne nl no or pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi zh zu
"""
NEWS_LANGUAGES = tuple(_NEWS_LANGUAGES_TEXT.split())

_ISO_639_1_TEXT = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl
km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj
om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_ISO_639_1 = frozenset(_ISO_639_1_TEXT.split())

_THREE_LETTERS_TEXT = """
afr:af alb:sq sqi:sq amh:am ara:ar arb:ar arm:hy hye:hy aze:az baq:eu eus:eu bel:be ben:bn bos:bs bul:bg bur:my mya:my
cat:ca ces:cs cze:cs chi:zh zho:zh cmn:zh yue:zh cym:cy wel:cy dan:da deu:de ger:de dut:nl nld:nl ell:el gre:el eng:en
est:et fas:fa per:fa fin:fi fra:fr fre:fr geo:ka kat:ka gle:ga glg:gl guj:gu heb:he hin:hi hrv:hr hun:hu ice:is isl:is
ind:id ita:it jpn:ja kan:kn kaz:kk khm:km kir:ky kor:ko kur:ku lao:lo lav:lv lit:lt mac:mk mkd:mk mal:ml mar:mr may:ms
msa:ms mon:mn nep:ne nno:nn nob:nb nor:no ori:or pan:pa pol:pl por:pt pus:ps ron:ro rum:ro rus:ru sin:si slk:sk slo:sk
slv:sl som:so spa:es srp:sr swa:sw swe:sv tam:ta tel:te tgl:tl fil:tl tha:th tur:tr ukr:uk urd:ur uzb:uz vie:vi zul:zu
"""
_THREE_LETTERS = dict(pair.split(":") for pair in _THREE_LETTERS_TEXT.split())
_OLD_CODES = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}

_LONG_LINE = re.compile(r"\S[^\n\r\u2028\u2029]{79}")


def normalise(code: str | None) -> str | None:
    """ISO 639-1 of a language tag ('eng' -> 'en', 'de-AT' -> 'de', 'zh_Hans' -> 'zh'); None when it names none."""
    primary = re.split(r"[-_.@]", (code or "").strip().lower(), maxsplit=1)[0]
    primary = _OLD_CODES.get(primary, _THREE_LETTERS.get(primary, primary))
    return primary if primary in _ISO_639_1 else None


def _sample(text: str) -> str:
    """Where prose begins: the first line long enough not to be a menu or a headline, else the whole beginning."""
    found = _LONG_LINE.search(text, 0, 20_000)
    start = found.start() if found else 0
    return text[start : start + SAMPLE_CHARACTERS]


def _enough(sample: str) -> bool:
    letters = 0
    for character in sample:
        if character.isalpha():
            letters += 3 if character >= "\u2e80" else 1
        if letters >= MIN_LETTERS:
            return True
    return False


def detect_languages(articles: pa.Table, tokens: pa.Table) -> pa.Table:
    """The language of each article, as a LANGUAGES table.

    Parameters
    ----------
    articles
        ARTICLES; ``lang`` wins where it names a language.
    tokens
        TOKENS of the texts: an article without any is undecidable.
    """
    _, offsets = flat(tokens["starts"])
    langs: list[str] = []
    rows, samples = [], []
    for row, (given, text) in enumerate(stream(articles, ("lang", "text"))):
        langs.append(normalise(given) or UNKNOWN)
        if langs[row] == UNKNOWN:
            rows.append(row)
            samples.append(_sample(text or "") if offsets[row] < offsets[row + 1] else "")
    sources = ["given"] * len(langs)
    for row, sample, lang in zip(rows, samples, classify(samples, NEWS_LANGUAGES), strict=True):
        langs[row], sources[row] = lang if _enough(sample) else UNKNOWN, "detected"
    return table(LANGUAGES, {"lang": langs, "source": sources})
