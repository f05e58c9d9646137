"""News agencies the shipped rules know: the short form of datelines, the names in prose, the agency's own sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from clustering.config import Agency


class Known(NamedTuple):
    """One agency."""

    key: str
    """Short form, as in datelines; what credits are reported under."""
    codes: tuple[str, ...]
    """Short forms: evidence only where the words around them say so, never as a bare word."""
    names: tuple[str, ...]
    """Full names: at least a mention wherever they stand."""
    domains: tuple[str, ...]
    """The agency's own sites: what stands there is not syndicated."""


SHIPPED = (
    Known("AAP", ("AAP",), ("Australian Associated Press",), ("aap.com.au",)),
    Known("AFP", ("AFP",), ("Agence France-Presse", "Agence France Presse"), ("afp.com",)),
    Known("ATS", ("ATS", "Keystone-ATS"), ("Agence télégraphique suisse",), ("keystone-sda.ch",)),
    Known("Adnkronos", ("Adnkronos",), (), ("adnkronos.com",)),
    Known("ANP", ("ANP",), ("Algemeen Nederlands Persbureau",), ("anp.nl",)),
    Known("ANSA", ("ANSA",), ("Agenzia Nazionale Stampa Associata",), ("ansa.it",)),
    Known("AP", ("AP",), ("Associated Press",), ("apnews.com", "ap.org")),
    Known("APA", ("APA",), ("Austria Presse Agentur",), ("apa.at",)),
    Known("Anadolu", ("Anadolu",), ("Anadolu Agency", "Anadolu Ajansı"), ("aa.com.tr",)),
    Known("Belga", ("Belga",), ("Agence Belga",), ("belga.be", "belganewsagency.eu")),
    Known("Bloomberg", ("Bloomberg",), ("Bloomberg News",), ("bloomberg.com",)),
    Known("CNN Wire", (), ("CNN Wire", "The-CNN-Wire", "CNN Newsource"), ()),
    Known("CP", ("CP",), ("Canadian Press", "La Presse Canadienne", "La Presse canadienne"), ("thecanadianpress.com",)),
    Known("EFE", ("EFE",), ("Agencia EFE",), ("efe.com",)),
    Known("Europa Press", (), ("Europa Press",), ("europapress.es",)),
    Known("IANS", ("IANS",), ("Indo-Asian News Service",), ("ians.in",)),
    Known("Interfax", ("Interfax",), ("Interfax news agency",), ("interfax.ru", "interfax.com")),
    Known("KNA", ("KNA",), ("Katholische Nachrichten-Agentur", "Katholischen Nachrichten-Agentur"),
          ("kna.de",)),
    Known("Kyodo", ("Kyodo",), ("Kyodo News",), ("kyodonews.net", "kyodonews.jp")),
    Known("Lusa", ("Lusa",), ("Agência Lusa",), ("lusa.pt",)),
    Known("PA", ("PA",), ("Press Association", "PA Media"), ("pa.media",)),
    Known("PTI", ("PTI",), ("Press Trust of India",), ("ptinews.com",)),
    Known("Reuters", ("Reuters", "rtr"), ("Thomson Reuters", "Reuters News"), ("reuters.com",)),
    Known("SDA", ("SDA", "Keystone-SDA"), ("Schweizerische Depeschenagentur",), ("keystone-sda.ch",)),
    Known("SID", ("SID",), ("Sport-Informations-Dienst", "Sport-Informations-Diensts"), ("sid.de",)),
    Known("TASS", ("TASS", "ITAR-TASS"), (), ("tass.com", "tass.ru")),
    Known("UPI", ("UPI",), ("United Press International",), ("upi.com",)),
    Known("Xinhua", ("Xinhua",), ("Xinhua News Agency",), ("xinhuanet.com", "news.cn")),
    Known("askanews", ("askanews",), (), ("askanews.it",)),
    Known("dpa", ("dpa", "dpa-infocom", "dpa-AFX"), ("Deutsche Presse-Agentur", "Deutschen Presse-Agentur"),
          ("dpa.com",)),
    Known("epd", ("epd",), ("Evangelischer Pressedienst", "Evangelischen Pressedienst", "Evangelische Pressedienst"),
          ("epd.de",)),
)


def known_agencies(agencies: Mapping[str, Agency]) -> tuple[Known, ...]:
    """The shipped agencies and those of the settings; a key of the settings that is shipped already replaces it."""
    own = {key: Known(key, (key,), tuple(agency.names), tuple(agency.domains)) for key, agency in agencies.items()}
    return tuple(sorted([known for known in SHIPPED if known.key not in own] + list(own.values())))
