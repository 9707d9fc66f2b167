"""The text of a new profile file."""

import json
import re
from typing import Final

from mimtest.errors import UsageError
from mimtest.profile import ready_file

#: As in profile.schema.json.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_ID: Final = re.compile(r'^id = ".*"$', re.MULTILINE)
_EMPTY: Final = """\
# What this tender requires. Sharpen it: every reference to a standard means "or equivalent".

[profile]
id = "{name}"
title = "{name}"
edition = "9.0"
extends = "technical"          # what is required beside the items: technical, full or none

[evidence]
exchanges = true               # each answer by test needs a recorded exchange
# parties = ["second"]         # who may have run the test: first supplier, second buyer, third somebody else
# not_before = 2027-01-31      # the first day a test may have ended

# The conditions of the contract, so that the city keeps its data:
[[items]]
about = ["X.1", "X.2", "X.3", "X.4"]
proofs = ["document"]

# A row of the compliance table (0.1 to 8.4, X.1 to X.4) or a requirement (mimtest list requirements):
# [[items]]
# about = ["0.3"]
# strength = "mandatory"       # or expected: judged and told apart, not required
# text = "Measurements can be narrowed by time and place of measurement."
# proofs = ["test"]            # or document
# mechanisms = ["ngsi-ld"]     # named ones; whether another is equivalent is yours to judge
"""


def write_profile(name: str, ready: str | None, reference: str | None) -> str:
    """The file's text under a new name, from a ready-made one or from nothing. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' is no name of a profile.", "Use small letters, digits, dots and dashes."
        )
    text = ready_file(ready).read_text(encoding="utf-8") if ready else _EMPTY.format(name=name)
    lines = [f"id = {_quoted(name)}"]
    if reference is not None:
        lines.append(f"reference = {_quoted(reference)}")
    return _ID.sub(lambda _: "\n".join(lines), text, count=1)


def _quoted(text: str) -> str:
    """As a basic string of TOML, whose escapes are those of JSON, but for DEL."""
    return json.dumps(text).replace("\x7f", "\\u007f")
