"""Where in a target file its interfaces begin: the only lines a check of a running product can be shown at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: The head of an interface's table, its name bare or quoted (TOML 1.0).
_HEAD: Final = re.compile(r"""\s*\[\s*interfaces\s*\.\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*\]""")


@dataclass(frozen=True, slots=True)
class Places:
    """The first lines of a target file's interfaces; `path` as a reader of the form finds the file."""

    path: str
    lines: Mapping[str, int]

    @classmethod
    def of(cls, path: str, content: str) -> "Places":
        """The places in a file's content."""
        heads = ((n, _HEAD.match(line)) for n, line in enumerate(content.splitlines(), 1))
        return cls(path, {m[1] or m[2] or m[3]: n for n, m in heads if m})

    def line(self, interface: str | None) -> int:
        """Where an interface begins; the first line for what belongs to none."""
        return self.lines.get(interface or "", 1)
