"""Finding context sources by what they may have (5.10.2)."""

from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.pages import NAMES, read_page, with_headers
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.registrations_search import read_search
from mimtest.sandbox.ngsild.registrations_view import view
from mimtest.sandbox.ngsild.selection import read_selection

_ASKED: Final = (
    "type", "id", "idPattern", "attrs", "pick", "omit", "q", "csf", "scopeQ", "georel", "geometry",
    "coordinates", "geoproperty", "timerel", "timeAt", "endTimeAt", "timeproperty",
)  # fmt: skip
QUERY_PARAMS: Final = frozenset(
    (*_ASKED, "geometryProperty", "lang", "local", "options", "limit", "offset", "count", NAMES)
)


def query_registrations(call: Call) -> Response:
    """The registrations of sources that may have what is asked for (5.10.2)."""
    media_type = call.media_type(JSON, LD_JSON)
    call.flag("local")
    selection = read_selection(call.params, [call.selectors()], call.context.terms)
    if not selection.is_narrow:
        msg = "at least one of type, attrs, q and a geo-query is asked for"
        raise bad_data(msg)
    page = read_page(call)
    found = read_search(call.params, selection).of(call.tenant.registrations.all())
    response = call.answer([shown(r, call) for r in page.of(found)], media_type)
    return with_headers(response, page.headers(call, len(found), media_type))


def shown(registration: Registration, call: Call) -> dict[str, Any]:
    """The registration in the context of the call, with system members where wanted."""
    stamps = "sysAttrs" in call.options(("sysAttrs",))
    return view(registration, call.context.terms, stamps=stamps)
