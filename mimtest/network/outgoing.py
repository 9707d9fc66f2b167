"""Making requests: the address in scope, the fields, the body, and credentials only at home."""

import json as json_text
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from mimtest import __version__
from mimtest.network.bodies import ACCEPT_ENCODING
from mimtest.network.failures import OutOfScope
from mimtest.network.permission import Credentials, is_private, origin, parse_url, require_in_scope
from mimtest.network.redaction import Redactor
from mimtest.target import Interface

Params = Mapping[str, Any] | Iterable[tuple[str, Any]]
#: Bytes of a body that are searched for secrets of other interfaces; made bodies are shorter, but for loads.
_LOOKED_AT: Final = 1_000_000


class Outgoing:
    """Makes the requests to one interface."""

    def __init__(
        self,
        interface: Interface,
        *,
        origins: Collection[str],
        credentials: Credentials,
        run_id: str,
        redactor: Redactor,
        challenge: str | None = None,
    ) -> None:
        self._base, _, self._query = interface.url.rstrip("/").partition("?")
        self._origins = frozenset(origins)
        self._credentials = credentials
        self._redactor = redactor
        self._defaults = {
            "User-Agent": _user_agent(run_id, challenge),
            "Accept": "*/*",
            "Accept-Encoding": ACCEPT_ENCODING,
        }

    def url(self, path: str = "") -> str:
        """The address of a path below the interface's; an absolute address stays as it is."""
        if path.lower().startswith(("http://", "https://")):
            return path
        url = f"{self._base}{path}" if path[:1] in ("", "/", "?") else f"{self._base}/{path}"
        return f"{url}{'&' if '?' in path else '?'}{self._query}" if self._query else url

    def address(self, path: str, params: Params | None = None) -> httpx.URL:
        """The address to ask. Raises OutOfScope outside of the target file's origins."""
        url = parse_url(with_params(self.url(path), params))
        require_in_scope(url, self._origins)
        return url

    def request(
        self,
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | str | None = None,
        auth: bool = True,
        without: Iterable[str] = (),
    ) -> httpx.Request:
        """A request with the interface's fields, which `headers` can replace, but `without` some."""
        given = headers or {}
        fields = httpx.Headers(self._defaults)
        if json is not None:
            fields["Content-Type"] = "application/json"
            content = json_text.dumps(json, ensure_ascii=False, separators=(",", ":"))
        for source in (self._credentials.fields(url, auth=auth), given):
            fields.update(encoded(source.items()))
        for name in without:
            fields.pop(name, None)
        body = content.encode() if isinstance(content, str) else content
        self._require_home(url, given, fields, body)
        made = httpx.Request(method, url, headers=fields, content=body)
        if "transfer-encoding" in fields:  # a body in chunks does not tell its length
            made.headers.pop("content-length", None)
        return made

    def _require_home(
        self,
        url: httpx.URL,
        given: Mapping[str, str],
        fields: httpx.Headers,
        body: bytes | None,
    ) -> None:
        """Raise OutOfScope for a secret that does not belong to this address, wherever it stands.

        One whose home is not known may be given in a header field, to the interface's own address.
        """
        text = (body or b"")[:_LOOKED_AT].decode(errors="replace")
        everything = "\n".join((str(url), *fields.values(), text))
        for name, _, homes in self._redactor.held(everything):
            at_home = homes is None or (origin(url) in homes and is_private(url))
            if not at_home:
                self._refuse(name, url)
        if self._credentials.may_carry_secrets(url):
            return
        for value in given.values():
            for name, _, homes in self._redactor.held(value):
                if homes is None:
                    self._refuse(name, url)

    def _refuse(self, name: str, url: httpx.URL) -> None:
        code = "out_of_scope"
        raise OutOfScope(code, f"the secret {name} does not belong to {origin(url)}")


def _user_agent(run_id: str, challenge: str | None) -> str:
    """Who asks, for which run, and the text by which somebody can tell that run from others."""
    asked = f"; challenge {challenge}" if challenge else ""
    return f"mimtest/{__version__} (+run {run_id}{asked})"


def with_params(url: str, params: Params | None) -> str:
    """The address with query parameters added; a space is `%20`, `True` is `true`."""
    if not params:
        return url
    pairs = params.items() if isinstance(params, Mapping) else params
    query = urlencode([(n, _plain(v)) for n, v in pairs], quote_via=quote, safe=",:/")
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def encoded(fields: Iterable[tuple[str, str]]) -> httpx.Headers:
    """Header fields as bytes, UTF-8 outside of ASCII."""
    return httpx.Headers([(name.encode("latin-1"), value.encode()) for name, value in fields])
