"""The documents that declarations name as evidence: whether they are there, unchanged and still valid.

Nobody judges what they say. One that cannot be looked at, such as a page of a tender, counts as named. What one tells
of a run of another tool is kept beside it, as that tool's.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import file_digest, sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from mimtest.errors import Contradiction, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.session.opening import open_for
from mimtest.session.state import Run
from mimtest.target import LOCAL, Interface, Target, origin_of
from mimtest.vocabulary.instruments import LARGEST, kit_report
from mimtest.vocabulary.kit_run import KitReport

_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HOPS: Final = 3
#: What is meant as the name of a file: a path, or one word with an ending.
_FILE: Final = re.compile(r"(?:file:|\.{0,2}/)\S.*|[^\s:]+\.[A-Za-z][A-Za-z0-9]{1,4}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the digest of the document, or why there is none. `gone` says that it is not there.

    `told` is what it says of a run of another tool.
    """

    digest: str | None = None
    note: str | None = None
    gone: bool = False
    told: KitReport | None = None


class Documents:
    """Looks at each document once in a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._today = datetime.now(UTC).date()
        self._looks: dict[str, Look] = {}
        self._alike: dict[str, bool] = {}

    def declarations(self) -> list[list[dict[str, Any]]]:
        """The evidence of each declaration with what was seen, as in `report.json`."""
        self._run.recorder.end_check()
        return [[self._entry(e) for e in d.evidence] for d in self._run.target.declarations]

    def _entry(self, named: Mapping[str, str]) -> dict[str, Any]:
        before = len(self._run.recorder.exchanges)
        look = self._look(named["locator"], pinned="digest" in named)
        entry = {
            **named,
            "locator": self._run.recorder.redactor.text(named["locator"]),
            "state": state_of(named, look, self._today),
            "found": look.digest,
            "note": look.note,
            "exchanges": [e.id for e in self._run.recorder.exchanges[before:]],
        }
        return entry | ({"instrument": self._shown(look.told)} if look.told else {})

    def _shown(self, told: KitReport) -> dict[str, Any]:
        """What another tool's file says, with secrets masked as everywhere."""
        masked = self._run.recorder.redactor.text
        shown = told.as_dict()
        texts = {k: masked(shown[k]) for k in ("name", "version") if shown[k]}
        return {**shown, **texts, "failures": [masked(f) for f in shown["failures"]]}

    def _look(self, locator: str, *, pinned: bool) -> Look:
        if _is_address(locator):
            known = self._looks.get(locator)
            if known is None:
                known = self._looks[locator] = self._fetched(locator)
            shown = known.digest and not pinned and self._answers_alike(locator)
            return Look(note="its host finds every address") if shown else known
        return look_at_file(locator, self._run.target.folder)

    def _fetched(self, url: str) -> Look:
        if not is_asked(url, self._run.target):
            return Look(note="its host is not in the scope of the test")
        try:
            with self._client(url) as client:
                return _of_answer(_followed(client, url))
        except (Unsettled, Contradiction) as problem:
            return Look(note=f"it could not be asked for: {problem}"[:200])

    def _answers_alike(self, url: str) -> bool:
        """Whether the host has something there at an address that nobody made: then a 200 shows nothing."""
        folder = url.partition("?")[0].rpartition("/")[0]
        if folder not in self._alike:
            look = self._fetched(f"{folder}/no-such-{secrets.token_hex(6)}")
            self._alike[folder] = bool(look.digest)
        return self._alike[folder]

    def _client(self, url: str) -> Client:
        """A client for one address, which has no secrets to send."""
        return open_for(self._run, Interface("evidence", "file", url.partition("#")[0]))


def examine(run: Run) -> list[list[dict[str, Any]]]:
    """The evidence of each declaration, looked at."""
    return Documents(run).declarations()


def is_asked(locator: str, target: Target) -> bool:
    """Whether a document is at an address that a run may ask for."""
    try:
        return _is_address(locator) and origin_of(locator) in target.origins
    except ValueError:  # it is no address after all
        return False


def _is_address(locator: str) -> bool:
    return locator.lower().startswith(("http://", "https://"))


def state_of(named: Mapping[str, str], look: Look, today: date) -> str:
    """What becomes of a document: missing, changed, expired, present, or unseen."""
    if look.gone:
        return "missing"
    wanted = named.get("digest")
    if wanted and look.digest and wanted.lower() != look.digest:
        return "changed"
    if named.get("valid_until") and date.fromisoformat(named["valid_until"]) < today:
        return "expired"
    return "present" if look.digest else "unseen"


def look_at_file(locator: str, folder: Path) -> Look:
    """A file beside the target file, by its path."""
    name = locator.removeprefix(LOCAL).removeprefix("file:").partition("#")[0]
    path = folder / (unquote(name) if locator.startswith("file:") else name)
    try:
        if path.is_file():
            if not path.stat().st_size:
                return Look(note="the file is empty", gone=True)
            with path.open("rb") as file:
                digest = f"sha256:{file_digest(file, 'sha256').hexdigest()}"
                file.seek(0)
                return Look(digest, told=kit_report(file.read(LARGEST + 1)))
    except (OSError, ValueError) as error:
        return Look(note=f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
    if _FILE.fullmatch(locator):
        return Look(note="there is no such file beside the target file", gone=True)
    return Look(note="it is not an address or a file")


def _followed(client: Client, url: str) -> Answer:
    """The answer, after a few redirects that stay in scope."""
    answer = client.get(url, auth=False)
    for _ in range(_HOPS):
        where = answer.location if answer.received.status in _REDIRECTS else None
        if where is None:
            break
        answer = client.get(where.partition("#")[0], auth=False)
    return answer


def _of_answer(answer: Answer) -> Look:
    received = answer.received
    if received.status in _GONE:
        return Look(note=f"the server answers {received.status}", gone=True)
    if received.status != HTTPStatus.OK:
        return Look(note=f"the server answers {received.status}")
    if not received.body:
        return Look(note="the document is empty", gone=True)
    return Look(f"sha256:{sha256(received.body).hexdigest()}", told=kit_report(received.body))
