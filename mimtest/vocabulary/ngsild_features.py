"""Entities as GeoJSON features (GS CIM 009 4.5.16, 4.5.17)."""

from collections.abc import Callable
from typing import Any

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.ngsild import GEO_JSON, attributes_of, short_named
from mimtest.vocabulary.ngsild_forms import Entity


def feature_in(answer: Answer) -> dict[str, Any]:
    """The GeoJSON a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    assert_media_type(assert_status(answer, 200), GEO_JSON)
    return json_object(answer, "the feature")


def features_in(answer: Answer) -> dict[str, dict[str, Any]]:
    """The features of the collection a 200 answer holds, by the id of their entity."""
    __tracebackhide__ = True
    collection = feature_in(answer)
    assert_equal(collection.get("type"), "FeatureCollection", "the type of the collection")
    listed = member(collection, "features", list, "the collection")
    features = objects(listed, "the features")
    ids = [member(f, "id", str, "a feature") for f in features]
    assert_same_set(ids, list(dict.fromkeys(ids)), "the features")
    return dict(zip(ids, features, strict=True))


def assert_feature(
    held: Entity, known: Entity, geometry: Any, check: Callable[[Entity, Entity], None]
) -> None:
    """The GeoJSON Feature of an entity (4.5.16.2); `check` compares its properties with what is known."""
    __tracebackhide__ = True
    assert_equal(member(held, "type", str, "the feature"), "Feature", "the type of the feature")
    assert_equal(member(held, "id", str, "the feature"), known["id"], "the id of the feature")
    shown = member(held, "geometry", None, "the feature")
    assert_equal(shown, geometry, "the geometry of the feature")
    properties = short_named(member(held, "properties", dict, "the feature"))
    surplus = "id" in properties
    assert_that(not surplus, "the id is a property too", expected="none", received=properties)
    check({"id": known["id"], **properties}, known)


def geometry_of(entity: Entity, name: str = "location") -> Any:
    """What the geometry of the entity's feature is: that of its default instance, None without (4.5.16.1)."""
    instances = attributes_of(entity).get(name, [])
    default = [i for i in instances if "datasetId" not in i and i.get("type") == "GeoProperty"]
    return default[0].get("value") if default else None
