"""Storing, listing, serving and removing @contexts for clients (5.13, 6.29, 6.30)."""

from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.context_store import CACHED, KINDS, Kept
from mimtest.sandbox.ngsild.contexts import HOSTED_CONTEXTS
from mimtest.sandbox.ngsild.errors import bad_data, missing, unsupported
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.router import Operation, Routes


def add_context(call: Call) -> Response:
    """A @context is kept for clients (5.13.2)."""
    body = call.body()
    if not isinstance(body, dict) or "@context" not in body:
        msg = "the body is an object with a @context"
        raise bad_data(msg)
    kept = call.contexts.host(body["@context"], call.request.base)
    return Response(201, (("Location", kept.url),))


def list_contexts(call: Call) -> Response:
    """The addresses of the @contexts, or all about them (5.13.3)."""
    call.media_type(JSON, LD_JSON)
    kind, detailed = call.params.get("kind"), call.flag("details")
    if kind is not None and kind not in KINDS:
        msg = f"kind is one of {', '.join(KINDS)}"
        raise bad_data(msg)
    found = call.contexts.kept.all(call.contexts.longer)
    chosen = [k for k in found if kind in (None, k.kind)]
    return json_response([_details(call, k) if detailed else _address(call, k) for k in chosen])


def serve_context(call: Call) -> Response:
    """A @context, or all about it (5.13.4)."""
    kept = _named(call)
    if call.flag("details"):
        return json_response(_details(call, kept))
    if kept.kind == CACHED:
        msg = "a cached @context is served by its origin"
        raise unsupported(msg)
    return json_response(kept.document, media_type=call.media_type(LD_JSON, JSON))


def delete_context(call: Call) -> Response:
    """A @context is kept no more, or fetched anew (5.13.5)."""
    kept = _named(call)
    if not call.flag("reload"):
        call.contexts.kept.remove(kept)
        return done()
    if kept.kind != CACHED:
        msg = "only a cached @context can be loaded again"
        raise bad_data(msg)
    call.contexts.reload(kept)
    return done()


def _named(call: Call) -> Kept:
    """The @context of the local identifier or the address in the path."""
    name = call.parts[0]
    kept = call.contexts.kept.find(name) or call.contexts.kept.find(
        name.removeprefix(call.request.base)
    )
    if kept is None or not kept.is_fresh(call.contexts.longer):
        msg = f"there is no @context {name[:200]}"
        raise missing(msg)
    return kept


def _address(call: Call, kept: Kept) -> str:
    return kept.url if kept.kind == CACHED else f"{call.request.base}{quote(kept.url, safe='/:')}"


def _details(call: Call, kept: Kept) -> dict[str, Any]:
    """What is known of a @context (5.13.3.5)."""
    given = {
        "URL": _address(call, kept),
        "localId": kept.local_id,
        "kind": kept.kind,
        "createdAt": kept.created,
        "expiresAt": kept.expires,
        "lastUsage": kept.used,
        "numberOfHits": kept.hits,
    }
    return {name: value for name, value in given.items() if value is not None}


ROUTES: Final[Routes] = {
    (HOSTED_CONTEXTS.rpartition("/")[2],): {
        "GET": Operation(list_contexts, frozenset(("details", "kind"))),
        "POST": Operation(add_context),
    },
    (HOSTED_CONTEXTS.rpartition("/")[2], "*"): {
        "GET": Operation(serve_context, frozenset(("details",))),
        "DELETE": Operation(delete_context, frozenset(("reload",))),
    },
}
