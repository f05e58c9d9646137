"""Credits: what names an agency for the text, what for a picture, what only mentions it, and what is nothing at all."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import Agency
from clustering.tables import CREDITS, SPANS, table
from clustering.text.agencies import SHIPPED
from clustering.text.credit_forms import Group, _overlapping
from clustering.text.credits import find_credits
from clustering.text.tokens import tokenise
from tests.build import articles

BODY = ("The ferry lay idle at the quay for a second day while divers searched the harbour, and the mayor asked people to wait. "
        "Nobody had expected the storm to turn, a fisherman said, pointing at the broken masts along the outer wall.")
OWN = {
    "MPA": Agency(names=["Meridian Press Agency"], domains=["meridianpress.example"]),
    "NVD": Agency(names=["Nordverband Dienst"]),
}


def credit(*records: str | dict, zones: list[dict] | None = None, agencies: dict[str, Agency] | None = None) -> list[dict]:
    given_articles = articles(*records)
    spans = pa.Table.from_pylist(zones, schema=SPANS) if zones else table(SPANS, {name: [] for name in SPANS.names})
    found = find_credits(given_articles, tokenise(given_articles["text"]), spans, OWN if agencies is None else agencies)
    assert found.schema.equals(CREDITS)
    rows = found.to_pylist()
    assert rows == sorted(rows, key=lambda r: (r["row"], r["start"], r["end"], r["agency"], r["type"]))
    texts = given_articles["text"].to_pylist()
    assert all(0 <= r["start"] <= r["end"] <= len(texts[r["row"]]) for r in rows)
    return rows


def said(text: str, **columns) -> list[tuple[str, str, str]]:
    """(agency, type, words) of one article."""
    return [(r["agency"], r["type"], text[r["start"] : r["end"]]) for r in credit({"text": text, **columns})]


@pytest.mark.parametrize(("lead", "agency", "words"), [
    ("HOLLIN BAY (AFP) - {}", "AFP", "HOLLIN BAY (AFP) -"),
    ("HOHENAU (dpa) - {}", "dpa", "HOHENAU (dpa) -"),
    ("Hohenau (dpa/lno) - {}", "dpa", "Hohenau (dpa/lno) -"),
    ("(Reuters) - {}", "Reuters", "(Reuters) -"),
    ("HOLLIN BAY, Jan 21 (Xinhua) -- {}", "Xinhua", "HOLLIN BAY, Jan 21 (Xinhua) --"),
    ("HOLLIN BAY, Ore. (AP) — {}", "AP", "HOLLIN BAY, Ore. (AP) —"),
    ("Villaverde, 3 jun (EFE).- {}", "EFE", "Villaverde, 3 jun (EFE).-"),
    ("HOLLIN BAY (MPA) - {}", "MPA", "HOLLIN BAY (MPA) -"),
    ("Ferry idle after storm\n\nBRENNSTADT (NVD) – {}", "NVD", "BRENNSTADT (NVD) –"),
    ("HOLLIN BAY (AP) {}", "AP", "HOLLIN BAY (AP)"),
    ("Ville-Basse (AFP) – {}", "AFP", "Ville-Basse (AFP) –"),
    ("VILLE-BASSE, 1er janvier (AFP) - {}", "AFP", "VILLE-BASSE, 1er janvier (AFP) -"),
    ("Villaverde, 3 de enero de 2031 (EFE).- {}", "EFE", "Villaverde, 3 de enero de 2031 (EFE).-"),
    ("VILLAVERDE, 3 Ene. (EUROPA PRESS) - {}", "Europa Press", "VILLAVERDE, 3 Ene. (EUROPA PRESS) -"),
    ("Villaverde, 3 ene (AFP) {}", "AFP", "Villaverde, 3 ene (AFP)"),
    ("San Roque (AP). {}", "AP", "San Roque (AP)"),
    ("Hohenau. (dpa) {}", "dpa", "Hohenau. (dpa)"),
    ("(ANSA) - PORTOCASA, 3 GEN - {}", "ANSA", "(ANSA) - PORTOCASA, 3 GEN -"),
    ("PORTOCASA, 3 GEN - (ANSA) {}", "ANSA", "PORTOCASA, 3 GEN - (ANSA)"),
    ("(Adnkronos) - {}", "Adnkronos", "(Adnkronos) -"),
    ("VILLE-BASSE (ats) - {}", "ATS", "VILLE-BASSE (ats) -"),
    ("BELAVILA, 3 jan (Lusa) - {}", "Lusa", "BELAVILA, 3 jan (Lusa) -"),
])
def test_datelines(lead, agency, words):
    assert said(lead.format(BODY)) == [(agency, "dateline", words)]


@pytest.mark.parametrize(("text", "agency", "kind", "words"), [
    ("AP - {}", "AP", "prefix", "AP -"),
    ("By Mara Holt, AFP\n\n{}", "AFP", "byline", "By Mara Holt, AFP"),
    ("By Mara Holt, Associated Press\n\n{}", "AP", "byline", "By Mara Holt, Associated Press"),
    ("By The Associated Press\n\n{}", "AP", "byline", "By The Associated Press"),
    ("Ferry idle\nMara Holt, Associated Press\n\n{}", "AP", "byline", "Mara Holt, Associated Press"),
    ("Von Wiebke Sandhorst, dpa\n\n{}", "dpa", "byline", "Von Wiebke Sandhorst, dpa"),
    ("Von dpa\n\n{}", "dpa", "byline", "Von dpa"),
    ("Par Luc Marin, AFP\n\n{}", "AFP", "byline", "Par Luc Marin, AFP"),
    ("Ferry idle\nReuters Staff\n\n{}", "Reuters", "byline", "Reuters"),
    ("{} Quelle: dpa", "dpa", "credit_line", "Quelle: dpa"),
    ("{} Quelle: blatt.de, abc/dpa", "dpa", "credit_line", "Quelle: blatt.de, abc/dpa"),
    ("{} Quelle: xy./NVD", "NVD", "credit_line", "Quelle: xy./NVD"),
    ("{}\nSource: AFP", "AFP", "credit_line", "Source: AFP"),
    ("{}\nFuente: EFE", "EFE", "credit_line", "Fuente: EFE"),
    ("{} HBK/dpa", "dpa", "credit_line", "HBK/dpa"),
    ("{} HBK/dpa/seb", "dpa", "credit_line", "HBK/dpa/seb"),
    ("{}\n(dpa)", "dpa", "credit_line", "(dpa)"),
    ("{}\n\nBloomberg", "Bloomberg", "credit_line", "Bloomberg"),
    ("{} -- AFP", "AFP", "credit_line", "AFP"),
    ("{} Nachrichtenagentur afp", "AFP", "credit_line", "Nachrichtenagentur afp"),
    ("{}\n\n© dpa-infocom, dpa:310112-99-12345/2", "dpa", "copyright", "© dpa-infocom, dpa"),
    ("{}\n© 2031 AFP", "AFP", "copyright", "© 2031 AFP"),
    ("{}\nCopyright 2031 The Associated Press. All rights reserved.", "AP", "copyright",
     "Copyright 2031 The Associated Press"),
    ("{}\nCopyright (c) 2031 MPA\nAll rights reserved by the paper and its readers, who may not print it again.",
     "MPA", "copyright", "Copyright (c) 2031 MPA"),
    ("{}\nMit Material von dpa", "dpa", "contributed", "Mit Material von dpa"),
    ("{} (mit Material der NVD)", "NVD", "contributed", "mit Material der NVD"),
    ("{}\nCon información de EFE", "EFE", "contributed", "Con información de EFE"),
    ("{}\n(avec AFP)", "AFP", "credit_line", "(avec AFP"),
    ("{}\n___\nAssociated Press writer Mara J. Holt in Hollin Bay contributed to this report.", "AP", "contributed",
     "Associated Press writer Mara J. Holt in Hollin Bay contributed"),
    ("{}\n\nAFP contributed to this report.", "AFP", "contributed", "AFP contributed"),
    ("{}\nContributing: The Associated Press", "AP", "contributed", "Contributing: The Associated Press"),
    ("{}\nWith files from The Canadian Press", "CP", "contributed", "With files from The Canadian Press"),
    ("EFE.- {}", "EFE", "prefix", "EFE.-"),
    ("Bac à quai\nLe Phare avec AFP\n\n{}", "AFP", "byline", "Le Phare avec AFP"),
    ("Par Luc Marin (avec AFP)\n\n{}", "AFP", "byline", "Par Luc Marin (avec AFP"),
    ("Redacción / EFE\n\n{}", "EFE", "byline", "Redacción / EFE"),
    ("Von Mara Holt/dpa\n\n{}", "dpa", "byline", "Von Mara Holt/dpa"),
    ("{}\nAvec l'AFP", "AFP", "credit_line", "Avec l'AFP"),
    ("{}\n(avec Reuters)", "Reuters", "credit_line", "(avec Reuters"),
    ("{}\nLe Phare avec AFP", "AFP", "credit_line", "avec AFP"),
    ("{}\n(d'après AFP)", "AFP", "credit_line", "(d'après AFP"),
    ("{}\nAvec les agences AFP", "AFP", "contributed", "Avec les agences AFP"),
    ("{}\nAvec informations de l'AFP", "AFP", "contributed", "Avec informations de l'AFP"),
    ("{}\n(Source AFP)", "AFP", "credit_line", "Source AFP"),
    ("{}\nCon información de EFE/Agencias", "EFE", "contributed", "Con información de EFE"),
    ("{}\nCon datos de la agencia EFE", "EFE", "contributed", "Con datos de la agencia EFE"),
    ("{}\nAgencias / EFE", "EFE", "credit_line", "Agencias / EFE"),
    ("{}\nEFE/Agencias", "EFE", "credit_line", "EFE/Agencias"),
    ("{}\n(APA, 3.1.2031)", "APA", "credit_line", "(APA, 3.1.2031"),
    ("{}\nAvec La Presse canadienne", "CP", "credit_line", "Avec La Presse canadienne"),
    ("{}\n(Luc Marin, édité par Anne Fall)", "Reuters", "contributed", "(Luc Marin, édité par Anne Fall"),
    ("{}\n(Luc Marin et Anne Fall pour le service français)", "Reuters", "contributed",
     "(Luc Marin et Anne Fall pour le service français"),
    ("{}\n(Reporte de Luis Vega; editado por Ana Ruiz)", "Reuters", "contributed",
     "(Reporte de Luis Vega; editado por Ana Ruiz"),
    ("{}\n(Reporting by Mara Holt; Editing by Ann Pell)", "Reuters", "contributed",
     "(Reporting by Mara Holt; Editing by Ann Pell)"),
])
def test_strong_forms(text, agency, kind, words):
    found = said(text.format(BODY))
    assert len(found) == 1
    assert found[0][:2] == (agency, kind)
    assert found[0][2].rstrip(")") == words.rstrip(")")


@pytest.mark.parametrize("text", [
    "Interview mit Reuters\n\n{}",  # the first line may be the title
    "Radar and traffic services (ATS) – the towers – fell silent. {}",
    "Un dîner avec l'AFP a suivi, dit le maire. {}",
    "Divers met at the quay. Jo Pell/AFP\n\n{}",
    "La ciudad (EFE, un barrio) - duerme. {}",
])
def test_what_only_looks_like_a_credit(text):
    assert {kind for _, kind, _ in said(text.format(BODY))} <= {"photo", "mention"}


def test_two_agencies_share_one_piece_of_evidence():
    assert said(f"{BODY}\n(dpa/AFP)") == [("AFP", "credit_line", "(dpa/AFP)"), ("dpa", "credit_line", "(dpa/AFP)")]
    assert [a for a, _, _ in said(f"{BODY} Nachrichtenagenturen dpa und Reuters")] == ["Reuters", "dpa"]
    assert [a for a, _, _ in said(f"{BODY}\nAP - AFP")] == ["AFP", "AP"]


@pytest.mark.parametrize("text", [
    "A truck at the quay, January 21. REUTERS/Jo Pell\n\n{}",
    "Divers at work. (AP Photo/Jo Pell)\n\n{}",
    "Divers at work. (Jo Pell/The Daily via AP)\n\n{}",
    "Taucher im Hafen. Foto: dpa\n\n{}",
    "Taucher im Hafen Bild: Reuters {}",
    "Taucher im Hafen. Foto: Jo Pell/dpa\n{}",
    "Divers at work. Getty/AFP\n\n{}",
    "Divers at work. Jo Pell/AFP/Getty Images\n\n{}",
    "Image copyright Reuters Image caption Divers at work\n{}",
    "Divers at work | Photo Credit: REUTERS\n{}",
    "{}\n\nDivers at work. (Reuters)\n\n{}",
    "{}\n\nDivers at work. © AFP\n\n{}",
])
def test_photo_credits_never_count(text):
    assert {kind for _, kind, _ in said(text.format(BODY, BODY))} == {"photo"}


@pytest.mark.parametrize(("sentence", "agency"), [
    ("“We waited,” a sailor told AFP on Monday.", "AFP"),
    ("“We waited,” a sailor told Reuters.", "Reuters"),
    ("“We waited,” a sailor told The Associated Press by telephone.", "AP"),
    ("„Wir warteten“, sagte sie der dpa am Montag.", "dpa"),
    ("Das berichtet die Nachrichtenagentur NVD am Montag.", "NVD"),
    ("« Nous attendons », a déclaré le maire à l'AFP lundi.", "AFP"),
    ("“Esperamos”, dijo el alcalde a EFE el lunes.", "EFE"),
    ("Eine Reporterin der Deutschen Presse-Agentur sah zu.", "dpa"),
    ("The Associated Press (AP) was told so.", "AP"),
])
def test_mentions(sentence, agency):
    found = said(f"{BODY} {sentence} {BODY}")
    assert {(a, kind) for a, kind, _ in found} == {(agency, "mention")}


@pytest.mark.parametrize("text", [
    "She took AP classes in Erie, PA, and CP rail went home.",
    "AP, PA and CP stood on the wall, and a boat named Efe lay beside it.",
    "ERIE (PA) - The lake was calm.",
    "The (AP) exam was hard. Dpa is no word, nor is sid.",
    "Michael Bloomberg said the lake was calm, and Bloomberg said it again.",
    "An interview with the PA-28's pilot; CP/M ran on it. See ap.example or @AFP or #dpa.",
    "The months ago, Reutersville grew.",
])
def test_bare_words_in_prose_are_nothing(text):
    assert said(f"{BODY} {text} {BODY}") == []
    assert said(f"{text} {BODY}") == []


def test_the_authors_column():
    rows = credit({"text": BODY, "authors": ["Mara Holt, AFP", "Reuters Staff", "dpa", "Jo Pell", "PA Pell", "Ann MPA Pell"]})
    assert [(r["agency"], r["type"], r["start"], r["end"]) for r in rows] == [
        ("AFP", "byline", 0, 0), ("Reuters", "byline", 0, 0), ("dpa", "byline", 0, 0)]


def test_an_agencys_own_site_is_not_syndicated():
    text = f"HOLLIN BAY (MPA) - {BODY}"
    assert said(text, url="https://www.meridianpress.example/1") == []
    assert said(text, outlet="meridianpress.example") == []
    assert said(text, outlet="Meridian Press Agency") == []
    assert len(said(text, url="https://notmeridianpress.example/1")) == 1
    assert len(said(text, url="https://[broken/1")) == 1
    assert len(said(f"HOLLIN BAY (AFP) - {BODY}", url="https://www.meridianpress.example/1")) == 1


def test_the_settings_own_agencies_only_when_given():
    assert credit(f"HOLLIN BAY (MPA) - {BODY}", agencies={}) == []
    shadow = {"AP": Agency(names=["Alder Press"], domains=["alder.example"])}
    assert [r["type"] for r in credit(f"{BODY} so said Alder Press. {BODY}", agencies=shadow)] == ["mention"]
    assert credit(f"{BODY} told the Associated Press. {BODY}", agencies=shadow) == []


def test_zones_help():
    caption = f"Divers at work, dpa wrote. Quelle: dpa\n\n{BODY}"
    zone = {"row": 0, "zone": "caption", "start": 0, "end": caption.index("\n"), "reason": "test"}
    assert {r["type"] for r in credit(caption, zones=[zone])} == {"photo"}
    alone = f"{BODY} Quelle: dpa {BODY}"
    zone = {"row": 0, "zone": "caption", "start": alone.index("Quelle"), "end": alone.index("dpa") + 3, "reason": "test"}
    assert [r["type"] for r in credit(alone, zones=[zone])] == ["credit_line"]
    byline = f"Ferry idle Mara Holt MPA {BODY}"
    zone = {"row": 0, "zone": "byline", "start": 11, "end": 24, "reason": "test"}
    assert [r["type"] for r in credit(byline, zones=[zone])] == ["byline"]
    assert credit(byline) == []
    footer = f"{BODY} HBK/dpa Read what else the paper has on its shelves for you today."
    assert credit(footer) == []
    zone = {"row": 0, "zone": "boilerplate", "start": footer.index("Read"), "end": len(footer), "reason": "test"}
    assert [r["type"] for r in credit(footer, zones=[zone])] == ["credit_line"]


def test_every_shipped_agency_is_found_by_dateline_or_name():
    for known in SHIPPED:
        for code in known.codes:
            if code not in ("PA", "dpa-infocom", "dpa-AFX"):
                assert said(f"HOLLIN BAY ({code}) - {BODY}")[0][0] == known.key
        for name in known.names:
            assert said(f"{BODY} By {name}, so they say. {BODY}")[0][0] == known.key


def test_hostile_input():
    assert credit() == []
    assert credit("", {"text": "AFP", "authors": [""]}, {"text": "(" * 500}) is not None
    assert credit("AP " * 3000) is not None
    assert credit("Reporting by " + "x; " * 5000) == []
    assert credit("Contributing " * 3000 + "AFP") is not None
    assert credit("dpa/" * 5000) is not None
    assert credit("A.B. " * 3000 + "Associated Press" + " A. b." * 3000 + " contributed") is not None


def test_a_page_of_photo_credits_costs_no_square():
    line = "Photo: AFP\n"
    text = line * 40_000
    one = articles(text)
    spans = table(SPANS, [{"row": 0, "zone": "caption", "start": at, "end": at + len(line) - 1, "reason": ""}
                          for at in range(0, len(text), len(line))])
    found = find_credits(one, tokenise(one["text"]), spans, {})
    assert found["type"].unique().to_pylist() == ["photo"]
    assert len(found) == 40_000


@given(st.lists(st.integers(0, 60), max_size=8, unique=True), st.integers(0, 60), st.integers(1, 9))
def test_the_span_that_overlaps_a_group_is_the_first_of_all(edges, start, size):
    edges = sorted(edges)
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    group = Group(("AFP",), start, start + size, plain=True, named=False)
    assert _overlapping(spans, group) == next(((a, b) for a, b in spans if a < start + size and start < b), None)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "AFP", "dpa", "AP", "Associated Press", "Reuters", "MPA", " ", "\n", "(", ")", "/", " - ", "Quelle: ", "By ", "told ",
    "Photo: ", "©", "2031", "Mara Holt", ", ", ".", "contributed to this report", "Nachrichtenagentur ",
    "von", "é", "🚢", "[", ":",
]), max_size=14))
def test_any_mixture_keeps_the_promises(pieces):
    credit("".join(pieces), {"text": "".join(reversed(pieces)), "authors": pieces, "url": "".join(pieces)})
