"""What a target file has to be beyond its schema, each told in one line with its key."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.errors import UsageError
from mimtest.target import OLDEST, VERSIONS, Target, version_number

_IN_FULL: Final = "Write it in full, such as https://broker.example/ngsi-ld/v1."
#: A user's name and password in an address, which no message repeats.
_USER: Final = re.compile(r"(?<=//).*@|^(?!.*//).*@")
#: Kinds of interface that issue tokens.
_ISSUERS: Final = ("oidc", "oauth", "mydata-operator")


def require_files(target: Target, file: str) -> None:
    """The files that TLS goes by are there before anything is asked."""
    for interface in target.interfaces:
        for key in ("ca", "client_certificate"):
            name = getattr(interface, key)
            if name and not (target.folder / name).is_file():
                raise UsageError(
                    f"{file}: interfaces.{interface.name}.{key}: there is no file '{name}'.",
                    "Put it beside the target file, or name its path.",
                )


def require_days(data: Mapping[str, Any], file: str) -> None:
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


def require_known_names(data: Mapping[str, Any], file: str) -> None:
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


def require_own_snapshots(interfaces: Mapping[str, Any], folder: Path, file: str) -> None:
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


def require_covered(data: Mapping[str, Any], place: str) -> None:
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
