"""Catalogues of data: how they are written in the sandbox, read, paged through and compared with lists."""

import re
import tomllib
from dataclasses import replace
from time import perf_counter
from uuid import uuid4

import pytest

from mimtest.sandbox.catalogue.data import about_catalogue, about_dataset, datasets_of
from mimtest.sandbox.catalogue.rdf import FORMS
from mimtest.sandbox.city import load_city
from mimtest.sandbox.faults import Fault
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.vocabulary.authority import TABLES
from mimtest.vocabulary.dcat import bare, examples, spread, squeezed
from mimtest.vocabulary.statements import iri, literal
from tests.conftest import city, mimtest, run_against

ox = pytest.importorskip("pyoxigraph")

_BASE = "http://city.test"
_EU = "http://publications.europa.eu/resource/authority"


def _get(path: str, accept: str, query: str = ""):
    request = Request("GET", path, query, {"accept": accept}, base=_BASE, raw_path=path)
    return Platform().handle(request)


def _read(body: bytes, kind: str):
    form = ox.RdfFormat.from_media_type(kind)
    return {str(q) for q in ox.parse(body, format=form, base_iri=_BASE)}


def test_every_syntax_says_the_same():
    said = [_read(_get("/catalogue/all", k).body, k) for k in FORMS]
    assert said[0]
    assert all(s == said[0] for s in said)


def test_an_ending_outweighs_accept():
    answer = _get("/catalogue/all.rdf", "text/turtle")
    assert answer.header("Content-Type") == "application/rdf+xml"


def test_pages_hold_every_dataset_once():
    pages = [_get("/catalogue/all", "text/turtle", f"page={n}") for n in (1, 2, 3)]
    found = [
        q.subject.value
        for p in pages
        for q in ox.parse(p.body, format=ox.RdfFormat.TURTLE, base_iri=_BASE)
        if str(q.object) == "<http://www.w3.org/ns/dcat#Dataset>"
    ]
    assert len(found) == len(set(found)) == 30
    assert _get("/catalogue/all", "text/turtle", "page=4").status == 404


def test_a_thousand_datasets_take_seconds():
    one = datasets_of(load_city())[0]
    said = list(about_catalogue(_BASE))
    for number in range(1000):
        said += about_dataset(_BASE, _BASE, replace(one, slug=f"d{number}"))
    body = FORMS["text/turtle"](dict.fromkeys(said))
    start = perf_counter()
    store = ox.Store()
    store.extend(ox.parse(body, format=ox.RdfFormat.TURTLE))
    question = "SELECT ?d { ?d a <http://www.w3.org/ns/dcat#Dataset> FILTER NOT EXISTS { ?d <urn:no> ?v } }"
    assert len(list(store.query(question))) == 1000
    assert perf_counter() - start < 20


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [
        ("accrualPeriodicity", f"<{_EU}/frequency/HOURLY>", True),
        ("accrualPeriodicity", f"<{_EU}/frequency/SOMETIMES>", False),
        ("theme", f"{_EU.replace('http:', 'https:')}/data-theme/ENVI", True),
        ("theme", "<https://example.org/themes/ENVI>", False),
        ("language", f"<{_EU}/language/ENG>", True),
        ("language", f"<{_EU}/language/en>", False),
        ("mediaType", "<https://www.iana.org/assignments/media-types/text/csv>", True),
        ("mediaType", "<https://www.iana.org/assignments/media-types/csv>", False),
        ("format", f"<{_EU}/file-type/CSV>", True),
        ("format", "<https://example.org/CSV>", False),
    ],
)
def test_values_of_the_lists(name, value, held):
    assert TABLES[name].may_hold(value) is held


def test_a_list_that_grows_may_know_more():
    new = f"<{_EU}/file-type/HOLOGRAM>"
    assert TABLES["format"].may_hold(new)
    assert TABLES["format"].is_unlisted(new)
    assert not TABLES["format"].is_unlisted(f"<{_EU}/file-type/CSV>")


def test_small_words():
    assert bare("<urn:a>") == "urn:a"
    assert spread(range(100), 3) == [0, 49, 99]
    assert spread([1], 3) == [1]
    assert squeezed("  A\n b ") == "a b"
    assert examples({"b", "a"}) == "a, b"
    assert literal('a"b') == '"a\\"b"'
    with pytest.raises(Exception, match="no IRI"):
        iri("http://a> } DROP ALL #")


def test_init_finds_a_catalogue(tmp_path):
    with city() as base:
        done = mimtest("init", f"{base}/catalogue/all", "-o", "new.toml", cwd=tmp_path)
    assert done.code == 0, done.err
    written = tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))
    held = {i["kind"]: i["url"].removeprefix(base) for i in written["interfaces"].values()}
    assert held["dcat"] == "/catalogue/all"
    assert "MIM3" in written["claims"]["mims"]


def _anew(request, _platform, proceed):
    """Datasets, which belong to the catalogue as resources, have other IRIs each time; all of them lead there."""
    kept = re.sub(r"^/catalogue/[0-9a-f]{32}/", "/catalogue/datasets/", request.path)
    made = request.path.split("/")[2] if kept != request.path else uuid4().hex
    response = proceed(replace(request, path=kept, raw_path=kept))
    body = response.body.replace(b"dcat:dataset ", b"dcat:resource ")
    return response.with_body(body.replace(b"/catalogue/datasets/", f"/catalogue/{made}/".encode()))


def test_iris_that_do_not_last_are_seen_however_datasets_belong_to_the_catalogue(tmp_path):
    anew = Fault("anew", "contracts", "IRIs do not last.", "fault", ("CTR-CAT-12",), _anew)
    with serve(Platform(faults=[anew])) as base:
        report = run_against(base, tmp_path, "--check", "CTR-CAT-12").report
    check = next(c for c in report["checks"] if c["id"] == "CTR-CAT-12")
    assert check["outcome"] == "failed"
    assert "IRIs of datasets are others at the next reading" in check["reason"]["message"]
