"""What a target file is made of: interfaces, identities, claims, declarations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

#: The oldest version of a standard that is covered; it holds where the target file names none.
OLDEST: Final[Mapping[str, str]] = {"ngsi-ld": "1.3.1"}
#: The published versions from then on, where they are a closed list.
VERSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ngsi-ld": ("1.3.1", "1.4.1", "1.4.2", "1.5.1", "1.6.1", "1.7.1", "1.8.1", "1.9.1"),
    "dsp": ("2024-1", "2025-1"),
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
class Tls:
    """Files for TLS: the authority that vouches for the other side, and the certificate and key that one shows."""

    ca: Path | None = None
    own: Path | None = None


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

    `issuer` names the interface whose tokens it takes, `audience` what these tokens have in `aud`;
    `protected` is a path whose data is restricted, `public` are those anyone may read. `ca` names the
    file of the authority behind its certificate, `plain` where it answers without TLS. `paths` are
    the addresses of parts that no standard fixes. `languages` are those a rulebook can be read in.
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
    issuer: str | None = None
    audience: str | None = None
    protected: str | None = None
    public: tuple[str, ...] = ()
    tenant_header: str = "NGSILD-Tenant"
    ca: str | None = None
    client_certificate: str | None = None
    plain: str | None = None
    variant: str | None = None
    languages: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

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
        parts = (p for n, p in self.paths.items() if p.startswith("http") and n != "upstream")
        return tuple(u for u in (*own, self.temporal, self.registry, *parts) if u)

    @property
    def is_guarded(self) -> bool:
        """Whether the target file says that it does not give everything to everybody."""
        return bool(self.auth or self.issuer or self.protected)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who asks: with a token the tester was given, or as a client that gets its own.

    `rights` is what it may do here, or why its token is not good; `interfaces` are the names of those
    it is used at; `tenant` goes with its requests. `owns` are texts that only its own data holds.
    """

    name: str
    rights: str = "full"
    token: Secret | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    issuer: str | None = None
    scope: str | None = None
    audience: str | None = None
    interfaces: tuple[str, ...] = ()
    tenant: str | None = None
    owns: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets it needs."""
        return tuple(s for s in (self.token, self.client_secret) if s)


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


@lru_cache(maxsize=1024)
def origin_of(url: str) -> str:
    """Scheme, host and port of an address, with the default port written out."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def version_number(version: str) -> tuple[int, ...]:
    """A version such as 1.8.1 or 2025-1 as numbers that compare."""
    return tuple(int(part) for part in version.replace("-", ".").split("."))
