"""Catalogues of data behind an address, recognised from what they give to whoever asks for RDF."""

import re
from collections.abc import Iterator
from typing import Final

from mimtest.errors import Unsettled
from mimtest.network.client import Client
from mimtest.vocabulary.discovery_maps import Found

_ACCEPT: Final = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8"
_RDF: Final = ("text/turtle", "application/ld+json", "application/rdf+xml")
_CATALOGUE: Final = re.compile(r"(dcat:|ns/dcat#)Catalog\b")


def catalogue(client: Client, base: str) -> Iterator[Found]:
    """A catalogue of data: RDF that has a dcat:Catalog, at the address or where CKAN has it."""
    for address in (base, f"{base}/catalog.ttl"):
        try:
            answer = client.get(address, headers={"Accept": _ACCEPT})
        except Unsettled:
            continue
        if answer.ok and answer.media_type in _RDF and _CATALOGUE.search(answer.text()):
            yield "dcat", address, ()
            return
