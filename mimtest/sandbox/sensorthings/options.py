"""Query options of a request and of what it expands (18-088 9.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mimtest.sandbox.sensorthings.errors import NotSupportedError, RefusedError
from mimtest.sandbox.sensorthings.model import KINDS, Kind
from mimtest.sandbox.sensorthings.splitting import split

_OPTIONS: Final = ("$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count")
#: A page holds so many entities unless less is asked for, and never more than the second number.
PAGE: Final = 100
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a set or an entity; `expand` has options of its own for each relation."""

    filter: str | None = None
    orderby: str | None = None
    select: tuple[str, ...] = ()
    expand: Mapping[str, "Options"] = field(default_factory=dict)
    top: int | None = None
    skip: int = 0
    count: bool = False
    data_array: bool = False

    @property
    def size(self) -> int:
        """How many entities a page holds at most."""
        return PAGE if self.top is None else min(self.top, MOST)


def read_options(kind: Kind, pairs: Iterable[tuple[str, str]]) -> Options:
    """The options in a query string. Raises RefusedError."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise RefusedError(f"{name} is given twice")
        given[name] = value
    as_array = _data_array(kind, given.pop("$resultFormat", None))
    return replace(_read(kind, given), data_array=as_array)


def _data_array(kind: Kind, value: str | None) -> bool:
    if value is None:
        return False
    if value != "dataArray" or kind.name != "Observation":
        raise NotSupportedError(f"$resultFormat={value} here")
    return True


def _read(kind: Kind, given: Mapping[str, str]) -> Options:
    for name in given:
        if name.startswith("$") and name not in _OPTIONS:
            raise NotSupportedError(name)
    count = given.get("$count", "false")
    if count not in ("true", "false"):
        raise RefusedError("$count is true or false")
    return Options(
        filter=given.get("$filter"),
        orderby=given.get("$orderby"),
        select=_select(kind, given.get("$select")),
        expand=_expand(kind, given.get("$expand")),
        top=_number("$top", given["$top"]) if "$top" in given else None,
        skip=_number("$skip", given.get("$skip", "0")),
        count=count == "true",
    )


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise RefusedError(f"{name} is a whole number that is not negative")
    return int(value)


def _select(kind: Kind, value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    names = tuple(n.strip() for n in value.split(","))
    known = ("id", "@iot.id", "@iot.selfLink", *kind.properties, *kind.relations)
    for name in names:
        if name.partition("/")[0] not in known:
            raise RefusedError(f"a {kind.name} has no property {name!r} to select")
    return names


def _expand(kind: Kind, value: str | None) -> dict[str, Options]:
    found: dict[str, Options] = {}
    for item in split(value, ",") if value is not None else ():
        path, _, inner = item.strip().partition("(")
        if inner and not inner.endswith(")"):
            raise RefusedError(f"')' is missing in $expand={value}")
        name, _, further = path.partition("/")
        target = KINDS[kind.relation(name).target]
        pairs = [part.partition("=") for part in split(inner[:-1], ";")] if inner else []
        given = {n.strip(): v for n, _, v in pairs}
        if further:
            given = {"$expand": f"{further}({inner}" if inner else further}
        asked = _read(target, given)
        if name in found:
            asked = replace(found[name], expand={**found[name].expand, **asked.expand})
        found[name] = asked
    return found
