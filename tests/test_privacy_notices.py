"""Reading notices, for people and in DPV, and data that people take along."""

import io
import json
import zipfile

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.graph import graph_of_json_ld
from mimtest.network.answer import Answer
from mimtest.network.transport import Received
from mimtest.vocabulary import privacy_notices
from mimtest.vocabulary.exports import comparable, explained_by, parts_of

_BASE = "https://my.example"
_DUTCH = (
    "De gemeente is verantwoordelijk voor uw gegevens. Waarvoor gebruiken wij die? "
    "Hoe lang bewaren wij die? Welke rechten heeft u? Postbus 202, 1000 AE Amsterdam"
)
_FINNISH = (
    "Rekisterinpitäjä Tampereen kaupunki, PL 487, 33101 Tampere. Mihin käytämme tietojasi. "
    "Kuinka kauan tietoja säilytetään. Sinun oikeutesi."
)


class Witness:
    """What an answer needs of a recorder."""

    def witness(self, exchange):
        assert exchange


def answered(body, media_type, *headers):
    """An answer with a body."""
    content = body if isinstance(body, bytes) else str(body).encode()
    fields = (("content-type", media_type), *headers)
    received = Received(exchange="x1", url=f"{_BASE}/x", status=200, headers=fields, body=content, elapsed_ms=1)  # fmt: skip
    return Answer(received, Witness())


def notice_graph(**told):
    return graph_of_json_ld(
        {"@context": {"dpv": "https://w3id.org/dpv#"}, "@id": "urn:n", **told}, _BASE, str
    )


def test_what_a_notice_does_not_say_is_named():
    told = {
        f"dpv:{n}": {"@id": "urn:x"} for n in ("hasPurpose", "hasPersonalData", "hasDataController")
    }
    assert privacy_notices.untold(notice_graph(**told)) == [
        "the legal basis",
        "how long or for whom",
    ]


def test_terms_that_dpv_does_not_have_are_named():
    graph = notice_graph(
        **{"@type": "dpv:ConsentNotice", "dpv:hasPurposes": {"@id": "dpv:Marketing"}}
    )
    assert privacy_notices.unknown_terms(graph) == (3, ["hasPurposes"])
    assert len(privacy_notices.terms()) > 1000


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("The controller, the purpose, retention, your rights, write to a@b.example", []),
        ("Verantwortlicher, Zweck, Speicherdauer, Ihre Rechte, Kontakt", []),
        ("Prevádzkovateľ, účel, lehoty uchovávania, vaše práva, kontakt", []),
        (_DUTCH, []),
        (_FINNISH, []),
        ("Login, Kontakt, Impressum, Rechtliches, Verantwortlich", ["the purpose", "how long"]),
        ("Hello", ["the controller", "the purpose", "how long", "the rights", "a contact"]),
    ],
)
def test_topics_are_known_by_words(text, silent):
    assert privacy_notices.unspoken(text) == silent


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("datenschutz(at)stadt.example", True),
        ("Marienplatz 8, 80331 München", True),
        ("Telefon 089 233-00123", True),
        ("https://city.example/kontakt", True),
        ("© 2026 Stadt", False),
        ("in the town hall", False),
    ],
)
def test_a_contact_is_known(text, named):
    assert privacy_notices.names_a_contact(text) is named


def test_a_link_of_no_name_may_lead_to_a_contact():
    with pytest.raises(Inconclusive):
        privacy_notices.names_a_contact("more at https://city.example/about")


def test_a_notice_that_is_no_text_is_for_people():
    with pytest.raises(Inconclusive):
        privacy_notices.words_in(answered(b"%PDF", "application/pdf"))


def packed(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in files.items():
            archive.writestr(name.replace("_", "."), body)
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ('{"name": "H\\u00fcseyin"}', "application/json"),
        ("name;born\nHüseyin;1990\n", "text/csv"),
        ("<me><name>Hüseyin</name></me>", "application/xml"),
        ('<urn:a> <urn:b> "Hüseyin" .', "text/turtle"),
        (packed(me_json='{"name": "Hüseyin"}', read_me="hello"), "application/zip"),
    ],
)
def test_exports_are_read(body, media_type):
    assert any(p.has("Hüseyin") for p in parts_of(answered(body, media_type)))


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ('{"name": ', "application/json"),
        ("a,b\n1,2,3\n", "text/csv"),
        ("<me>", "application/xml"),
        ("%PDF", "application/pdf"),
        (packed(me_pdf="%PDF"), "application/zip"),
        (b"PK\x03\x04broken", "application/zip"),
        (b"", "application/json"),
    ],
)
def test_exports_that_programs_do_not_read(body, media_type):
    with pytest.raises(Contradiction):
        parts_of(answered(body, media_type))


def test_an_export_for_office_programs_is_for_people_to_look_at():
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with pytest.raises(Inconclusive):
        parts_of(answered(packed(sheet_xml="<a/>"), kind))


@pytest.mark.parametrize(
    ("body", "headers", "found"),
    [
        ({"@context": "/c.jsonld"}, (), [f"{_BASE}/c.jsonld"]),
        ({"@context": {"name": "urn:n"}}, (), ["its own terms"]),
        ({"$schema": "https://s.example/s"}, (), ["https://s.example/s"]),
        ({"name": "x"}, (), []),
        ({"name": "x"}, (("link", '<d>; rel="describedby"'),), [f"{_BASE}/d"]),
    ],
)
def test_what_explains_an_export(body, headers, found):
    answer = answered(json.dumps(body), "application/json", *headers)
    (part,) = parts_of(answer)
    assert explained_by(answer, part) == found


def test_order_and_the_making_of_an_export_do_not_count():
    one = {"a": [1, 2], "exportedAt": "now", "b": {"generated_at": 1, "c": 2}}
    assert comparable(one) == comparable({"b": {"c": 2}, "a": [2, 1]})
    assert comparable(one) != comparable({"b": {"c": 3}, "a": [2, 1]})
