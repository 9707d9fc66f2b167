"""The names of the NGSI-LD core context, version 1.8 (GS CIM 009 4.4 and annex B)."""

from typing import Any, Final

CORE_URL: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CORE_URLS: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
NGSI: Final = "https://uri.etsi.org/ngsi-ld/"
GEOJSON: Final = "https://purl.org/geojson/vocab#"
DEFAULT_VOCABULARY: Final = "https://uri.etsi.org/ngsi-ld/default-context/"

_GEOJSON_TERMS: Final = (
    "Feature FeatureCollection GeometryCollection LineString MultiLineString MultiPoint "
    "MultiPolygon Point Polygon geometry properties"
)
_PLAIN: Final = (
    "Attribute AttributeList ContextSourceIdentity ContextSourceNotification "
    "ContextSourceRegistration Date DateTime EntityType EntityTypeInfo EntityTypeList GeoProperty "
    "JsonProperty LanguageProperty ListProperty ListRelationship Notification Property "
    "Relationship Subscription TemporalProperty Time VocabProperty accept attrs cacheDuration "
    "contextSourceAlias contextSourceInfo contextSourceUptime cooldown csf data detail endpoint "
    "entities entity entityCount error errors format geoQ geoproperty georel idPattern "
    "information isActive join jsonKeys lang linkedMaps localOnly location management "
    "managementInterval mode notUpdated notification notificationTrigger notifierInfo "
    "observationInterval observationSpace omit operationSpace operations pick q reason "
    "receiverInfo refreshRate registrationId registrationName scope scopeQ showChanges status "
    "subscriptionName sysAttrs temporalQ throttling timeInterval timeout timeproperty timerel "
    "timesFailed timesSent triggerReason unchanged unitCode updated uri"
)
_RENAMED: Final = {
    "containedBy": "isContainedBy",
    "entityMap": "hasEntityMap",
    "joinLevel": "hasJoinLevel",
    "key": "hasKey",
    "value": "hasValue",
    "previousValue": "hasPreviousValue",
}
_VOCABULARY: Final = (
    "attributeList attributeName attributeNames attributeTypes attributes propertyNames "
    "relationshipNames typeList typeName typeNames watchedAttributes"
)
_VOCABULARY_RENAMED: Final = {
    "objectType": "hasObjectType",
    "valueType": "hasValueType",
    "vocab": "hasVocab",
    "previousVocab": "hasPreviousVocab",
}
_IDENTIFIERS: Final = "datasetId entityId instanceId subscriptionId success tenant"
_IDENTIFIERS_RENAMED: Final = {"object": "hasObject", "previousObject": "hasPreviousObject"}
_TIMES: Final = (
    "contextSourceTimeAt createdAt deletedAt endAt endTimeAt expiresAt lastFailure "
    "lastNotification lastSuccess modifiedAt notifiedAt observedAt startAt timeAt"
)
_LISTS: Final = "avg distinctCount entityList jsons max min stddev sum sumsq totalCount"
_LISTS_RENAMED: Final = {
    "languageMaps": "hasLanguageMaps",
    "objectList": "hasObjectList",
    "objects": "hasObjects",
    "objectsLists": "hasObjectsLists",
    "previousObjectList": "hasPreviousObjectList",
    "previousValueList": "hasPreviousValueList",
    "valueList": "hasValueList",
    "valueLists": "hasValueLists",
    "values": "hasValues",
    "vocabs": "hasVocabs",
}


def _typed(names: str, renamed: dict[str, str], **how: str) -> dict[str, Any]:
    ids = {n: n for n in names.split()} | renamed
    added = {f"@{k}": v for k, v in how.items()}
    return {n: {"@id": f"ngsi-ld:{i}", **added} for n, i in ids.items()}


def _core_context() -> dict[str, Any]:
    return {
        "@version": 1.1,
        "@protected": True,
        "ngsi-ld": NGSI,
        "geojson": GEOJSON,
        "id": "@id",
        "type": "@type",
        "attributeCount": f"{NGSI}attributeCount",
        "attributeDetails": f"{NGSI}attributeDetails",
        "description": "http://purl.org/dc/terms/description",
        "title": "http://purl.org/dc/terms/title",
        **{n: f"geojson:{n}" for n in _GEOJSON_TERMS.split()},
        "bbox": {"@id": "geojson:bbox", "@container": "@list"},
        "coordinates": {"@id": "geojson:coordinates", "@container": "@list"},
        "features": {"@id": "geojson:features", "@container": "@set"},
        **{n: f"ngsi-ld:{n}" for n in _PLAIN.split()},
        **{n: f"ngsi-ld:{i}" for n, i in _RENAMED.items()},
        **_typed(_VOCABULARY, _VOCABULARY_RENAMED, type="@vocab"),
        **_typed(_IDENTIFIERS, _IDENTIFIERS_RENAMED, type="@id"),
        **_typed(_TIMES, {}, type="DateTime"),
        **_typed(_LISTS, _LISTS_RENAMED, container="@list"),
        **_typed("", {"json": "hasJSON", "previousJson": "hasPreviousJson"}, type="@json"),
        **_typed("contextSourceExtras", {}, type="@json"),
        "dataset": {"@id": "ngsi-ld:hasDataset", "@container": "@index"},
        **_typed(
            "",
            {"languageMap": "hasLanguageMap", "previousLanguageMap": "hasPreviousLanguageMap"},
            container="@language",
        ),
        "@vocab": DEFAULT_VOCABULARY,
    }


#: The core context as a JSON-LD document.
CORE_DOCUMENT: Final[dict[str, Any]] = {"@context": _core_context()}
