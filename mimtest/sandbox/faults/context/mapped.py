"""Ways to break what maps identifiers to each other, and what adds terms to others."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import changed
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REGISTER: Final = "/register"
_EXTENDED: Final = "/contexts/water.jsonld"


@fault("ctx-mapping-without-the-pair", kills=("CTX-IDN-07",))
def _without_the_pair(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The register maps each building to the number of another one."""
    response = proceed(request)
    if request.path != _REGISTER:
        return response
    return changed(response, _shifted)


def _shifted(body: Any) -> Any:
    pairs = body["mappings"]
    others = [p["object_id"] for p in pairs]
    moved = zip(pairs, [*others[1:], others[0]], strict=True)
    return {"mappings": [p | {"object_id": other} for p, other in moved]}


def _told(doc: str, change: Any) -> Any:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        return changed(response, change) if request.path == _REGISTER else response

    act.__doc__ = doc
    return act


def _beside(body: Any) -> Any:
    return {"mappings": [p | {"predicate_id": "schema:isNextTo"} for p in body["mappings"]]}


def _all_in_one(body: Any) -> Any:
    return {"mappings": [p[side] for p in body["mappings"] for side in ("subject_id", "object_id")]}


fault("ctx-mapping-of-neighbours", kills=("CTX-IDN-07",))(
    _told("The register says which number is next to which building.", _beside)
)
fault("ctx-mapping-is-a-list", kills=("CTX-IDN-07",))(
    _told(
        "The register lists buildings and numbers, without saying which belong together.",
        _all_in_one,
    )
)


@fault("ctx-second-identifier-leads-nowhere", kills=("CTX-IDN-07",))
def _leads_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The numbers of the register are not found."""
    if request.path.startswith(f"{_REGISTER}/"):
        return problem(404, "no such building")
    return proceed(request)


def _with_context(response: Response, change: Any) -> Response:
    return changed(response, lambda b: b | {"@context": change(*b["@context"])})


@fault("ctx-extension-without-its-base", kills=("CTX-IDN-16",))
def _without_its_base(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is to add to another one does not import it."""
    response = proceed(request)
    return _with_context(response, lambda _, own: own) if request.path == _EXTENDED else response


@fault("ctx-extension-adds-nothing", kills=("CTX-IDN-16",))
def _adds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is to add to another one has no term of its own."""
    response = proceed(request)
    return (
        _with_context(response, lambda base, _: [base]) if request.path == _EXTENDED else response
    )


@fault("ctx-extension-changes-its-base", kills=("CTX-IDN-16",))
def _changes_its_base(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context that is to add to another one gives one of its terms another meaning."""
    response = proceed(request)
    if request.path != _EXTENDED:
        return response
    return _with_context(
        response,
        lambda base, own: [base, own | {"Building": "https://mimtest.example/water#Building"}],
    )
