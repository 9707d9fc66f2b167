"""Requests to answers: the operations of NGSI v2 by path and method."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.http import Request, Response, dump, json_response
from mimtest.sandbox.ngsiv2 import batch, changes, kinds, subscriptions
from mimtest.sandbox.ngsiv2.call import JSON, TEXT, Call, unknown_names
from mimtest.sandbox.ngsiv2.errors import V2Error, bad_request, missing
from mimtest.sandbox.ngsiv2.forms import FORMS, Form, form_of
from mimtest.sandbox.ngsiv2.model import Entity
from mimtest.sandbox.ngsiv2.selection import Selection, of_params, of_query, ordered
from mimtest.sandbox.ngsiv2.store import Store

Operation = Callable[[], Response]
_ENTRY: Final = {
    f"{name}_url": f"/v2/{name}" for name in ("entities", "types", "subscriptions", "registrations")
}


@dataclass(frozen=True, slots=True)
class V2Service:
    """FIWARE-NGSI v2 over a store."""

    store: Store

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        try:
            with self.store.lock:
                return _answer(Call(request, self.store))
        except V2Error as error:
            return error.as_response()


def _answer(call: Call) -> Response:
    operations = _operations(call)
    method = call.request.method
    if method not in operations:
        allow = ", ".join(operations)
        raise V2Error(405, "MethodNotAllowed", f"{method} is not allowed here", allow=allow)
    if call.segments[-1:] != ["value"]:
        call.accepts(JSON)
    return operations[method]()


def _operations(call: Call) -> dict[str, Operation]:
    """What can be done at the path, by method. Raises V2Error (404)."""
    match call.segments:
        case []:
            return {"GET": lambda: json_response(_ENTRY)}
        case ["entities", *rest]:
            return _of_entities(call, rest)
        case ["types", *rest]:
            return _of_types(call, rest)
        case ["subscriptions", *rest]:
            return _of_subscriptions(call, rest)
        case _:
            return _of_others(call, "/".join(call.segments))


def _of_entities(call: Call, rest: list[str]) -> dict[str, Operation]:
    if not rest:
        return {"GET": lambda: _list(call), "POST": lambda: _create(call)}

    def known() -> Entity:
        return call.tenant.one(rest[0], call.params.get("type"), call.paths)

    match rest[1:]:
        case []:
            return {
                "GET": lambda: json_response(_form(call).entity(known())),
                "DELETE": lambda: _done(changes.remove, call.tenant, known(), []),
            }
        case ["attrs"]:
            writes = dict.fromkeys(
                ("POST", "PATCH", "PUT"), lambda: _done(changes.change_attributes, call, known())
            )
            return {"GET": lambda: json_response(_form(call).attributes(known())), **writes}
        case ["attrs", name]:
            return {
                "GET": lambda: _attribute(call, known(), name),
                "PUT": lambda: _done(changes.change_attribute, call, known(), name),
                "DELETE": lambda: _done(changes.remove, call.tenant, known(), [name]),
            }
        case ["attrs", name, "value"]:
            return {
                "GET": lambda: _value(call, known(), name),
                "PUT": lambda: _done(changes.change_value, call, known(), name),
            }
    raise missing("path")


def _of_types(call: Call, rest: list[str]) -> dict[str, Operation]:
    match rest:
        case []:
            return {"GET": lambda: _types(call)}
        case [name]:
            return {"GET": lambda: json_response(kinds.one_type(_all(call), name))}
    raise missing("path")


def _of_subscriptions(call: Call, rest: list[str]) -> dict[str, Operation]:
    match rest:
        case []:
            return {"GET": lambda: _subscriptions(call), "POST": lambda: _subscribe(call)}
        case [own]:
            return {
                "GET": lambda: json_response(subscriptions.one(call, own)),
                "PATCH": lambda: _done(subscriptions.change, call, own),
                "DELETE": lambda: _done(subscriptions.cancel, call, own),
            }
    raise missing("path")


def _of_others(call: Call, path: str) -> dict[str, Operation]:
    known: dict[str, dict[str, Operation]] = {
        "registrations": {"GET": lambda: json_response([])},
        "op/update": {"POST": lambda: _done(batch.update, call)},
        "op/query": {"POST": lambda: _query(call)},
    }
    if path not in known:
        raise missing("path")
    return known[path]


def _done(act: Callable[..., None], *what: object) -> Response:
    act(*what)
    return Response(204)


def _all(call: Call) -> list[Entity]:
    return list(call.paths.among(call.tenant.entities.values()))


def _form(call: Call) -> Form:
    call.only("count", *FORMS)
    return form_of(call.options, call.listed("attrs"), call.listed("metadata"))


def _list(call: Call) -> Response:
    return _found(call, of_params(call.params), _form(call))


def _found(call: Call, wanted: Selection, form: Form) -> Response:
    found = ordered(wanted.of(_all(call)), call.listed("orderBy"), wanted.place)
    return _page(call, [form.entity(e) for e in found[call.page]], len(found))


def _page(call: Call, items: Iterable[Any], total: int) -> Response:
    response = json_response(list(items))
    counted = "count" in call.options
    return response.with_header("Fiware-Total-Count", str(total)) if counted else response


def _create(call: Call) -> Response:
    new = changes.create(call)
    where = f"/v2/entities/{quote(new.id, safe=':')}?type={quote(new.type, safe=':')}"
    status = HTTPStatus.NO_CONTENT if "upsert" in call.options else HTTPStatus.CREATED
    return Response(status, (("Location", where),))


def _attribute(call: Call, known: Entity, name: str) -> Response:
    return json_response(_form(call).attribute(changes.require(known, name)))


def _value(call: Call, known: Entity, name: str) -> Response:
    value = changes.require(known, name).value
    offers = (JSON, TEXT) if isinstance(value, dict | list) else (TEXT,)
    return Response(200, (("Content-Type", call.accepts(*offers)),), dump(value))


def _types(call: Call) -> Response:
    call.only("count", "values")
    found = kinds.types(_all(call))
    shown = [t["type"] for t in found] if "values" in call.options else found
    return _page(call, shown[call.page], len(found))


def _subscriptions(call: Call) -> Response:
    call.only("count")
    found = subscriptions.listed(call)
    return _page(call, found[call.page], len(found))


def _subscribe(call: Call) -> Response:
    return Response(201, (("Location", f"/v2/subscriptions/{subscriptions.create(call)}"),))


def _query(call: Call) -> Response:
    body = call.object()
    unknown_names(body, ("entities", "attrs", "expression", "metadata"), "a query")
    call.only("count", *FORMS)
    names = {k: _names(body, k) for k in ("attrs", "metadata")}
    return _found(call, of_query(body), form_of(call.options, names["attrs"], names["metadata"]))


def _names(body: Mapping[str, Any], member: str) -> list[str]:
    listed = body.get(member, [])
    if not isinstance(listed, list) or not all(isinstance(n, str) for n in listed):
        raise bad_request(f"{member} is an array of names")
    return listed
