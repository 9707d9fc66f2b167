"""Where JSON-LD contexts come from: shipped, in the request, or fetched from loopback (6.3.5, 5.5.6)."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote, urljoin

from mimtest.sandbox.http import dump
from mimtest.sandbox.ngsild.context_store import CACHED, HOSTED, IMPLICIT, ContextStore, Kept
from mimtest.sandbox.ngsild.core_context import CORE_DOCUMENT, CORE_URL, CORE_URLS
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.terms import CORE, Terms
from mimtest.sandbox.sending import is_loopback

CITY_CONTEXT: Final = "/contexts/city.jsonld"
CORE_CONTEXT: Final = "/contexts/core.jsonld"
#: Where the broker serves what clients have it host.
HOSTED_CONTEXTS: Final = "/ngsi-ld/v1/jsonldContexts"
_FETCH_SECONDS: Final = 2.0
_KEEP_SECONDS: Final = 60.0
_MAX_BYTES: Final = 1024 * 1024
_MAX_NESTING: Final = 8


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one request: how names are read, and how an answer refers to it.

    `references` are the addresses and objects that make it up, without the core context.
    """

    terms: Terms
    references: tuple[Any, ...] = ()

    @property
    def in_body(self) -> Any:
        """The value of `@context` in an answer."""
        return [*self.references, CORE_URL] if self.references else CORE_URL


CORE_ONLY: Final = Context(CORE)


@dataclass(frozen=True, slots=True)
class _Fetched:
    document: Any
    until: float


class Contexts:
    """The contexts one platform knows. `shipped` are documents by path on the platform itself.

    Fetched ones are kept `longer` seconds more than their server allows. What clients can manage is `kept`.
    """

    def __init__(self, shipped: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.longer = 0.0
        self.kept = ContextStore()
        self._shipped = {CORE_CONTEXT: CORE_DOCUMENT, **(shipped or {})}
        self._built: dict[bytes, Terms] = {}
        self._lock = Lock()

    def document(self, path: str) -> Mapping[str, Any] | None:
        """The document served at that path of the platform."""
        if path in self._shipped:
            return self._shipped[path]
        kept = self.kept.find(path)
        return None if kept is None else kept.document

    def host(self, context: Any, base: str) -> Kept:
        """Keep a context for a client. Raises NgsiError as `resolve` does."""
        self.resolve(context, base)
        return self.kept.put(HOSTED, f"{HOSTED_CONTEXTS}/{{}}", {"@context": context})

    def reload(self, kept: Kept) -> None:
        """Fetch a cached context again. Raises NgsiError (LdContextNotAvailable); the old one stays then."""
        try:
            fetched = _fetch(kept.url)
            self._sources(_context_in(fetched.document, kept.url), "", _MAX_NESTING)
        except NgsiError as error:
            raise NgsiError("LdContextNotAvailable", error.detail) from None
        self.kept.put(CACHED, kept.url, fetched.document, fetched.until)

    def resolve(self, value: Any, base: str) -> Context:
        """The context a `@context` member or a link says, on the platform at `base`.

        Raises NgsiError: LdContextNotAvailable when it cannot be had, BadRequestData when it is wrong.
        """
        sources = self._sources(value, base, _MAX_NESTING)
        listed = value if isinstance(value, list) else [value]
        references = tuple(r for r in listed if r is not None and not _is_core(r))
        return Context(self._terms(sources), references)

    def link_target(self, context: Context, base: str) -> str:
        """One address for the context: its own, or where the platform now serves it."""
        references = context.references
        if not references:
            return CORE_URL
        if len(references) == 1 and isinstance(references[0], str):
            return references[0]
        document = {"@context": list(references)}
        path = f"/contexts/inline-{sha256(dump(document)).hexdigest()[:16]}.jsonld"
        if self.kept.find(path) is None:
            self.kept.put(IMPLICIT, path, document)
        return f"{base}{path}"

    def _terms(self, sources: Sequence[Mapping[str, Any]]) -> Terms:
        if not sources:
            return CORE
        key = dump(sources)
        with self._lock:
            known = self._built.get(key)
        if known is None:
            known = Terms(sources)
            with self._lock:
                self._built[key] = known
        return known

    def _sources(self, value: Any, base: str, depth: int) -> list[Mapping[str, Any]]:
        if depth == 0:
            msg = "contexts refer to each other without end"
            raise bad_data(msg)
        if isinstance(value, list):
            return [s for item in value for s in self._sources(item, base, depth)]
        if isinstance(value, str):
            return self._from_address(value, base, depth)
        if isinstance(value, dict):
            return [value]
        msg = "a context is an address, an object or an array of these"
        raise bad_data(msg)

    def _from_address(self, url: str, base: str, depth: int) -> list[Mapping[str, Any]]:
        if _is_core(url):
            return []
        document = (self._own(url.removeprefix(base)) if base else None) or self._load(url)
        inner = _context_in(document, url)
        return self._sources(_absolute(inner, url), base, depth - 1)

    def _own(self, path: str) -> Mapping[str, Any] | None:
        """The document at a path of the platform; nothing for an address elsewhere."""
        if not path.startswith("/"):
            return None
        self.kept.use(unquote(path))
        return self.document(unquote(path))

    def _load(self, url: str) -> Any:
        kept = self.kept.use(url)
        if kept is not None and kept.is_fresh(self.longer):
            return kept.document
        fetched = _fetch(url)
        return self.kept.put(CACHED, url, fetched.document, fetched.until).document


def _is_core(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(CORE_URLS)


def _context_in(document: Any, url: str) -> Any:
    """What a document says under `@context`. Raises NgsiError (BadRequestData)."""
    if isinstance(document, dict) and "@context" in document:
        return document["@context"]
    msg = f"there is no context in {url}"
    raise bad_data(msg)


def _absolute(value: Any, url: str) -> Any:
    """Addresses inside a fetched context are relative to it."""
    if isinstance(value, list):
        return [_absolute(v, url) for v in value]
    return urljoin(url, value) if isinstance(value, str) else value


def _fetch(url: str) -> _Fetched:
    import httpx  # noqa: PLC0415 (only when somebody brings a context of their own)

    def unavailable(why: str) -> NgsiError:
        return NgsiError("LdContextNotAvailable", f"{url}: {why}")

    if not is_loopback(url):
        raise unavailable("contexts are fetched from loopback only")
    try:
        with httpx.Client(timeout=_FETCH_SECONDS, trust_env=False) as client:
            answer = client.get(url, headers={"Accept": "application/ld+json, application/json"})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unavailable(type(error).__name__) from None
    if answer.status_code != httpx.codes.OK:
        raise unavailable(f"status {answer.status_code}")
    if len(answer.content) > _MAX_BYTES:
        raise unavailable("too large")
    return _Fetched(_parsed(answer.content, url), time.monotonic() + _freshness(answer.headers))


def _parsed(content: bytes, url: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        msg = f"{url} is not JSON"
        raise bad_data(msg) from None


def _freshness(headers: Mapping[str, str]) -> float:
    """How many seconds a context may be kept (6.3.16)."""
    rules = headers.get("Cache-Control", "").lower()
    if "no-cache" in rules or "no-store" in rules:
        return 0.0
    found = re.search(r"max-age=(\d+)", rules)
    return float(found[1]) if found else _KEEP_SECONDS
