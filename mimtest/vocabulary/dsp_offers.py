"""What a connector's catalogue offers, as a partner asks for it (Dataspace Protocol)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.dsp import NEW, asked_for, datasets_in, read
from mimtest.vocabulary.dsp_asking import Connector
from mimtest.vocabulary.expect import assert_status, json_object
from mimtest.vocabulary.web_addresses import address_parts

_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the catalogue: as it came, in the words of 2025-1, and the dataset it is about.

    `context` and `provider` are the catalogue's, `format` is a distribution's as it came, and `service` where the
    catalogue says that contracts are negotiated.
    """

    given: Mapping[str, Any]
    read: Mapping[str, Any]
    dataset: str
    format: Any
    service: str | None = None
    context: Any = None
    provider: Any = None

    @property
    def id(self) -> str:
        """Its identifier."""
        return str(self.read["@id"])

    def asked(self, version: str) -> dict[str, Any]:
        """How it is asked for."""
        return asked_for(version, self.given, self.dataset, self.provider)


def offers_in(connector: Connector, document: Mapping[str, Any]) -> list[Offer]:
    """The offers of a catalogue as it came that name all that asking for them needs."""
    version = connector.version
    plain = read(version, document)
    services = dict(_services_in(plain))
    raw = {d.get("@id"): d for d in _datasets_as_given(document)}
    context = document.get("@context")
    provider = _own(document, "participantId")
    found = []
    for dataset in datasets_in(plain):
        own = raw.get(dataset.get("@id"), {})
        form, service = _access(own, dataset, services)
        for offer in _list(_own(own, "hasPolicy")):
            told = read(version, offer)
            if isinstance(told, Mapping) and isinstance(told.get("@id"), str):
                about = str(dataset.get("@id"))
                found.append(Offer(offer, told, about, form, service, context, provider))
    return found


def offer_to_ask_for(connector: Connector, named: Iterable[str]) -> Offer:
    """The offer of a dataset that is named, else the first of those that this connector negotiates itself.

    Raises Inconclusive where nothing is offered, Contradiction where there is no catalogue.
    """
    __tracebackhide__ = True
    answer = assert_status(connector.ask_catalogue(), _OK, what="the catalogue")
    every = offers_in(connector, json_object(answer, "the catalogue"))
    known = set(named)
    own = [o for o in every if o.service is None or _near(o.service, connector.base)]
    wanted = [o for o in every if o.dataset in known] or own or every
    if not wanted:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    return wanted[0]


def negotiating(connector: Connector, offer: Offer) -> Connector:
    """The connector with which an offer is negotiated, where the catalogue names another of the same host.

    2024-1 does not say that contracts are negotiated where the service is.
    """
    service = (offer.service or connector.base).rstrip("/")
    here = service.startswith(connector.client.interface.url.rstrip("/"))
    if connector.version != NEW or here or not _near(service, connector.base):
        return connector
    return replace(connector, base=service)


def addresses_in(connector: Connector, document: Mapping[str, Any]) -> dict[str, str]:
    """Where the services of a catalogue are, and those in its distributions, by identifier."""
    plain = read(connector.version, document)
    found = dict(_services_in(plain))
    for dataset in datasets_in(plain):
        for distribution in _list(dataset.get("distribution")):
            service = (
                distribution.get("accessService") if isinstance(distribution, Mapping) else None
            )
            if isinstance(service, Mapping):
                found[str(service.get("@id"))] = service.get("endpointURL")
    return {k: v for k, v in found.items() if isinstance(v, str)}


def _near(address: str, base: str) -> bool:
    return address_parts(address)[:2] == address_parts(base)[:2]


def _services_in(plain: Mapping[str, Any], depth: int = 3) -> Iterator[tuple[str, Any]]:
    for service in _list(plain.get("service")):
        if isinstance(service, Mapping):
            yield str(service.get("@id")), service.get("endpointURL")
    for inner in _list(plain.get("catalog")) if depth else ():
        if isinstance(inner, Mapping):
            yield from _services_in(inner, depth - 1)


def _access(
    given: Mapping[str, Any], dataset: Mapping[str, Any], services: Mapping[str, Any]
) -> tuple[Any, str | None]:
    """A format as it came, of a distribution that is pulled if there is one, and where it is negotiated."""
    pairs = list(
        zip(_list(_own(given, "distribution")), _list(dataset.get("distribution")), strict=False)
    )
    pairs = [(g, d) for g, d in pairs if isinstance(g, Mapping) and d.get("format")]
    pulled = [p for p in pairs if str(p[1]["format"]).lower().endswith("pull")]
    for as_given, told in pulled or pairs:
        service = next(iter(_list(told.get("accessService"))), None)
        held = (
            service.get("endpointURL")
            if isinstance(service, Mapping)
            else services.get(str(service))
        )
        return _own(as_given, "format"), held if isinstance(held, str) else None
    return "", None


def _own(value: Mapping[str, Any], name: str) -> Any:
    """A member as it came, with a prefix or without."""
    return next((v for k, v in value.items() if k.rpartition(":")[2] == name), None)


def _datasets_as_given(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [d for d in _list(_own(value, "dataset")) if isinstance(d, Mapping)]
    inner = [c for c in _list(_own(value, "catalog")) if isinstance(c, Mapping)]
    return found + [d for i in inner for d in _datasets_as_given(i)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
