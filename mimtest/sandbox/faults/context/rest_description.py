"""Ways to break the description of the plain HTTP interface, and what keeps to it."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.rest_messages import (
    defines,
    is_below,
    lists,
    with_body,
    with_paths,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "rst-description-without-answers",
    kills=("CTX-RST-01",),
    beside=("CTX-RST-05", "CTX-RST-06", "CTX-RST-07", "CTX-RST-10"),
)
def _no_answers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Operations of the description say nothing of their answers."""
    response = proceed(request)
    if not defines(request):
        return response

    def strip(_: str, node: Any) -> Any:
        return {"get": {k: v for k, v in node["get"].items() if k != "responses"}}

    return with_body(response, lambda d: with_paths(d, strip))


@fault("rst-description-of-3-0", kills=("CTX-RST-02",))
def _old(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description is in OpenAPI 3.0."""
    response = proceed(request)
    return with_body(response, lambda d: d | {"openapi": "3.0.3"}) if defines(request) else response


@fault("rst-description-of-elsewhere", kills=("CTX-RST-03",))
def _elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description names the address of another installation."""
    response = proceed(request)
    other = {"servers": [{"url": "https://other.example/api"}]}
    return with_body(response, lambda d: d | other) if defines(request) else response


@fault("rst-described-path-missing", kills=("CTX-RST-04",), beside=("CTX-RST-05",))
def _missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description has a path that is not served."""
    response = proceed(request)
    if not defines(request):
        return response
    return with_body(
        response, lambda d: d | {"paths": d["paths"] | {"/trees": d["paths"]["/health"]}}
    )


@fault(
    "rst-status-not-described",
    kills=("CTX-RST-05",),
    beside=("CTX-RST-06", "CTX-RST-07", "CTX-RST-10"),
)
def _status(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description knows another status than the one that is sent."""
    response = proceed(request)
    if not defines(request):
        return response

    def move(_: str, node: Any) -> Any:
        answers = {"201" if k == "200" else k: v for k, v in node["get"]["responses"].items()}
        return {"get": node["get"] | {"responses": answers}}

    return with_body(response, lambda d: with_paths(d, move))


@fault("rst-payload-breaks-schema", kills=("CTX-RST-06",))
def _payload(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number of records is written as text."""
    response = proceed(request)
    if not lists(request):
        return response
    return with_body(response, lambda b: b | {"numberMatched": str(b["numberMatched"])})


@fault("rst-example-breaks-schema", kills=("CTX-RST-07",))
def _example(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The worked example of a list lacks what its schema demands."""
    response = proceed(request)
    if not defines(request):
        return response

    def spoil(path: str, node: Any) -> Any:
        if not path.endswith("/items"):
            return node
        answer = node["get"]["responses"]["200"]
        media = answer["content"]["application/json"] | {"example": {"items": []}}
        changed = answer | {"content": {"application/json": media}}
        return {"get": node["get"] | {"responses": node["get"]["responses"] | {"200": changed}}}

    return with_body(response, lambda d: with_paths(d, spoil))


@fault("rst-parameter-without-schema", kills=("CTX-RST-08",), beside=("CTX-RST-01",))
def _bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Parameters are described without a schema."""
    response = proceed(request)
    if not defines(request):
        return response

    def strip(_: str, node: Any) -> Any:
        listed = [
            {k: v for k, v in p.items() if k != "schema"} for p in node["get"].get("parameters", ())
        ]
        return {"get": node["get"] | {"parameters": listed}}

    return with_body(response, lambda d: with_paths(d, strip))


@fault("rst-anything-below-is-there", kills=("CTX-RST-09", "CTX-RST-26"))
def _anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Paths nobody described are answered with 200."""
    response = proceed(request)
    made_up = is_below(request) and "mimtest-" in request.path and "/items/" not in request.path
    return json_response({"status": "ok"}) if made_up and response.status == 404 else response  # noqa: PLR2004


@fault("rst-schema-without-id", kills=("CTX-RST-10",))
def _no_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Schemas of records do not describe their identifier."""
    response = proceed(request)
    if not defines(request):
        return response
    text = response.body.replace(b'"id":{', b'"key":{').replace(b'["id","type"]', b'["type"]')
    text = text.replace(b'["id"]', b'["links"]').replace(b'"id":"urn', b'"ref":"urn')
    return response.with_body(text)
