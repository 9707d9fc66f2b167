"""The target file: how to reach a product, what it claims and what a run may do to it.

The words of ISO/IEC 9646: the product is the SUT, its interfaces the IXIT, its claims the ICS.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from mimtest.errors import UsageError

#: The oldest version of a standard that is covered; it holds where the target file names none.
OLDEST: Final[Mapping[str, str]] = {"ngsi-ld": "1.3.1"}
#: The published versions from then on, where they are a closed list.
VERSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ngsi-ld": ("1.3.1", "1.4.1", "1.4.2", "1.5.1", "1.6.1", "1.7.1", "1.8.1", "1.9.1")
}
#: How the address of a file begins that is read and not asked for; a path beside the target file follows.
LOCAL: Final = "file:///"
_LADDER: Final = ("passive", "safe", "writes", "burst")


class Level(StrEnum):
    """What a run may do to a target, from looking to load; each level includes the ones before."""

    PASSIVE = "passive"
    SAFE = "safe"
    WRITES = "writes"
    BURST = "burst"

    def allows(self, other: "Level") -> bool:
        """Whether something of level `other` may be done at this level."""
        return _LADDER.index(self) >= _LADDER.index(other)


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is only named here: the environment variable that holds it."""

    variable: str


@dataclass(frozen=True, slots=True)
class Auth:
    """How requests to an interface are authorised; `kind` is bearer, basic or header."""

    kind: str
    token: Secret | None = None
    username: Secret | None = None
    password: Secret | None = None
    header: str | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets it needs."""
        return tuple(s for s in (self.token, self.username, self.password) if s)


@dataclass(frozen=True, slots=True)
class Interface:
    """One way into the product.

    `timeout` is in seconds, `pace` in requests a second; `settles` says after how many seconds
    something written is seen by every reader, `notifies` after how many at most what is to be notified
    arrives. `snapshot` names the file in which a run keeps identifiers for a later one. `temporal` and
    `registry` are the addresses of those parts of an NGSI-LD API that are served elsewhere, `mqtt` that
    of an MQTT server which the product and mimtest both reach.
    """

    name: str
    kind: str
    url: str
    version: str | None = None
    auth: Auth | None = None
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    context: str | None = None
    description: str | None = None
    timeout: float = 30.0
    pace: float | None = None
    settles: float = 2.0
    snapshot: str | None = None
    notifies: float = 5.0
    temporal: str | None = None
    registry: str | None = None
    mqtt: str | None = None
    format: str | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return origin_of(self.url)

    @property
    def is_local(self) -> bool:
        """Whether it is a file beside the target file, which is read and not asked for."""
        return self.url.startswith(LOCAL)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it is, and where parts of it are; none of a file on this machine."""
        own = () if self.is_local else (self.url,)
        return tuple(u for u in (*own, self.temporal, self.registry) if u)


@dataclass(frozen=True, slots=True)
class Product:
    """Whose product is tested, and which version and configuration of it."""

    supplier: str
    name: str
    version: str
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class Tester:
    """Who tests: the supplier (`first`), the buyer (`second`), somebody else (`third`) or `unknown`."""

    party: str = "unknown"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Who allowed the test, the most it may do, and further origins it may talk to.

    `listen` is where mimtest listens for the product, as `host:port`; `callback` is the address
    under which the product gets there.
    """

    authorised_by: str
    level: Level = Level.SAFE
    hosts: tuple[str, ...] = ()
    callback: str | None = None
    listen: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A data model claimed for an entity type; documents are named by address or file.

    `name` is that of a standard model, as Smart Data Models has it: subject and entity type. `base` is the model
    that this one extends, `profile` the document that says how; `common` is one it can be converted to, `mapping`
    the document that says how. `collection` and `path` are where its data is on a map service and on other HTTP
    interfaces. `relationships` maps attributes to the types of what they point to, `units` names the code
    system. `sample` is how many entities are looked at, None all.
    """

    entity_type: str
    name: str | None = None
    schema: str | None = None
    context: str | None = None
    base: str | None = None
    profile: str | None = None
    common: str | None = None
    mapping: str | None = None
    documentation: str | None = None
    examples: tuple[str, ...] = ()
    catalogue: str | None = None
    collection: str | None = None
    path: str | None = None
    relationships: Mapping[str, str] = field(default_factory=dict)
    units: str = "uncefact"
    sample: int | None = 20


@dataclass(frozen=True, slots=True)
class SameThing:
    """Two identifiers of one thing; `mapping` is the address of a document that says so."""

    one: str
    other: str
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """Addresses of a JSON-LD @context that adds terms, and of the one it adds them to."""

    context: str
    base: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What the supplier says the product supports. `area` is the box of its places: west, south, east, north."""

    mims: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()
    area: tuple[float, float, float, float] | None = None
    identifiers: tuple[SameThing, ...] = ()
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """The supplier's word on requirements that no check answers."""

    about: tuple[str, ...]
    answer: str
    text: str | None = None
    rationale: str | None = None
    planned_for: str | None = None
    evidence: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The whole target file."""

    product: Product
    scope: Scope
    interfaces: tuple[Interface, ...]
    claims: Claims
    tester: Tester = Tester()
    declarations: tuple[Declaration, ...] = ()
    folder: Path = Path()

    @property
    def origins(self) -> frozenset[str]:
        """Every origin a run may talk to."""
        return frozenset(
            {origin_of(url) for i in self.interfaces for url in i.addresses}
            | {origin_of(h) for h in self.scope.hosts}
        )

    @property
    def options(self) -> frozenset[str]:
        """The claimed options, and those that follow from the interfaces."""
        implied = {"restricted-access"} if any(i.auth for i in self.interfaces) else set()
        return frozenset(self.claims.options) | implied

    def claims_token(self, token: str) -> bool:
        """Whether a condition of the catalogue, `option:X` or `mechanism:ID`, is claimed."""
        kind, _, name = token.partition(":")
        return name in (self.options if kind == "option" else self.claims.mechanisms)

    def of_kind(self, kinds: tuple[str, ...]) -> tuple[Interface, ...]:
        """The interfaces of one of these kinds; `*` stands for every kind that is asked over the network."""
        every = "*" in kinds
        return tuple(i for i in self.interfaces if i.kind in kinds or (every and not i.is_local))

    def secrets(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """The secrets by the name of their variable. Raises UsageError for one that is not set."""
        known = os.environ if environ is None else environ
        found: dict[str, str] = {}
        for place, secret in self._secret_places():
            value = known.get(secret.variable, "")
            if not value:
                msg = f"{place}: the environment variable {secret.variable} is not set."
                raise UsageError(msg, "Set it to the secret and run again.")
            found[secret.variable] = value
        return found

    def _secret_places(self) -> list[tuple[str, Secret]]:
        places: list[tuple[str, Secret]] = []
        for item in self.interfaces:
            path = f"interfaces.{item.name}"
            places += [(f"{path}.auth", s) for s in (item.auth.secrets if item.auth else ())]
            places += [
                (f"{path}.headers.{name}", value)
                for name, value in item.headers.items()
                if isinstance(value, Secret)
            ]
        return places

    def with_level(self, level: Level) -> Self:
        """The same target for a run of that level. Raises UsageError above what the file allows."""
        if self.scope.level.allows(level):
            return self
        msg = f"scope.level allows '{self.scope.level}' at most, not '{level}'."
        raise UsageError(
            msg, "Ask for a lower --level, or have the owner raise it in the target file."
        )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, with the default port written out."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def load_target(path: Path) -> Target:
    """Read a target file. Raises UsageError with the key's path for anything wrong in it."""
    from mimtest.target_file import read_target  # noqa: PLC0415 (it makes the classes above)

    return read_target(path)


def parse_target(data: Mapping[str, Any], *, folder: Path = Path(), name: str = "target") -> Target:
    """Make a target of the file's content. Raises UsageError as `load_target` does."""
    from mimtest.target_file import make_target  # noqa: PLC0415 (it makes the classes above)

    return make_target(data, folder=folder, name=name)


def version_number(version: str) -> tuple[int, ...]:
    """A dotted version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))
