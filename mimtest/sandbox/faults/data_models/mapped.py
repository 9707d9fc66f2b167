"""Ways to break the mapping to a common model, one at a time, and permitted ways to write it."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.data_models.messages import page
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MAPPING = "/models/EnergyConsumption/mapping.sssom.tsv"


@fault("mod-mapping-without-why", kills=("MOD-MAP-01",))
def gives_no_reason(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping does not say what its rows rest on."""
    return page(_MAPPING, request, proceed, lambda t: t.replace("semapv:ManualMappingCuration", ""))


@fault("mod-mapping-incomplete", kills=("MOD-MAP-02",))
def leaves_a_field_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping leaves out how long a period is."""
    return page(_MAPPING, request, proceed, lambda t: _without(t, "city:period"))


@fault("mod-mapping-nowhere", kills=("MOD-MAP-03",))
def leads_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping leads to an attribute that the common model does not have."""
    return page(_MAPPING, request, proceed, lambda t: t.replace("region:length", "region:span"))


@fault("mod-mapping-crossed", kills=("MOD-MAP-04",))
def crosses_two_fields(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping takes the carrier for the length of the period, and the other way round."""

    def change(text: str) -> str:
        swapped = text.replace("region:length", "region:-").replace(
            "region:carrier", "region:length"
        )
        return swapped.replace("region:-", "region:carrier")

    return page(_MAPPING, request, proceed, change)


@fault("mod-mapping-merges", kills=("MOD-MAP-05",))
def makes_one_of_two(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping makes one attribute of beginning and end."""
    return page(_MAPPING, request, proceed, lambda t: t.replace("region:from", "region:until"))


@fault("mod-variant-mapping-of-names")
def maps_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping is a JSON object of names."""
    response = proceed(request)
    if request.path != _MAPPING:
        return response
    lines = [line.split("\t") for line in response.body.decode().splitlines()]
    rows = [line for line in lines if not line[0].startswith("#")][1:]
    return json_response({row[0].partition(":")[2]: row[2].partition(":")[2] for row in rows})


@fault("mod-variant-mapping-in-json")
def maps_in_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mapping is SSSOM in JSON."""
    response = proceed(request)
    if request.path != _MAPPING:
        return response
    lines = [line.split("\t") for line in response.body.decode().splitlines()]
    head, *rows = [line for line in lines if not line[0].startswith("#")]
    return json_response({"mappings": [dict(zip(head, row, strict=True)) for row in rows]})


def _without(text: str, start: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))
