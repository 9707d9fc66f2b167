"""The registry of a trust group: a signed list of operators, for reading (MIM4 connectivity, May 2021)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member
from mimtest.vocabulary.mydata import (
    GROUPS_PATH,
    OPERATOR_PATH,
    assert_texts,
    assert_uuid4,
    group_id,
    group_in,
    keys_in,
    members_of,
    same_uuid,
    verified_group,
)

pytestmark = pytest.mark.interface("mydata-registry")

_REFUSED = (401, 403, 404, 405, 501)
_LEAST = 2


@pytest.fixture(scope="session")
def document(client):
    """What the groups endpoint gives everybody."""
    answer = assert_status(client.get(GROUPS_PATH, auth=False), 200, what="the trust group")
    return json_object(answer, "the trust group")


@pytest.fixture(scope="session")
def keys(client, interface):
    """The registry's public keys, where the target file says."""
    where = interface.paths.get("keys")
    if where is None:
        detail = "the target file has no paths.keys for the registry: nothing can be verified"
        raise Inconclusive("no_data", detail)
    return keys_in(assert_status(client.get(where, auth=False), 200, what="the key").json())


@pytest.fixture(scope="session")
def group(document, keys):
    """The trust group, verified."""
    return group_in(verified_group(document, keys))


@pytest.mark.check(
    "TRU-MYD-05", clause="MIM4 connectivity (May 2021) 5.1.2, 5.1.3", level="passive"
)
def test_the_group_is_signed(client, keys):
    """The groups endpoint gives a JWS in JSON serialisation that the registry's key verifies."""
    answer = assert_status(client.get(GROUPS_PATH, auth=False), 200, what="the trust group")
    group_in(verified_group(json_object(answer, "the trust group"), keys))


@pytest.mark.check(
    "TRU-MYD-20",
    clause="MIM4 connectivity (May 2021) 5.1.1, 5.1.3",
    level="passive",
    rests_on=("TRU-MYD-05",),
)
def test_the_group_names_its_operators(group):
    """A trust group has a version 4 UUID, and two operators or more, each with such a UUID and its base address."""
    assert_uuid4(group_id(group), "trust_group_uuid")
    listed = members_of(group)
    assert_that(
        len(listed) >= _LEAST,
        "the trust group has too few operators",
        expected="two or more",
        received=str(len(listed)),
    )
    for operator in listed:
        assert_texts(operator, ("operator_uuid", "operator_base_url"), "an operator of the group")
        assert_uuid4(operator["operator_uuid"], "operator_uuid in the group")


@pytest.mark.check("TRU-MYD-06", clause="MIM4 connectivity (May 2021) 5.1.2")
def test_the_group_is_read_only(client, document):
    """Whoever is not the registry's provider is not let write."""
    assert document
    answer = settled(client.post(GROUPS_PATH, json={}, auth=False, harmless=True))
    if 400 <= answer.status < 500 and answer.status not in _REFUSED:
        detail = f"an impossible body is answered {answer.status}: whether others may write is open"
        raise Inconclusive("needs_review", detail)
    assert_that(
        not answer.ok,
        "somebody without rights is let write to the trust group",
        expected=f"status {', '.join(map(str, _REFUSED))}",
        received=f"status {answer.status}",
    )


@pytest.mark.check(
    "TRU-MYD-13", clause="MIM4 connectivity (May 2021) 4.2.4", strength="should", level="passive"
)
def test_the_operators_are_in_the_group(group, neighbours):
    """The operators of the target file are among the members of the trust group."""
    others = [c for c in neighbours.values() if c.interface.kind == "mydata-operator"]
    if not others:
        raise NotApplicable("not_offered", "the target file names no operator")
    listed = [o.get("operator_uuid") for o in members_of(group)]
    for other in others:
        answer = assert_status(other.get(OPERATOR_PATH, auth=False), 200, what="the description")
        found = member(json_object(answer), "operator_uuid", str, "the operator's description")
        assert_that(
            any(same_uuid(found, known) for known in listed),
            f"{other.interface.name} is not in the trust group",
            expected=found,
            received=", ".join(map(str, listed)),
        )
