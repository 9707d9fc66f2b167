"""The drawing of each verdict, outcome and result: its own outline and its own sign, so that colour is never needed."""

from collections.abc import Mapping
from typing import Final

#: The paths by state, within 24 by 24. Class g is the sign, o an outline without filling, dash a broken one.
SHAPES: Final[Mapping[str, str]] = {
    "met": '<circle cx="12" cy="12" r="10"/><path class="g" d="M7.2 12.4l3.2 3.2 6.4-7"/>',
    "not_met": '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path class="g" d="M8.5 8.5l7 7m0-7l-7 7"/>',
    "inconclusive": '<path d="M12 1.2L22.8 12 12 22.8 1.2 12z"/>'
    '<path class="g" d="M9.7 9.9a2.4 2.4 0 1 1 3.2 2.3c-.7.3-.9.7-.9 1.4m0 2.9v.1"/>',
    "equivalence_claimed": '<path d="M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12z"/>'
    '<path class="g" d="M8 10h8m-8 4h8"/>',
    "declared_only": '<path class="o" d="M5 2.5h9.5L19.5 8v13.5H5z"/>'
    '<path class="g" d="M8.5 10.5h7m-7 3.7h7m-7 3.7h4"/>',
    "not_tested": '<circle class="o dash" cx="12" cy="12" r="9.6"/><path class="g" d="M8 12h8"/>',
    "not_applicable": '<circle class="o" cx="12" cy="12" r="9.6"/><path class="g" d="M6 18L18 6"/>',
    "open": '<circle class="o" cx="12" cy="12" r="9.6"/><path class="g" d="M7.2 12h.1m4.7 0h.1m4.6 0h.1"/>',
    "error": '<path d="M12 1.8L23 21.5H1z"/><path class="g" d="M12 9v5.6m0 3v.1"/>',
    "recommendations_only": '<circle class="o" cx="12" cy="12" r="9.6"/>'
    '<path class="g" d="M12 7.5v9M7.5 12h9"/>',
}
_SAME: Final[Mapping[str, str]] = {
    "passed": "met",
    "failed": "not_met",
    "not_run": "not_tested",
    "not_assessed": "not_tested",
    "out_of_scope": "not_applicable",
}


def shape_of(state: str) -> str:
    """The state whose drawing a verdict, an outcome or a result has."""
    return _SAME.get(state, state)
