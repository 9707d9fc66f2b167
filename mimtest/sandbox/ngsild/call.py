"""One request on its way through the broker: its parameters, context, tenant and answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.ngsild.body import read_json
from mimtest.sandbox.ngsild.contexts import CORE_ONLY, Context, Contexts
from mimtest.sandbox.ngsild.errors import bad_data, invalid
from mimtest.sandbox.ngsild.links import context_header, context_link
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON, accepted, content_type
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.reading import Reader
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.tenants import Tenant

_FORMATS: Final = {
    "normalized": "normalized",
    "concise": "concise",
    "simplified": "simplified",
    "keyValues": "simplified",
}
_VARY: Final = "Accept, Link, NGSILD-Tenant, Prefer"


@dataclass(slots=True)
class Call:
    """A request to the broker. `parts` are the path's variable segments, decoded."""

    request: Request
    parts: tuple[str, ...]
    tenant: Tenant
    contexts: Contexts
    clock: Clock
    outgoing: Outgoing
    context: Context = CORE_ONLY
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The entities of the tenant."""
        return self.tenant.store

    def use_linked_context(self) -> None:
        """Take the context of the Link header, else the core context alone."""
        url = context_link(self.request.headers.get("link"))
        if url is not None:
            self.context = self.contexts.resolve(url, self.request.base)

    def body(self) -> Any:
        """The JSON body; its media type is checked first. Raises NgsiError."""
        content_type(self.request.headers, patch=self.request.method == "PATCH")
        return read_json(self.request.body)

    def payload(self) -> Any:
        """The body without its context, which becomes that of the call (6.3.5). Raises NgsiError."""
        value, self.context = self.item(self.body())
        return value

    def item(self, value: Any) -> tuple[Any, Context]:
        """An object of the body without its context, and that context. Raises NgsiError."""
        kind = content_type(self.request.headers, patch=self.request.method == "PATCH")
        linked = context_link(self.request.headers.get("link")) is not None
        embedded = isinstance(value, dict) and "@context" in value
        if kind == JSON:
            if embedded:
                msg = "a body of type application/json has no @context"
                raise bad_data(msg)
            return value, self.context
        if linked:
            msg = "a body of type application/ld+json comes without a linked context"
            raise bad_data(msg)
        if not embedded:
            msg = "a body of type application/ld+json has an @context"
            raise bad_data(msg)
        rest = {k: v for k, v in value.items() if k != "@context"}
        return rest, self.contexts.resolve(value["@context"], self.request.base)

    def reader(self, context: Context | None = None, **how: Any) -> Reader:
        """A reader of entities in the context of the call, at this moment."""
        return Reader((context or self.context).terms, self.clock.now(), **how)

    def options(self, known: Collection[str]) -> frozenset[str]:
        """The values of `options`. Raises NgsiError (InvalidRequest) for one not known here."""
        given = frozenset(o for o in self.params.get("options", "").split(",") if o)
        unknown = sorted(given - set(known))
        if unknown:
            msg = f"there is no option '{unknown[0][:60]}' here"
            raise invalid(msg)
        return given

    def form(self, *further: str) -> str:
        """Which representation is meant; `format` goes before `options` (6.3.7). Raises NgsiError."""
        options = self.options((*_FORMATS, *further))
        wanted = self.params.get("format")
        if wanted is None:
            return next((_FORMATS[o] for o in _FORMATS if o in options), "normalized")
        if wanted not in _FORMATS:
            msg = f"there is no format '{wanted[:60]}'"
            raise invalid(msg)
        return _FORMATS[wanted]

    def flag(self, name: str) -> bool:
        """A parameter that is true or false. Raises NgsiError (BadRequestData) for anything else."""
        value = self.params.get(name, "false")
        if value not in ("true", "false"):
            msg = f"{name} is true or false"
            raise bad_data(msg)
        return value == "true"

    def local(self) -> bool:
        """Whether only this broker is meant, as `type=*` and snapshots say (5.5.13). Raises NgsiError."""
        is_local = self.flag("local") or "ngsild-snapshot" in self.request.headers
        if self.params.get("type") != "*":
            return is_local
        if "local" in self.params and not is_local:
            msg = "type=* goes with local=true only"
            raise bad_data(msg)
        return True

    def selectors(self) -> dict[str, str]:
        """The parameters that select entities by what they are called."""
        return {k: v for k, v in self.params.items() if k in ("type", "id", "idPattern")}

    def media_type(self, *offered: str) -> str:
        """The offered media type the client wants. Raises NgsiError (406)."""
        return accepted(self.request.headers.get("accept"), offered)

    def answer(self, value: Any, media_type: str) -> Response:
        """The value in the context of the call: linked for JSON, else in each top element (6.3.6)."""
        if media_type == LD_JSON:
            return self._with_vary(json_response(self.in_context(value), 200, media_type))
        response = json_response(value, 200, media_type)
        return self._with_vary(self.with_context_link(response))

    def in_context(self, value: Any) -> Any:
        """The value with the context in it."""
        if isinstance(value, list):
            return [self.in_context(v) for v in value]
        return {**value, "@context": self.context.in_body}

    def with_context_link(self, response: Response) -> Response:
        """The response with a link to the context."""
        target = self.contexts.link_target(self.context, self.request.base)
        link = ("Link", context_header(target))
        return Response(response.status, (*response.headers, link), response.body)

    def _with_vary(self, response: Response) -> Response:
        return response.with_header("Vary", _VARY)


def done() -> Response:
    """204: it is done, and there is nothing to say."""
    return Response(204)
