"""What attributes of city data measure, told by their names, and what of it is possible."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.models.ucum import Dimension, Unit, parsed
from mimtest.resources import SCHEMAS

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Quantity:
    """What an attribute measures; `low` and `high` are in the first of its units."""

    name: str
    expressions: tuple[str, ...]
    units: tuple[Unit, ...]
    dimensions: frozenset[Dimension]
    low: float
    high: float
    free: bool

    def fits(self, unit: Unit) -> bool:
        """Whether a unit is one for this quantity."""
        return unit.dimension in self.dimensions

    def possible(self, value: float, unit: Unit | None = None) -> bool:
        """Whether a value in that unit is possible; without one, in any of the usual units."""
        if unit is not None and unit.dimension != self.units[0].dimension:
            return True
        low, high = (self.units[0].base(b) for b in (self.low, self.high))
        slack = _ROUNDING * max(abs(low), abs(high))
        return any(low - slack <= u.base(value) <= high + slack for u in self._usual(unit))

    def _usual(self, unit: Unit | None) -> Iterable[Unit]:
        if unit is not None:
            return (unit,)
        return (u for u in self.units if u.dimension == self.units[0].dimension)

    @property
    def bounds(self) -> str:
        """The bounds, as people read them."""
        return f"{self.low:g} to {self.high:g} {self.expressions[0]}"


@cache
def _tables() -> tuple[Mapping[str, Quantity], Mapping[str, Quantity]]:
    raw = tomllib.loads((SCHEMAS / "models" / "quantities.toml").read_text(encoding="utf-8"))
    names: dict[str, Quantity] = {}
    endings: dict[str, Quantity] = {}
    for name, entry in raw.items():
        quantity = _made(name, entry)
        names |= dict.fromkeys(entry["names"], quantity)
        endings |= dict.fromkeys(entry.get("endings", ()), quantity)
    return names, endings


def _made(name: str, entry: Mapping[str, Any]) -> Quantity:
    units = tuple(u for u in map(parsed, entry["units"]) if u)
    also = (u for u in map(parsed, entry.get("also", ())) if u)
    return Quantity(
        name,
        tuple(entry["units"]),
        units,
        frozenset(u.dimension for u in (*units, *also)),
        entry["low"],
        entry["high"],
        entry.get("free", False),
    )


@cache
def quantity_of(attribute: str) -> Quantity | None:
    """What an attribute of that name measures, None when its name does not tell."""
    names, endings = _tables()
    if attribute in names:
        return names[attribute]
    return next((q for e, q in endings.items() if attribute.endswith(e)), None)
