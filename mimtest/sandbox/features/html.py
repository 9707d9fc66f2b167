"""Any document of the service as a web page (17-069r4, clause 8.2): all that it says, its links as anchors."""

from collections.abc import Mapping
from html import escape
from typing import Any

from mimtest.sandbox.http import Response

_EXCHANGED = {"self": "alternate", "alternate": "self"}
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def web_page(document: Mapping[str, Any]) -> Response:
    """The page for a document. The page itself is its `self`, the JSON its `alternate`."""
    links = [_from_the_page(link) for link in document.get("links", [])]
    own = {**document, "links": links} if "links" in document else document
    text = _PAGE.format(title=escape(_title(document)), body=_shown(own))
    return Response(200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def _from_the_page(link: Mapping[str, str]) -> dict[str, str]:
    return {**link, "rel": _EXCHANGED.get(link["rel"], link["rel"])}


def _title(document: Mapping[str, Any]) -> str:
    holder = document.get("info", document)
    return str(holder.get("title") or holder.get("id") or "Places")


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return _anchor(value) if {"href", "rel"} <= value.keys() else _listed(value)
    if isinstance(value, list | tuple):
        return "<ul>" + "".join(f"<li>{_shown(v)}</li>" for v in value) + "</ul>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else escape(str(value))


def _listed(value: Mapping[str, Any]) -> str:
    rows = (f"<dt>{escape(str(k))}</dt><dd>{_shown(v)}</dd>" for k, v in value.items())
    return f"<dl>{''.join(rows)}</dl>"


def _anchor(link: Mapping[str, Any]) -> str:
    named = (f'{k}="{escape(str(link[k]))}"' for k in ("href", "rel", "type") if k in link)
    return f"<a {' '.join(named)}>{escape(str(link.get('title', link['rel'])))}</a>"
