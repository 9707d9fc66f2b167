"""Reading a target file: from TOML to the values of `mimtest.target`, or one line that says what is wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.errors import UsageError
from mimtest.target import (
    LOCAL,
    Auth,
    Claims,
    Declaration,
    Extension,
    Identity,
    Interface,
    Level,
    Model,
    Product,
    SameThing,
    Scope,
    Secret,
    Target,
    Tester,
)
from mimtest.target_rules import (
    require_address,
    require_covered,
    require_days,
    require_files,
    require_known_names,
    require_own_snapshots,
)
from mimtest.userfile import read_toml, require_valid

_LAST_PORT: Final = 65535
_AS_GIVEN: Final = (
    "kind",
    "version",
    "context",
    "description",
    "timeout",
    "pace",
    "settles",
    "notifies",
    "mqtt",
    "snapshot",
    "format",
    "issuer",
    "audience",
    "protected",
    "tenant_header",
    "ca",
    "client_certificate",
    "variant",
)
#: Services whose operations are parameters: some have others in their address, such as `?map=`.
_WITH_A_QUERY: Final = ("wfs", "wms", "wmts")


def read_target(path: Path) -> Target:
    """Read a target file. Raises UsageError with the key's path for anything wrong in it."""
    data = read_toml(path, "Write one with 'mimtest init URL'.")
    target = make_target(data, folder=path.parent, name=path.name)
    require_files(target, path.name)
    return target


def make_target(data: Mapping[str, Any], *, folder: Path = Path(), name: str = "target") -> Target:
    """Make a target of the file's content. Raises UsageError as `read_target` does."""
    require_valid(data, "target.schema.json", name)
    claims = data.get("claims", {})
    require_own_snapshots(data["interfaces"], folder, name)
    require_known_names(data, name)
    require_days(data, name)
    return Target(
        product=Product(**data["product"]),
        tester=Tester(**data.get("tester", {})),
        scope=_scope(data.get("scope", {}), name),
        interfaces=tuple(_interface(n, i, name) for n, i in data["interfaces"].items()),
        claims=Claims(
            mims=tuple(claims.get("mims", ())),
            options=tuple(claims.get("options", ())),
            mechanisms=tuple(claims.get("mechanisms", ())),
            models=tuple(_model(t, m) for t, m in claims.get("models", {}).items()),
            area=tuple(claims["area"]) if "area" in claims else None,
            identifiers=tuple(SameThing(**i) for i in claims.get("identifiers", ())),
            extensions=tuple(Extension(**e) for e in claims.get("extensions", ())),
        ),
        declarations=tuple(_declaration(d) for d in data.get("declarations", ())),
        folder=folder,
        identities=tuple(_identity(n, i) for n, i in data.get("identities", {}).items()),
    )


def _model(entity_type: str, data: Mapping[str, Any]) -> Model:
    given = dict(data)
    if "model" in given:
        given["name"] = given.pop("model")
    if given.get("sample") == "all":
        given["sample"] = None
    given["examples"] = tuple(given.get("examples", ()))
    return Model(entity_type, **given)


def _scope(data: Mapping[str, Any], file: str) -> Scope:
    if "callback" in data:
        require_address(data["callback"], f"{file}: scope.callback")
        if "listen" not in data:
            raise UsageError(
                f"{file}: scope.callback: it is not said where mimtest listens.",
                'Add scope.listen, such as "0.0.0.0:8443".',
            )
    if int(data.get("listen", ":0").rpartition(":")[2]) > _LAST_PORT:
        raise UsageError(f"{file}: scope.listen: there is no such port.", "Ports are 1 to 65535.")
    return Scope(
        authorised_by=data.get("authorised_by", ""),
        level=Level(data.get("level", Level.SAFE)),
        hosts=tuple(data.get("hosts", ())),
        callback=data.get("callback"),
        listen=data.get("listen"),
    )


def _interface(name: str, data: Mapping[str, Any], file: str) -> Interface:
    url = _place(data, f"{file}: interfaces.{name}")
    require_covered(data, f"{file}: interfaces.{name}.version")
    parts = {k: data[k].rstrip("/") for k in ("temporal", "registry") if k in data}
    for part, address in parts.items():
        require_address(address, f"{file}: interfaces.{name}.{part}")
    if "plain" in data:
        require_address(data["plain"], f"{file}: interfaces.{name}.plain")
        parts["plain"] = data["plain"].rstrip("/")
    for part, address in data.get("paths", {}).items():
        if not address.startswith(("/", LOCAL)):
            require_address(address.partition("?")[0], f"{file}: interfaces.{name}.paths.{part}")
    kept = {k: data[k] for k in _AS_GIVEN if k in data}
    return Interface(
        name=name,
        url=url,
        auth=_auth(data["auth"]) if "auth" in data else None,
        headers={
            k: v if isinstance(v, str) else Secret(v["env"])
            for k, v in data.get("headers", {}).items()
        },
        types=tuple(data.get("types", ())),
        collections=tuple(data.get("collections", ())),
        tenants=tuple(data.get("tenants", ())),
        public=tuple(data.get("public", ())),
        languages=tuple(data.get("languages", ())),
        paths=dict(data.get("paths", {})),
        **parts,
        **kept,
    )


def _identity(name: str, data: Mapping[str, Any]) -> Identity:
    given = {
        k: data[k]
        for k in ("rights", "client_id", "issuer", "scope", "audience", "tenant")
        if k in data
    }
    return Identity(
        name=name,
        token=Secret(data["token_env"]) if "token_env" in data else None,
        client_secret=Secret(data["client_secret_env"]) if "client_secret_env" in data else None,
        interfaces=tuple(data.get("interfaces", ())),
        owns=tuple(data.get("owns", ())),
        **given,
    )


def _place(data: Mapping[str, Any], place: str) -> str:
    """The address, of http or https; that of a file or an OGC service may have a query; a file may be a path."""
    url = str(data["url"])
    if data["kind"] != "file":
        plain = url.partition("?")[0] if data["kind"] in _WITH_A_QUERY else url
        require_address(plain, f"{place}.url")
        if "format" in data:
            raise UsageError(
                f"{place}.format: only an interface of kind 'file' has a format.", "Take it out."
            )
        return url.rstrip("/")
    if "://" not in url or url.startswith("file://"):
        return LOCAL + quote(unquote(url.removeprefix("file://")) if "://" in url else url)
    require_address(url.partition("?")[0], f"{place}.url")
    return url


def _auth(data: Mapping[str, str]) -> Auth:
    secret = {
        key: Secret(data[f"{key}_env"])
        for key in ("token", "username", "password")
        if f"{key}_env" in data
    }
    return Auth(kind=data["kind"], header=data.get("header"), **secret)


def _declaration(data: Mapping[str, Any]) -> Declaration:
    return Declaration(
        about=tuple(data["about"]),
        answer=data["answer"],
        text=data.get("text"),
        rationale=data.get("rationale"),
        planned_for=data.get("planned_for"),
        evidence=tuple(data.get("evidence", ())),
    )
