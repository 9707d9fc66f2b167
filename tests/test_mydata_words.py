"""The words of the MIM4 connectivity specification: identifiers, addresses, trust groups and tickets."""

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk, jws

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary import mydata

KEY = jwk.ECKey.generate_key("P-256", {"kid": "registry"})
PUBLIC = KEY.as_dict(private=False)
GROUP = {"trust_group": {"trust_group_uuid": str(uuid.uuid4()), "members": []}}


@given(st.uuids(version=4), st.booleans(), st.booleans())
def test_version_4_is_accepted_in_each_spelling(made, hyphens, upper):
    text = str(made) if hyphens else made.hex
    mydata.assert_uuid4(text.upper() if upper else text, "it")
    assert mydata.same_uuid(text, str(made).upper())


@given(st.one_of(st.uuids(version=1), st.uuids(version=5), st.text(), st.integers(), st.none()))
def test_other_identifiers_are_not(value):
    try:
        found = uuid.UUID(value).version if isinstance(value, str) else None
    except ValueError:
        found = None
    if found != 4:
        with pytest.raises(Contradiction):
            mydata.assert_uuid4(
                str(value) if isinstance(value, uuid.UUID) else value, "the identifier"
            )


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://op.example", "/introspect", "https://op.example/introspect"),
        ("https://op.example/", "introspect", "https://op.example/introspect"),
        ("op.example/api/", "/v1/introspect", "https://op.example/api/v1/introspect"),
        ("https://op.example", "https://other.example/i", "https://other.example/i"),
    ],
)
def test_a_relative_introspection_address_follows_the_base(base, path, expected):
    described = {"operator_base_url": base, "introspection_url": path}
    assert mydata.introspection_address(described, "https://here.example") == expected


@pytest.mark.parametrize(
    "shared",
    [
        {"connectors": [{"connector_base_url": "a"}]},
        [{"connectors": [{"connector_base_url": "a"}]}],
        [{"connector_base_url": "a"}],
    ],
)
def test_shared_connectors_are_found_in_each_form(shared):
    found = list(mydata.shared_connectors({"shared_connectors": shared}))
    assert found == [{"connector_base_url": "a"}]


def _signed(flat):
    member = {"protected": {"alg": "ES256"}}
    held = json.dumps(GROUP).encode()
    return jws.serialize_json(member if flat else [member], held, KEY)


@pytest.mark.parametrize("flat", [True, False])
def test_a_group_is_verified_in_both_serialisations(flat):
    assert mydata.verified_group(_signed(flat), [PUBLIC]) == GROUP


def test_a_group_of_another_key_is_not():
    other = jwk.ECKey.generate_key("P-256").as_dict(private=False)
    with pytest.raises(Contradiction):
        mydata.verified_group(_signed(flat=True), [other])
    assert mydata.verified_group(_signed(flat=True), [other, PUBLIC]) == GROUP


@pytest.mark.parametrize("document", [GROUP, [], "eyJ.a.b", {"payload": "e30"}, None])
def test_what_is_no_signed_group_is_told(document):
    with pytest.raises(Contradiction):
        mydata.verified_group(document, [PUBLIC])


def test_without_a_key_nothing_follows():
    with pytest.raises(Inconclusive):
        mydata.verified_group(_signed(flat=True), [{"kty": "none"}])


@pytest.mark.parametrize("name", ["d", "p", "k"])
def test_private_members_are_told(name):
    mydata.assert_public_key(PUBLIC, "the key")
    with pytest.raises(Contradiction):
        mydata.assert_public_key(PUBLIC | {name: "AAAA"}, "the key")


@pytest.mark.parametrize("change", [{"kty": "XX"}, {"kid": ""}, {"x": "!"}, {"crv": None}])
def test_what_is_no_key_is_told(change):
    with pytest.raises(Contradiction):
        mydata.assert_public_key(PUBLIC | change, "the key")


def test_a_strangers_ticket_is_sound_but_for_its_issuer():
    ticket = mydata.stranger_ticket("https://connector.example/data", "a service")
    header, claims = mydata.parts_of(ticket)
    assert header["alg"] == "ES256"
    mydata.assert_uuid4(claims["iss"], "iss")
    assert claims["aud"] == "https://connector.example/data"
    assert claims["exp"] > claims["iat"]
    assert not mydata.is_signed_by(ticket, [PUBLIC])


@given(st.text())
def test_other_texts_are_no_tickets(text):
    if text.count(".") != 2:
        with pytest.raises(Contradiction):
            mydata.parts_of(text)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda v: (
            st.lists(v) | st.dictionaries(st.sampled_from(["keys", "operator_key", "kty"]), v)
        ),
    )
)
def test_keys_are_looked_for_in_anything(document):
    assert all(isinstance(k, dict) for k in mydata.keys_in(document))
