"""A Web Feature Service as a visitor sees it: versions 2.0 and 1.1, capabilities, feature types, questions.

OGC 09-025r2 (2.0.2), 09-025r1 (2.0.0) and 04-094 (1.1.0), asked with key-value pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary import xml
from mimtest.vocabulary.ows import Kvp, faults_of
from mimtest.vocabulary.parts import Some, chosen
from mimtest.vocabulary.web_addresses import address_parts
from mimtest.vocabulary.wfs_capabilities import Capabilities, FeatureType, read_capabilities

#: The versions that are asked for, the newest first.
VERSIONS: Final = ("2.0.2", "2.0.0", "1.1.0")
#: The stored query every 2.0 service has: its name in 2.0.2, and in 2.0.0.
BY_ID: Final = (
    "http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById",
    "urn:ogc:def:query:OGC-WFS::GetFeatureById",
)
#: At most so many feature types are looked at.
MOST_TYPES: Final = 20
_OK: Final = 200
_NAMESPACES: Final = {
    "2": "http://www.opengis.net/wfs/2.0",
    "1": "http://www.opengis.net/wfs",
}


@dataclass
class Wfs:
    """The service under test in one version, which its capabilities name."""

    kvp: Kvp
    capabilities: Capabilities
    _schemas: dict[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version spoken."""
        return self.capabilities.version

    @property
    def is_2(self) -> bool:
        """Whether it is 2.0; else it is 1.1."""
        return self.version.startswith("2.")

    @cached_property
    def namespace(self) -> str:
        """The namespace of the version."""
        return _NAMESPACES[self.version[:1]]

    @property
    def error_statuses(self) -> tuple[int, ...]:
        """The statuses of exception reports; 1.1 does not say any."""
        every = tuple(range(400, 500))
        return every if self.is_2 else (200, *every)

    def address(self, operation: str) -> str:
        """Where an operation is, by the capabilities; the interface's address where that is out of scope."""
        listed = self.capabilities.operations.get(operation)
        home = self.kvp.client.interface
        if listed and listed.get and address_parts(listed.get).netloc == urlsplit(home.url).netloc:
            return listed.get
        return ""

    def ask(self, operation: str, *, fresh: bool = False, **params: Any) -> Answer:
        """GET an operation."""
        return self.kvp.ask(operation, at=self.address(operation), fresh=fresh, **params)

    def features(self, kind: FeatureType, *, fresh: bool = False, **wishes: Any) -> Answer:
        """GET features of a type; for wishes see `wishes_of`."""
        return self.ask("GetFeature", fresh=fresh, **self.wishes_of(kind, **wishes))

    def post(self, kind: FeatureType, filters: str = "", count: int = 250) -> Answer:
        """Ask for features of a type in XML; `filters` is a Filter element or empty."""
        words = ("typeNames", "count") if self.is_2 else ("typeName", "maxFeatures")
        space = f' xmlns:{kind.prefix}="{kind.namespace}"' if kind.prefix else ""
        body = (
            f'<wfs:GetFeature xmlns:wfs="{self.namespace}"{space} service="WFS" '
            f'version="{self.version}" {words[1]}="{count}">'
            f'<wfs:Query {words[0]}="{kind.name}">{filters}</wfs:Query></wfs:GetFeature>'
        )
        listed = self.capabilities.operations.get("GetFeature")
        home = self.kvp.client.interface.url
        there = listed.post if listed and listed.post else home
        where = there if address_parts(there).netloc == urlsplit(home).netloc else ""
        headers = {"Content-Type": "text/xml; charset=UTF-8", "Accept": xml.XML}
        return self.kvp.client.post(where, content=body, headers=headers, query=True)

    def named(self, kind: FeatureType) -> dict[str, Any]:
        """The parameters that name a type."""
        if self.is_2:
            spaces = f"xmlns({kind.prefix},{kind.namespace})" if kind.namespace else None
            return {"TYPENAMES": kind.name, "NAMESPACES": spaces if kind.prefix else None}
        spaces = f"xmlns({kind.prefix}={kind.namespace})" if kind.namespace else None
        return {"TYPENAME": kind.name, "NAMESPACE": spaces if kind.prefix else None}

    def spellings(self, kind: FeatureType) -> list[dict[str, Any]]:
        """The parameters that name a type to DescribeFeatureType.

        That is TYPENAME (09-025r2 Table 15); some services of 2.0 take TYPENAMES, as GetFeature has it.
        """
        named = self.named(kind)
        other = {n: v for n, v in named.items() if n not in ("TYPENAMES", "TYPENAME")}
        return [{"TYPENAME": kind.name, **other}, *([named] if self.is_2 else [])]

    def describing(self, kind: FeatureType) -> dict[str, Any]:
        """The first spelling that DescribeFeatureType answers, or the standard's."""
        spellings = self.spellings(kind)
        return next((s for s in spellings if self._describes(s)), spellings[0])

    def _describes(self, params: Mapping[str, Any]) -> bool:
        answer = self.ask("DescribeFeatureType", **params)
        return answer.status == _OK and faults_of(answer) is None

    def wishes_of(self, kind: FeatureType, **wishes: Any) -> dict[str, Any]:
        """The parameters of a question for features of a type, in the words of the version.

        `count`, `srs`, `bbox`, `filter`, `hits` and others as they are spelled in capitals.
        """
        count = wishes.pop("count", None)
        hits = wishes.pop("hits", False)
        srs = wishes.pop("srs", None)
        return {
            **self.named(kind),
            "COUNT" if self.is_2 else "MAXFEATURES": count,
            "RESULTTYPE": "hits" if hits else None,
            "SRSNAME": srs,
            **{name.upper(): value for name, value in wishes.items()},
        }

    def require_2(self) -> None:
        """Raise NotApplicable unless the version is 2.0."""
        if not self.is_2:
            raise NotApplicable("version_not_claimed", f"WFS {self.version} has no such thing")

    def require_constraint(self, *names: str) -> None:
        """Raise NotApplicable unless the capabilities declare one of these as true."""
        declared = self.capabilities.constraints
        if not any(declared.get(n) for n in names):
            detail = f"the capabilities do not declare {' or '.join(names)}"
            raise NotApplicable("class_not_declared", detail)


def open_wfs(client: Client) -> Wfs:
    """The service in the newest version both know, or the target file's.

    Raises Contradiction when there are no capabilities, Inconclusive for another version.
    """
    claimed = client.interface.version
    kvp = Kvp(client, "WFS")
    accepted = claimed if claimed in VERSIONS else ",".join(VERSIONS)
    found = read_capabilities(kvp.ask("GetCapabilities", ACCEPTVERSIONS=accepted))
    if found.version not in VERSIONS and not found.version.startswith("2.0."):
        detail = f"WFS {found.version or 'without a version'} is not covered; {VERSIONS} are"
        raise Inconclusive("not_recognised", detail)
    kvp.version = found.version
    return Wfs(kvp, found)


def chosen_types(wfs: Wfs) -> Some[FeatureType]:
    """The feature types to look at, those of the target file if it names any. Raises Inconclusive."""
    wanted = {*wfs.kvp.client.interface.types, *wfs.kvp.client.interface.collections}
    every = wfs.capabilities.types()
    found = [t for t in every if not wanted or _names(t) & wanted][:MOST_TYPES]
    if not found:
        raise Inconclusive("no_data", "the capabilities list no feature type")
    return Some(found, chosen(found, len(every), "feature types"))


def _names(kind: FeatureType) -> set[str]:
    return {kind.name, kind.name.rpartition(":")[2]}


def shown_params(params: Mapping[str, Any]) -> str:
    """Parameters as they are told to people."""
    return "&".join(f"{n}={v}" for n, v in params.items() if v is not None and n != "NAMESPACES")
