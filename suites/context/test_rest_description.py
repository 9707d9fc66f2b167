"""An HTTP interface is described, and behaves as described (MIM0 R1.3; its mechanism M1 section 3.2)."""

import json

import pytest
from jsonschema import Draft202012Validator

from mimtest.errors import Inconclusive
from mimtest.resources import SCHEMAS
from mimtest.vocabulary.expect import assert_status, assert_that, shown
from mimtest.vocabulary.rest import servers_of
from mimtest.vocabulary.rest_records import id_of
from mimtest.vocabulary.rest_schema import Payloads

pytestmark = pytest.mark.interface("rest")

_MOST = 20
_GONE = (404, 405, 501)
_OUT_OF_SERVICE = 503
_NOT_THERE = (404, 410, 400, 405, 422, 501)


@pytest.fixture
def payloads(api):
    """The schemas of the description."""
    return Payloads.of(api.document)


@pytest.fixture(scope="session")
def answers(api):
    """The answers of the paths that can be asked without knowing anything, by path."""
    asked = [o for o in api.operations if o.is_plain][:_MOST]
    if not asked:
        raise Inconclusive("no_data", "the description has no path that can be asked as it stands")
    return {o.path: api.get(o.path) for o in asked}


@pytest.mark.check("CTX-RST-01", clause="MIMs Plus 9.0 MIM0 R1.3")
def test_the_description_is_openapi_3(api):
    """The interface has a description in OpenAPI 3.0 or 3.1 that a program reads."""
    document = assert_status(api.client.get(api.address, headers={"Accept": "*/*"}), 200).json()
    schema = json.loads((SCHEMAS / "openapi/description.schema.json").read_text(encoding="utf-8"))
    errors = [
        f"{'/'.join(map(str, e.absolute_path)) or 'the whole'}: {e.message[:200]}"
        for e in Draft202012Validator(schema).iter_errors(document)
    ]
    assert_that(not errors, "the description is no OpenAPI 3", received="; ".join(errors[:3]))
    assert_that(document["paths"], "the description has no paths", received="paths: {}")


@pytest.mark.check("CTX-RST-02", clause="MIMs Plus 9.0 MIM0 M1 3.2")
@pytest.mark.usefixtures("mechanism_m1")
def test_the_description_is_openapi_3_1(api):
    """The description is in OpenAPI 3.1."""
    document = assert_status(api.client.get(api.address, headers={"Accept": "*/*"}), 200).json()
    version = str(document.get("openapi"))
    assert_that(version.startswith("3.1"), "it is no 3.1", expected="3.1.x", received=version)


@pytest.mark.check("CTX-RST-03", clause="OpenAPI 3.1 4.8.5", strength="should")
def test_the_description_names_the_tested_address(api):
    """A server of the description is the address under test."""
    document = assert_status(api.client.get(api.address, headers={"Accept": "*/*"}), 200).json()
    own, named = api.base, servers_of(document, api.address)
    assert_that(own in named, "no server is this one", expected=own, received=shown(named))


@pytest.mark.check("CTX-RST-04", clause="OpenAPI 3.1 4.8.8", rests_on=("CTX-RST-01",))
def test_described_paths_are_there(answers, payloads):
    """What the description offers to read is there, if only to say as described that it is not."""
    gone = {
        path: a.status
        for path, a in answers.items()
        if (a.status in _GONE or a.status >= 500) and not payloads.names_status(path, a.status)
    }
    down = {path for path, status in gone.items() if status == _OUT_OF_SERVICE}
    if down and down == gone.keys():
        raise Inconclusive("server_error", f"{', '.join(sorted(down))} answers 503")
    assert_that(not gone, "described paths are not served", expected="2xx", received=shown(gone))
    if answers and all(a.status in (401, 403) for a in answers.values()):
        raise Inconclusive("auth_refused", "every described path is refused to the tester")
    assert_that(any(a.ok for a in answers.values()), "no described path answers", received="none")


@pytest.mark.check("CTX-RST-05", clause="OpenAPI 3.1 4.8.16", rests_on=("CTX-RST-04",))
def test_answers_have_a_described_status_and_media_type(answers, payloads):
    """Statuses of success, and media types of answers, are among those described."""
    for path, answer in answers.items():
        response = payloads.response(path, answer.status)
        if response is None and not answer.ok:
            continue  # errors need not all be known in advance
        assert_that(response, f"{path}: status {answer.status} is not described")
        if answer.body and response.get("content"):
            known = payloads.media(response, answer.media_type)
            kinds = shown(list(response["content"]))
            told = f"{path}: the media type is not described"
            assert_that(known is not None, told, expected=kinds, received=answer.media_type)


@pytest.mark.check("CTX-RST-06", clause="OpenAPI 3.1 4.8.24", rests_on=("CTX-RST-05",))
def test_payloads_follow_their_described_schema(answers, payloads):
    """Payloads follow the schemas of the description."""
    checked = 0
    for path, answer in answers.items():
        response = payloads.response(path, answer.status) or {}
        media = payloads.media(response, answer.media_type) or {}
        if answer.ok and "schema" in media and "json" in answer.media_type:
            error = payloads.first_error(media["schema"], answer.json())
            assert_that(error is None, f"{path}: the payload breaks its schema", received=error)
            checked += 1
    if not checked:
        raise Inconclusive("not_offered", "no described path has a schema for what it answers")


@pytest.mark.check("CTX-RST-07", clause="MIMs Plus 9.0 MIM0 BP07", strength="should")
def test_examples_follow_their_schema(api, payloads):
    """The description has worked examples, and they follow their schemas."""
    assert_status(api.client.get(api.address, headers={"Accept": "*/*"}), 200)
    found = 0
    for operation in api.operations:
        media = (
            payloads.media(payloads.response(operation.path, 200) or {}, "application/json") or {}
        )
        for example in _examples(media):
            found += 1
            error = payloads.first_error(media.get("schema", True), example)
            told = f"{operation.path}: the example breaks its schema"
            assert_that(error is None, told, received=error)
    assert_that(found, "no operation has an example", expected="one for each", received="none")


def _examples(media):
    if "example" in media:
        yield media["example"]
    for item in (media.get("examples") or {}).values():
        if isinstance(item, dict) and "value" in item:
            yield item["value"]


@pytest.mark.check("CTX-RST-08", clause="MIMs Plus 9.0 MIM0 M1 3.3", rests_on=("CTX-RST-04",))
@pytest.mark.usefixtures("mechanism_m1")
def test_documented_parameters_have_a_schema(api, listings):
    """Every list of records documents its parameters, a page size among them, each with a schema."""
    assert_status(api.get(listings[0].operation.path), 200)
    for listing in listings:
        named = listing.operation.parameters
        assert_that(named, f"{listing.name}: no parameter is described", expected="limit, filters")
        bare = [n for n, p in named.items() if not ({"schema", "content"} & p.keys())]
        assert_that(not bare, f"{listing.name}: parameters without a schema", received=shown(bare))


@pytest.mark.check("CTX-RST-09", clause="OpenAPI 3.1 4.8.8", rests_on=("CTX-RST-04",))
def test_what_is_not_described_is_not_there(api, answers, run_id):
    """A path nobody described is not found, nor anything that a variable could stand for."""
    path = next((p for p, a in answers.items() if a.ok), None)
    if path is None:
        raise Inconclusive("no_data", "no described path answers")
    assert_status(api.get(path), 200)
    known = [f"{o.path.rstrip('/')}/".partition("{")[0] for o in api.operations if o.variables]
    free = next((p for p, a in answers.items() if a.ok and f"{p.rstrip('/')}/" not in known), None)
    if free is None:
        raise Inconclusive("no_data", "below every described path there are variables")
    assert_status(api.get(f"{free.rstrip('/')}/mimtest-{run_id}"), *_NOT_THERE)


@pytest.mark.check("CTX-RST-10", clause="MIMs Plus 9.0 MIM0 M1 3.2", strength="should")
def test_schemas_name_what_identifies_a_record(api, listings, payloads):
    """Schemas of records describe the members that the records have, the identifying one among them."""
    listing = listings[0]
    answer = assert_status(api.get(listing.operation.path), 200)
    media = payloads.media(payloads.response(listing.operation.path, 200) or {}, answer.media_type)
    described = json.dumps([media, api.document.get("components")], default=str)
    if '"$ref": "http' in described:
        raise Inconclusive(
            "unresolved_reference", "schemas of records stand outside the description"
        )
    record = listing.records[0]
    own = next((n for n in record if str(record[n]) == id_of(record)), "id")
    assert_that(f'"{own}"' in described, f"no schema describes '{own}'", expected=own)
