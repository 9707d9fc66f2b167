"""The errors of mimtest, by whose fault they are.

- The user's: `UsageError` (exit code 2).
- The product's: `Contradiction`, an assertion that carries what was expected and what came.
- Nobody's yet: `Inconclusive`, `NotApplicable`, `Unanswered`: no verdict on the product follows from them.
- Ours: `MimtestError` and anything unexpected.
"""

from typing import Any


class MimtestError(Exception):
    """Something went wrong; `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class UsageError(MimtestError):
    """The command line or a file the user wrote is wrong (exit code 2)."""


def unreadable(path: object, error: OSError, hint: str) -> UsageError:
    """A file of the user's that cannot be read: why, in plain words, and what to give instead."""
    reasons = {
        FileNotFoundError: "there is no such file",
        NotADirectoryError: "there is no such file",
        IsADirectoryError: "it is a folder",
        PermissionError: "you may not read it",
    }
    why = reasons.get(type(error)) or error.strerror or str(error)
    return UsageError(f"{path}: cannot be read: {why}.", hint)


class Contradiction(AssertionError):  # noqa: N818 - an assertion of a check, not a failure of ours
    """The target did something a clause excludes.

    `expected` and `received` are short texts for the report; both may be None.
    """

    def __init__(self, message: str, *, expected: Any = None, received: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = None if expected is None else str(expected)
        self.received = None if received is None else str(received)


class Unsettled(Exception):  # noqa: N818 - a state of knowledge, not an error
    """No verdict follows; `code` is a stable reason code and `detail` one line for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Inconclusive(Unsettled):
    """The check ran, but neither conformity nor its opposite was shown."""


class NotApplicable(Unsettled):
    """The claims exclude the check and the edition lets them."""


class Unanswered(Inconclusive):
    """A request got no complete answer; codes are `unreachable`, `timeout`, `tls`, `dns` and so on."""
