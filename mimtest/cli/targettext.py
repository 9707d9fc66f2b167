"""A target file with comments, from what was discovered."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Final

from mimtest.vocabulary.discovery import Discovered

#: What a fresh file says of the product, for somebody to replace.
PLACEHOLDERS: Final = {
    "supplier": "Name of the supplier",
    "name": "Name of the product",
    "version": "Version that is tested",
}
_HEAD: Final = """\
# How mimtest reaches the product, what the product claims, and what a run may do to it.
# 'mimtest doctor' says whether this file is ready, and which key to change.

[product]
supplier = "Name of the supplier"
name = "Name of the product"
version = "Version that is tested"
# configuration = "Edition, settings and add-ons of this installation"

[tester]
party = "unknown"            # first = the supplier, second = the buyer, third = somebody else

[scope]
authorised_by = ""           # who allows this test: a person or a tender
level = "safe"               # the most a run may do: passive | safe | writes | burst
# hosts = ["https://idp.example"]   # further origins that belong to the product
# callback = "https://tester.example:8443"   # where the product reaches mimtest, if elsewhere
# listen = "0.0.0.0:8443"             # where mimtest listens for it
"""
_AUTH: Final = """\
# auth = { kind = "bearer", token_env = "TOKEN" }   # the name of a variable, never the secret
# headers = { NGSILD-Tenant = "city" }   # with NGSI v2: Fiware-Service and Fiware-ServicePath
"""
_MIMS: Final = {
    "ngsi-ld": ("MIM0", "MIM1", "MIM2"),
    "ngsi-v2": ("MIM0", "MIM1"),
    "ogc-api-features": ("MIM0", "MIM7"),
    "wfs": ("MIM0", "MIM7"),
    "sensorthings": ("MIM0", "MIM7"),
    "wms": ("MIM0", "MIM7"),
    "wmts": ("MIM0", "MIM7"),
    "ogc-api-tiles": ("MIM0", "MIM7"),
    "ogc-api-maps": ("MIM0", "MIM7"),
    "file": ("MIM7",),
    "oidc": ("MIM4", "MIM6"),
    "oauth": ("MIM6",),
    "solid": ("MIM4",),
    "mydata-operator": ("MIM4",),
    "mydata-connector": ("MIM4",),
    "mydata-registry": ("MIM4",),
    "vc-issuer": ("MIM4", "MIM6"),
    "issuers-registry": ("MIM4", "MIM6"),
    "did": ("MIM4", "MIM6"),
    "dcat": ("MIM3",),
}
_MODELS: Final = """\
# area = [7.8, 51.5, 8.0, 51.7]   # the box its places lie in: west, south, east, north

# The data model of an entity type; documents are addresses, or files beside this one.
# [claims.models.Streetlight]
# model = "Streetlighting/Streetlight"   # of Smart Data Models; schema = "…" for one of its own
# context = "https://…"              # the @context that gives its names
# collection = "streetlights"        # where a map service has it
# path = "/streetlights"             # where another HTTP interface lists it
# sample = 200                       # drawn at random; 20, the first page, when absent; or "all"
"""
_NAMES: Final = {
    "ngsi-ld": "context",
    "ogc-api-features": "map",
    "oidc": "login",
    "oauth": "login",
    "solid": "pod",
    "mydata-operator": "operator",
    "mydata-connector": "connector",
    "mydata-registry": "trust-group",
    "vc-issuer": "credentials",
    "issuers-registry": "trusted-issuers",
    "did": "identifier",
}
#: What else can be said of an interface of a kind, as comments.
_MORE: Final = {
    "oidc": """\
# variant = "oidc"             # or solid-oidc, fapi2
""",
    "solid": """\
# protected = "/diary/note"    # what only the owner, whose token auth has, reads
# paths = { resource = "/profile/card", container = "/mimtest/" }   # an RDF document; where to write
""",
    "mydata-operator": """\
# paths = { log = "/log" }     # its trail of introspections
""",
    "mydata-connector": """\
# paths = { data = "/trips" }  # where a request ticket opens data
""",
    "mydata-registry": """\
# paths = { keys = "/key" }    # its public key, as a JWK or a set of them
""",
    "vc-issuer": """\
# paths = { sample = "/sample" }   # a sample credential
""",
}
_IDENTITIES: Final = """\
# What an interface that is guarded can have, too:
# issuer = "login"             # the interface (of kind oidc or oauth) whose tokens it takes
# audience = "https://…"       # what these tokens have in aud
# protected = "/…"             # a path below it whose data is restricted
# ca = "authority.pem"         # a file beside this one: who vouches for its certificate, if nobody known
# plain = "http://…"           # where the same host answers without TLS

# Somebody who asks, besides auth of each interface: with a token, or as a client that gets its own.
# [identities.clerk]
# rights = "full"              # or read, none, subject, expired, other-audience …
# token_env = "CLERK_TOKEN"    # or: client_id, client_secret_env and issuer = "login"
# owns = ["urn:…"]             # texts that stand in its own data and in nobody else's

# What no standard says where to find is not discovered: where people's data and consents are, or log-in by wallet.
# [interfaces.account]
# kind = "personal-data"       # or vc-verifier; tls for another host
# url = "https://…"
# paths = { notice = "/notice", records = "/consents", access = "/data", export = "/export" }
"""
#: Kinds of interface whose identifiers are looked up again by a later run.
_IDENTIFYING: Final = ("ngsi-ld", "ogc-api-features", "wfs", "sensorthings")


def target_text(found: Iterable[Discovered]) -> str:
    """The content of a target file, as TOML."""
    found = tuple(found)
    names: Counter[str] = Counter()
    parts = [_HEAD]
    for item in found:
        name = _NAMES.get(item.kind, item.kind)
        names[name] += 1
        parts.append(_interface(name if names[name] == 1 else f"{name}{names[name]}", item))
    parts.append(_IDENTITIES)
    mims = sorted({m for item in found for m in _MIMS.get(item.kind, ())})
    parts.append(
        f"[claims]\nmims = {_list(mims)}            # what the supplier claims\n"
        f"options = []                # such as temporal, subscriptions\n{_MODELS}"
    )
    return "\n".join(parts)


def _interface(name: str, item: Discovered) -> str:
    lines = [f"[interfaces.{name}]", f"kind = {_text(item.kind)}", f"url = {_text(item.url)}"]
    if item.kind == "ngsi-ld":
        lines.append('# version = "1.8.1"          # of GS CIM 009; decides which clauses hold')
        lines.append(f"types = {_list(item.names)}   # entity types that hold data to read")
        lines.append('# context = "https://…"      # the @context in which the types are named')
        lines.append("# settles = 5                # seconds until a write is seen by every reader")
    if item.kind == "ngsi-v2":
        lines.append(f"types = {_list(item.names)}   # entity types that hold data to read")
        lines.append("# settles = 5                # seconds until a write is seen by every reader")
    if item.kind == "ogc-api-features":
        lines.append(f"# collections = {_list(item.names)}   # all of them by default")
    if item.kind in ("wfs", "wms", "wmts", "ogc-api-tiles", "ogc-api-maps"):
        lines.append(
            f"# collections = {_list(item.names)}   # layers or collections; some by default"
        )
    if item.kind in _IDENTIFYING:
        lines.append(f"snapshot = {_text(f'{name}-ids.json')}   # ids of a run, for a later one")
    return "\n".join(lines) + "\n" + _AUTH + _MORE.get(item.kind, "")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(v) for v in values)}]"


def _text(value: str) -> str:
    """A TOML basic string: JSON's escapes are a part of TOML's."""
    return json.dumps(value).replace("\x7f", "\\u007f")
