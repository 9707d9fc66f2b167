"""The words of ODRL 2.2, and the JSON-LD contexts by which policies have them."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.client import Client
from mimtest.resources import SCHEMAS

NAMESPACE: Final = "http://www.w3.org/ns/odrl/2/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTEXT: Final = "www.w3.org/ns/odrl.jsonld"
#: Contexts of the Dataspace Protocol, in whose catalogues policies stand.
_DATASPACE: Final = (
    "w3id.org/dspace/2025/1/context.jsonld",
    "w3id.org/dspace/2025/1/odrl-profile.jsonld",
)
_DATASPACE_2024: Final = "w3id.org/dspace/2024/1/context.json"
_PREFIXES: Final = {
    "odrl": NAMESPACE,
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "http://schema.org/",
    "cc": "http://creativecommons.org/ns#",
}
_CATALOGUE: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dspace": "https://w3id.org/dspace/",
    **{n: {"@id": f"dcat:{n}", "@type": "@id"} for n in ("catalog", "dataset", "distribution", "service")},
    **{n: {"@id": f"dspace:{n}", "@type": "@id"} for n in ("agreement", "offer")},
    "Catalog": "dcat:Catalog",
    "Dataset": "dcat:Dataset",
}  # fmt: skip


@cache
def terms() -> Mapping[str, tuple[str, ...]]:
    """The names of ODRL 2.2 by what they are."""
    text = (SCHEMAS / "odrl" / "terms.toml").read_text(encoding="utf-8")
    return {kind: tuple(names) for kind, names in tomllib.loads(text).items()}


@cache
def context() -> Mapping[str, Any]:
    """A JSON-LD @context with the names of ODRL, in place of the published one, which nobody is asked for."""
    known = terms()
    words = (
        "core_actions",
        "actions",
        "old_actions",
        "operands",
        "operators",
        "logical",
        "policies",
        "classes",
    )
    plain = {n: f"odrl:{n}" for kind in (*words, "texts") for n in known[kind]}
    named = {n: {"@id": f"odrl:{n}", "@type": "@vocab"} for n in known["named"]}
    things = {n: {"@id": f"odrl:{n}", "@type": "@id"} for n in known["things"]}
    own = {"@version": 1.1, "uid": "@id", "type": "@type"}
    lists = {
        n: {"@id": f"odrl:{n}", "@type": "@id", "@container": "@list"} for n in ("andSequence",)
    }
    return {**_PREFIXES, **own, **plain, **named, **things, **lists}


def _named(kind: str) -> Mapping[str, Any]:
    return {n: context()[n] for n in terms()[kind]}


def _prefixed() -> Mapping[str, Any]:
    """The names whose values are addresses, as version 2024-1 of the Dataspace Protocol writes them."""
    names = (n for kind in ("named", "things") for n in terms()[kind])
    return {f"odrl:{n}": {"@id": f"odrl:{n}", "@type": "@id"} for n in names}


def loader(client: Client) -> Callable[[str], Any]:
    """Gives the @contexts that a document names: ODRL's as it is known here, others where they may be asked for."""

    def load(url: str) -> Any:
        place = url.partition("#")[0].partition("://")[2]
        if place == _CONTEXT:
            return {"@context": dict(context())}
        if place in _DATASPACE:
            return {"@context": {**_PREFIXES, **_CATALOGUE, **_named("dataspace")}}
        if place == _DATASPACE_2024:
            return {"@context": {**_PREFIXES, **_CATALOGUE, **_prefixed()}}
        answer = client.get(url, headers={"Accept": "application/ld+json"}, auth=False)
        if not answer.ok:
            raise Inconclusive("unresolved_reference", f"{url} is answered {answer.status}")
        return answer.json()

    return load
