"""Ways to break which parts of the past are told, and of which entities."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.history_messages import (
    asks_past,
    each_attribute,
    of_all_time,
    queries_past,
    retrieves_past,
    swapped,
    told,
)
from mimtest.sandbox.faults.context.messages import changed, with_params, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _forgets(request: Request, *names: str) -> Request:
    return without_params(request, *names) if asks_past(request) else request


@fault("ctx-past-attrs-ignored", kills=("CTX-TMP-20",))
def _attrs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An evolution has all attributes, whichever were asked for."""
    plain = retrieves_past(request) and "options" not in request.params
    return proceed(_forgets(request, "attrs") if plain else request)


@fault("ctx-past-pick-ignored", kills=("CTX-TMP-20",))
def _pick_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An evolution has all attributes, whichever were picked."""
    plain = "{" not in request.params.get("pick", "")
    return proceed(_forgets(request, "pick") if plain else request)


@fault("ctx-past-omit-ignored", kills=("CTX-TMP-20",))
def _omit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An evolution has the attributes that were omitted, too."""
    return proceed(_forgets(request, "omit"))


@fault("ctx-past-lang-ignored", kills=("CTX-TMP-37",))
def _lang_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts are told in all languages, whichever was asked for."""
    return proceed(_forgets(request, "lang"))


@fault("ctx-past-other-language", kills=("CTX-TMP-37",))
def _other_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts are told in English where German is asked for."""
    return proceed(swapped(request, "lang", {"de": "en"}))


@fault("ctx-past-language-unsaid", kills=("CTX-TMP-37",))
def _language_unsaid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts in one language do not say which."""
    response = proceed(request)
    if not asks_past(request) or "lang" not in request.params:
        return response

    def unsaid(_: str, timeline: Any) -> Any:
        return [{k: v for k, v in i.items() if k != "lang"} for i in timeline]

    return each_attribute(response, unsaid)


@fault("ctx-past-datasets-ignored", kills=("CTX-TMP-38",))
def _datasets_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances of all datasets are told, whichever was asked for."""
    return proceed(_forgets(request, "datasetId"))


@fault("ctx-past-default-dataset-unknown", kills=("CTX-TMP-38",))
def _default_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The instances without a dataset cannot be asked for."""
    return proceed(swapped(request, "datasetId", {"@none": "urn:ngsi-ld:Dataset:none"}))


@fault("ctx-past-scope-unreified", kills=("CTX-TMP-39",))
def _scope_unreified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The scopes of an evolution are told as they are, not as instances."""
    response = proceed(request)

    def bare(evolution: dict[str, Any]) -> dict[str, Any]:
        instances = evolution.get("scope")
        if not isinstance(instances, list):
            return evolution
        return evolution | {"scope": [s for i in instances for s in i["value"]]}

    return told(response, bare) if asks_past(request) else response


@fault("ctx-past-scope-q-ignored", kills=("CTX-TMP-39",))
def _scope_q_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past finds entities of any scope."""
    return proceed(_forgets(request, "scopeQ"))


@fault("ctx-past-q-ignored", kills=("CTX-TMP-27",), beside=("CTX-TMP-32",))
def _q_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past finds entities that do not meet its condition."""
    return proceed(_forgets(request, "q"))


@fault("ctx-past-geo-ignored", kills=("CTX-TMP-28",))
def _geo_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past finds entities that were elsewhere."""
    return proceed(_forgets(request, "georel", "geometry", "coordinates"))


def _matched_ever(request: Request, proceed: Proceed, *names: str) -> Response:
    """The answer for the entities that met some parameters at any time."""
    if not queries_past(request) or names[0] not in request.params:
        return proceed(request)
    ever = {e["id"] for e in proceed(of_all_time(request)).json()}
    response = proceed(without_params(request, *names))
    return changed(response, lambda body: [e for e in body if e["id"] in ever])


@fault("ctx-past-q-of-all-time", kills=("CTX-TMP-27",))
def _q_of_all_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past finds entities that met its condition at another time."""
    return _matched_ever(request, proceed, "q")


@fault("ctx-past-geo-of-all-time", kills=("CTX-TMP-28",))
def _geo_of_all_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past finds entities that were at the place at another time."""
    return _matched_ever(request, proceed, "georel", "geometry", "coordinates")


@fault("ctx-past-order-turned", kills=("CTX-TMP-40",))
def _order_turned(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Evolutions come in the order of their ids where the opposite is asked for."""
    return proceed(swapped(request, "orderBy", {"id;desc": "id"}))


@fault("ctx-past-ordered-by-anything", kills=("CTX-TMP-40",))
def _ordered_by_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An order that evolutions do not have is accepted."""
    other = not request.params.get("orderBy", "id").startswith("id")
    return proceed(_forgets(request, "orderBy") if other else request)


@fault("ctx-past-in-geojson", kills=("CTX-TMP-41",))
def _in_geojson(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who wants the past in GeoJSON gets JSON."""
    if not asks_past(request) or "geo+json" not in request.headers.get("accept", ""):
        return proceed(request)
    return proceed(replace(request, headers={**request.headers, "accept": "application/json"}))


@fault("ctx-past-braces-dropped", kills=("CTX-TMP-42",))
def _braces_dropped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is picked of linked entities is ignored."""
    nested = asks_past(request) and "{" in request.params.get("pick", "")

    def flat(params: dict[str, str]) -> dict[str, str]:
        return params | {"pick": params["pick"].partition("{")[0]}

    return proceed(with_params(request, flat) if nested else request)
