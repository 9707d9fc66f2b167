"""The catalogue of models: DCAT in JSON-LD, and the same statements in Turtle."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.sandbox.http import dump

SYNTAXES: Final = ("catalogue", "catalogue.jsonld", "catalogue.ttl")
_PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
_Node = dict[str, Any]


def catalogue(
    file: str, accept: str, base: str, models: Mapping[str, Any], used: set[str]
) -> tuple[str, bytes]:
    """Media type and body, in JSON-LD unless Turtle is asked for. `used` are the models with data."""
    nodes = list(_nodes(base, models, used))
    if file.endswith(".ttl") or (file == SYNTAXES[0] and accept.startswith("text/turtle")):
        return "text/turtle; charset=utf-8", "\n".join(_turtle(nodes)).encode()
    return "application/ld+json", dump({"@context": _PREFIXES, "@graph": nodes})


def _nodes(base: str, models: Mapping[str, Any], used: set[str]) -> Iterator[_Node]:
    start = f"{base}/models"
    ids = [f"{start}/{name}" for name in models]
    yield {
        "@id": f"{start}/catalogue",
        "@type": "dcat:Catalog",
        "dct:title": "Data models of Exampleton",
        "dct:description": "The models in which the town's data is given out.",
        "dct:publisher": {"@id": f"{start}/catalogue#town"},
        "dcat:resource": [{"@id": i} for i in ids],
        "dcat:dataset": [{"@id": f"{start}/{n}#data"} for n in sorted(used)],
        "dcat:service": {"@id": f"{start}/catalogue#broker"},
    }
    yield {
        "@id": f"{start}/catalogue#town",
        "@type": "foaf:Agent",
        "foaf:name": "Town of Exampleton",
    }
    yield {
        "@id": f"{start}/catalogue#broker",
        "@type": "dcat:DataService",
        "dct:title": "NGSI-LD API",
        "dcat:endpointURL": {"@id": f"{base}/ngsi-ld/v1"},
        "dcat:servesDataset": [{"@id": f"{start}/{n}#data"} for n in sorted(used)],
    }
    for name, schema in models.items():
        yield _model(f"{start}/{name}", base, name, schema)
        if name in used:
            yield from _data(f"{start}/{name}", base, name)


def _model(id: str, base: str, name: str, schema: Mapping[str, Any]) -> _Node:
    """The entry of a model: an own one has a page here, one that is used as published its schema elsewhere."""
    published = schema.get("address")
    own = {"foaf:page": {"@id": f"{id}/documentation"}} if published is None else {}
    return {
        "@id": id,
        "@type": ["dct:Standard", "dcat:Resource"],
        "dct:title": name,
        "dct:identifier": name,
        "dct:description": schema.get("description", f"The standard model of {name}."),
        "dcat:version": schema.get("version", ""),
        **own,
        "dct:hasFormat": [
            {"@id": published or f"{id}/schema.json"},
            {"@id": f"{base}/contexts/city.jsonld"},
        ],
    }


def _data(id: str, base: str, name: str) -> Iterator[_Node]:
    yield {
        "@id": f"{id}#data",
        "@type": "dcat:Dataset",
        "dct:title": f"{name} of Exampleton",
        "dct:description": f"Every {name} of the town.",
        "dct:conformsTo": {"@id": id},
        "dcat:distribution": {"@id": f"{id}#json"},
    }
    yield {
        "@id": f"{id}#json",
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": f"{base}/ngsi-ld/v1/entities?type={name}"},
        "dct:conformsTo": {"@id": id},
        "dct:license": {"@id": _LICENCE},
    }


def _turtle(nodes: list[_Node]) -> Iterator[str]:
    yield from (f"@prefix {prefix}: <{iri}> ." for prefix, iri in _PREFIXES.items())
    for node in nodes:
        said = [(k, v) for k, value in node.items() for v in _several(value) if k != "@id"]
        lines = (f"  {'a' if k == '@type' else k} {_object(k, v)}" for k, v in said)
        yield f"<{node['@id']}>\n" + " ;\n".join(lines) + " ."


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _object(predicate: str, value: Any) -> str:
    if predicate == "@type":
        return str(value)
    return f"<{value['@id']}>" if isinstance(value, dict) else json.dumps(value, ensure_ascii=False)
