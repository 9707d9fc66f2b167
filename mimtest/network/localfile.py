"""A file beside the target file, read as if it had been asked for: recorded, and never too large."""

from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.network.outgoing import Params
from mimtest.network.recording import Recorder
from mimtest.network.transport import Received
from mimtest.target import LOCAL, Interface, Level

#: The most bytes of a file that are read, from here or from elsewhere.
MOST_OF_A_FILE: Final = 256 * 1024 * 1024


class LocalFile(Client):
    """Reads the file of one interface; everything but `get` of the file itself is out of scope."""

    def __init__(
        self, interface: Interface, folder: Path, *, level: Level, recorder: Recorder, run_id: str
    ) -> None:
        self.interface = interface
        self.level = level
        self.recorder = recorder
        self.run_id = run_id
        self.path = folder / unquote(interface.url.removeprefix(LOCAL))

    @property
    def created(self) -> int:
        """Nothing is created in a file."""
        return 0

    def url(self, path: str = "") -> str:
        """The address of the file as reports show it, which leaves out where on this machine it is."""
        return f"{self.interface.url}{path}"

    def request(
        self,
        method: str,
        path: str = "",
        *,
        params: Params | None = None,
        **_: Any,
    ) -> Answer:
        """The file as the answer to GET. Raises Inconclusive where there is none to read."""
        if method.upper() != "GET" or path or params:
            raise Inconclusive("out_of_scope", f"{self.path.name} is a file on this machine")
        body = self._read()
        record = self.recorder
        asked = record.request("GET", self.url(), (), b"")
        given = record.response(HTTPStatus.OK, (), body, size=len(body), digest=_digest(body))
        exchange = record.add(asked, given)
        return Answer(Received(exchange.id, self.url(), HTTPStatus.OK, (), body, 0), record)

    def _read(self) -> bytes:
        name = self.path.name
        try:
            if not self.path.is_file():
                raise Inconclusive("no_data", f"{name} is not beside the target file")
            if self.path.stat().st_size > MOST_OF_A_FILE:
                raise Inconclusive("too_large", f"{name} has more than {MOST_OF_A_FILE} bytes")
            return self.path.read_bytes()
        except OSError as error:
            raise Inconclusive("no_data", f"{name} cannot be read: {error.strerror}") from None

    def end_of(self, whom: str) -> None:
        """Nothing was made."""

    def clean_up(self) -> list[str]:
        """Nothing is left behind."""
        return []

    def close(self) -> None:
        """Nothing is open."""


def _digest(body: bytes) -> str:
    return f"sha256:{sha256(body).hexdigest()}"
