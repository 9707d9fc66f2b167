"""What caches on the way may keep of restricted data."""

import re

import pytest

from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface(
    "ngsi-ld",
    "ngsi-v2",
    "sensorthings",
    "rest",
    "ogc-api-features",
)

_SHARED_AGE = re.compile(r"s-maxage\s*=\s*\"?(\d+)")
_ASKED_AGAIN = {"no-store", "private", "no-cache"}


@pytest.mark.check("SEC-HTTP-06", clause="RFC 9111 3.5, 5.2.2.9", level="passive")
def test_restricted_data_are_not_for_shared_caches(restricted):
    """Caches that several people share are not allowed to give restricted data to others."""
    told = ",".join(restricted.granted.headers.get_list("cache-control")).lower()
    varies = ",".join(restricted.granted.headers.get_list("vary")).lower()
    rules = {part.split("=")[0].strip() for part in told.split(",")}
    age = _SHARED_AGE.search(told)
    shared = "public" in rules or bool(age and int(age[1][:12]))
    apart = {v.strip() for v in varies.split(",")} & {"authorization", "*"}
    assert_that(
        not shared or rules & _ASKED_AGAIN or apart,
        "shared caches may give restricted data to others",
        expected="no-store or private, and neither public nor s-maxage",
        received=told,
    )
