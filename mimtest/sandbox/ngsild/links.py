"""The Link header: which context a request comes with (6.3.5)."""

import re
from typing import Final

from mimtest.sandbox.ngsild.errors import invalid

CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"
_LINK: Final = re.compile(r"""<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]+))?)*)""")
_PARAMETER: Final = re.compile(r""";\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""")


def context_link(header: str | None) -> str | None:
    """The address of the linked context, if any. Raises NgsiError when there are several."""
    found = [
        target
        for target, parameters in _LINK.findall(header or "")
        if CONTEXT_RELATION in _relations(parameters)
    ]
    if len(found) > 1:
        msg = "a request has one linked context at most"
        raise invalid(msg)
    return found[0].strip() if found else None


def _relations(parameters: str) -> list[str]:
    for name, quoted, plain in _PARAMETER.findall(parameters):
        if name.lower() == "rel":
            return str(quoted or plain).split()
    return []


def context_header(url: str) -> str:
    """A Link header that names the context."""
    return f'<{url}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'


def page_header(url: str, relation: str, media_type: str) -> str:
    """A Link header to another page (6.3.10)."""
    return f'<{url}>; rel="{relation}"; type="{media_type}"'
