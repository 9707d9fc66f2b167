"""What `doctor` finds: steps, each fine, in the way of a run, or worth knowing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What came of a step: fine, in the way of a run, or worth knowing."""

    OK = "ok"
    NO = "NO"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at; `key` is the target file's key to change."""

    interface: str
    name: str
    state: State
    message: str
    hint: str = ""
    key: str = ""
