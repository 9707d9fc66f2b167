"""Is a Web Feature Service there? One look at its capabilities, and one at what it cannot have."""

import secrets
from collections.abc import Callable
from typing import Final

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.vocabulary import xml
from mimtest.vocabulary.ows import read_faults, told

_QUESTION: Final = {"service": "WFS", "request": "GetCapabilities"}
_ROOT: Final = "WFS_Capabilities"
#: Asks for an address of the interface.
Get = Callable[..., Answer]


def probe_wfs(get: Get, ask: Get) -> None:
    """The address gives WFS capabilities that list feature types, and does not give them for anything at all.

    `get` gives a good answer or says why there is none, `ask` any. Raises Contradiction for what is no WFS,
    Inconclusive for one without feature types.
    """
    root = xml.parse(get("", params=_QUESTION))
    faults = read_faults(root)
    if faults is not None:
        raise Contradiction(f"GetCapabilities is answered with an exception: {told(faults)}")
    if xml.local(root) != _ROOT:
        raise Contradiction(f"GetCapabilities is answered with {xml.local(root)}")
    nothing = f"mimtest-{secrets.token_hex(6)}"
    made_up = {**_QUESTION, "version": "2.0.0", "request": nothing}
    if _is_given(lambda: ask("", params=made_up)) and _is_given(
        lambda: ask(f"/{nothing}", params=_QUESTION)
    ):
        raise Contradiction("it gives its capabilities whatever is asked, even what was made up")
    if not root.findall(xml.anywhere("FeatureTypeList/FeatureType")):
        raise Inconclusive("no_data", "the capabilities list no feature type")


def _is_given(ask: Callable[[], Answer]) -> bool:
    """Whether capabilities come."""
    try:
        return xml.local(xml.parse(ask())) == _ROOT
    except (Contradiction, Unsettled):
        return False
