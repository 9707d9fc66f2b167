"""The interface and the data behind it are described, and are as described (MIM0 R1.3, R1.4, BP07)."""

import json
from urllib.parse import quote, urlsplit

import pytest
from jsonschema import Draft202012Validator

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.representations import simplified
from mimtest.resources import SCHEMAS
from mimtest.vocabulary.expect import assert_status, assert_that, member, shown
from mimtest.vocabulary.models import ClaimedSchema, Documents
from mimtest.vocabulary.ngsild import CONTEXT_RELATION, Broker, entities_in
from mimtest.vocabulary.ngsild_access import (
    names_base,
    prefix_in,
    trials_by_data,
    trials_by_example,
)
from mimtest.vocabulary.ngsild_http import spot_in
from mimtest.vocabulary.ngsild_stock import sampled
from mimtest.vocabulary.rest import find_api

pytestmark = pytest.mark.interface("ngsi-ld")

_MOST = 20
_GONE = (404, 405, 501)
#: Where the standard's own description is published.
_PUBLISHERS = ("etsi.org",)


@pytest.fixture(scope="session")
def described(client):
    """The description of the interface; None where the standard's own stands for it."""
    named, version = client.interface.description, client.interface.version
    host = urlsplit(named or "").hostname or ""
    if any(host == p or host.endswith(f".{p}") for p in _PUBLISHERS):
        return None
    try:
        return find_api(client)
    except Inconclusive as nothing:
        if named or not version or nothing.code != "not_offered":
            raise
        return None


@pytest.fixture
def own(described):
    """A description of the interface's own."""
    if described is None:
        raise Inconclusive("not_offered", "the interface has no OpenAPI description of its own")
    if prefix_in(described.document) is None:
        raise Inconclusive("precondition_unmet", "the description has no path of entities")
    return described


@pytest.mark.check("CTX-ACC-04", clause="MIMs Plus 9.0 MIM0 R1.3")
def test_the_interface_has_a_formal_description(reader, samples, described):
    """The interface has a description of its own that a program reads, and is the one described."""
    found = entities_in(reader.query(type=samples[0].type, limit=1))
    assert_that(found, "what the standard describes is not there", expected="entities")
    if described is None:
        claimed = reader.client.interface.version
        named = (
            f"that of NGSI-LD {claimed} may stand for it" if claimed else "no version is claimed"
        )
        raise Inconclusive("needs_review", f"it has no description of its own; {named}")
    ask = {"Accept": "application/vnd.oai.openapi+json, application/json;q=0.9, */*;q=0.1"}
    told = assert_status(reader.client.get(described.address, headers=ask), 200).json()
    if isinstance(told, dict) and "swagger" in told:
        raise Inconclusive("needs_review", f"{described.address} is in Swagger, not in OpenAPI 3")
    schema = json.loads((SCHEMAS / "openapi/description.schema.json").read_text(encoding="utf-8"))
    errors = [
        f"{'/'.join(map(str, e.absolute_path)) or 'the whole'}: {e.message[:200]}"
        for e in Draft202012Validator(schema).iter_errors(told)
    ]
    assert_that(not errors, "the description is no OpenAPI 3", received="; ".join(errors[:3]))
    base = reader.client.interface.url
    assert_that(
        names_base(told, described.address, base),
        "the description is of another interface",
        expected=f"a server with the path /entities at {base}",
        received=shown([s["url"] for s in told.get("servers", [])] + list(told["paths"])[:3]),
    )


@pytest.mark.check(
    "CTX-ACC-05",
    clause="MIMs Plus 9.0 MIM0 R1.3",
    strength="should",
    rests_on=("CTX-ACC-04",),
)
def test_what_is_described_is_there(reader, samples, own, unknown):
    """What the description offers to read is there."""
    made = list(trials_by_data(own, spot_in(sampled(reader, samples), "nothing", unknown)))
    if not made:
        raise Inconclusive("no_data", "no described path can be filled with the data there are")
    gone = {}
    for trial in made[:_MOST]:
        answer = reader.get(trial.path, **trial.params)
        if answer.status in _GONE:
            gone[trial.path] = answer.status
    assert_that(not gone, "described paths are not served", expected="2xx", received=shown(gone))


@pytest.mark.check(
    "CTX-ACC-16",
    clause="MIMs Plus 9.0 MIM0 BP07",
    strength="should",
    rests_on=("CTX-ACC-04",),
)
def test_trial_requests_can_be_tried(reader, own):
    """Requests made of the examples in the description are answered."""
    made = list(trials_by_example(own))
    if not made:
        raise Inconclusive("not_offered", "the description has no examples to make a request of")
    for trial in made[:_MOST]:
        answer = reader.get(trial.path, **trial.params)
        assert_status(answer, 200, 206, what=f"the example for {trial.path}")


@pytest.mark.check("CTX-ACC-06", clause="MIMs Plus 9.0 MIM0 R1.4", strength="should")
def test_data_have_a_specified_model(reader, samples, target):
    """Entities follow the model of their type, which tells others from them; other types are listed."""
    models = {m.entity_type: m for m in target.claims.models}
    if not models.keys() & {s.type for s in samples}:
        raise NotApplicable("model_not_claimed", "claims.models names none of the types with data")
    documents = Documents(reader.client, target.folder)
    for sample in samples:
        model = models.get(sample.type)
        if model is None:
            told = assert_status(reader.get(f"/types/{quote(sample.type, safe='')}"), 200).json()
            assert_that(
                member(told, "attributeDetails", list), f"nothing says what {sample.type} is"
            )
        elif model.schema:
            _assert_follows(_under(reader, model), model, documents)
        else:
            address = documents.address(model.context or "")
            member(documents.get(address), "@context", None, f"the context of {sample.type}")
            assert_status(reader.query(type=sample.type, limit=1), 200)


def _under(reader, model):
    """The broker under the context of the model, where that has an address."""
    if not (model.context or "").lower().startswith(("http://", "https://")):
        return reader
    link = f'<{model.context}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'
    return Broker(reader.client, {"Link": link})


def _assert_follows(broker, model, documents):
    kind = model.entity_type
    schema = ClaimedSchema(kind, documents.address(model.schema), documents)
    found = entities_in(broker.query(type=kind, limit=_MOST))
    if not found:
        raise Inconclusive("no_data", f"there is no entity of the type {kind}")
    for entity in found:
        errors = _errors(schema, entity, kind)
        assert_that(not errors, f"{entity['id']} breaks the schema of {kind}", received=errors[:1])
    whole = simplified(found[0]) | {"type": kind}
    untyped = {n: v for n, v in whole.items() if n != "type"}
    wrong = (whole | {"type": f"No{kind}"}, untyped, dict.fromkeys(whole))
    refused = any(schema.errors(w) for w in wrong)
    assert_that(refused, f"the schema of {kind} takes anything", expected="a schema that refuses")


def _errors(schema, entity, kind):
    """What the schema has against an entity in the form it has least against."""
    forms = (simplified(entity), simplified(entity, bare=True), entity)
    found = [schema.errors(form | {"type": kind}) for form in forms]
    return [] if not all(found) else found[0]
