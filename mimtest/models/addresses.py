"""Addresses of published models: one document is published under several, here it has one.

The Smart Data Models programme serves each repository by GitHub Pages and by GitHub's own addresses;
schemas refer to any of them, with `http` and with another case, too.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

PUBLISHED: Final = "https://smart-data-models.github.io"
#: Where the programme lists its repositories with the entity types of each.
OFFICIAL_LIST: Final = "data-models/specs/AllSubjects/official_list_data_models.json"
_SITE: Final = r"https?://smart-data-models\.github\.io"
_REFS: Final = r"(?:refs/heads/)?(?:master|main)"
_MIRRORS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_SITE}/([^/]+)/(.+)",
        rf"https?://raw\.githubusercontent\.com/smart-data-models/([^/]+)/{_REFS}/(.+)",
        rf"https?://(?:www\.)?github\.com/smart-data-models/([^/]+)/(?:raw|blob)/{_REFS}/(.+)",
        r"https?://cdn\.jsdelivr\.net/gh/smart-data-models/([^/@]+)(?:@(?:master|main|latest))?/(.+)",
    )
)
_MODEL: Final = re.compile(rf"{_SITE}/dataModel\.([^/]+)/([^/]+)/schema\.json", re.IGNORECASE)
_SUBJECT: Final = re.compile(rf"{_SITE}/dataModel\.([^/]+)/", re.IGNORECASE)
_NAME: Final = re.compile(r"(?:(?:dataModel\.)?([\w.-]+)/)?([\w-]+)", re.ASCII)


def canonical(address: str) -> str:
    """The one address that a document goes by, without a fragment."""
    place = urldefrag(address).url
    for mirror in _MIRRORS:
        if match := mirror.fullmatch(place):
            return f"{PUBLISHED}/{match[1]}/{match[2]}"
    return place


def key(address: str) -> str:
    """What two addresses of one document have in common; the programme's differ in case at times."""
    place = canonical(address)
    scheme, _, rest = place.partition("://")
    if scheme.lower() in ("http", "https"):
        place = f"https://{rest}"
    return place.lower() if place.lower().startswith(PUBLISHED) else place


def model_at(address: str) -> str | None:
    """The name of the model whose schema is published there, as `Subject/Entity`."""
    match = _MODEL.fullmatch(canonical(address))
    return f"{match[1]}/{match[2]}" if match else None


def subject_at(address: str) -> str | None:
    """The subject in whose repository a document is published."""
    match = _SUBJECT.match(canonical(address))
    return match[1] if match else None


def schema_address(model: str, base: str = PUBLISHED) -> str:
    """Where the schema of a model, `Subject/Entity`, is published."""
    subject, _, entity = model.rpartition("/")
    return f"{base}/dataModel.{subject}/{entity}/schema.json"


def context_address(subject: str, base: str = PUBLISHED) -> str:
    """Where the JSON-LD context of a subject is published."""
    return f"{base}/dataModel.{subject}/context.jsonld"


def parted(name: str) -> tuple[str | None, str] | None:
    """Subject and entity type of a model's name; the subject may be left out. None for no such name."""
    match = _NAME.fullmatch(name)
    return (match[1], match[2]) if match else None


def references(document: Any, address: str) -> Iterator[str]:
    """The addresses of the web documents that a schema or a context refers to."""
    own = identifier(document)
    base = own or address
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            refs = [part.get("$ref"), *_contexts(part.get("@context"))]
            for ref in refs:
                place = urldefrag(urljoin(base, ref)).url if isinstance(ref, str) else ""
                if place.startswith(("http://", "https://")) and place not in (own, address):
                    yield place
            waiting += part.values()


def _contexts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [c for c in listed if isinstance(c, str)]


def identifier(document: Any) -> str | None:
    """The web address that a schema calls its own."""
    own = document.get("$id") if isinstance(document, dict) else None
    web = isinstance(own, str) and own.startswith(("http://", "https://"))
    return urldefrag(str(own)).url if web else None
