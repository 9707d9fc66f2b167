"""What a JSON-LD document means: every name an IRI, so that spelling and order do not matter.

Contexts come from a loader the caller gives; nothing is fetched here. The NGSI-LD core context is
known by its address in any version and always has the last word (GS CIM 009 5.5.7).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.vocabulary.expect import same, shown

#: Gives the JSON document at an address. Raises Unsettled when it cannot.
Loader = Callable[[str], Any]

DEFAULT_VOCABULARY: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
_NGSI: Final = "https://uri.etsi.org/ngsi-ld/"
_GEOJSON: Final = "https://purl.org/geojson/vocab#"
_CORE_ADDRESSES: Final = (
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context",
    "http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context",
)
_KINDS: Final = (
    "Property GeoProperty LanguageProperty VocabProperty JsonProperty ListProperty "
    "Relationship ListRelationship DateTime Date Time"
)
_GEOMETRIES: Final = "Point MultiPoint LineString MultiLineString Polygon MultiPolygon"
_MOST_CONTEXTS: Final = 16
#: How far apart the same instant may be given out: brokers round, cut, and count in binary fractions.
_APART: Final = timedelta(milliseconds=1)
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
#: What pyld raises for input beyond its own checks.
_PYLD_TRIPS: Final = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def _core_context() -> dict[str, Any]:
    """The terms of the core context that entities are made of, unprotected: it comes last anyway."""
    moments = ("observedAt", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
    return {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        **{name: f"{_NGSI}{name}" for name in _KINDS.split()},
        **{name: f"{_GEOJSON}{name}" for name in _GEOMETRIES.split()},
        **{m: {"@id": f"{_NGSI}{m}", "@type": f"{_NGSI}DateTime"} for m in moments},
        **{n: f"{_NGSI}{n}" for n in ("location", "observationSpace", "operationSpace")},
        **{n: f"{_NGSI}{n}" for n in ("unitCode", "scope", "lang", "status")},
        "description": "http://purl.org/dc/terms/description",
        "title": "http://purl.org/dc/terms/title",
        "coordinates": {"@id": f"{_GEOJSON}coordinates", "@container": "@list"},
        "bbox": {"@id": f"{_GEOJSON}bbox", "@container": "@list"},
        "value": f"{_NGSI}hasValue",
        "object": {"@id": f"{_NGSI}hasObject", "@type": "@id"},
        "datasetId": {"@id": f"{_NGSI}datasetId", "@type": "@id"},
        "objectType": {"@id": f"{_NGSI}hasObjectType", "@type": "@vocab"},
        "languageMap": {"@id": f"{_NGSI}hasLanguageMap", "@container": "@language"},
        "vocab": {"@id": f"{_NGSI}hasVocab", "@type": "@vocab"},
        "json": {"@id": f"{_NGSI}hasJSON", "@type": "@json"},
        "valueList": {"@id": f"{_NGSI}hasValueList", "@container": "@list"},
        "objectList": {"@id": f"{_NGSI}hasObjectList", "@container": "@list"},
        "@vocab": DEFAULT_VOCABULARY,
    }


CORE: Final = _core_context()


def refuse(url: str) -> Any:
    """A loader for documents that name no further context. Raises Inconclusive."""
    raise Inconclusive("out_of_scope", f"the @context at {url} is not looked up here")


def expand(document: Mapping[str, Any], load: Loader = refuse) -> dict[str, Any]:
    """The one node of a document in expanded form (JSON-LD 1.1 API, section 5.1).

    Raises Contradiction when it is not JSON-LD or is no single node; Unsettled as `load` does.
    """
    context = [*_user_contexts(document.get("@context")), CORE]
    fetch = _loader(load)
    options = {
        "documentLoader": fetch,
        "contextResolver": ContextResolver({}, fetch),  # pyld's own remembers between targets
        "processingMode": "json-ld-1.1",
    }
    try:
        nodes = jsonld.expand({**document, "@context": context}, options)
    except jsonld.JsonLdError as error:
        _raise_cause(error)
        raise _not_json_ld(error) from None
    except _PYLD_TRIPS as error:
        raise _not_json_ld(error) from None
    if len(nodes) != 1 or not isinstance(nodes[0], dict):
        msg = "the document does not describe one thing"
        raise Contradiction(msg, expected="one node", received=f"{len(nodes)} nodes")
    node: dict[str, Any] = nodes[0]
    return node


def includes(whole: Any, part: Any) -> bool:
    """Whether expanded JSON-LD says everything that `part` says; lists in order, sets in any."""
    if isinstance(part, dict):
        if not isinstance(whole, dict):
            return False
        if "@value" in part:
            return same_literal(whole.get("@value"), part["@value"])
        return all(k in whole and _member_includes(k, whole[k], part[k]) for k in part)
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(includes(w, p) for w in whole) for p in part)
    return same(whole, part)


def same_literal(one: Any, other: Any) -> bool:
    """Equality of values; DateTimes are equal when they are the same instant, to a millisecond."""
    first, second = instant(one), instant(other)
    return abs(first - second) <= _APART if first and second else same(one, other)


def instant(value: Any) -> datetime | None:
    """The moment a DateTime says (GS CIM 009 4.6.3), to milliseconds; None when it says none."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def is_uri(value: Any) -> bool:
    """Whether it is an absolute URI or IRI (RFC 3986 section 4.3, RFC 3987)."""
    return isinstance(value, str) and is_text(value) and _URI.fullmatch(value) is not None


def is_text(value: str) -> bool:
    """Whether it can be sent: JSON lets halves of characters through."""
    return not any("\ud800" <= c <= "\udfff" for c in value)


def _member_includes(name: str, whole: Any, part: Any) -> bool:
    if name != "@list":
        return includes(whole, part)
    if not isinstance(whole, list) or len(whole) != len(part):
        return False
    return all(includes(w, p) for w, p in zip(whole, part, strict=True))


def _user_contexts(value: Any) -> list[Any]:
    parts = value if isinstance(value, list) else [value]
    return [p for p in parts if p is not None and not is_core(p)]


def is_core(value: Any) -> bool:
    """Whether it is the address of the core @context, in any version."""
    return isinstance(value, str) and value.startswith(_CORE_ADDRESSES)


def _loader(load: Loader) -> Callable[[str, Any], dict[str, Any]]:
    count = 0

    def fetch(url: str, _options: Any) -> dict[str, Any]:
        nonlocal count
        count += 1
        if count > _MOST_CONTEXTS:
            msg = "the contexts lead to ever more contexts"
            raise Contradiction(msg, expected=f"at most {_MOST_CONTEXTS}", received=url)
        document = {"@context": CORE} if is_core(url) else load(url)
        return {"contextUrl": None, "documentUrl": url, "document": document}

    return fetch


def _raise_cause(error: BaseException | None) -> None:
    """Let what the loader raised through, however deep pyld has wrapped it."""
    while error is not None:
        if isinstance(error, (Unsettled, Contradiction)):
            raise error
        error = getattr(error, "cause", None) or error.__cause__


def _not_json_ld(error: Exception) -> Contradiction:
    reason = getattr(error, "code", None) or type(error).__name__
    msg = "the document cannot be expanded as JSON-LD"
    return Contradiction(msg, expected="JSON-LD 1.1", received=f"{reason}: {shown(str(error))}")
