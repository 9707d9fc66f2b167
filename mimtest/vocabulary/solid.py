"""Words of Solid: links and rights in header fields, ACL resources, and statements that compare."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer, Client
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.jose import read

STORAGE: Final = "http://www.w3.org/ns/pim/space#Storage"
STORAGE_DESCRIPTION: Final = "http://www.w3.org/ns/solid/terms#storageDescription"
ISSUER: Final = "http://www.w3.org/ns/solid/terms#oidcIssuer"
#: What says that a server keeps to Access Control Policy (ACP) instead of Web Access Control.
_ACP: Final = "http://www.w3.org/ns/solid/acp#AccessControlResource"
TURTLE: Final = "text/turtle"
JSON_LD: Final = "application/ld+json"
#: Access modes by which something can be changed.
CHANGING: Final = ("write", "append", "control")
_PARAMETER: Final = re.compile(r'([A-Za-z]+)\s*=\s*"([^"]*)"')
_LANGUAGE: Final = re.compile(r'(?<=")@[A-Za-z0-9-]+(?=(?: <[^>]*>| _:\S+)? \.$)', re.MULTILINE)
#: What pyld raises for input beyond its own checks.
_TRIPS: Final = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
_LARGEST: Final = 1_000_000
_ACL: Final = """\
@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#owner> a acl:Authorization;
    acl:agent <{owner}>; acl:accessTo <{resource}>;
    acl:mode acl:Read, acl:Write, acl:Control.
"""
_READER: Final = """\
<#reader> a acl:Authorization;
    acl:agent <{reader}>; acl:accessTo <{resource}>;
    acl:mode acl:Read.
"""


def linked(answer: Answer, relation: str) -> list[str]:
    """The targets of the links with a relation (RFC 8288 3.3)."""
    return [link["href"] for link in answer.links if relation in link.get("rel", "").split()]


def containers_above(url: str) -> Iterator[str]:
    """The address as a container, and those above it up to the host."""
    parts = urlsplit(url)
    segments = [s for s in parts.path.split("/") if s]
    for count in range(len(segments), -1, -1):
        path = "".join(f"{s}/" for s in segments[:count])
        yield f"{parts.scheme}://{parts.netloc}/{path}"


def rights_in(answer: Answer) -> dict[str, set[str]] | None:
    """The access modes in WAC-Allow by group (WAC 6.1); None without the field."""
    told = answer.headers.get_list("wac-allow")
    if not told:
        return None
    pairs = _PARAMETER.findall(", ".join(told))
    return {group.lower(): set(modes.lower().split()) for group, modes in pairs}


def keeps_to_acp(client: Client, acl: str) -> bool:
    """Whether the resource that rules access is one of Access Control Policy."""
    if acl.endswith(".acr"):
        return True
    return _ACP in linked(client.head(acl), "type")


def acl_text(resource: str, owner: str, reader: str | None) -> str:
    """An ACL resource in Turtle: all for the owner, reading for a reader."""
    text = _ACL + (_READER if reader else "")
    return text.format(resource=resource, owner=owner, reader=reader)


def webid_of(token: str, texts: tuple[str, ...]) -> str | None:
    """Whose token it is: the WebID among its claims (Solid-OIDC 7.1), else the first address among texts."""
    try:
        claims = read(token).claims
    except ValueError:
        claims = {}
    named = (claims.get("webid"), claims.get("sub"), *texts)
    return next((n for n in named if isinstance(n, str) and n.startswith("http")), None)


def canonical(answer: Answer) -> str:
    """The statements of a representation in a form that compares (RDF Dataset Canonicalization).

    Raises Contradiction when it is not RDF in its media type, Inconclusive where that cannot be found out.
    """
    __tracebackhide__ = True
    from pyld import jsonld  # noqa: PLC0415 (slow to start, and seldom needed)

    if len(answer.body) > _LARGEST:
        raise Inconclusive("too_large", "the document is too large to compare")
    form = "application/n-quads"
    quads = _quads_of_json_ld(answer) if answer.media_type == JSON_LD else _quads_of_turtle(answer)
    plain = _LANGUAGE.sub(lambda tag: tag.group().lower(), quads)
    options = {"algorithm": "URDNA2015", "inputFormat": form, "format": form}
    try:
        return str(jsonld.normalize(plain, options))
    except (jsonld.JsonLdError, *_TRIPS) as error:
        detail = f"mimtest cannot compare the statements of {answer.media_type}: {error}"
        raise Inconclusive("needs_review", detail[:300]) from None


def _quads_of_json_ld(answer: Answer) -> str:
    from pyld import jsonld  # noqa: PLC0415 (slow to start, and seldom needed)

    def refuse(url: str, _options: Any) -> Any:
        raise Inconclusive("needs_review", f"the @context {url} is not fetched")

    options = {"base": answer.url, "documentLoader": refuse, "format": "application/n-quads"}
    try:
        return str(jsonld.to_rdf(answer.json(), options))
    except (jsonld.JsonLdError, Inconclusive, *_TRIPS) as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, Inconclusive):
                raise cause from None
            cause = getattr(cause, "cause", None) or cause.__cause__
        return _no_rdf(JSON_LD, error)


def _quads_of_turtle(answer: Answer) -> str:
    try:
        import pyoxigraph as ox  # noqa: PLC0415 (an extra)
    except ImportError:
        detail = "Turtle is read with the extra rdf: pip install 'mimtest[rdf]'"
        raise Inconclusive("needs_review", detail) from None
    try:
        found = ox.parse(answer.body, format=ox.RdfFormat.TURTLE, base_iri=answer.url)
        return (ox.serialize(found, format=ox.RdfFormat.N_QUADS) or b"").decode()
    except SyntaxError as error:
        return _no_rdf(TURTLE, error)


def _no_rdf(media_type: str, error: Exception) -> str:
    msg = f"the document is not RDF in {media_type}"
    raise Contradiction(msg, expected=media_type, received=str(error)[:300])


def assert_same_statements(one: Answer, other: Answer) -> None:
    """Two representations hold the same statements."""
    __tracebackhide__ = True
    first, second = (set(canonical(a).splitlines()) for a in (one, other))
    missing, surplus = sorted(first - second), sorted(second - first)
    if missing or surplus:
        fail(
            f"{other.media_type} holds other statements than {one.media_type}",
            expected=f"{len(first)} statements" + (f", such as {missing[0]}" if missing else ""),
            received=f"{len(second)} statements" + (f", such as {surplus[0]}" if surplus else ""),
        )
