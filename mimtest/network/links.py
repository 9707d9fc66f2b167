"""Link header fields (RFC 8288 section 3)."""

import re
from typing import Final
from urllib.parse import urljoin

_TARGET: Final = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER: Final = re.compile(
    r"""\s*;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?"""
)


def parse_links(value: str, base: str) -> list[dict[str, str]]:
    """The links of a field: `href` (absolute, against `base`) and the parameters by lower name.

    The first of equal parameters holds. What follows the first malformed link is left out.
    """
    links = []
    found = _TARGET.match(value)
    while found:
        link = {"href": _absolute(base, found[1].strip())}
        at = found.end()
        while parameter := _PARAMETER.match(value, at):
            quoted, plain = parameter[2], parameter[3]
            content = plain or "" if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            link.setdefault(parameter[1].lower(), content)
            at = parameter.end()
        links.append(link)
        found = _TARGET.match(value, at)
    return links


def _absolute(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference
