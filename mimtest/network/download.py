"""Fetching a public document, which only `mimtest models add` does; nothing here is about a target."""

from typing import Final, Self

import httpx

from mimtest import __version__

_MOST_BYTES: Final = 32_000_000
_SECONDS: Final = 30.0


class Downloads:
    """One client for several documents. Used as a context manager."""

    def __init__(self) -> None:
        agent = {"User-Agent": f"mimtest/{__version__}"}
        self._client = httpx.Client(follow_redirects=True, timeout=_SECONDS, headers=agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def fetch(self, url: str) -> bytes:
        """The bytes there. Raises OSError, which says why there are none."""
        try:
            with self._client.stream("GET", url) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise OSError(f"{url} is answered with {answer.status_code}")
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise OSError(f"{url} is longer than {_MOST_BYTES:,} bytes")
                return body
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OSError(f"{url} cannot be fetched: {error or type(error).__name__}") from None
