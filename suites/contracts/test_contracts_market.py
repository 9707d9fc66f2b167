"""Offerings in a market place with TM Forum Open APIs (TMF620, design guidelines TMF630)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    fail,
    json_object,
    shown,
)
from mimtest.vocabulary.tmforum import error_of, lacking, listed, own_address, part_of, some
from mimtest.vocabulary.tmforum_terms import TERMS, terms_in
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("tmforum")

_OFFERINGS = "/productOffering"
_MOST = 10
_ALWAYS = ("id", "href")


@pytest.fixture(scope="session")
def catalog(client):
    """The catalogue of offerings."""
    return part_of(client, "catalog")


@pytest.fixture
def offerings(catalog):
    """Some offerings, as they are listed."""
    return some(catalog.items(_OFFERINGS, limit=str(_MOST)), "offerings")[:_MOST]


@pytest.fixture
def offering(offerings):
    """An offering with an identifier."""
    found = next((o for o in offerings if isinstance(o.get("id"), str) and o["id"]), None)
    assert_that(found, "no offering has an identifier")
    return found


@pytest.mark.check("CTR-TMF-01", clause="TMF620 productOffering; TMF630 part 1", level="passive")
def test_offerings_are_listed(catalog):
    """The catalogue lists what it offers."""
    answer = catalog.ask(_OFFERINGS, limit="5")
    some(listed(answer, "GET /productOffering"), "offerings")


@pytest.mark.check("CTR-TMF-02", clause="TMF630 part 1", level="passive", rests_on=("CTR-TMF-01",))
def test_every_offering_has_an_identifier_and_an_address(catalog):
    """An offering has an id that no other has, save its other versions, and the address where it is."""
    items = some(catalog.items(_OFFERINGS, limit=str(_MOST)), "offerings")
    for item in items:
        missing = [n for n in _ALWAYS if not isinstance(item.get(n), str) or not item[n]]
        assert_that(
            not missing,
            f"an offering has no {' and no '.join(missing)}",
            expected="id and href",
            received=shown(item),
        )
    ids = [(item["id"], str(item.get("version"))) for item in items]
    twice = sorted({name for name, version in ids if ids.count((name, version)) > 1})
    assert_that(not twice, "two offerings have one id and version", received=", ".join(twice))


@pytest.mark.check(
    "CTR-TMF-20",
    clause="TMF620 productOffering; TMF630 part 1",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-01",),
)
def test_an_offering_says_what_it_is_and_how_far(catalog, offerings):
    """An offering has a name, the state of its life and when it was changed last; in version 5 a type."""
    wanted = ("name", "lifecycleStatus", "lastUpdate", *(("@type",) if catalog.newer else ()))
    for item in offerings:
        missing = lacking(item, *wanted)
        assert_that(
            not missing,
            f"offering {item.get('id')} has no {', '.join(missing)}",
            expected=", ".join(wanted),
            received=", ".join(item),
        )


@pytest.mark.check("CTR-TMF-03", clause="TMF630 part 1", level="passive", rests_on=("CTR-TMF-02",))
def test_an_offering_is_found_by_its_identifier(catalog, offering):
    """The offering of the list is at the address of its identifier."""
    answer = assert_status(catalog.one(_OFFERINGS, offering["id"]), 200, what="the offering")
    found = json_object(answer, "the offering")
    assert_equal(found.get("id"), offering["id"], "the id of the offering")
    if "name" in offering:
        assert_equal(found.get("name"), offering["name"], "the name of the offering")


@pytest.mark.check(
    "CTR-TMF-19",
    clause="TMF630 part 1",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-03",),
)
def test_the_address_of_an_offering_leads_to_it(client, catalog, offering, looked):
    """The href of an offering can be followed from outside."""
    base = client.url(f"{catalog.address}{_OFFERINGS}")
    address = own_address(offering, base)
    try:
        answer = client.get(address)
    except Inconclusive as no:
        if no.code != "out_of_scope":
            raise
        looked(f"the href is on a host that the target file does not name: {address[:200]}")
        raise
    found = json_object(assert_status(answer, 200, what="the address in href"), "the offering")
    assert_equal(found.get("id"), offering["id"], "the id of what is at the address in href")


@pytest.mark.check("CTR-TMF-07", clause="TMF630 part 1, errors", level="passive")
def test_what_is_not_there_is_told_in_an_error(catalog, offering, run_id):
    """An offering that is not there is answered 404, with a code and a reason for programs."""
    assert_status(catalog.one(_OFFERINGS, offering["id"]), 200, what="an offering that is there")
    answer = assert_status(catalog.one(_OFFERINGS, f"mimtest-{run_id}"), 404)
    error_of(answer)


@pytest.mark.check(
    "CTR-TMF-08",
    clause="TMF620 productOffering: productOfferingTerm, agreement, attachment, policy; MIM3 C2",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-01",),
)
def test_an_offering_says_on_what_terms(offerings):
    """Every offering names terms, an agreement, or a document with its licence."""
    without = [str(o.get("id")) for o in offerings if not terms_in(o)]
    if without:
        fail(
            f"{len(without)} of {len(offerings)} offerings do not say on what terms",
            expected=f"one of {', '.join(TERMS)}, or a document that is no picture",
            received=", ".join(without),
        )


@pytest.mark.check(
    "CTR-TMF-16",
    clause="TMF630 part 1, polymorphism",
    strength="may",
    level="passive",
    rests_on=("CTR-TMF-01",),
)
def test_types_are_named_as_agreed(catalog, offerings):
    """A type is a name, its schema has an address, and version 5 names the type of every offering."""
    for item in offerings:
        for name in ("@type", "@baseType", "@schemaLocation"):
            value = item.get(name)
            if value is None and not (name == "@type" and catalog.newer):
                continue
            sound = isinstance(value, str) and value and not value.isspace()
            if name == "@schemaLocation":
                sound = sound and address_parts(value).scheme
            assert_that(
                sound,
                f"'{name}' of offering {item.get('id')} is not what it is for",
                expected="an absolute address" if name == "@schemaLocation" else "a name",
                received=shown(value),
            )
