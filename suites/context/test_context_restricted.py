"""Where access is restricted, it is restricted to those who are known (MIM0 C4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, assert_holds, entities_in, entity_in, path_of
from mimtest.vocabulary.ngsild_access import assert_withheld

pytestmark = pytest.mark.interface("ngsi-ld")

_UNAUTHORISED = 401
_REFUSED = (401, 403, 404)
#: The schemes of which a standard wants 401 with a challenge (RFC 6750 section 3, RFC 7617 section 2).
_CHALLENGING = ("bearer", "basic")
_NO_USER = "Basic bWltdGVzdDptaW10ZXN0"


@dataclass(frozen=True)
class Stranger:
    """Somebody the product does not know: he says nothing of himself, or has wrong credentials."""

    scheme: str
    fields: Mapping[str, Mapping[str, str]]

    def assert_turned_away(self, answer, told, secrets):
        """The answer refuses him, tells him how to be let in, and gives nothing away."""
        challenges = self.scheme in _CHALLENGING
        allowed = (_UNAUTHORISED,) if challenges and told == "silent" else _REFUSED
        expected = f"status {' or '.join(map(str, allowed))}"
        refused = answer.status in allowed
        message = "somebody without valid credentials is not turned away"
        assert_that(refused, message, expected=expected, received=f"status {answer.status}")
        assert_withheld(answer, secrets)
        if answer.status == _UNAUTHORISED and challenges:
            challenge = answer.headers.get("www-authenticate", "").strip()
            expected, received = "WWW-Authenticate", "no such field"
            message = "401 does not tell how to be let in"
            assert_that(challenge, message, expected=expected, received=received)


@pytest.fixture
def stranger(interface):
    """Somebody the product does not know, though it wants to know who asks."""
    auth = interface.auth
    if auth is None:
        detail = f"interfaces.{interface.name} is used without credentials"
        raise NotApplicable("condition_not_claimed", detail)
    wrong = {
        "bearer": {"Authorization": f"Bearer {token_hex(16)}"},
        "basic": {"Authorization": _NO_USER},
        "header": {str(auth.header): token_hex(16)},
    }[auth.kind]
    return Stranger(auth.kind, {"silent": {}, "wrong": wrong})


@pytest.fixture
def withheld(reader, samples):
    """The type and the identifiers of what is read by who is known."""
    found = entities_in(reader.query(type=samples[0].type, limit=5))
    assert_that(found, "no data for who is known", expected="entities", received="none")
    return samples[0].type, [e["id"] for e in found]


@pytest.mark.check(
    "CTX-ACC-23",
    clause="MIMs Plus 9.0 MIM0 C4; RFC 9110 15.5.2",
    option="restricted-access",
)
@pytest.mark.parametrize("told", ["silent", "wrong", "right"])
def test_restricted_data_are_for_who_is_known(reader, stranger, withheld, told):
    """Data are given to who is known, and nothing of them to anybody without valid credentials."""
    kind, ids = withheld
    for where, params in {"/entities": {"type": kind, "limit": 5}, path_of(ids[0]): {}}.items():
        if told == "right":
            text = assert_status(reader.get(where, **params), 200).text()
            assert_that(ids[0] in text, "no data for who is known", expected=ids[0])
            continue
        headers = {**reader.names, "Accept": JSON, **stranger.fields[told]}
        answer = reader.client.get(where, params=params, headers=headers, auth=False)
        stranger.assert_turned_away(answer, told, ids)


@pytest.fixture
def permitted(stranger, broker, room, way):
    """An entity of our own, with which somebody who is known may do what others may not."""
    if way == "update":
        label = {"label": room["label"]}
        assert_status(broker.send("PATCH", f"{path_of(room['id'])}/attrs", label), 204)
    if way == "delete":
        spare = {**room, "id": f"{room['id']}-spare"}
        assert_status(broker.create(spare), 201)
        assert_status(broker.send("DELETE", path_of(spare["id"])), 204)
    return stranger, room


@pytest.mark.check(
    "CTX-ACC-24",
    clause="MIMs Plus 9.0 MIM0 C4",
    level="writes",
    option="restricted-access",
    rests_on=("CTX-ACC-23",),
)
@pytest.mark.parametrize("told", ["silent", "wrong"])
@pytest.mark.parametrize("way", ["create", "update", "delete"])
def test_strangers_change_nothing(broker, permitted, way, told):
    """Without valid credentials nothing is created, changed or deleted."""
    stranger, room = permitted
    twin = {**room, "id": f"{room['id']}-twin"}
    where, beside = path_of(room["id"]), path_of(twin["id"])
    who = {"headers": stranger.fields[told], "auth": False}
    if way == "create":
        answer = broker.client.create("/entities", undo=beside, json=twin, **who)
    elif way == "update":
        other = {"label": {"type": "Property", "value": "of a stranger"}}
        answer = broker.client.patch(f"{where}/attrs", json=other, **who)
    else:
        answer = broker.client.delete(where, **who)
    stranger.assert_turned_away(answer, told, [room["label"]["value"]])
    assert_holds(entity_in(broker.retrieve(room["id"])), room)
    status = broker.retrieve(twin["id"]).status
    assert_equal(status, 404, "the status of what was not created")
