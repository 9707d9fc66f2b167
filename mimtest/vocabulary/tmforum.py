"""TM Forum Open APIs as a client sees them (design guidelines TMF630; TMF620, TMF622, TMF632, TMF651)."""

import re
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.failures import OutOfScope
from mimtest.target import Interface
from mimtest.vocabulary.access import is_denied, settled, succeeded
from mimtest.vocabulary.expect import assert_that, fail, json_object, objects, shown
from mimtest.vocabulary.rest_records import json_of
from mimtest.vocabulary.web_addresses import joined

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
#: Where an API takes subscriptions.
HUB: Final = "/hub"
_NEWER: Final = 5
_VERSION: Final = re.compile(r"/v(\d+)(?:\.\d+)*(?=/|$)", re.IGNORECASE)
_NOT_THERE: Final = (404, 405, 501)
_OUT_OF_SERVICE: Final = 503
_TOO_MANY: Final = 429
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


@dataclass(frozen=True, slots=True)
class Part:
    """One API: the client, and where the API is."""

    client: Client
    address: str

    @property
    def newer(self) -> bool:
        """Whether it is of version 5, as its address says, or else the target file: every object names its type."""
        named = _VERSION.findall(urlsplit(self.client.url(self.address)).path)
        claimed = (self.client.interface.version or "4").partition(".")[0]
        return int(named[-1] if named else claimed) >= _NEWER

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
        """Send a body that nobody can accept; what a product makes of it all the same is removed again."""
        answer = self.client.post(f"{self.address}{resource}", json=dict(body))
        if succeeded(answer):
            self.keep_in_mind(resource, answer)
        return answer

    def keep_in_mind(self, resource: str, answer: Answer) -> str:
        """The identifier of what was made, which clean-up removes; empty where the answer tells none."""
        body = json_of(answer)
        told = body.get("id") if isinstance(body, Mapping) else None
        if not isinstance(told, str) or not told.strip("."):
            _, found, rest = (answer.location or "").rstrip("/").rpartition(f"{resource}/")
            told = rest if found else ""
        if told.strip("."):
            with suppress(OutOfScope):
                place = f"{self.address}{resource}/{quote(told, safe=':')}"
                self.client.note_created(place, expect_gone=resource != HUB)  # which has no GET
        return told

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
    if answer.status in _NOT_THERE:
        raise NotApplicable("not_offered", f"it is answered {answer.status}: nothing is made there")
    if answer.status not in statuses:
        fail(
            "a body without what is needed is not refused as one",
            expected="status 400 or 422",
            received=f"status {answer.status}",
        )


def own_address(record: Mapping[str, Any], base: str) -> str:
    """Where a record says that it is. Raises Contradiction for what nobody can follow."""
    __tracebackhide__ = True
    told = record.get("href")
    if not isinstance(told, str) or not told:
        raise Inconclusive("precondition_unmet", "the record has no href")
    address = joined(base, told)
    assert_that(
        urlsplit(address).scheme in ("http", "https"),
        "the href of a record is no address that can be followed",
        expected="a web address",
        received=told[:200],
    )
    return address


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


def known_records(part: Part, resource: str, **params: str) -> list[dict[str, Any]]:
    """What a list holds for who is known. Raises NotApplicable where nothing is listed at all."""
    __tracebackhide__ = True
    answer = part.ask(resource, auth=True, **params)
    if answer.status in _NOT_THERE:
        raise NotApplicable("not_offered", f"GET {resource} is answered {answer.status}")
    return listed(answer, f"GET {resource}")


def assert_withheld(part: Part, interface: Interface, resource: str, what: str) -> None:
    """Who is known is given records, and who is not is not; without both nothing is shown.

    One record is asked for, and its identifier alone: who looks whether a door is shut takes nothing along.
    """
    __tracebackhide__ = True
    params = {"fields": "id", "limit": "1"}
    if interface.auth:
        some(known_records(part, resource, **params), what)
    answer = settled(part.ask(resource, auth=False, **params))
    if is_denied(answer):
        if not interface.auth:
            detail = f"nobody is known who is given what {resource} has"
            raise Inconclusive("control_failed", detail)
        return
    given = listed(answer, f"GET {resource} without credentials")
    assert_that(
        not given,
        f"{what} are given to whoever has no credentials",
        expected="status 401 or 403, or an empty list",
        received=f"{len(given)} at {resource}",
    )
    if not interface.auth:
        raise Inconclusive("no_data", f"{resource} is empty for those without credentials")


def settled_write(answer: Answer) -> Answer:
    """The answer; one that says that the server is broken is a failure, not a refusal."""
    __tracebackhide__ = True
    status = answer.status
    if status in (_TOO_MANY, _OUT_OF_SERVICE):
        return settled(answer)
    assert_that(
        status < 500 or status in _NOT_THERE,  # noqa: PLR2004
        "a body without what is needed breaks the service",
        expected="status 400 or 422",
        received=f"status {status}",
    )
    return answer
