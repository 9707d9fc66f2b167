"""Who the broker is, for others that ask it or are asked by it (5.15, 6.33)."""

from time import monotonic
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.router import Operation, Routes


def show_identity(call: Call) -> Response:
    """The identity of the broker as one source of the tenant (5.15.1)."""
    media_type = call.media_type(JSON, LD_JSON)
    identity = {
        "id": f"urn:ngsi-ld:ContextSource:{call.tenant.alias}",
        "type": "ContextSourceIdentity",
        "contextSourceAlias": call.tenant.alias,
        "contextSourceUptime": f"PT{monotonic() - call.tenant.started:.3f}S",
        "contextSourceTimeAt": call.clock.now(),
    }
    return call.answer(identity, media_type)


ROUTES: Final[Routes] = {("info", "sourceIdentity"): {"GET": Operation(show_identity)}}
