"""What context sources answer: to entities, and to warnings where that is not possible (6.3.17)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.body import read_json
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.contexts import CORE_ONLY, Context
from mimtest.sandbox.ngsild.distribution_sending import Question, send_to
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.lifetimes import end_of
from mimtest.sandbox.ngsild.links import context_link
from mimtest.sandbox.ngsild.model import Attributes, Entity
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.syntax import instant
from mimtest.sandbox.ngsild.terms import Terms
from mimtest.sandbox.sending import Unsent

_TEXTS: Final = {
    "110": "Response is Stale",
    "111": "Revalidation Failed",
    "199": "Miscellaneous Warning",
    "299": "Miscellaneous Persistent Warning",
}
_STATUSES: Final = {"late": 504, "loop": 508}


@dataclass(frozen=True, slots=True)
class Told:
    """What a source said: a value under a context, nothing, or a failure.

    `warning` is the code that tells of it, `status` how the failure of an only source is told.
    """

    source: Registration
    value: Any = None
    context: Context = CORE_ONLY
    warning: str = ""
    status: int = 0

    @property
    def header(self) -> str:
        """The warning as a header has it."""
        return f'{self.warning} {self.source.endpoint} "{_TEXTS[self.warning]}"'


def ask(call: Call, source: Registration, question: Question) -> Told:
    """Ask a source, or take what it has said a short time ago."""
    key = f"{question} {call.context.references}"
    kept = call.tenant.sources.kept(source, key)
    try:
        response = kept or send_to(call, source, question)
    except Unsent as unsent:
        return Told(source, warning="199", status=504 if unsent.late else 502)
    told = _told(call, source, response)
    if kept is not None:
        return replace(told, warning="110")
    lasting = source.management.get("cacheDuration")
    if lasting and not told.warning:
        seconds = (end_of(lasting) - end_of("PT0S")).total_seconds()
        call.tenant.sources.keep(source, key, response, seconds)
    return told


def _told(call: Call, source: Registration, response: Response) -> Told:
    status = response.status
    if status == 404:  # noqa: PLR2004
        return Told(source)
    if status not in (200, 203):
        is_loop = status == 508  # noqa: PLR2004
        known = status if status in (504, 508) else 502
        return Told(source, warning="199" if is_loop else "299", status=known)
    try:
        value = read_json(response.body)
        return Told(source, value, _context_of(call, value, response))
    except NgsiError:
        return Told(source, warning="111", status=502)


def _context_of(call: Call, value: Any, response: Response) -> Context:
    """The context of an answer: in it, linked, or the core context (6.3.6)."""
    first = value[0] if isinstance(value, list) and value else value
    inside = first.get("@context") if isinstance(first, dict) else None
    links = ", ".join(v for k, v in response.headers if k.lower() == "link")
    given = inside if inside is not None else context_link(links)
    return CORE_ONLY if given is None else call.contexts.resolve(given, call.request.base)


def entities_told(call: Call, told: Told) -> tuple[list[Entity], Told]:
    """The entities in what a source told; what cannot be read as some becomes a warning."""
    if told.value is None:
        return [], told
    try:
        items = told.value if isinstance(told.value, list) else [told.value]
        return [_entity(call, item, told.context) for item in items], told
    except NgsiError:
        return [], replace(told, value=None, warning="111", status=502)


def _entity(call: Call, item: Any, context: Context) -> Entity:
    if not isinstance(item, dict):
        msg = "a source gives no entity"
        raise bad_data(msg)
    data = {k: v for k, v in item.items() if k != "@context"}
    entity = call.reader(context).entity(data)
    created, modified = _stamp(data, "createdAt"), _stamp(data, "modifiedAt")
    attributes = _stamped(entity.attributes, data, context.terms)
    return replace(entity, attributes=attributes, created=created, modified=modified)


def _stamped(attributes: Attributes, data: Mapping[str, Any], terms: Terms) -> Attributes:
    """The attributes with the stamps their source gives them; without these nobody knows their age."""
    given = {terms.expand(k): v if isinstance(v, list) else [v] for k, v in data.items()}
    return {
        name: tuple(
            replace(
                item,
                created=_stamp(raw, "createdAt"),
                modified=_stamp(raw, "modifiedAt"),
                parts=_stamped(item.parts, raw if isinstance(raw, dict) else {}, terms),
            )
            for item, raw in zip(instances, given.get(name, ()), strict=False)
        )
        if len(given.get(name, ())) == len(instances)
        else instances
        for name, instances in attributes.items()
    }


def _stamp(data: Any, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) and instant(value) else ""
