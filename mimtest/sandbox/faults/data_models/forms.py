"""Ways for one serialisation to say something else than another."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.data_models.messages import building
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-simplified-differs", kills=("MOD-REP-01",))
def differs_in_one_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of a building has another name than its normalized form."""
    simplified = request.params.get("options") == "keyValues"
    return building(request, proceed, lambda e: e.update(name="a house"), when=simplified)


@fault("mod-json-ld-drops", kills=("MOD-REP-02",))
def drops_in_one_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The JSON-LD form of a building lacks an attribute that its JSON form has."""
    linked = request.headers.get("accept", "").startswith("application/ld+json")
    return building(request, proceed, lambda e: e.pop("category", None), when=linked)
