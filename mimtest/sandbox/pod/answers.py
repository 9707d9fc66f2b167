"""What a pod's answers carry: representations, links, rights, and leave for every origin."""

from email.utils import formatdate
from typing import Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.pod.access import MODES
from mimtest.sandbox.pod.people import TOKENS, webid
from mimtest.sandbox.pod.store import ROOT, TURTLE, Document, Store
from mimtest.sandbox.pod.terms import LDP, PIM, SOLID, as_json_ld, as_turtle

_ANY: Final = "*/*"
_RDF: Final = {TURTLE: as_turtle, "application/ld+json": as_json_ld}
_EXPOSED: Final = (
    "Accept-Patch, Accept-Post, Accept-Put, Allow, ETag, Last-Modified, Link, Location, Vary, "
    "WAC-Allow, WWW-Authenticate"
)
_ASKED: Final = "Accept, Authorization, Content-Type, DPoP, If-Match, If-None-Match, Link, Slug"


def shown(request: Request, document: Document) -> Response:
    """A document as its client wants it; 406 where it has no such form."""
    offers = tuple(_RDF) if document.media_type == TURTLE else (document.media_type,)
    chosen = _chosen(request.headers.get("accept", _ANY), offers)
    if chosen is None:
        return problem(406, f"this is {' or '.join(offers)}")
    is_rdf = document.media_type == TURTLE
    body = _RDF[chosen](document.statements) if is_rdf else document.body
    modified = ("Last-Modified", formatdate(document.modified, usegmt=True))
    return Response(200, (("Content-Type", chosen), modified), body)


def _chosen(accept: str, offers: tuple[str, ...]) -> str | None:
    """The offer that is wanted most (RFC 9110 section 12.5.1)."""
    wanted: dict[str, float] = {}
    for item in accept.split(","):
        name, *parameters = (p.strip().lower() for p in item.split(";"))
        weights = [p[2:] for p in parameters if p.startswith("q=")]
        try:
            wanted[name] = float(weights[0]) if weights else 1.0
        except ValueError:
            continue

    def weight(offer: str) -> float:
        named = (offer, f"{offer.partition('/')[0]}/*", _ANY)
        return next((wanted[n] for n in named if n in wanted), 0.0)

    best = max(offers, key=weight)
    return best if weight(best) else None


def no_content(status: int) -> Response:
    """An answer without a body."""
    return Response(status)


def refused(*, known: bool, error: str = "") -> Response:
    """403 for somebody who is known, else 401 with how to become known."""
    if known:
        return problem(403, "this is not for you")
    more = f', error="{error}"' if error else ""
    answer = problem(401, "a token is needed")
    return answer.with_header("WWW-Authenticate", f'Bearer realm="pod"{more}')


def _methods(path: str) -> str:
    kinds = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH"]
    kinds += ["POST"] if path.endswith("/") else []
    return ", ".join(kinds if path in (ROOT, f"{ROOT}.acl") else [*kinds, "DELETE"])


def preflight(path: str) -> Response:
    """The answer to OPTIONS (Solid Protocol 8.1)."""
    fields = (
        ("Allow", _methods(path)),
        ("Access-Control-Allow-Methods", _methods(path)),
        ("Access-Control-Allow-Headers", _ASKED),
        ("Access-Control-Max-Age", "600"),
    )
    return Response(204, fields)


def dressed(request: Request, store: Store, response: Response) -> Response:
    """The answer with links, rights and leave for the origin that asked."""
    path = request.path
    fields = {
        "Vary": "Accept, Authorization, Origin",
        "Access-Control-Allow-Origin": request.headers.get("origin", "*"),
        "Access-Control-Expose-Headers": _EXPOSED,
        "Allow": _methods(path),
        "Accept-Put": "*/*",
        "Accept-Patch": "text/n3",
        "Link": _links(store, path),
    }
    if path.endswith("/"):
        fields["Accept-Post"] = "*/*"
    if response.status < 300 and not path.endswith(".acl"):  # noqa: PLR2004
        fields["WAC-Allow"] = _rights(request, store, path)
    for name, value in fields.items():
        response = response.with_header(name, value)
    return response


def _links(store: Store, path: str) -> str:
    described = store.address("/.well-known/solid")
    links = [f'<{described}>; rel="{SOLID}storageDescription"', f'<{LDP}Resource>; rel="type"']
    if not path.endswith(".acl"):
        links.append(f'<{store.address(path)}.acl>; rel="acl"')
    if path.endswith("/"):
        links.append(f'<{LDP}BasicContainer>; rel="type"')
    if path == ROOT:
        links.append(f'<{PIM}Storage>; rel="type"')
    return ", ".join(links)


def _rights(request: Request, store: Store, path: str) -> str:
    """What whoever asks may do, and what everybody may (WAC 6.1)."""
    token = request.headers.get("authorization", "").partition(" ")[2]
    agent = webid(request.base, TOKENS[token]) if token in TOKENS else None
    groups = (("user", store.modes(path, agent)), ("public", store.modes(path, None)))
    return ", ".join(f'{g}="{" ".join(m for m in MODES if m in held)}"' for g, held in groups)
