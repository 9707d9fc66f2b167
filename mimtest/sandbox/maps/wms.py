"""Web Map Service 1.3.0 (OGC 06-042), and 1.1.1 (01-068r3) for those who ask for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mimtest.sandbox.features.crs import Crs
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.maps.drawing import View, hit, picture
from mimtest.sandbox.maps.layers import Layer, Rgb, system, turned
from mimtest.sandbox.maps.wms_documents import INFO, MOST, PNG, SYSTEMS, capabilities, exception

VERSIONS: Final = ("1.3.0", "1.1.1")
_BOX: Final = 4


class RefusedError(Exception):
    """A request that is answered with an exception report."""

    def __init__(self, code: str | None, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Question:
    """The map that is asked for."""

    version: str
    layers: tuple[Layer, ...]
    crs: Crs
    view: View
    clear: bool
    ground: Rgb


@dataclass(frozen=True, slots=True)
class WmsService:
    """Answers GetCapabilities, GetMap and GetFeatureInfo at its one address."""

    layers: Mapping[str, Layer]
    prefix: str = "/wms"
    _operations: tuple[str, ...] = field(default=("GetCapabilities", "GetMap", "GetFeatureInfo"))

    def handle(self, request: Request) -> Response:
        """The answer; `request.path` has the prefix removed."""
        if request.path:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        given = {name.upper(): value for name, value in request.params.items()}
        version = _version(given)
        try:
            return self._answer(request, given, version)
        except RefusedError as refused:
            return exception(version, refused.code, refused.text)

    def _answer(self, request: Request, given: Mapping[str, str], version: str) -> Response:
        operation = given.get("REQUEST", "")
        if not given:
            return problem(400, "this is a WMS: ask for service=WMS&request=GetCapabilities")
        if operation not in self._operations:
            raise RefusedError("OperationNotSupported", f"REQUEST is {operation or 'missing'!r}")
        if operation == "GetCapabilities":
            if given.get("SERVICE") != "WMS":
                raise RefusedError(None, "SERVICE has to be WMS")
            return capabilities(version, f"{request.base}{self.prefix}", self.layers.values())
        question = self._question(given, version)
        if operation == "GetMap":
            body = picture(
                question.layers,
                question.crs,
                question.view,
                clear=question.clear,
                ground=question.ground,
            )
            return Response(200, (("Content-Type", PNG),), body)
        return self._info(given, question)

    def _question(self, given: Mapping[str, str], version: str) -> Question:
        chosen = [n for n in _needed(given, "LAYERS").split(",") if n]
        unknown = [n for n in chosen if n not in self.layers]
        if unknown or not chosen:
            raise RefusedError("LayerNotDefined", f"there is no layer {', '.join(unknown)}")
        if any(s not in ("", "default") for s in _needed(given, "STYLES").split(",")):
            raise RefusedError("StyleNotDefined", "the one style is called default")
        name = _needed(given, "CRS" if version == VERSIONS[0] else "SRS")
        crs = system(name) if name in SYSTEMS else None
        if crs is None or (name == "CRS:84" and version != VERSIONS[0]):
            raise RefusedError(
                "InvalidCRS" if version == VERSIONS[0] else "InvalidSRS", f"not offered: {name}"
            )
        if given.get("FORMAT", PNG) != PNG:
            raise RefusedError("InvalidFormat", f"maps come as {PNG}")
        box = _box(_needed(given, "BBOX"))
        box = turned(crs, box) if version == VERSIONS[0] else box
        view = View(box, _size(given, "WIDTH"), _size(given, "HEIGHT"))
        return Question(
            version,
            tuple(self.layers[n] for n in chosen),
            crs,
            view,
            given.get("TRANSPARENT", "FALSE").upper() == "TRUE",
            _ground(given.get("BGCOLOR", "0xFFFFFF")),
        )

    def _info(self, given: Mapping[str, str], question: Question) -> Response:
        asked = [n for n in _needed(given, "QUERY_LAYERS").split(",") if n]
        if any(n not in self.layers for n in asked):
            raise RefusedError("LayerNotDefined", "a layer to ask about does not exist")
        kind = given.get("INFO_FORMAT", INFO[0])
        if kind not in INFO:
            raise RefusedError("InvalidFormat", f"not offered: {kind}")
        names = ("I", "J") if question.version == VERSIONS[0] else ("X", "Y")
        column, row = (_whole(_needed(given, n)) for n in names)
        if not (0 <= column < question.view.width and 0 <= row < question.view.height):
            raise RefusedError("InvalidPoint", "the point is not in the picture")
        found = [
            (layer.id, feature)
            for layer in question.layers
            if layer.id in asked
            for feature in hit(layer, question.crs, question.view, column, row)
        ]
        if kind == "text/plain":
            text = "".join(f"{name}: {f.id}\n" for name, f in found) or "nothing here\n"
            return Response(200, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())
        features = [
            {"type": "Feature", "id": f.id, "geometry": f.geometry, "properties": {"layer": name}}
            for name, f in found
        ]
        body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        return Response(200, (("Content-Type", kind),), body)


def _version(given: Mapping[str, str]) -> str:
    """The version to answer in (06-042 6.2.4): the one asked for, else the next lower, else the lowest."""
    asked = given.get("VERSION")
    if not asked:
        return VERSIONS[0]
    lower = [v for v in VERSIONS if _numbers(v) <= _numbers(asked)]
    return lower[0] if lower else VERSIONS[-1]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in version.split(".") if n.isdecimal())


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise RefusedError(None, f"{name} is missing")
    return given[name]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise RefusedError("InvalidPoint", f"{text!r} is no whole number") from None


def _size(given: Mapping[str, str], name: str) -> int:
    text = _needed(given, name)
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        raise RefusedError(None, f"{name} goes from 1 to {MOST}")
    return int(text)


def _box(text: str) -> Box:
    try:
        numbers = [float(n) for n in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != _BOX:
        raise RefusedError(None, "BBOX has to have four numbers")
    box = Box(*numbers)
    if box.west >= box.east or box.south >= box.north:
        raise RefusedError(None, "BBOX has no area")
    return box


def _ground(text: str) -> Rgb:
    try:
        number = int(text, 16)
    except ValueError:
        raise RefusedError(None, "BGCOLOR has to be like 0xFFFFFF") from None
    return number >> 16 & 255, number >> 8 & 255, number & 255
