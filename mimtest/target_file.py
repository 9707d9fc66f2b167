"""Reading a target file: from TOML to the values of `mimtest.target`, or one line that says what is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from mimtest.errors import UsageError
from mimtest.target import (
    LOCAL,
    OLDEST,
    VERSIONS,
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
    version_number,
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
_IN_FULL: Final = "Write it in full, such as https://broker.example/ngsi-ld/v1."
#: A user's name and password in an address, which no message repeats.
_USER: Final = re.compile(r"(?<=//).*@|^(?!.*//).*@")
#: Kinds of interface that issue tokens.
_ISSUERS: Final = ("oidc", "oauth", "mydata-operator")
#: Services whose operations are parameters: some have others in their address, such as `?map=`.
_WITH_A_QUERY: Final = ("wfs", "wms", "wmts")


def read_target(path: Path) -> Target:
    """Read a target file. Raises UsageError with the key's path for anything wrong in it."""
    data = read_toml(path, "Write one with 'mimtest init URL'.")
    target = make_target(data, folder=path.parent, name=path.name)
    _require_files(target, path.name)
    return target


def make_target(data: Mapping[str, Any], *, folder: Path = Path(), name: str = "target") -> Target:
    """Make a target of the file's content. Raises UsageError as `read_target` does."""
    require_valid(data, "target.schema.json", name)
    claims = data.get("claims", {})
    _require_own_snapshots(data["interfaces"], folder, name)
    _require_known_names(data, name)
    _require_days(data, name)
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


def _require_files(target: Target, file: str) -> None:
    """The files that TLS goes by are there before anything is asked."""
    for interface in target.interfaces:
        for key in ("ca", "client_certificate"):
            name = getattr(interface, key)
            if name and not (target.folder / name).is_file():
                raise UsageError(
                    f"{file}: interfaces.{interface.name}.{key}: there is no file '{name}'.",
                    "Put it beside the target file, or name its path.",
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
    _require_covered(data, f"{file}: interfaces.{name}.version")
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


def _require_days(data: Mapping[str, Any], file: str) -> None:
    """The last day of a document is a day there is."""
    for number, declaration in enumerate(data.get("declarations", ())):
        for place, document in enumerate(declaration.get("evidence", ())):
            day = document.get("valid_until")
            try:
                _ = day and date.fromisoformat(day)
            except ValueError:
                key = f"declarations[{number}].evidence[{place}].valid_until"
                raise UsageError(
                    f"{file}: {key}: there is no day {day}.", "Write it as 2027-01-31."
                ) from None


def _require_known_names(data: Mapping[str, Any], file: str) -> None:
    """An identity or an interface that names another interface names one that there is."""
    interfaces = data["interfaces"]
    for table in ("interfaces", "identities"):
        for name, item in data.get(table, {}).items():
            issuer = item.get("issuer")
            if issuer and interfaces.get(issuer, {}).get("kind") not in _ISSUERS:
                issuers = [n for n, i in interfaces.items() if i["kind"] in _ISSUERS]
                raise UsageError(
                    f"{file}: {table}.{name}.issuer: '{issuer}' is no interface that issues tokens.",
                    f"There are: {', '.join(issuers)}."
                    if issuers
                    else "Add one of kind oidc or oauth.",
                )
            for used in item.get("interfaces", ()):
                if used not in interfaces:
                    raise UsageError(
                        f"{file}: {table}.{name}.interfaces: there is no interface '{used}'.",
                        f"There are: {', '.join(interfaces)}.",
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


def _require_own_snapshots(interfaces: Mapping[str, Any], folder: Path, file: str) -> None:
    """Two interfaces that shared a snapshot would look up each other's identifiers."""
    owners: dict[Path, str] = {}
    for name, interface in interfaces.items():
        if "snapshot" in interface:
            owner = owners.setdefault((folder / interface["snapshot"]).resolve(), name)
            if owner != name:
                raise UsageError(
                    f"{file}: interfaces.{name}.snapshot: is that of '{owner}', too.",
                    "Name a file of its own.",
                )


def _require_covered(data: Mapping[str, Any], place: str) -> None:
    """A version before the oldest, or one that never was, would make checks pass by."""
    version, oldest = data.get("version"), OLDEST.get(data["kind"])
    if version and oldest and version_number(version) < version_number(oldest):
        raise UsageError(f"{place}: {version} is not covered.", f"The oldest is {oldest}.")
    known = VERSIONS.get(data["kind"], ())
    if version and known and version not in known:
        raise UsageError(f"{place}: there is no {version}.", f"There are: {', '.join(known)}.")


def require_address(url: str, place: str) -> None:
    """Raise UsageError, naming the place, unless `url` is a plain address of http or https."""
    shown = _USER.sub("…@", url)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        msg = f"{place}: '{shown}' is not a web address"
        raise UsageError(f"{msg}." if shown != url else f"{msg} ({error}).", _IN_FULL) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        msg = f"{place}: '{shown}' is not a web address."
        bare = "://" not in url and "." in url
        raise UsageError(msg, f"Did you mean 'https://{shown}'?" if bare else _IN_FULL)
    if parts.username or parts.password:
        msg = f"{place}: holds a user name or password."
        raise UsageError(msg, 'Take it out and use auth = { kind = "basic", … }.')
    if parts.query or parts.fragment:
        msg = f"{place}: holds a query or fragment."
        raise UsageError(msg, "Leave the base address only.")


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
