"""How a context source of ours answers: entities in the wanted form and names, and refusals (GS CIM 009 6.3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mimtest.network.incoming import Reply
from mimtest.vocabulary.ngsild import CONTEXT_RELATION, JSON, JSON_LD, attributes_of
from mimtest.vocabulary.ngsild_forwarded import Forwarded
from mimtest.vocabulary.ngsild_meaning import is_core
from mimtest.vocabulary.ngsild_names import Names

#: Members of an entity that are not attributes.
OWN: Final = ("id", "type", "scope", "expiresAt", "createdAt", "modifiedAt")
_STAMPS: Final = ("createdAt", "modifiedAt")
_VALUES: Final = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
_BARE: Final = ("value", "object")
_ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
Headers = tuple[tuple[str, str], ...]


def told(asked: Forwarded, value: Any, extra: Headers = ()) -> Reply:
    """200 with this value: the @context in it, or for plain JSON linked."""
    if JSON_LD in asked.header("accept"):
        own = asked.link is None or is_core(asked.link)
        context = asked.link or asked.core if own else [asked.link, asked.core]
        return Reply(200, _dump(_with_context(value, context)), JSON_LD, extra)
    link = ("Link", f'<{asked.link or asked.core}>; rel="{CONTEXT_RELATION}"; type="{JSON_LD}"')
    return Reply(200, _dump(value), JSON, (link, *extra))


def refusal(status: int, kind: str, detail: str) -> Reply:
    """A refusal as problem details."""
    problem = {"type": f"{_ERRORS}{kind}", "title": kind, "status": status, "detail": detail}
    return Reply(status, _dump(problem), JSON)


def nothing() -> Reply:
    """404: it is not here."""
    return refusal(404, "ResourceNotFound", "it is not here")


def results(done: Sequence[str], failed: Mapping[str, Reply]) -> Reply:
    """The outcome of a batch (5.2.16)."""
    errors = [{"entityId": i, "error": json.loads(r.body)} for i, r in failed.items()]
    return Reply(207, _dump({"success": list(done), "errors": errors}), JSON)


def created(ids: Sequence[str]) -> Reply:
    """201 with the identifiers of what a batch created."""
    return Reply(201, _dump(list(ids)), JSON)


def shown(entity: Mapping[str, Any], asked: Forwarded) -> dict[str, Any]:
    """The entity in the form and with the members that are asked for."""
    attrs = asked.attrs
    left = {k: v for k, v in entity.items() if k in OWN or attrs is None or k in attrs}
    if not asked.says("sysAttrs"):
        left = unstamped(left)
    simple = asked.says("keyValues") or asked.says("simplified")
    return _simplified(left, asked.names) if simple else named(left, asked.names)


def unstamped(value: Any) -> Any:
    """An entity without its time stamps of creation and change, at any depth."""
    if isinstance(value, list):
        return [unstamped(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: v if k in _VALUES else unstamped(v) for k, v in value.items() if k not in _STAMPS}


def named(entity: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The entity under the @context of the request; what is inside attributes stays as it is."""
    types = entity["type"]
    listed = [names.compact(t) for t in types] if isinstance(types, list) else names.compact(types)
    renamed = {k if k in OWN else names.compact(k): v for k, v in entity.items()}
    return {**renamed, "type": listed}


def _simplified(entity: Mapping[str, Any], names: Names) -> dict[str, Any]:
    bare: dict[str, Any] = {k: v for k, v in entity.items() if k in OWN}
    for name, instances in attributes_of(entity).items():
        values = {i.get("datasetId", "@none"): _bare(i) for i in instances}
        bare[name] = next(iter(values.values())) if len(values) == 1 else {"dataset": values}
    return named(bare, names)


def _bare(instance: Mapping[str, Any]) -> Any:
    member = next((m for m in _VALUES if m in instance), "")
    return instance.get(member) if member in _BARE else {member: instance.get(member)}


def _with_context(value: Any, context: Any) -> Any:
    if isinstance(value, list):
        return [_with_context(v, context) for v in value]
    return {**value, "@context": context}


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
