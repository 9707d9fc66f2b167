"""A recorded request as one line for a shell, in which nothing from the tested product can run.

Secrets are not in a report; where one was masked in a header (`secret:NAME` between single angle
quotation marks) the line reads it from the environment variable of that name. In addresses and bodies the mask stays, because a product can write
there what it likes and must not learn variables it was never given.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from mimtest.rendering.text import visible

_MASK: Final = re.compile(r"\u2039secret:([A-Za-z_][A-Za-z0-9_]*)\u203a")
#: Every mask begins with it.
_OPEN: Final = "\u2039"
#: What stands for a method where no request was sent, but TLS was offered.
_HANDSHAKE: Final = "TLS"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COMMAND: Final = re.compile(r"::(?=[A-Za-z])|##(?=\[|vso\[)")
#: What would be special between double quotes.
_SPECIAL: Final = re.compile(r'["$`\\!]')
_OWN: Final = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"}
)
#: Headers that can repeat what a product said; no variable is read into them.
_ECHOING: Final = frozenset({"link", "referer", "cookie", "if-match", "if-none-match"})


def curl(exchange: Mapping[str, Any]) -> str:
    """The request of an exchange as a `curl` command on one line; a handshake of TLS as one of `openssl`."""
    if exchange["request"]["method"] == _HANDSHAKE:
        place = urlsplit(exchange["request"]["url"]).netloc
        return f"openssl s_client -connect {_quote(place)}"
    return " ".join(_words(exchange["request"]))


def is_exact(exchange: Mapping[str, Any]) -> bool:
    """Whether the line sends what was sent: no body cut, nothing masked but variables, nothing invisible."""
    request = exchange["request"]
    if request["method"] == _HANDSHAKE:
        return False
    body = request["body"] or ""
    whole = len(body.encode("utf-8", "surrogatepass")) == (request["bodyBytes"] or 0)
    filled = [v if n.lower() in _ECHOING else _MASK.sub("", v) for n, v in request["headers"]]
    unmasked = _OPEN not in "".join([request["url"], body, *filled])
    return (
        whole and unmasked and _one_line(body) == body and visible(request["url"]) == request["url"]
    )


def _words(request: Mapping[str, Any]) -> Iterator[str]:
    method, body = request["method"].upper(), request["body"]
    yield "curl"
    yield "-sSi"
    if re.search(r"[\[\]{}]", request["url"]):
        yield "--globoff"
    yield from _method(method, has_body=bool(body))
    yield from _headers(request["headers"], has_body=bool(body))
    if body:
        yield "--data-raw"
        yield _quote(_one_line(body))
    yield from _address(request["url"])


def _method(method: str, *, has_body: bool) -> Iterator[str]:
    if method == "HEAD":
        yield "--head"
    elif method != ("POST" if has_body else "GET"):
        yield "-X"
        yield _quote(visible(method, keep=""))


def _headers(headers: Iterable[Iterable[str]], *, has_body: bool) -> Iterator[str]:
    names = set()
    for name, value in headers:
        if name.lower() in _OWN or not _TOKEN.fullmatch(name):
            continue
        names.add(name.lower())
        yield "-H"
        yield _header(name, visible(value, keep=""))
    if has_body and "content-type" not in names:
        yield "-H"
        yield "Content-Type:"


def _header(name: str, value: str) -> str:
    text = f"{name}: {value}" if value else f"{name};"
    if name.lower() in _ECHOING or not _MASK.search(value):
        return _quote(text)
    if not (_SPECIAL.search(text) or _COMMAND.search(text)):
        return f'"{_MASK.sub(_variable, text)}"'
    parts = _MASK.split(text)  # text, name, text, name, …
    return "".join(f'"${{{p}}}"' if i % 2 else _quote(p) if p else "" for i, p in enumerate(parts))


def _variable(mask: re.Match[str]) -> str:
    follows = mask.string[mask.end() : mask.end() + 1]
    return f"${{{mask[1]}}}" if re.match(r"\w|\[", follows) else f"${mask[1]}"


def _address(url: str) -> Iterator[str]:
    if not re.match(r"https?://", url):
        yield "--url"
    yield _quote(visible(url, keep=""))


def _one_line(body: str) -> str:
    """The body without breaks: JSON keeps its meaning, anything else shows what it had."""
    if visible(body, keep="") == body:
        return body
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return visible(body, keep="")
    return "".join(c if visible(c, keep="") == c else _json_escape(c) for c in text)


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1]


def _quote(text: str) -> str:
    """As `shlex.quote`, and with nothing in it a build server would obey; a shell joins the halves again."""
    return _COMMAND.sub(lambda m: f"{m[0][0]}''{m[0][1]}", shlex.quote(text))
