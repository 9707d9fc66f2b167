"""Asking a time-stamping authority over HTTP (RFC 3161 section 3.4), which only `mimtest sign` does."""

from typing import Final

import httpx

from mimtest import __version__

_MOST_BYTES: Final = 256 * 1024
_SECONDS: Final = 30.0
_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"


def ask(url: str, query: bytes) -> bytes:
    """The authority's answer to a query in DER. Raises OSError, which says why there is none."""
    headers = {
        "User-Agent": f"mimtest/{__version__}",
        "Content-Type": _QUERY,
        "Accept": _REPLY,
        "Accept-Encoding": "identity",
    }
    try:
        with httpx.stream("POST", url, content=query, headers=headers, timeout=_SECONDS) as answer:
            if answer.status_code != httpx.codes.OK:
                raise OSError(f"{url} answered with {answer.status_code}")
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind != _REPLY:
                raise OSError(f"{url} answered with {kind or 'no media type'}, not with {_REPLY}")
            body = b""
            for part in answer.iter_raw():
                body += part
                if len(body) > _MOST_BYTES:
                    raise OSError(f"{url} answered with more than {_MOST_BYTES:,} bytes")
            return body
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"{url} gave no answer: {error or type(error).__name__}") from None
