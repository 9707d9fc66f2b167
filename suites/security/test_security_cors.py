"""Which web pages may read the interface's answers (WHATWG Fetch, CORS protocol).

Open data for every page is fine. What must not be is that any page reads it with the user's credentials.
Solid is left out: it makes servers accept every origin, and guards data otherwise.
"""

import pytest

from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface(
    "ngsi-ld",
    "ngsi-v2",
    "sensorthings",
    "rest",
    "ogc-api-features",
    "wfs",
    "wms",
    "wmts",
    "ogc-api-tiles",
    "ogc-api-processes",
    "sparql",
    "dcat",
    "dsp",
    "tmforum",
    "oidc",
    "oauth",
)

_STRANGER = "https://mimtest.invalid"
_ANOTHER = "https://another.mimtest.invalid"


@pytest.mark.check(
    "SEC-CORS-01", clause="WHATWG Fetch CORS check", strength="should", level="passive"
)
def test_strangers_do_not_read_with_credentials(data, place):
    """A page of an unknown origin is not given leave to read data with the user's credentials."""
    assert data.ok
    _assert_no_leave(place.ask(headers={"Origin": _STRANGER}), _STRANGER)


@pytest.mark.check(
    "SEC-CORS-02", clause="WHATWG Fetch CORS check", strength="should", level="passive"
)
def test_the_null_origin_does_not_read_with_credentials(data, place):
    """The origin null, which any page can take, is not given leave to read with credentials."""
    assert data.ok
    _assert_no_leave(place.ask(headers={"Origin": "null"}), "null")


@pytest.mark.check("SEC-CORS-03", clause="WHATWG Fetch CORS check", strength="may", level="passive")
def test_leave_for_everybody_needs_no_credentials(data, place):
    """Leave for pages of every origin does not go with credentials, which browsers do not take together."""
    assert data.ok
    for headers in ({}, {"Origin": _STRANGER}):
        answer = place.ask(headers=headers)
        leave = (answer.headers.get("access-control-allow-origin") or "").strip()
        credentials = (answer.headers.get("access-control-allow-credentials") or "").strip()
        assert_that(
            leave != "*" or credentials != "true",
            "leave for every origin is given together with credentials, which browsers refuse",
            expected="one or the other",
            received="Access-Control-Allow-Origin: * and Access-Control-Allow-Credentials: true",
        )


@pytest.mark.check(
    "SEC-CORS-04",
    clause="WHATWG Fetch CORS protocol and HTTP caches",
    strength="should",
    level="passive",
)
def test_leave_for_one_origin_is_not_cached_for_others(data, place):
    """Where leave depends on the origin, caches are told so by Vary."""
    assert data.ok
    answers = [place.ask(headers={"Origin": origin}) for origin in (_STRANGER, _ANOTHER)]
    leave = [answer.headers.get("access-control-allow-origin") for answer in answers]
    if leave[0] == leave[1]:
        return
    for answer in answers:
        named = ",".join(answer.headers.get_list("vary")).lower().split(",")
        assert_that(
            {"origin", "*"} & {n.strip() for n in named},
            "leave differs by origin, but caches are not told",
            expected="Vary: Origin",
            received=", ".join(n.strip() for n in named if n.strip()) or "no Vary",
        )


def _assert_no_leave(answer, origin):
    """A 2xx does not name that origin together with credentials; errors hold no data."""
    __tracebackhide__ = True
    leave = answer.headers.get("access-control-allow-origin")
    credentials = (answer.headers.get("access-control-allow-credentials") or "").strip()
    assert_that(
        not (answer.ok and leave == origin and credentials == "true"),
        f"pages of the origin {origin} are given leave to read with credentials",
        expected="no leave, leave for every origin, or leave without credentials",
        received=f"Access-Control-Allow-Origin: {leave}, Access-Control-Allow-Credentials: true",
    )
