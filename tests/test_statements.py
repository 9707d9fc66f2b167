"""Documents in RDF, sound and hostile: what is read of them, and what is not."""

from contextlib import suppress
from time import perf_counter

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import OutOfScope
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.transport import Received
from mimtest.vocabulary.dcat import Catalogue, wrong_with
from mimtest.vocabulary.statements import Statements, syntax_of

pytest.importorskip("pyoxigraph")

_TURTLE, _XML, _JSON = "text/turtle", "application/rdf+xml", "application/ld+json"
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://purl.org/dc/terms/"'


class _Web:
    """A client for which nothing is in scope but one address."""

    def __init__(self, body: str = "{}") -> None:
        self.body, self.asked = body, []

    def get(self, url: str, **_: object) -> Answer:
        self.asked.append(url)
        if not url.startswith("http://city.test/"):
            raise OutOfScope("out_of_scope", url)
        return _answer(self.body, _JSON, url)


def _answer(body: str, kind: str, url: str = "http://city.test/catalogue") -> Answer:
    received = Received("x1", url, 200, (("content-type", kind),), body.encode(), 1)
    return Answer(received, Recorder(Redactor({})))


def _entities(steps: int) -> str:
    more = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, steps))
    head = f'<!DOCTYPE r [<!ENTITY a0 "0123456789">{more}]>'
    return f'{head}<rdf:RDF {_RDF}><rdf:Description rdf:about="http://a/"><d:title>&a{steps - 1};</d:title></rdf:Description></rdf:RDF>'


_DEEP = '{"@context":{"a":"http://a/"},"a":' + '{"a":' * 9999 + "1" + "}" * 10000
_NESTED = f"<rdf:RDF {_RDF}>{'<d:a><d:b>' * 9999}{'</d:b></d:a>' * 9999}</rdf:RDF>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(_entities(2), _XML), (_entities(12), _XML), (_NESTED, _XML), (_DEEP, _JSON)],
    ids=["entity", "entities", "deep-xml", "deep-json"],
)
def test_hostile_documents_are_not_read(body, kind):
    start = perf_counter()
    with pytest.raises(Inconclusive):
        Statements(_Web()).add(_answer(body, kind))
    assert perf_counter() - start < 10


@pytest.mark.parametrize(
    ("body", "kind"), [("<a", _TURTLE), ("<r>", _XML), ("{", _JSON), ("{}", "text/html")]
)
def test_what_is_no_rdf_speaks_against_the_product(body, kind):
    with pytest.raises(Contradiction):
        Statements(_Web()).add(_answer(body, kind))


def test_a_context_of_another_host_is_not_asked_for():
    web = _Web()
    body = '{"@context": "http://elsewhere.test/c", "@id": "http://a/", "name": "x"}'
    with pytest.raises(OutOfScope, match="has its @context at http://elsewhere"):
        Statements(web).add(_answer(body, _JSON))


def test_a_context_of_the_same_host_is():
    web = _Web('{"@context": {"name": "http://purl.org/dc/terms/title"}}')
    statements = Statements(web)
    statements.add(
        _answer('{"@context": "http://city.test/c", "@id": "http://a/", "name": "x"}', _JSON)
    )
    assert web.asked == ["http://city.test/c"]
    assert statements.rows("SELECT ?v { ?t dct:title ?v }") == [("x",)]


def test_a_context_that_leads_to_itself_has_an_end():
    web = _Web('{"@context": "http://city.test/c"}')
    with suppress(Contradiction):
        Statements(web).add(_answer('{"@context": "http://city.test/c", "name": "x"}', _JSON))
    assert len(web.asked) < 20


@pytest.mark.parametrize(
    "address", ["http://a/b c", "http://a:port/", "http://[a/", "http://a/%zz"]
)
def test_a_wrong_address_spoils_no_document(address):
    statements = Statements(_Web())
    statements.add(_answer(f'<{address}> <http://purl.org/dc/terms/title> "x" .', _TURTLE))
    assert len(statements) == len(statements.flaws) == 1
    catalogue = Catalogue(_Web(), frozenset({"http://city.test:80"}), (), statements)
    assert catalogue.in_scope([f"<{address}>", "<http://city.test/a>"]) == ["http://city.test/a"]


@pytest.mark.parametrize(
    ("kind", "path", "syntax"),
    [
        ("application/octet-stream", "a.ttl", _TURTLE),
        ("text/plain", "a.rdf?x=1", _XML),
        ("", "a.jsonld", _JSON),
        ("text/plain", "a", None),
        ("text/html", "a.ttl", None),
    ],
)
def test_an_ending_counts_where_the_media_type_says_nothing(kind, path, syntax):
    assert syntax_of(_answer("", kind, f"http://city.test/{path}")) == syntax


def test_what_is_wrong_outweighs_what_is_open():
    def look(address):
        if address == "open":
            raise Inconclusive("out_of_scope", address)
        return "dead" if address == "wrong" else None

    assert wrong_with(["open", "wrong", "right"], look) == {"wrong": "dead"}
    assert wrong_with(["right"], look) == {}
    with pytest.raises(Inconclusive):
        wrong_with(["open", "right"], look)
