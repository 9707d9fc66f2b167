"""What is left on servers by mistake, and how its content gives it away: never a status alone."""

import re
from collections.abc import Mapping
from typing import Final

#: Paths of a host, and what a file or page there begins with or holds.
EXPOSED: Final[Mapping[str, str]] = {
    "/.git/HEAD": r"\A(?:ref: refs/|[0-9a-f]{40}\s*\Z)",
    "/.git/config": r"\A\s*\[core\]",
    "/.env": r"\A(?:\s*#[^\n]*\n|\s*\n)*(?:export )?[A-Z][A-Z0-9_]*=\S",
    "/.htpasswd": r"\A[^:\s<]{1,64}:(?:\$apr1\$|\$2[aby]\$|\{SHA\})",
    "/.DS_Store": r"\A\x00\x00\x00\x01Bud1",
    "/WEB-INF/web.xml": r"<web-app\b",
    "/actuator/env": r"\"propertySources\"\s*:",
    "/metrics": r"(?m)^# (?:HELP|TYPE) [a-zA-Z_:]",
    "/server-status": r"Apache Server Status",
    "/debug/pprof/": r"Types of profiles available",
    "/phpinfo.php": r"<title>[^<]*phpinfo\(\)",
}


def gives_away(path: str, body: bytes) -> bool:
    """Whether the body is what is left at that path by mistake."""
    return bool(re.search(EXPOSED[path], body[:65536].decode("utf-8", errors="replace")))
