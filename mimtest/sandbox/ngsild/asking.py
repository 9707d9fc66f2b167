"""What a query for entities asks: in parameters, or in a Query in the body (5.2.23, 5.7.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.linked import Join, read_join
from mimtest.sandbox.ngsild.selection import Selection, read_selection
from mimtest.sandbox.ngsild.terms import Terms

#: Members of OrderingParams (5.2.43) that are called otherwise as parameters.
_IN_BODY: Final = {"coordinates": "orderFrom", "geometry": "orderGeometry"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was given, and what it says of the order; `local` is limited to this broker."""

    given: Mapping[str, Any]
    selectors: Sequence[Mapping[str, Any]]
    order: Mapping[str, Any]
    local: bool

    @property
    def join(self) -> Join:
        """How linked entities are shown. Raises NgsiError."""
        return read_join(self.given)

    def selection(self, terms: Terms) -> Selection:
        """Which entities are meant. Raises NgsiError for a query that is wrong, too wide or too deep."""
        selection = read_selection(self.given, self.selectors, terms)
        if not self.local and not selection.is_narrow:
            msg = "a query has at least one of type, attrs, q, a geo-query, or local=true"
            raise bad_data(msg)
        require_depth(selection.depth, self.join)
        return selection


def asked_in_params(call: Call) -> Asked:
    """What the parameters ask."""
    call.flag("splitEntities")
    return Asked(call.params, [call.selectors()], call.params, call.local())


def asked_in_body(call: Call, query: Any) -> Asked:
    """What a Query asks. Raises NgsiError (BadRequestData) for what is none."""
    if not isinstance(query, dict) or query.get("type") != "Query":
        msg = "a query is an object of type Query"
        raise bad_data(msg)
    geo, ordering = query.get("geoQ", {}), query.get("ordering", {})
    selectors = query.get("entities")
    if not isinstance(geo, dict) or not isinstance(ordering, dict) or not _are_selectors(selectors):
        msg = "geoQ and ordering are objects, entities an array of objects, and not empty"
        raise bad_data(msg)
    selectors = selectors or []
    is_local = call.local() or any(s.get("type") == "*" for s in selectors)
    order: dict[str, Any] = {str(_IN_BODY.get(k, k)): v for k, v in ordering.items()}
    return Asked({**query, "geoQ": geo}, selectors, order, is_local)


def _are_selectors(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(s, dict) for s in value)


def require_depth(depth: int, join: Join) -> None:
    """Raises NgsiError (BadRequestData) for names further along relationships than joined."""
    if depth > join.level:
        msg = "what goes along relationships needs join, and a joinLevel as deep"
        raise bad_data(msg)
