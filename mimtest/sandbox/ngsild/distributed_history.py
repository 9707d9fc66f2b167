"""The past of entities, which the broker and context sources have alone or together (4.3.6, 5.7.3, 5.7.4)."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.ngsild.asking import Asked
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.distribution import concerned_by
from mimtest.sandbox.ngsild.distribution_answers import Told, ask
from mimtest.sandbox.ngsild.distribution_narrowing import Wanted
from mimtest.sandbox.ngsild.distribution_sending import Question, is_loop
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data, missing
from mimtest.sandbox.ngsild.registrations_matching import matching
from mimtest.sandbox.ngsild.registrations_model import Registration, RegistrationInfo
from mimtest.sandbox.ngsild.selection import Selection, Selector
from mimtest.sandbox.ngsild.temporal import Evolution, Instance, Timelines
from mimtest.sandbox.ngsild.temporal_reading import read_evolution
from mimtest.sandbox.ngsild.temporal_window import Window

_PATH: Final = "/temporal/entities"
_TIMES: Final = ("timerel", "timeAt", "endTimeAt", "timeproperty")
Job = tuple[Registration, RegistrationInfo, Question]


def retrieved(call: Call, id_: str, window: Window, selection: Selection) -> Evolution:
    """The evolution of one entity, as it is here and elsewhere. Raises NgsiError (ResourceNotFound)."""
    own = [e for e in call.tenant.history.all() if e.id == id_]
    if not call.flag("local"):
        about = replace(selection, selectors=(Selector(ids=frozenset((id_,))),))
        wanted = Wanted(({"id": id_},), selection.terms, selection.projection.named)
        sources = _sources(call, "retrieveTemporal", about, window)
        path = f"{_PATH}/{quote(id_, safe=':')}"
        own = _together(call, own, _jobs(sources, wanted, path, call.params))
    if not own:
        msg = f"there is no temporal evolution of {id_}"
        raise missing(msg)
    return own[0]


def queried(call: Call, asked: Asked, window: Window, selection: Selection) -> list[Evolution]:
    """The evolutions that a query may mean, as they are here and elsewhere."""
    own = list(call.tenant.history.all())
    if asked.local:
        return own
    wanted = Wanted(tuple(asked.selectors), selection.terms, selection.needed)
    sources = _sources(call, "queryTemporal", selection, window)
    return _together(call, own, _jobs(sources, wanted, _PATH, asked.given))


def _sources(
    call: Call, operation: str, selection: Selection, window: Window
) -> list[Registration]:
    """The registrations that are about the window, of sources that offer the operation."""
    known = () if is_loop(call) else call.tenant.registrations.all()
    offering = [r for r in known if operation in r.operations and _is_about(r, window)]
    return list(matching(offering, concerned_by(call, selection))) if offering else []


def _is_about(source: Registration, window: Window) -> bool:
    member = "observationInterval" if window.by == "observedAt" else "managementInterval"
    interval = source.interval(member)
    if interval is None:
        return True
    ends_before = interval.end is not None and window.start and interval.end < window.start
    return not ends_before and not (window.end and window.end < interval.start)


def _jobs(
    sources: Iterable[Registration], wanted: Wanted, path: str, given: Mapping[str, Any]
) -> list[Job]:
    times = {k: str(given[k]) for k in _TIMES if given.get(k) is not None}
    is_one = path != _PATH
    left_out = ("id", "idPattern", "type") if is_one else ()
    return [
        (
            source,
            info,
            Question("GET", path, {**{k: v for k, v in p.items() if k not in left_out}, **times}),
        )
        for source in sources
        for info in source.information
        for p in wanted.of(info)
    ]


def _together(call: Call, own: list[Evolution], jobs: list[Job]) -> list[Evolution]:
    """What the broker and the sources have, each instance once."""
    if not jobs:
        return own
    for source, info, _ in jobs:
        if source.is_proxied:
            own = [e for e in (_outside(info, e) for e in own) if e is not None]
    with ThreadPoolExecutor(len(jobs)) as threads:
        answers = list(threads.map(lambda job: ask(call, job[0], job[2]), jobs))
    found = {e.id: e for e in own}
    order = sorted(zip(jobs, answers, strict=True), key=lambda p: p[0][0].mode == "auxiliary")
    for (source, info, _), told in order:
        for evolution in _told(call, told, info):
            old = found.get(evolution.id)
            auxiliary = source.mode == "auxiliary"
            found[evolution.id] = (
                evolution if old is None else _joined(old, evolution, auxiliary=auxiliary)
            )
    return list(found.values())


def _told(call: Call, told: Told, info: RegistrationInfo) -> Iterator[Evolution]:
    """The evolutions in an answer, as far as they are registered."""
    items = told.value if isinstance(told.value, list) else [told.value]
    for item in items if told.value is not None else ():
        try:
            evolution = _evolution(call, item, told)
        except NgsiError:
            continue
        if not info.entities or any(e.has(evolution.id) for e in info.entities):
            names = info.names or {*evolution.timelines}
            kept = {n: t for n, t in evolution.timelines.items() if n in names}
            yield replace(evolution, timelines=kept)


def _evolution(call: Call, item: Any, told: Told) -> Evolution:
    data = {k: v for k, v in item.items() if k != "@context"} if isinstance(item, dict) else item
    part = read_evolution(call.reader(told.context), data)
    if part.id is None or part.types is None:
        msg = "a source gives no temporal evolution"
        raise bad_data(msg)
    return Evolution(part.id, part.types, part.scopes, part.timelines)


def _outside(info: RegistrationInfo, evolution: Evolution) -> Evolution | None:
    """What is left of an evolution when what is registered so is held elsewhere."""
    fits = any(e.has(evolution.id) and {*e.types} & {*evolution.types} for e in info.entities)
    if info.entities and not fits:
        return evolution
    left = {n: t for n, t in evolution.timelines.items() if n not in info.names}
    return replace(evolution, timelines=left) if info.names and left else None


def _joined(old: Evolution, new: Evolution, *, auxiliary: bool) -> Evolution:
    """Both evolutions; auxiliary instances only for times of which there are none (5.7.3.4)."""
    timelines: dict[str, tuple[Instance, ...]] = dict(old.timelines)
    key = _moment if auxiliary else _content
    for name, timeline in new.timelines.items():
        known = {key(i) for i in timelines.get(name, ())}
        more = tuple(i for i in timeline if key(i) not in known)
        timelines[name] = (*timelines.get(name, ()), *more)
    joined: Timelines = timelines
    types = tuple(dict.fromkeys((*old.types, *new.types)))
    return replace(old, types=types, timelines=joined)


def _moment(item: Instance) -> str:
    return str(item.at())


def _content(item: Instance) -> str:
    return f"{item.at()} {item.state.dataset} {item.state.kind} {item.state.value!r}"
