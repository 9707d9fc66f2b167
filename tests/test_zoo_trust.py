"""No verdict is given for nothing on catalogues, dataspaces, markets, rulebooks, log-in, credentials and pods either."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from mimtest.session.launch import Order, launch
from tests.servers import Request, answer, json_answer, responds, serve

KINDS = {
    "dcat": "/catalogue",
    "dsp": "/dsp",
    "tmforum": "/tmf-api",
    "rulebook": "/rulebook",
    "data-requests": "/requests",
    "ishare": "/ishare",
    "dcp": "/dcp",
    "did": "/did.json",
    "issuers-registry": "/registry",
    "oidc": "/login",
    "oauth": "/oauth",
    "vc-issuer": "/issuer",
    "vc-verifier": "/verifier",
    "solid": "/pod",
    "personal-data": "/account",
    "mydata-operator": "/operator",
    "mydata-connector": "/connector",
    "mydata-registry": "/groups",
}
#: What an interface of the kind needs beside its address.
MORE = {
    "dsp": 'version = "2025-1"\n',
    "tmforum": 'version = "4"\npaths = { catalog = "/catalog", ordering = "/ordering", agreement = "/agreement", party = "/party" }\n',
    "rulebook": 'version = "1"\nlanguages = ["en", "de"]\npaths = { procedure = "/procedure", record = "/record", service-level = "/service-level", policy = "/policy", templates = "/templates", rules = "/rules", agreements = "/agreements" }\n',
    "data-requests": 'paths = { request = "/new", records = "/list" }\n',
    "dcat": 'paths = { search = "/search?q={words}" }\n',
}
HEAD = """\
[product]
supplier = "Nobody"
name = "Nothing"
version = "0"

[scope]
authorised_by = "the zoo"
level = "writes"

[claims]
mims = ["MIM3", "MIM4", "MIM6"]
options = ["hvd", "negotiation", "concluded-agreements", "no-catalogue-filter", "identified-participants", "usage-log"]
"""

#: That bytes are RDF, that a text is there, that strangers are refused is true of whoever sends just that.
TRUE_OF_BYTES = {"CTR-CAT-01", "CTR-CAT-02", "CTR-CAT-03", "CTR-CAT-20", "CTR-LIC-11", "CTR-PAR-09"}


def page(_: Request) -> bytes:
    text = b"<!DOCTYPE html><html lang=en><title>Portal</title><p>dcat:Catalog, OpenID, Solid</p></html>"
    return answer(200, text, "Content-Type: text/html")


def turtle(_: Request) -> bytes:
    return answer(200, b"<#a> <#b> <#c> .", "Content-Type: text/turtle")


def nothing_in_json(_: Request) -> bytes:
    return json_answer("{}")


def nothing_in_a_list(_: Request) -> bytes:
    return json_answer("[]")


def echo(request: Request) -> bytes:
    asked = dict(parse_qsl(urlsplit(request.target).query))
    return json_answer(request.body.decode("utf-8", "replace") or json.dumps(asked))


def yes(request: Request) -> bytes:
    if request.method == "POST":
        return json_answer(json.dumps({"id": "1", "state": "REQUESTED"}), 201, "Location: /1")
    return json_answer(json.dumps({"id": "1", "name": "One", "@type": "Catalog", "dataset": []}))


def empty_document(_: Request) -> bytes:
    return answer(200, b"<a/>", "Content-Type: application/rdf+xml")


def noise(_: Request) -> bytes:
    return answer(200, bytes(range(256)) * 16, "Content-Type: application/octet-stream")


def nothing_at_all(_: Request) -> bytes:
    return answer(204)


def stranger(_: Request) -> bytes:
    return json_answer('{"title": "Who are you?"}', 401, "WWW-Authenticate: Bearer")


def not_there(_: Request) -> bytes:
    return json_answer('{"title": "Not there"}', 404)


def out_of_order(_: Request) -> bytes:
    return answer(500, b"out of order", "Content-Type: text/plain")


USELESS = (
    page,
    turtle,
    nothing_in_json,
    nothing_in_a_list,
    echo,
    yes,
    empty_document,
    noise,
    nothing_at_all,
    stranger,
    not_there,
    out_of_order,
)


@pytest.mark.parametrize("behaviour", USELESS)
def test_no_check_passes_and_nothing_is_met(behaviour, tmp_path):
    with serve(responds(behaviour)) as server:
        places = "".join(
            f'[interfaces.{kind}]\nkind = "{kind}"\nurl = "{server.url}{path}"\n{MORE.get(kind, "")}\n'
            for kind, path in KINDS.items()
        )
        target = tmp_path / "mimtest.toml"
        target.write_text(HEAD.replace("[claims]", f"{places}[claims]"), encoding="utf-8")
        report = launch(
            Order(target=target, output=tmp_path, suites=("contracts", "trust"), pages=False)
        )
    rows = report["checks"]
    passed = {c["id"] for c in rows if c["outcome"] == "passed"}
    assert passed - TRUE_OF_BYTES == set()
    assert not [c["id"] for c in rows if c["outcome"] == "error"]
    assert [c for c in rows if c["outcome"] in ("inconclusive", "failed")]
    requirements = [r for a in report["assessments"] for r in a["requirements"]]
    assert [r["id"] for r in requirements if r["verdict"] == "met"] == []
    assert report["gate"]["exitCode"] in (1, 3)
