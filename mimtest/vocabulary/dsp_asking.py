"""Asking a provider's connector that speaks the Dataspace Protocol (HTTPS binding)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urljoin
from uuid import uuid4

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.dsp import (
    NEW,
    VERSIONS_PATH,
    datasets_in,
    faults_of_message,
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
    shown,
)

_NOT_THERE: Final = (404, 405, 410)
_CLIENT_ERRORS: Final = range(400, 500)
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Connector:
    """A provider's connector in one version; `base` is where the endpoints of that version are."""

    client: Client
    version: str
    base: str

    def url(self, path: str) -> str:
        """The address of an endpoint."""
        return f"{self.base}/{path}"

    def get(self, path: str, **how: Any) -> Answer:
        """GET at an endpoint."""
        headers = {"Accept": "application/json"}
        return self.client.get(self.url(path), headers=headers, **how)

    def send(self, path: str, kind: str, *, query: bool = False, **members: Any) -> Answer:
        """POST a message to an endpoint; `query` for one that only asks."""
        return self.client.post(
            self.url(path),
            json=message(self.version, kind, **members),
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
    answer = client.get(first, **how)
    for address in others:
        if answer.status not in _NOT_THERE:
            break
        answer = client.get(address, **how)
    return answer


def version_of(client: Client) -> str:
    """The version that is declared."""
    return client.interface.version or NEW


def listed(answer: Answer) -> list[Mapping[str, Any]]:
    """The versions that an answer lists. Raises Contradiction."""
    __tracebackhide__ = True
    document = json_object(assert_status(answer, _OK, what="the versions"), "the versions")
    items = member(document, "protocolVersions", list, "the versions")
    return [i for i in items if isinstance(i, Mapping)]


def connector_of(client: Client) -> Connector:
    """The connector in the declared version, where its versions say. Raises Inconclusive."""
    version = version_of(client)
    stated = client.interface.paths.get("protocol")
    if stated is not None:
        return Connector(client, version, client.url(stated).rstrip("/"))
    answer = versions_of(client)
    found = [i for i in listed(answer) if i.get("version") == version]
    path = next((i["path"] for i in found if isinstance(i.get("path"), str)), None)
    if path is None:
        detail = f"the connector does not list version {version}, so that nobody knows where it is"
        raise Inconclusive("precondition_unmet", detail)
    root = answer.url.partition("?")[0].removesuffix(VERSIONS_PATH)
    return Connector(client, version, f"{root}/{path.strip('/')}".rstrip("/"))


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


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the catalogue: as it came, in the words of 2025-1, and the dataset it is about."""

    given: Mapping[str, Any]
    read: Mapping[str, Any]
    dataset: str
    format: str

    @property
    def id(self) -> str:
        """Its identifier."""
        return str(self.read["@id"])


def offers_in(connector: Connector, document: Mapping[str, Any]) -> list[Offer]:
    """The offers of a catalogue as it came that name all that asking for them needs."""
    found = []
    plain = read(connector.version, document)
    raw = {d.get("@id"): d for d in _datasets_as_given(document)}
    for dataset in datasets_in(plain):
        own = raw.get(dataset.get("@id"), {})
        given = own.get("hasPolicy", own.get("odrl:hasPolicy", []))
        for offer in given if isinstance(given, list) else [given]:
            told = read(connector.version, offer)
            if isinstance(told, Mapping) and isinstance(told.get("@id"), str):
                found.append(Offer(offer, told, str(dataset.get("@id")), _format_of(dataset)))
    return found


def _datasets_as_given(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for name, part in value.items():
        inner = [p for p in (part if isinstance(part, list) else [part]) if isinstance(p, Mapping)]
        if name.removeprefix("dcat:") == "dataset":
            found += inner
        elif name.removeprefix("dcat:") == "catalog":
            found += [d for i in inner for d in _datasets_as_given(i)]
    return found


def _format_of(dataset: Mapping[str, Any]) -> str:
    parts = dataset.get("distribution")
    held = parts if isinstance(parts, list) else []
    formats = [p.get("format") for p in held if isinstance(p, Mapping)]
    texts = [f for f in formats if isinstance(f, str)]
    pulled = [f for f in texts if f.lower().endswith("pull")]
    return next(iter(pulled or texts), "")


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


def link(answer: Answer, *relations: str) -> str | None:
    """Where an answer leads with one of these relations."""
    found = (i for i in answer.links if set(i.get("rel", "").split()) & set(relations))
    return next((urljoin(answer.url, i["href"]) for i in found if "href" in i), None)


def nobody() -> str:
    """An identifier that nothing has."""
    return f"urn:uuid:{uuid4()}"


def told_in(value: Mapping[str, Any], *names: str) -> str:
    """Some members, for messages."""
    return shown({n: value.get(n) for n in names})
