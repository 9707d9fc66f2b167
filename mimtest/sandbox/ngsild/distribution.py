"""Reading entities that the broker and context sources have, alone or together (4.3.6, 5.7.1, 5.7.2)."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.asking import Asked
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution_answers import Told, ask, entities_told
from mimtest.sandbox.ngsild.distribution_merging import fresh, merged, supplemented
from mimtest.sandbox.ngsild.distribution_narrowing import Wanted, wanted_by, within, without
from mimtest.sandbox.ngsild.distribution_sending import Question, is_loop, path_of
from mimtest.sandbox.ngsild.entity_map_store import NONE
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.qeval import Find, nowhere
from mimtest.sandbox.ngsild.registrations_matching import Asked as Concerned
from mimtest.sandbox.ngsild.registrations_matching import aliases, matching
from mimtest.sandbox.ngsild.registrations_model import Registration, RegistrationInfo
from mimtest.sandbox.ngsild.selection import Selection

WARNING: Final = "NGSILD-Warning"
_PAGE: Final = 100
_MOST_PAGES: Final = 10
_LOOP: Final = 508


@dataclass(frozen=True, slots=True)
class Gathered:
    """Entities, the registrations each comes from, and what went wrong on the way."""

    entities: tuple[Entity, ...]
    origins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    failures: tuple[Told, ...] = ()

    def warned(self, response: Response) -> Response:
        """The answer with a warning for each thing that went wrong."""
        told = tuple((WARNING, f.header) for f in self.failures)
        return Response(response.status, (*response.headers, *told), response.body)

    @property
    def trouble(self) -> NgsiError | None:
        """How the failure of the only source of something is told (6.3.17)."""
        failed = [f for f in self.failures if f.source.is_proxied and f.status]
        if len(failed) != 1:
            return None
        msg = f"the source of {failed[0].source.id} gives no data"
        return NgsiError("", msg, failed[0].status)


@dataclass(frozen=True, slots=True)
class Part:
    """What one source has of what is asked for, by the element of its registration."""

    source: Registration
    info: RegistrationInfo
    entities: tuple[Entity, ...]
    told: Told


def registered(call: Call, operation: str, concerned: Concerned) -> list[Registration]:
    """The registrations a reading request concerns, of sources that offer the operation or hold all."""
    known = [r for r in call.tenant.registrations.all() if not r.is_temporal]
    found = matching(known, concerned) if known else ()
    return [r for r in found if r.is_proxied or operation in r.operations]


def concerned_by(call: Call, selection: Selection) -> Concerned:
    """Which registrations a query concerns."""
    via = aliases(call.request.headers.get("via"))
    return Concerned(
        selection.selectors,
        selection.needed,
        selection.terms,
        selection.projection.datasets,
        via,
    )


def retrieve(call: Call, selection: Selection) -> Gathered:
    """The entity of the path as it is here and elsewhere; none where nobody has it."""
    id_ = call.parts[0]
    own = [call.store.get(id_)] if call.store.has(id_) else []
    selector = {**call.selectors(), "id": id_}
    wanted = Wanted((selector,), selection.terms, selection.projection.named)
    if call.flag("local"):
        return _united(own, [])
    sources = registered(call, "retrieveEntity", concerned_by(call, selection))
    asked = [
        (s, i, Question("GET", path_of(call), _for_one(params)))
        for s in sources
        for i in s.information
        for params in wanted.of(i)
    ]
    return _gathered(call, "retrieveEntity", own, asked)


def _for_one(params: Mapping[str, str]) -> dict[str, str]:
    left = {k: v for k, v in params.items() if k not in ("id", "idPattern")}
    return {**left, "options": "sysAttrs"}


def query(
    call: Call, asked: Asked, selection: Selection, own: Iterable[Entity], find: Find = nowhere
) -> Gathered:
    """The entities that meet a query, here and elsewhere."""
    is_post = call.request.method == "POST"
    operation = "queryBatch" if is_post else "queryEntity"
    concerned = concerned_by(call, selection)
    sources = [] if asked.local else registered(call, operation, concerned)
    if not sources:
        return _united([e for e in own if selection.meets(e, find)], [])
    split = asked.given.get("splitEntities") not in (False, "false")
    chosen = Selection(selection.terms, selection.selectors) if split else selection
    wanted = wanted_by(tuple(asked.selectors), selection, asked.given, filtering=not split)
    jobs = [
        (s, i, _question(params, is_post=is_post))
        for s in sources
        for i in s.information
        for params in wanted.of(i)
    ]
    gathered = _gathered(call, operation, [e for e in own if chosen.meets(e, find)], jobs)
    if not split:
        return gathered
    left = tuple(e for e in gathered.entities if selection.meets(e, find))
    return Gathered(left, {e.id: gathered.origins[e.id] for e in left}, gathered.failures)


def _question(params: Mapping[str, str], *, is_post: bool) -> Question:
    paging = {"options": "sysAttrs", "limit": str(_PAGE)}
    if not is_post:
        return Question("GET", "/entities", {**params, **paging})
    selector = {k: v for k, v in params.items() if k in ("type", "id", "idPattern")}
    body: dict[str, Any] = {"type": "Query", "entities": [selector]} if selector else {}
    body |= {k: v for k, v in params.items() if k in ("q", "scopeQ")}
    if "attrs" in params:
        body["attrs"] = params["attrs"].split(",")
    return Question("POST", "/entityOperations/query", paging, body)


Job = tuple[Registration, RegistrationInfo, Question]


def _gathered(call: Call, operation: str, own: Sequence[Entity], jobs: Sequence[Job]) -> Gathered:
    """What the broker and the sources have, merged."""
    for source, info, _ in jobs:
        if source.is_proxied:
            left = (without(info, e) for e in own)
            own = [e for e in left if e is not None]
    due = [j for j in jobs if operation in j[0].operations]
    if is_loop(call):
        return _united(own, [_looped(s, i) for s, i, _ in due if s.is_proxied])
    if not due:
        return _united(own, [])
    with ThreadPoolExecutor(len(due)) as threads:
        return _united(own, list(threads.map(lambda job: _part(call, *job), due)))


def _looped(source: Registration, info: RegistrationInfo) -> Part:
    return Part(source, info, (), Told(source, warning="199", status=_LOOP))


def _part(call: Call, source: Registration, info: RegistrationInfo, question: Question) -> Part:
    """What one source answers, page by page."""
    found: list[Entity] = []
    for number in range(_MOST_PAGES):
        more = {**question.params, "offset": str(number * _PAGE)} if number else question.params
        page = Question(question.method, question.path, more, question.body)
        entities, told = entities_told(call, ask(call, source, page))
        found += entities
        if len(entities) < _PAGE:
            break
    registered_only = (within(info, e) for e in found)
    lasting = (fresh(e) for e in registered_only if e is not None)
    return Part(source, info, tuple(e for e in lasting if e is not None), told)


def _united(own: Sequence[Entity], parts: Sequence[Part]) -> Gathered:
    """All that was found, entity by entity: equal sources first, auxiliary ones for what is lacking."""
    equal: dict[str, list[Entity]] = {e.id: [e] for e in own}
    origins: dict[str, list[str]] = {e.id: [NONE] for e in own}
    auxiliary: dict[str, list[Entity]] = {}
    for part in parts:
        place = auxiliary if part.source.mode == "auxiliary" else equal
        for entity in part.entities:
            place.setdefault(entity.id, []).append(entity)
            origins.setdefault(entity.id, []).append(part.source.id)
    ids = dict.fromkeys((*equal, *auxiliary))
    found = (
        supplemented(merged(equal[i]) if i in equal else None, auxiliary.get(i, ())) for i in ids
    )
    failures = tuple(p.told for p in parts if p.told.warning)
    return Gathered(tuple(e for e in found if e is not None), origins, failures)
