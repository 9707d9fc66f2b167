"""Asking a provider's connector that speaks the Dataspace Protocol (HTTPS binding)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.dsp import (
    NEW,
    VERSIONS_PATH,
    faults_of_message,
    is_version,
    message,
    read,
    version_addresses,
)
from mimtest.vocabulary.expect import (
    assert_status,
    assert_that,
    excerpt,
    json_object,
    member,
)

_NOT_THERE: Final = (404, 405, 410)
_CLIENT_ERRORS: Final = range(400, 500)
_OK: Final = 200
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True)
class Connector:
    """A provider's connector in one version; `base` is where the endpoints of that version are."""

    client: Client
    version: str
    base: str

    @property
    def patience(self) -> float:
        """Seconds that it has for its part: it answers a message with one of its own when it gets to it."""
        return 2 * self.client.interface.notifies

    def url(self, path: str) -> str:
        """The address of an endpoint."""
        return f"{self.base}/{path}"

    def get(self, path: str, **how: Any) -> Answer:
        """GET at an endpoint."""
        headers = {"Accept": "application/json"}
        return self.client.get(self.url(path), headers=headers, **how)

    def send(
        self, path: str, kind: str, *, query: bool = False, context: Any = None, **members: Any
    ) -> Answer:
        """POST a message to an endpoint; `query` for one that only asks."""
        return self.client.post(
            self.url(path),
            json=message(self.version, kind, context, **members),
            query=query,
            headers={"Accept": "application/json"},
        )

    def ask_catalogue(self, **members: Any) -> Answer:
        """Ask for the catalogue."""
        return self.send("catalog/request", "CatalogRequestMessage", query=True, **members)

    def ask_dataset(self, id: str) -> Answer:
        """Ask for a dataset."""
        return self.get(f"catalog/datasets/{quote(id, safe=':')}")

    def read(self, answer: Answer, what: str) -> dict[str, Any]:
        """The message of an answer in the words of 2025-1. Raises Contradiction."""
        __tracebackhide__ = True
        told: dict[str, Any] = read(self.version, json_object(answer, what))
        return told


def versions_of(client: Client, **how: Any) -> Answer:
    """The connector's versions: below its address, or at the root of its host."""
    first, *others = version_addresses(client.interface.url)
    own = client.get(first, **how)
    if own.received.status == _OK:
        return own
    there = (client.get(address, **how) for address in others)
    return next((a for a in there if a.received.status == _OK), own)


def version_of(client: Client) -> str:
    """The version that is declared."""
    return client.interface.version or NEW


def listed(answer: Answer) -> list[Mapping[str, Any]]:
    """The versions that an answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    document = json_object(assert_status(answer, _OK, what="the versions"), "the versions")
    items = member(document, "protocolVersions", list, "the versions")
    return [i for i in items if isinstance(i, Mapping)]


def leads(item: Mapping[str, Any], version: str) -> bool:
    """Whether an item of a list of versions says where the endpoints of a version are."""
    bound = version != NEW or item.get("binding") == "HTTPS"
    path = item.get("path")
    named = is_version(item.get("version"), version)
    return named and bound and isinstance(path, str) and path.startswith("/")


def connector_of(client: Client) -> Connector:
    """The connector in the declared version, where its versions say. Raises Inconclusive."""
    version = version_of(client)
    stated = client.interface.paths.get("protocol")
    if stated is not None:
        return Connector(client, version, client.url(stated).rstrip("/"))
    answer = versions_of(client)
    every = [i for i in listed(answer) if is_version(i.get("version"), version)]
    rightly = [i for i in every if leads(i, version)]
    path = next((i["path"] for i in (*rightly, *every) if isinstance(i.get("path"), str)), None)
    if path is None:
        detail = f"the connector does not list version {version} with its path: paths.protocol in the target file can say where it is"
        raise Inconclusive("precondition_unmet", detail)
    return Connector(client, version, _base(answer, str(path)))


def other_bases(client: Client) -> list[tuple[str, str]]:
    """The versions that are listed besides the declared one, and where their endpoints are."""
    answer = versions_of(client)
    mine = version_of(client)
    every = [i for i in listed(answer) if not is_version(i.get("version"), mine)]
    return [(str(i.get("version")), _base(answer, str(i.get("path")))) for i in every]


def _base(answer: Answer, path: str) -> str:
    root = answer.url.partition("?")[0].removesuffix(VERSIONS_PATH)
    return f"{root}/{path.strip('/')}".rstrip("/")


def assert_sound(faults: Iterable[str], what: str, expected: str | None = None) -> None:
    """Nothing is wrong. Raises Contradiction with what is, the first three."""
    __tracebackhide__ = True
    found = list(dict.fromkeys(faults))
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""  # noqa: PLR2004
    assert_that(
        not found, f"{what}: {'; '.join(found[:3])}{more}", expected=expected or "nothing of this"
    )


def assert_error(
    connector: Connector, answer: Answer, kind: str, *statuses: int, pids: bool = False
) -> None:
    """An answer is a client error with an error message of a kind. Raises Contradiction."""
    __tracebackhide__ = True
    wanted = statuses or tuple(_CLIENT_ERRORS)
    assert_that(
        answer.status in wanted,
        "it is not answered as the error that it is",
        expected=f"status {', '.join(map(str, statuses)) or '4xx'}",
        received=f"status {answer.status}",
    )
    assert_error_body(connector, answer, kind, pids=pids)


def assert_error_body(
    connector: Connector, answer: Answer, kind: str, *, pids: bool = False
) -> None:
    """The body of an error is an error message of a kind. Raises Contradiction."""
    __tracebackhide__ = True
    names = ("providerPid", "consumerPid") if pids else ()
    try:
        told = connector.read(answer, "the error")
    except Contradiction:
        told = {}
    faults = [] if told else [f"its body is none: {excerpt(answer) or 'nothing'}"]
    faults += faults_of_message(connector.version, told, kind, names) if told else []
    if "reason" in told and not isinstance(told["reason"], list):
        faults.append("its reason is no list")
    assert_sound(faults, "the error is told otherwise", f"a {kind}")


def pages_of(connector: Connector, most: int) -> list[Answer]:
    """A catalogue page by page, along the links with rel next; the last one may have another.

    How a link is asked is left open: as the first page was, else with GET. Raises Contradiction.
    """
    __tracebackhide__ = True
    pages = [assert_status(connector.ask_catalogue(), _OK, what="the catalogue")]
    seen = {pages[0].url}
    while len(pages) < most and (there := link(pages[-1], "next")):
        assert_that(there not in seen, "the pages lead back to one before", received=there)
        seen.add(there)
        body = message(connector.version, "CatalogRequestMessage")
        answer = connector.client.post(there, json=body, query=True)
        if answer.status in _NOT_THERE:
            answer = connector.client.get(there)
        pages.append(assert_status(answer, _OK, what=f"page {len(pages) + 1}"))
    return pages


def assert_not_there(connector: Connector, part: str, kind: str) -> None:
    """A negotiation or a transfer that is not there is answered 404; a body is an error of a kind.

    Raises Contradiction; NotApplicable where that part is not served at all, as by a mere catalogue.
    """
    __tracebackhide__ = True
    answer = connector.get(f"{part}/{nobody()}")
    impossible = connector.client.post(connector.url(f"{part}/request"), json={}, harmless=True)
    if answer.received.status in _NOT_THERE and impossible.received.status in _NOT_THERE:
        raise NotApplicable("not_offered", f"there is no {part}/request: nothing can be asked for")
    assert_status(answer, _NOT_FOUND)
    if answer.body.strip():
        assert_error_body(connector, answer, kind)


def link(answer: Answer, *relations: str) -> str | None:
    """Where an answer leads with one of these relations."""
    found = (i for i in answer.links if set(i.get("rel", "").split()) & set(relations))
    return next((answer.resolve(i["href"]) for i in found if "href" in i), None)


def nobody() -> str:
    """An identifier that nothing has."""
    return f"urn:uuid:{uuid4()}"
