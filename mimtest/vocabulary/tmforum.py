"""TM Forum Open APIs as a client sees them (design guidelines TMF630; TMF620, TMF622, TMF632, TMF651)."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.target import Interface
from mimtest.vocabulary.access import DENIED, settled
from mimtest.vocabulary.expect import assert_that, fail, json_object, objects, shown

#: What the parts of an interface list first, and how their addresses are usually called.
LISTED: Final[Mapping[str, str]] = {
    "catalog": "/productOffering",
    "ordering": "/productOrder",
    "agreement": "/agreement",
    "party": "/organization",
}
_CALLED: Final[Mapping[str, str]] = {
    "catalog": "productcatalog",
    "ordering": "productorder",
    "agreement": "agreement",
    "party": "party",
}
#: Where the catalogue of offerings usually is, below a host or below /tmf-api.
USUAL: Final = ("/productCatalogManagement/v4", "/productCatalogManagement/v5")
_NEWER: Final = 5
#: Statuses with which whatever was asked for is given, whole or in part (TMF630 part 1).
GIVEN: Final = (200, 206)


def parts_of(interface: Interface) -> dict[str, str]:
    """The addresses of the APIs that the target file names; its own where that is called like one of them."""
    named = {p: interface.paths[p].rstrip("/") for p in LISTED if p in interface.paths}
    return named or dict.fromkeys(parts_at(interface.url), "")


def parts_at(url: str) -> list[str]:
    """The API that an address is called like."""
    path = urlsplit(url).path.lower()
    return [part for part, called in _CALLED.items() if called in path]


def is_newer(interface: Interface) -> bool:
    """Whether version 5 of the APIs is claimed, in which every object names its type."""
    return int((interface.version or "4").partition(".")[0]) >= _NEWER


@dataclass(frozen=True, slots=True)
class Part:
    """One API: the client, and where the API is."""

    client: Client
    address: str

    @property
    def newer(self) -> bool:
        """Whether it is of version 5."""
        return is_newer(self.client.interface)

    def ask(self, resource: str, *, auth: bool = True, **params: str) -> Answer:
        """Ask for what is at a path of the API."""
        return self.client.get(f"{self.address}{resource}", params=params, auth=auth)

    def items(self, resource: str, *, auth: bool = True, **params: str) -> list[dict[str, Any]]:
        """What a list holds."""
        __tracebackhide__ = True
        return listed(self.ask(resource, auth=auth, **params), f"GET {resource}")

    def one(self, resource: str, id: str) -> Answer:
        """Ask for one record by its identifier."""
        return self.ask(f"{resource}/{quote(id, safe=':')}")

    def refuse_nothing(self, resource: str, body: Mapping[str, Any]) -> Answer:
        """Send a body that nobody can accept."""
        return self.client.post(f"{self.address}{resource}", json=dict(body), harmless=True)

    def typed(self, kind: str, **members: Any) -> dict[str, Any]:
        """An object to send, with its type where the version wants that."""
        return {"@type": kind, **members} if self.newer else members


def part_of(client: Client, name: str) -> Part:
    """A part of the interface. Raises NotApplicable where the target file names none."""
    address = parts_of(client.interface).get(name)
    if address is None:
        raise NotApplicable("not_offered", f"the target file names no address of '{name}'")
    return Part(client, address)


def listed(answer: Answer, what: str) -> list[dict[str, Any]]:
    """The objects of a list, which is given with 200 or 206."""
    __tracebackhide__ = True
    if answer.status in (401, 403):
        raise Inconclusive("auth_refused", f"{what} is answered {answer.status}")
    assert_that(
        answer.status in GIVEN,
        f"{what} does not give a list",
        expected="status 200 or 206",
        received=f"status {answer.status}",
    )
    return objects(answer.json(), what)


def some(items: list[dict[str, Any]], what: str, least: int = 1) -> list[dict[str, Any]]:
    """The items. Raises Inconclusive where there are fewer than `least`."""
    if len(items) < least:
        raise Inconclusive("no_data", f"it takes {least} of {what}, and there are {len(items)}")
    return items


def error_of(answer: Answer) -> dict[str, Any]:
    """The body of an error, with its code and its reason (TMF630 part 1)."""
    __tracebackhide__ = True
    body = json_object(answer, "the error")
    code, reason = body.get("code"), body.get("reason")
    told = isinstance(code, str | int) and not isinstance(code, bool) and str(code)
    assert_that(
        told and isinstance(reason, str) and reason,
        "the error has no code and reason",
        expected="code and reason",
        received=shown(body),
    )
    return body


def assert_refused(answer: Answer, statuses: Container[int] = (400, 422)) -> None:
    """A body that nobody can accept is refused with an error. Raises Inconclusive where nobody may send one."""
    __tracebackhide__ = True
    if answer.status in (401, 403):
        detail = f"it is answered {answer.status}, whatever the body is"
        raise Inconclusive("auth_refused", detail)
    if answer.status in (404, 405, 501):
        raise NotApplicable("not_offered", f"it is answered {answer.status}: nothing is made there")
    if answer.status not in statuses:
        fail(
            "a body without what is needed is not refused as one",
            expected="status 400 or 422",
            received=f"status {answer.status}",
        )


def own_address(record: Mapping[str, Any], base: str) -> str:
    """Where a record says that it is."""
    return urljoin(base, str(record.get("href", "")))


def untyped(record: Any, place: str = "") -> Iterator[str]:
    """The objects in a record that do not name their type."""
    if isinstance(record, Mapping):
        if "@type" not in record:
            yield place or "the record"
        for name, value in record.items():
            yield from untyped(value, f"{place}.{name}".strip("."))
    elif isinstance(record, list):
        for item in record:
            yield from untyped(item, f"{place}[]")


def lacking(record: Mapping[str, Any], *names: str) -> list[str]:
    """The members that a record does not have, or has empty."""
    return [n for n in names if record.get(n) in (None, "", [], {})]


def assert_withheld(part: Part, interface: Interface, resource: str) -> None:
    """Who is known is given records, and who is not is not; without both nothing is shown."""
    __tracebackhide__ = True
    known = None
    if interface.auth:
        known = some(part.items(resource), f"the records at {resource}")
    answer = settled(part.ask(resource, auth=False))
    if answer.status in DENIED:
        if known is None:
            detail = f"nobody is known who is given what {resource} has"
            raise Inconclusive("control_failed", detail)
        return
    given = listed(answer, f"GET {resource} without credentials")
    assert_that(
        not given,
        f"{resource} is given to whoever has no credentials",
        expected="status 401 or 403, or an empty list",
        received=f"{len(given)} records",
    )
    if known is None:
        raise Inconclusive("no_data", f"{resource} is empty for those without credentials")


def settled_write(answer: Answer) -> Answer:
    """The answer; one that says that the server is broken is a failure, not a refusal."""
    __tracebackhide__ = True
    status = answer.status
    assert_that(
        status < 500 or status in (501, 503),  # noqa: PLR2004
        "a body without what is needed breaks the service",
        expected="status 400 or 422",
        received=f"status {status}",
    )
    return answer
