"""`$orderby`: by several expressions, absent values first (18-088 9.3.3.1)."""

from typing import Any

from mimtest.sandbox.sensorthings.errors import RefusedError
from mimtest.sandbox.sensorthings.filters import Parser
from mimtest.sandbox.sensorthings.model import Kind
from mimtest.sandbox.sensorthings.splitting import split
from mimtest.sandbox.sensorthings.store import Entity, Store


def ordered(store: Store, kind: Kind, entities: list[Entity], text: str) -> list[Entity]:
    """The entities in the order asked for. Raises RefusedError."""
    for item in reversed(split(text, ",")):
        expression, down = item.strip(), False
        for suffix in (" asc", " desc"):
            if expression.endswith(suffix):
                expression, down = expression.removesuffix(suffix), suffix == " desc"
        if not expression:
            raise RefusedError("'$orderby' has an empty part")
        read = Parser(store, kind, expression).whole()
        keyed = [(_key(next(iter(read(e)), None)), e) for e in entities]
        entities = [e for _, e in sorted(keyed, key=lambda pair: pair[0], reverse=down)]
    return entities


def _key(value: Any) -> tuple[int, Any]:
    """Sorts values of different types apart; true and false are no numbers."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, int | float):
        return 2, value
    return 3, str(value)
