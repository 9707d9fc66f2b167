"""Naming the @context that terms in a request and its answer are of."""

from mimtest.target import Interface


def context_link(interface: Interface) -> dict[str, str]:
    """The Link header that names the target file's @context (GS CIM 009 6.3.5); empty without one."""
    if not interface.context:
        return {}
    relation = "http://www.w3.org/ns/json-ld#context"
    return {"Link": f'<{interface.context}>; rel="{relation}"; type="application/ld+json"'}
