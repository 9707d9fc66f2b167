"""The schemas of the API definition (OpenAPI 3.0 dialect)."""

from collections.abc import Mapping
from typing import Any, Final

_STRING: Final = {"type": "string"}
_URI: Final = {"type": "string", "format": "uri"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Mapping[str, Any], **bounds: int) -> dict[str, Any]:
    return {"type": "array", "items": items, **bounds}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    """An object schema; `required` names members with blanks between them."""
    return {"type": "object", "required": required.split(), "properties": properties}


_LINKS: Final = _list(_ref("link"))
_FEATURE_MEMBERS: Final = {
    "type": {"type": "string", "enum": ["Feature"]},
    "id": {"oneOf": [_STRING, {"type": "integer"}]},
    "geometry": {"nullable": True, "allOf": [_ref("geometry")]},
    "properties": {"type": "object", "nullable": True},
    "links": _LINKS,
}

SCHEMAS: Final[dict[str, Any]] = {
    "link": _object("href rel type", href=_URI, rel=_STRING, type=_STRING, title=_STRING),
    "landingPage": _object("links", title=_STRING, description=_STRING, links=_LINKS),
    "conformance": _object("conformsTo", conformsTo=_list(_URI)),
    "document": {"type": "object"},
    "collections": _object(
        "links collections", links=_LINKS, collections=_list(_ref("collection"))
    ),
    "collection": _object(
        "id links extent crs",
        id=_STRING,
        title=_STRING,
        description=_STRING,
        itemType={"type": "string", "enum": ["feature"]},
        extent=_ref("extent"),
        crs=_list(_URI, minItems=1),
        storageCrs=_URI,
        links=_LINKS,
    ),
    "extent": _object(
        "spatial",
        spatial=_object(
            "bbox crs",
            bbox=_list(_list({"type": "number"}, minItems=4, maxItems=6), minItems=1),
            crs=_URI,
        ),
        temporal=_object(
            "interval trs",
            interval=_list(
                _list(
                    {"type": "string", "format": "date-time", "nullable": True},
                    minItems=2,
                    maxItems=2,
                ),
                minItems=1,
            ),
            trs=_URI,
        ),
    ),
    "featureCollection": _object(
        "type features links",
        type={"type": "string", "enum": ["FeatureCollection"]},
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched=_COUNT,
        numberReturned=_COUNT,
        features=_list(_ref("feature")),
        links=_LINKS,
    ),
    "feature": _object("type id geometry properties", **_FEATURE_MEMBERS),
    "geometry": _object(
        "type coordinates",
        type={"type": "string", "enum": ["Point", "LineString", "Polygon"]},
        coordinates=_list({}),
    ),
    "problem": _object(
        "type title status",
        type=_STRING,
        title=_STRING,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=_STRING,
    ),
}
