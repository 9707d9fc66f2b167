"""What is kept of a request and of what came back: plain data, masked already."""

from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One direction of an exchange. `status` is None in a request, `method` and `url` in an answer.

    `size` counts the bytes of the (decoded) body and `digest` is over them; where something in the
    body was masked it is over the text that is kept, so that nobody can guess a secret from it.
    `binary` is a body that is no text, in base64, where whole answers are kept.
    """

    headers: Headers
    body: str | None
    size: int
    digest: str | None
    truncated: bool = False
    method: str | None = None
    url: str | None = None
    status: int | None = None
    binary: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of report.json."""
        kept: dict[str, Any] = {
            "headers": [list(pair) for pair in self.headers],
            "body": self.body,
            "bodyBytes": self.size,
            "bodyDigest": self.digest,
        }
        if self.status is None:
            return {"method": self.method, "url": self.url, **kept}
        raw = {"bodyBase64": self.binary} if self.binary is not None else {}
        return {"status": self.status, **kept, **raw, "truncated": self.truncated}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an answer is missing or incomplete: a stable code and one line."""

    kind: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The JSON shape of report.json."""
        return {"kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response or error. `check` is None outside of checks.

    An `incoming` one was sent by the product and answered by mimtest; its id ends in `INCOMING`.
    """

    id: str
    check: str | None
    request: Message
    response: Message | None
    error: Failure | None
    elapsed_ms: int
    incoming: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain builtins in the JSON shape of report.json."""
        return {
            "id": self.id,
            "check": self.check,
            "request": self.request.as_dict(),
            "response": self.response.as_dict() if self.response else None,
            "error": self.error.as_dict() if self.error else None,
            "elapsedMs": self.elapsed_ms,
            **({"incoming": True} if self.incoming else {}),
        }
