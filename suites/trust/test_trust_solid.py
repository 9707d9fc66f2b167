"""A Solid pod: its storage, its representations and what its header fields tell (Solid Protocol 0.11)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object
from mimtest.vocabulary.solid import (
    CHANGING,
    ISSUER,
    JSON_LD,
    STORAGE,
    STORAGE_DESCRIPTION,
    TURTLE,
    assert_same_statements,
    containers_above,
    keeps_to_acp,
    linked,
    rights_in,
    webid_of,
)

pytestmark = pytest.mark.interface("solid")

_STRANGER = "https://app.mimtest.invalid"


@pytest.fixture(scope="session")
def document(interface):
    """Where an RDF document is: the one that the target file names, else the pod's own container."""
    return interface.paths.get("resource", "/")


@pytest.fixture(scope="session")
def shown(client, document):
    """The document in Turtle, as the tester's own credentials get it."""
    return assert_status(client.get(document, headers={"Accept": TURTLE}), 200, what="the document")


@pytest.mark.check("TRU-SOL-01", clause="Solid Protocol 4.1", level="passive")
def test_the_storage_is_advertised(client):
    """The pod's address, or a container above it, is linked to the type pim:Storage."""
    answers = (client.head(place) for place in containers_above(client.interface.url))
    assert_that(
        any(answer.ok and STORAGE in linked(answer, "type") for answer in answers),
        "no container is advertised as the storage",
        expected=f'Link: <{STORAGE}>; rel="type"',
        received="no such link at the pod's address or above it",
    )


@pytest.mark.check("TRU-SOL-02", clause="Solid Protocol 5.5", level="passive")
def test_turtle_and_json_ld_hold_the_same(client, document):
    """An RDF document is given as Turtle and as JSON-LD, with the same statements."""
    turtle, json_ld, again = (
        assert_status(client.get(document, headers={"Accept": form}), 200, what=form)
        for form in (TURTLE, JSON_LD, TURTLE)
    )
    for answer, form in ((turtle, TURTLE), (json_ld, JSON_LD)):
        assert_that(
            answer.media_type == form,
            f"{form} is asked for and not given",
            expected=form,
            received=answer.media_type or "no Content-Type",
        )
    if turtle.body != again.body:
        raise Inconclusive("unstable", "the document changed while it was read")
    assert_same_statements(turtle, json_ld)


@pytest.mark.check("TRU-SOL-04", clause="WAC 6.1", level="passive")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_rights_are_told(client, document, shown, method):
    """WAC-Allow tells the access modes of whoever asks and of everybody."""
    assert shown.ok
    answer = assert_status(client.request(method, document), 200)
    rights = rights_in(answer)
    acl = linked(answer, "acl")
    if rights is None and acl and keeps_to_acp(client, acl[0]):
        raise NotApplicable("not_offered", "the server keeps to Access Control Policy")
    assert_that(
        rights is not None and rights.keys() & {"user", "public"},
        f"WAC-Allow tells no group's rights in answer to {method}",
        expected='such as user="read write", public="read"',
        received=answer.headers.get("wac-allow") or "no WAC-Allow",
    )
    assert_that(
        "read" in rights.get("user", ()) | rights.get("public", set()),
        "WAC-Allow does not tell that the document may be read, which it was",
        expected="read",
        received=answer.headers.get("wac-allow"),
    )


@pytest.mark.check("TRU-SOL-05", clause="WAC 3.1, Solid Protocol 4.3", level="passive")
def test_the_access_rules_are_linked(client, document):
    """Whoever may rule a resource finds the resource with its rules by a link."""
    answer = assert_status(client.head(document), 200)
    found = linked(answer, "acl")
    rights = rights_in(answer)
    if not found and (rights is None or "control" not in rights.get("user", ())):
        detail = "no link is given, but the credentials have no right to rule the resource"
        raise Inconclusive("precondition_unmet", detail)
    assert_that(
        len(found) == 1,
        f"{len(found)} resources rule access to one",
        expected='one Link with rel="acl"',
        received=", ".join(found) or "none",
    )


@pytest.mark.check("TRU-SOL-06", clause="Solid Protocol 8.1", level="passive")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_every_origin_is_given_leave(client, document, shown, method):
    """An answer to a web page names the page's origin as the one that may read it, and caches are told."""
    assert shown.ok
    asked = {"Origin": _STRANGER}
    if method == "OPTIONS":
        asked |= {"Access-Control-Request-Method": "GET"}
    answer = assert_status(client.request(method, document, headers=asked), 200, 204)
    leave = answer.headers.get("access-control-allow-origin")
    assert_that(
        leave == _STRANGER,
        f"the answer to {method} does not give leave to the origin that asked",
        expected=f"Access-Control-Allow-Origin: {_STRANGER}",
        received=f"Access-Control-Allow-Origin: {leave}" if leave else "none",
    )
    named = [n.strip().lower() for n in ",".join(answer.headers.get_list("vary")).split(",")]
    assert_that(
        "origin" in named or "*" in named,
        f"caches are not told that the answer to {method} depends on the origin",
        expected="Vary: Origin",
        received=", ".join(n for n in named if n) or "no Vary",
    )


@pytest.mark.check("TRU-SOL-13", clause="Solid Protocol 8.1", strength="should", level="passive")
def test_header_fields_are_shown_to_pages_by_name(client, document, shown):
    """The header fields that web pages may read are named one by one, those about rights and links among them."""
    assert shown.ok
    answer = assert_status(client.get(document, headers={"Origin": _STRANGER}), 200)
    told = ",".join(answer.headers.get_list("access-control-expose-headers")).lower()
    named = {n.strip() for n in told.split(",") if n.strip()}
    used = {"link", "wac-allow", "etag", "accept-patch", "accept-post"} & set(answer.headers)
    assert_that(
        "*" not in named and used <= named,
        "header fields are not shown to web pages by name",
        expected=", ".join(sorted(used)),
        received=", ".join(sorted(named)) or "no Access-Control-Expose-Headers",
    )


@pytest.mark.check("TRU-SOL-08", clause="WAC 6.1", strength="should", level="passive")
def test_the_public_changes_no_root(client):
    """Neither the pod's container nor the host's root lets everybody write, append or rule."""
    places = dict.fromkeys((client.url("/"), list(containers_above(client.interface.url))[-1]))
    answers = [client.head(place, auth=False) for place in places]
    told = {a.url: rights_in(a) for a in answers if a.status < 500}
    known = {url: rights for url, rights in told.items() if rights is not None}
    if not known:
        raise Inconclusive("no_data", "no root tells what everybody may do")
    for url, rights in known.items():
        free = sorted(rights.get("public", set()) & set(CHANGING))
        assert_that(
            not free,
            f"everybody may change {url}",
            expected="read at most",
            received=f'public="{" ".join(free)}"',
        )


@pytest.fixture(scope="session")
def issuer(client, identities, interface, target):
    """The address of the pod owner's identity provider: of the target file, or of the owner's profile."""
    named = target.interface(interface.issuer)
    if named:
        return named.url
    owner = identities.required(interface, "full")
    webid = webid_of(owner.token, owner.identity.owns)
    if webid is None:
        raise NotApplicable("not_offered", "the target file names no WebID of the pod's owner")
    profile = client.get(webid.partition("#")[0], headers={"Accept": JSON_LD})
    found = assert_status(profile, 200, what="the owner's profile").json()
    things = found if isinstance(found, list) else [found]
    held = [v for t in things if isinstance(t, dict) for v in t.get(ISSUER, ())]
    addresses = [v.get("@id", v.get("@value")) for v in held if isinstance(v, dict)]
    if not addresses:
        raise Inconclusive("no_data", "the owner's profile names no issuer in expanded JSON-LD")
    return addresses[0]


@pytest.fixture(scope="session")
def described(client, issuer):
    """What asks for the metadata of the identity provider."""
    where = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    return lambda: client.get(where, auth=False)


@pytest.mark.check("TRU-SOL-09", clause="Solid-OIDC 10", level="passive")
def test_the_issuer_knows_webids(described):
    """The identity provider of the pod's owner lists the scope webid."""
    metadata = json_object(assert_status(described(), 200, what="the metadata"), "the metadata")
    scopes = metadata.get("scopes_supported")
    assert_that(
        isinstance(scopes, list) and "webid" in scopes,
        "the identity provider does not list the scope webid",
        expected="webid in scopes_supported",
        received=", ".join(map(str, scopes)) if isinstance(scopes, list) else "none",
    )


@pytest.mark.check(
    "TRU-SOL-15", clause="Solid-OIDC 8, RFC 9449 5.1", strength="should", level="passive"
)
def test_the_issuer_binds_tokens(described):
    """The identity provider of the pod's owner lists algorithms for proofs of possession (DPoP)."""
    metadata = json_object(assert_status(described(), 200, what="the metadata"), "the metadata")
    known = metadata.get("dpop_signing_alg_values_supported")
    assert_that(
        isinstance(known, list) and known and "none" not in known,
        "the identity provider lists no algorithms for proofs of possession",
        expected="such as ES256 in dpop_signing_alg_values_supported",
        received=str(known),
    )


@pytest.mark.check("TRU-SOL-11", clause="RFC 9110 15.5.7", strength="may", level="passive")
def test_another_media_type_is_no_crash(client, document, shown):
    """A media type that a document does not have is answered 406, or as if none had been asked for."""
    assert shown.ok
    answer = client.get(document, headers={"Accept": "application/pdf"})
    assert_status(answer, 200, 406, what="the answer to Accept: application/pdf")


@pytest.mark.check("TRU-SOL-14", clause="Solid Protocol 4.1", level="passive")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_the_storage_description_is_linked(client, document, shown, method):
    """Resources of a storage link to the storage's description."""
    assert shown.ok
    answer = assert_status(client.request(method, document), 200, 204)
    found = linked(answer, STORAGE_DESCRIPTION)
    assert_that(
        found,
        f"the answer to {method} has no link to the storage's description",
        expected=f'Link with rel="{STORAGE_DESCRIPTION}"',
        received=answer.headers.get("link") or "no Link",
    )
