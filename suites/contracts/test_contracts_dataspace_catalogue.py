"""The catalogue of a connector: what is offered on which terms (Dataspace Protocol, Catalog HTTPS Binding)."""

from urllib.parse import quote

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dsp import (
    NEW,
    datasets_in,
    faults_of_catalogue,
    faults_of_context,
    read,
)
from mimtest.vocabulary.dsp_asking import (
    assert_error,
    assert_sound,
    connector_of,
    link,
    nobody,
    pages_of,
)
from mimtest.vocabulary.dsp_offers import offers_in
from mimtest.vocabulary.dsp_terms import faults_of_dataset, rules_of, same_terms
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_status,
    assert_that,
    json_object,
)

pytestmark = pytest.mark.interface("dsp")

_MOST_PAGES = 6


@pytest.fixture(scope="session")
def connector(client):
    """The connector in the declared version."""
    return connector_of(client)


@pytest.fixture(scope="session")
def catalogue(connector):
    """The first page of the catalogue: without it, refusals show nothing."""
    return _catalogue(connector)


@pytest.fixture(scope="session")
def offers(connector, catalogue):
    """What the catalogue offers."""
    found = offers_in(connector, catalogue.json())
    if not found:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    return found


@pytest.mark.check("CTR-DSP-04", clause="DSP 2025-1, Catalog HTTPS Binding: Catalog Request")
def test_catalogue_is_given(connector):
    """A request for the catalogue is answered 200 with a Catalog: who offers, and what."""
    told = connector.read(_catalogue(connector), "the catalogue")
    assert_sound(faults_of_catalogue(connector.version, told), "the catalogue")


@pytest.mark.check(
    "CTR-DSP-05", clause="DSP 2025-1, Schemas & Contexts", rests_on=("CTR-DSP-04", "CTR-DSP-08")
)
@pytest.mark.parametrize("case", ["catalogue", "dataset", "error"])
def test_messages_name_the_context(connector, offers, case):
    """The @context of messages names the one of the protocol's version."""
    answer = _answers(connector, offers)[case]()
    told = connector.read(answer, f"the {case}")
    assert_sound(faults_of_context(connector.version, told), f"the {case}")


@pytest.mark.check("CTR-DSP-06", clause="DSP 2025-1, Catalog Protocol: ACK - Dataset")
def test_datasets_have_offers(connector, catalogue, looked):
    """Every dataset has an offer that says what is permitted or forbidden, and a distribution; offers name no target."""
    told = connector.read(catalogue, "the catalogue")
    found = list(datasets_in(told))
    if not found:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    looked(f"{len(found)} datasets")
    assert_sound(
        (f for d in found for f in faults_of_dataset(connector.version, d)), "the catalogue"
    )


@pytest.mark.check(
    "CTR-DSP-07",
    clause="DSP 2025-1, Catalog HTTPS Binding: Dataset Request",
    rests_on=("CTR-DSP-06",),
)
def test_dataset_is_as_in_the_catalogue(connector, offers, looked):
    """A dataset that is asked for singly has the identifier and the terms that the catalogue tells."""
    offer = offers[0]
    answer = assert_status(connector.ask_dataset(offer.dataset), 200, what="the dataset")
    told = connector.read(answer, "the dataset")
    assert_equal(told.get("@id"), offer.dataset, "@id")
    assert_sound(faults_of_dataset(connector.version, told), "the dataset")
    policies = told["hasPolicy"]
    wanted = [o for o in offers if o.dataset == offer.dataset]
    for one in wanted:
        assert_that(
            any(same_terms(p, one.read) for p in policies),
            "the dataset's terms are others than in the catalogue",
            expected=str(rules_of(one.read)),
            received=str([rules_of(p) for p in policies]),
        )
    if {o.id for o in wanted} - {p.get("@id") for p in policies}:
        looked("offers have other identifiers each time they are asked for")


@pytest.mark.check("CTR-DSP-08", clause="DSP 2025-1, Catalog HTTPS Binding: Catalog Error")
def test_unknown_dataset_is_an_error(connector, offers):
    """A dataset that is not there is a client error, told as a CatalogError."""
    known = connector.ask_dataset(offers[0].dataset)
    if known.received.status != 200:
        raise Inconclusive("control_failed", f"a known dataset is answered {known.received.status}")
    assert_error(connector, connector.ask_dataset(nobody()), "CatalogError")


@pytest.mark.check(
    "CTR-DSP-09",
    clause="DSP 2025-1, Catalog HTTPS Binding: Catalog Request",
    option="no-catalogue-filter",
)
def test_filter_is_refused_where_there_is_none(connector, catalogue):
    """A connector without filters refuses one with 400 instead of giving everything."""
    assert catalogue.ok
    name = "filter" if connector.version == NEW else "dspace:filter"
    own = {"mimtest:leftOperand": "title", "mimtest:operator": "like", "mimtest:value": "x"}
    body = {**_request(connector), name: [own]}
    answer = connector.client.post(connector.url("catalog/request"), json=body, query=True)
    assert_status(answer, 400, what="a filter")


@pytest.mark.check(
    "CTR-DSP-10", clause="DSP 2025-1, Catalog HTTPS Binding: Catalog Error", strength="should"
)
@pytest.mark.parametrize("case", ["empty", "other-message", "text"])
def test_what_is_no_request_is_refused(connector, catalogue, case):
    """What is no request for a catalogue is a client error: an empty object, another message, plain text."""
    assert catalogue.ok
    content = {
        "empty": {"json": {}},
        "other-message": {"json": {**_request(connector), "@type": "mimtest:NoSuchMessage"}},
        "text": {"content": "no message", "headers": {"Content-Type": "text/plain"}},
    }[case]
    answer = connector.client.post(connector.url("catalog/request"), harmless=True, **content)
    assert_that(
        400 <= answer.status < 500,
        "what is no request for a catalogue is not refused",
        expected="status 4xx",
        received=f"status {answer.status}",
    )


@pytest.mark.check(
    "CTR-DSP-11", clause="DSP 2025-1, Catalog HTTPS Binding: Pagination", strength="should"
)
def test_pages_lead_on_and_back(connector, catalogue, looked):
    """Pages of the catalogue repeat no dataset, end, and lead back."""
    if link(catalogue, "next") is None:
        raise NotApplicable("not_offered", "the catalogue comes as one page")
    pages = pages_of(connector, _MOST_PAGES)
    looked(f"{len(pages)} pages")
    told = [connector.read(p, "a page") for p in pages]
    ids = [d.get("@id") for t in told for d in datasets_in(t)]
    twice = sorted({str(i) for i in ids if ids.count(i) > 1})
    assert_that(not twice, "datasets stand on two pages", received=", ".join(twice[:3]))
    assert_that(
        link(pages[1], "previous", "prev"),
        "the second page does not lead back",
        expected='Link with rel="previous"',
        received=pages[1].headers.get("link", "no such Link"),
    )


@pytest.mark.check("CTR-DSP-23", clause="DSP 2025-1, HTTPS Bindings: Prerequisites")
@pytest.mark.parametrize("case", ["catalogue", "dataset", "error"])
def test_messages_are_json(connector, offers, case):
    """Messages have the media type application/json."""
    assert_media_type(_answers(connector, offers)[case](), "application/json")


@pytest.mark.check("CTR-DSP-26", clause="DSP 2025-1, Schemas & Contexts", strength="should")
def test_catalogue_keeps_its_meaning_as_json_ld(connector, catalogue):
    """Datasets and distributions name their @type, without which JSON-LD loses what they say."""
    if connector.version != NEW:
        raise NotApplicable("version_not_claimed", "2024-1 names members with prefixes")
    told = read(connector.version, catalogue.json())
    typed = [(d, "Dataset") for d in datasets_in(told)]
    typed += [
        (part, "Distribution") for d, _ in typed for part in d.get("distribution", []) if part
    ]
    if not typed:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    lost = [
        f"a {kind} of {part.get('@id', 'the catalogue')} has the @type {part.get('@type')!r}"
        for part, kind in typed
        if kind not in (part.get("@type"), *_listed(part.get("@type")))
    ]
    assert_sound(lost, "as JSON-LD the catalogue says less than as JSON")


def _catalogue(connector):
    """The first page of the catalogue. Raises Inconclusive where it is guarded, and nobody gave us credentials."""
    answer = connector.ask_catalogue()
    if answer.received.status in (401, 403):
        detail = "the catalogue is guarded; the target file has no credentials that open it (auth)"
        raise Inconclusive("precondition_unmet", detail)
    json_object(assert_status(answer, 200, what="the catalogue"), "the catalogue")
    return answer


def _request(connector):
    """A request for the catalogue."""
    if connector.version == NEW:
        return {
            "@context": ["https://w3id.org/dspace/2025/1/context.jsonld"],
            "@type": "CatalogRequestMessage",
        }
    return {
        "@context": "https://w3id.org/dspace/2024/1/context.json",
        "@type": "dspace:CatalogRequestMessage",
    }


def _answers(connector, offers):
    """How to come by a message of each kind."""
    unknown = f"catalog/datasets/{quote(nobody(), safe=':')}"
    return {
        "catalogue": connector.ask_catalogue,
        "dataset": lambda: connector.ask_dataset(offers[0].dataset),
        "error": lambda: connector.get(unknown),
    }


def _listed(value):
    return value if isinstance(value, list) else []
