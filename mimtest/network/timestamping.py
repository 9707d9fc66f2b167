"""Asking a time-stamping authority over HTTP (RFC 3161 section 3.4), which only `mimtest sign` does."""

import asyncio
from typing import Final

import httpx

from mimtest import __version__

_MOST_BYTES: Final = 256 * 1024
_SECONDS: Final = 30.0
_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"


def ask(url: str, query: bytes) -> bytes:
    """The authority's answer to a query in DER. Raises OSError, which says why there is none."""
    try:
        return asyncio.run(_answer(url, query))
    except TimeoutError:
        raise OSError(f"{url} gave no whole answer within {_SECONDS:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"{url} gave no answer: {error or type(error).__name__}") from None


async def _answer(url: str, query: bytes) -> bytes:
    """As `ask`; the time limit holds from the look-up of the name to the last byte."""
    headers = {
        "User-Agent": f"mimtest/{__version__}",
        "Content-Type": _QUERY,
        "Accept": _REPLY,
        "Accept-Encoding": "identity",
    }
    async with (
        asyncio.timeout(_SECONDS),
        httpx.AsyncClient(timeout=_SECONDS) as client,
        client.stream("POST", url, content=query, headers=headers) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise OSError(f"{url} answered with {answer.status_code}")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != _REPLY:
            raise OSError(f"{url} answered with {kind or 'no media type'}, not with {_REPLY}")
        body = b""
        async for part in answer.aiter_raw():
            body += part
            if len(body) > _MOST_BYTES:
                raise OSError(f"{url} answered with more than {_MOST_BYTES:,} bytes")
        return body
