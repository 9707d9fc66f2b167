"""Requests to answers: methods, resource paths and query options of the SensorThings service."""

import json
from threading import RLock
from typing import Any, Final
from urllib.parse import parse_qsl

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed
from mimtest.sandbox.sensorthings.errors import NothingHereError, RefusedError
from mimtest.sandbox.sensorthings.model import KINDS
from mimtest.sandbox.sensorthings.options import Options, read_options
from mimtest.sandbox.sensorthings.paths import Place, find
from mimtest.sandbox.sensorthings.store import Entity, Store
from mimtest.sandbox.sensorthings.view import View
from mimtest.sandbox.sensorthings.writes import Writing

_REQUIREMENTS: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMANCE: Final = tuple(
    f"{_REQUIREMENTS}{name}"
    for name in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data",
        "create-update-delete",
        "data-array/data-array",
    )
)
_CREATE_OBSERVATIONS: Final = "/CreateObservations"


class SensorThingsService:
    """SensorThings 1.1: sensing, with creation and data arrays; without MQTT, batches and MultiDatastreams."""

    def __init__(self, store: Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix
        self._lock = RLock()

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        view = View(self._store, f"{request.base}{self._prefix}")
        with self._lock:
            try:
                return self._answer(request, view)
            except RefusedError as error:
                return error.answer()

    def _answer(self, request: Request, view: View) -> Response:
        if request.path in ("", "/"):
            return _root(view) if request.method == "GET" else not_allowed("GET")
        if request.path == _CREATE_OBSERVATIONS:
            return self._rows(request, view) if request.method == "POST" else not_allowed("POST")
        place = find(self._store, request.path)
        if request.method == "GET":
            return self._read(request, place, view)
        return self._write(request, place, view)

    def _write(self, request: Request, place: Place, view: View) -> Response:
        if place.links or place.property:
            return not_allowed("GET")
        if place.entity is None:
            known = request.method == "POST"
            return (
                self._create(place, _body(request), view) if known else not_allowed("GET", "POST")
            )
        if request.method in ("PATCH", "PUT", "DELETE"):
            return self._change(request, place.entity, view)
        return not_allowed("GET", "PATCH", "PUT", "DELETE")

    def _read(self, request: Request, place: Place, view: View) -> Response:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        options = read_options(place.kind, pairs)
        if place.property:
            return _value(place, self._store)
        if place.entity is not None:
            one = view.references([place.entity])["value"][0]
            return json_response(one if place.links else view.entity(place.entity, options))
        entities = place.entities(self._store)
        if place.links:
            return json_response(view.references(entities))
        asked = (f"{view.root}{request.raw_path or request.path}", pairs)
        return json_response(view.collection(place.kind, entities, options, asked))

    def _create(self, place: Place, document: Any, view: View) -> Response:
        known: dict[str, Entity] = {}
        if place.owner is not None and place.relation is not None:
            relation = place.owner.kind.relations[place.relation]
            known = {relation.back: place.owner}
        writing = Writing(self._store)
        try:
            made = writing.create(place.kind, document, **known)
        except RefusedError:
            writing.undo()
            raise
        if place.kind.name == "Location" and "Things" in known:
            writing.record(known["Things"], [made])
        answer = json_response(view.entity(made, Options()), 201)
        return answer.with_header("Location", view.address(made))

    def _change(self, request: Request, entity: Entity, view: View) -> Response:
        if request.method == "DELETE":
            self._store.remove(entity)
            return json_response({})
        writing = Writing(self._store)
        try:
            writing.change(entity, _body(request), whole=request.method == "PUT")
        except RefusedError:
            writing.undo()
            raise
        return json_response(view.entity(entity, Options()))

    def _rows(self, request: Request, view: View) -> Response:
        """Observations given as data arrays; for each row an address or 'error' (13.2)."""
        answers: list[str] = []
        groups = _body(request)
        for group in groups if isinstance(groups, list) else ():
            if not isinstance(group, dict) or not isinstance(group.get("dataArray"), list):
                raise RefusedError("a group of observations has a 'dataArray'")
            answers += [self._row(group, row, view) for row in group["dataArray"]]
        if not answers:
            raise RefusedError("there is no observation to create")
        return json_response(answers, 201)

    def _row(self, group: dict[str, Any], row: Any, view: View) -> str:
        writing = Writing(self._store)
        try:
            values = dict(zip(group["components"], row, strict=True))
            if "FeatureOfInterest/id" in values:
                values["FeatureOfInterest"] = {"@iot.id": values.pop("FeatureOfInterest/id")}
            observation = values | {"Datastream": group["Datastream"]}
            made = writing.create(KINDS["Observations"], observation)
        except (RefusedError, KeyError, TypeError, ValueError):
            writing.undo()
            return "error"
        return view.address(made)


def _root(view: View) -> Response:
    sets = [{"name": name, "url": f"{view.root}/{name}"} for name in KINDS]
    return json_response({"value": sets, "serverSettings": {"conformance": list(CONFORMANCE)}})


def _body(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", ""):
        raise RefusedError("a body is JSON", 415)
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise RefusedError("the body is no JSON") from error


def _value(place: Place, store: Store) -> Response:
    name = place.property[-1]
    value = place.value(store)
    if value is None:
        if place.property[0] not in (*place.kind.properties, "@iot.id"):
            raise NothingHereError(name)
        return Response(204)
    if not place.raw:
        return json_response({name: value})
    if isinstance(value, dict | list | bool | int | float):
        return json_response(value)
    return Response(200, (("Content-Type", "text/plain; charset=utf-8"),), str(value).encode())
