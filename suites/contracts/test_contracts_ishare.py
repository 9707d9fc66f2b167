"""What a party of an iSHARE data space tells of itself (iSHARE 2.1)."""

import pytest

from mimtest import clock
from mimtest.vocabulary.credentials import untimely
from mimtest.vocabulary.expect import (
    assert_status,
    assert_that,
    fail,
    json_object,
    member,
)
from mimtest.vocabulary.jose import certificate_key, is_signed_by, read
from mimtest.vocabulary.participants import unsound_capabilities

pytestmark = pytest.mark.interface("ishare")


@pytest.mark.check(
    "CTR-PAR-05",
    clause="iSHARE 2.1 /capabilities; iSHARE JWT",
    strength="should",
    level="passive",
)
def test_an_ishare_party_tells_what_it_can(client, looked):
    """Whoever has no token is told of the public features alone, signed by the party's certificate."""
    answer = assert_status(client.get("/capabilities", auth=False), 200, what="/capabilities")
    token = member(json_object(answer), "capabilities_token", str)
    try:
        signed = read(token)
        key, _ = certificate_key(signed.header.get("x5c"))
        claims = signed.claims
        late = untimely(claims, clock.now().timestamp())
    except ValueError as why:
        fail(f"the token is not read: {why}", expected="a JWT whose header has x5c")
    assert_that(
        signed.algorithm == "RS256",
        "the algorithm differs",
        expected="RS256",
        received=signed.algorithm,
    )
    assert_that(is_signed_by(signed, key), "the certificate in x5c does not verify the token")
    assert_that(not late, "the token does not hold", expected="a time around now", received=late)
    untold = [name for name in ("iss", "sub", "iat", "exp", "jti") if not claims.get(name)]
    assert_that(not untold, f"the token does not tell {', '.join(untold)}")
    wrong = list(unsound_capabilities(claims))
    assert_that(not wrong, "the capabilities are not told as agreed", received="; ".join(wrong))
    looked("who vouches for the party's certificate was not looked at")
