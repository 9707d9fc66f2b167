"""Units of measurement: codes of UN/CEFACT Recommendation 20, UCUM expressions and QUDT units.

The codes are those of revision 17; one that a later revision adds has to be added to `schemas/models/units.json`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from mimtest.models.facts import ModelFacts
from mimtest.models.quantities import quantity_of
from mimtest.models.reading import Place, Reading
from mimtest.models.rule import Objection, rule
from mimtest.models.ucum import Unit, parsed, tables

_CODE: Final = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
#: Abbreviations that look like common codes and were never any (UN/CEFACT Rec. 20, revision 17).
_NO_CODES: Final = frozenset(
    ("CM", "DBA", "DEG", "HZ", "KM", "KV", "M2", "M3", "ML", "MM", "MW", "PCT", "PPB", "PPM", "UGM")
)
_QUDT: Final = re.compile(r"(?:https?://qudt\.org/vocab/unit/|unit:)?([A-Za-z0-9_-]+)")
_UCUM: Final = "https://unitsofmeasure.org/ucum"
_SYSTEMS: Final = {
    "uncefact": "a common code of UN/CEFACT Recommendation 20, such as CEL, GQ or KWH",
    "ucum": "a UCUM expression, such as Cel, ug/m3 or kW.h",
    "qudt": "a unit of QUDT, such as DEG_C, MicroGM-PER-M3 or KiloW-HR",
}
#: What people write in place of a unit, beside what is a UCUM expression already.
_SPELLED: Final = {
    "°c": "Cel", "celsius": "Cel", "degree celsius": "Cel", "celsius degree": "Cel", "c": "Cel",
    "°": "deg", "degree": "deg", "percent": "%", "percentage": "%",
    "metre": "m", "meter": "m", "mtr": "m", "kilometre": "km", "kilometer": "km", "centimetre": "cm",
    "centimeter": "cm", "millimetre": "mm", "millimeter": "mm", "square metre": "m2", "square meter": "m2", "m²": "m2",
    "cubic metre": "m3", "cubic meter": "m3", "m³": "m3", "litre": "L", "liter": "L",
    "liter per square meter": "L/m2", "litre per square metre": "L/m2", "l/m2": "L/m2",
    "second": "s", "sec": "s", "minute": "min", "hour": "h", "day": "d",
    "km/h": "km/h", "kmh": "km/h", "km h-1": "km/h", "kilometer per hour": "km/h", "kilometre per hour": "km/h",
    "meter per second": "m/s", "metre per second": "m/s", "meter/second": "m/s",
    "kilogram": "kg", "gram": "g", "tonne": "t", "kgm": "kg",
    "watt": "W", "kilowatt": "kW", "kilowatt hour": "kW.h", "kwh": "kW.h", "wh": "W.h", "mwh": "MW.h",
    "volt": "V", "millivolt": "mV", "kilovolt": "kV", "ampere": "A", "amper": "A", "hertz": "Hz",
    "volt ampere": "V.A", "volt-ampere": "V.A", "va": "V.A", "kva": "kV.A",
    "var": "V.A", "kvar": "kV.A", "kvarh": "kV.A.h", "kvah": "kV.A.h", "volt-ampere-reactive": "V.A",
    "kilovolt-ampere-hour": "kV.A.h", "kilovolt-ampere-reactive-hour": "kV.A.h",
    "lumen": "lm", "lux": "lx", "kelvin": "K", "pascal": "Pa", "hectopascal": "hPa", "bar": "bar", "mbar": "mbar",
    "decibel": "dB", "db": "dB", "dba": "dB", "db(a)": "dB", "w/m2": "W/m2", "w/m²": "W/m2",
    "µg/m3": "ug/m3", "µg/m³": "ug/m3", "ug/m³": "ug/m3", "mg/m³": "mg/m3", "mg/l": "mg/L", "ppm": "[ppm]", "ppb": "[ppb]",
}  # fmt: skip
#: Older, better known codes have that many letters.
_LETTERS: Final = 3
#: The codes that come first where several mean the same.
_USUAL: Final = ("P1", "WTT", "KWT", "KWH", "VAR", "MMT", "MGM")
_IN_BRACKETS: Final = re.compile(r"\(([^()]+)\)")


def is_unit_code(value: Any) -> bool:
    """Whether a value has the form of a UN/CEFACT common code: two or three capitals or digits.

    Common abbreviations that were never codes are told apart; any other code of that form passes.
    """
    return isinstance(value, str) and bool(_CODE.fullmatch(value)) and value not in _NO_CODES


def is_known(code: str, system: str = "uncefact") -> bool:
    """Whether a text is a unit of that system: `uncefact`, `ucum` or `qudt`."""
    if system == "uncefact":
        return code in tables()["uncefact"]
    if system == "qudt":
        return _qudt_name(code) is not None
    return parsed(code.removeprefix(f"{_UCUM}/")) is not None


def is_withdrawn(code: str) -> bool:
    """Whether a text was a common code once, and is to be used no more."""
    return code in _withdrawn()


@cache
def unit_of(code: str, system: str = "uncefact") -> Unit | None:
    """What a unit measures and its factor; None for a count of things, or what is not known."""
    if system == "ucum":
        return parsed(code.removeprefix(f"{_UCUM}/"))
    name = code if system == "uncefact" else _qudt_name(code)
    expression = tables()[system].get(name)
    return parsed(expression) if expression else None


@cache
def spelled(text: str) -> Unit | None:
    """The unit that people mean by a word or symbol such as `Kilowatts (kW)`, `mg/l` or `%`."""
    bracketed = _IN_BRACKETS.findall(text)
    for said in (*bracketed, _IN_BRACKETS.sub("", text)):
        plain = " ".join(said.split()).strip(" .'")
        low = plain.lower()
        for name in (low, low.removesuffix("s"), low.replace("s ", " ").removesuffix("s")):
            if name in _SPELLED:
                return parsed(_SPELLED[name])
        if is_known(plain):
            return unit_of(plain)
        if parsed(plain) is not None:
            return parsed(plain)
    return None


@cache
def code_for(text: str, system: str = "uncefact") -> str | None:
    """The code of what people mean by a word or symbol: `lm` is LUM."""
    unit = spelled(text)
    if unit is None or system == "ucum":
        return None
    codes = (c for c, e in tables()[system].items() if e and parsed(e) == unit)
    return min(codes, key=lambda c: (c not in _USUAL, len(c) != _LETTERS, c), default=None)


@cache
def _withdrawn() -> frozenset[str]:
    return frozenset(tables()["withdrawn"])


def _qudt_name(code: str) -> str | None:
    match = _QUDT.fullmatch(code)
    return match[1] if match and match[1] in tables()["qudt"] else None


def stated_unit(name: str, facts: ModelFacts) -> Unit | None:
    """The unit that the model's description gives an attribute, as far as it is understood."""
    text = facts.stated_units.get(name)
    return spelled(text) if text else None


def _texts(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    return (p for p in reading.units if isinstance(p.value, str))


@rule("unit-unknown", clause="GS CIM 009 4.5.2; UN/CEFACT Rec. 20", of=lambda r, _: r.units)
def _unknown(unit: Place, facts: ModelFacts) -> Objection | None:
    """Every unit is one of the declared list of codes."""
    code = unit.value
    if isinstance(code, str) and (
        is_known(code, facts.units) or (facts.units == "uncefact" and is_withdrawn(code))
    ):
        return None
    meant = code_for(code, facts.units) if isinstance(code, str) else None
    hint = f"; {code} is {meant} there" if meant else ""
    return Objection(
        f"the unit of {unit.name} is none of the list{hint}", _SYSTEMS[facts.units], repr(code)
    )


@rule("unit-withdrawn", clause="UN/CEFACT Rec. 20", kind="suspect", of=_texts)
def _withdrawn_code(unit: Place, facts: ModelFacts) -> Objection | None:
    """No unit is a code that was withdrawn."""
    if facts.units != "uncefact" or not is_withdrawn(unit.value):
        return None
    return Objection(
        f"the unit of {unit.name} was withdrawn from the list", "a code in use", repr(unit.value)
    )


def _measured(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    """Units that are understood, of attributes of which is known what they measure."""
    for place in _texts(reading, facts):
        known = quantity_of(place.name) or stated_unit(place.name, facts)
        if known and unit_of(place.value, facts.units):
            yield place


@rule("unit-of-another-quantity", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_measured)
def _other_quantity(place: Place, facts: ModelFacts) -> Objection | None:
    """Every unit measures what its attribute stands for."""
    unit = unit_of(place.value, facts.units)
    stated, quantity = stated_unit(place.name, facts), quantity_of(place.name)
    if unit is None or (stated and stated.dimension == unit.dimension):
        return None
    if quantity is not None and quantity.fits(unit):
        return None
    expected = facts.stated_units.get(place.name) or " or ".join(
        quantity.expressions if quantity else ()
    )
    return Objection(f"the unit of {place.name} measures something else", expected, place.value)


def _needing(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    """Numbers that say nothing without a unit."""
    for place in reading.numbers:
        quantity = quantity_of(place.name)
        if quantity is not None and not quantity.free:
            yield place


@rule("unit-missing", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_needing)
def _missing(place: Place, facts: ModelFacts) -> Objection | None:
    """Every measured value has a unit, its own or one that the model states."""
    if place.instance.get("unitCode") or stated_unit(place.name, facts):
        return None
    quantity = quantity_of(place.name)
    usual = " or ".join(quantity.expressions) if quantity else ""
    return Objection(
        f"{place.name} has no unit, and the model states none",
        f"a unit such as {usual}",
        str(place.value),
    )


def _bounded(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    return (p for p in reading.numbers if quantity_of(p.name))


@rule("value-impossible", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_bounded)
def _impossible(place: Place, facts: ModelFacts) -> Objection | None:
    """Every measured value is possible in its unit."""
    quantity = quantity_of(place.name)
    code = place.instance.get("unitCode")
    unit = _unit_here(place, facts)
    if quantity is None or (code and unit is None) or quantity.possible(float(place.value), unit):
        return None
    return Objection(
        f"{place.name} is beyond what is possible",
        quantity.bounds,
        f"{place.value} {code or ''}".strip(),
    )


def _unit_here(place: Place, facts: ModelFacts) -> Unit | None:
    code = place.instance.get("unitCode")
    if isinstance(code, str):
        return unit_of(code, facts.units)
    return stated_unit(place.name, facts)


def _with_units(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    return (
        p
        for p in reading.values
        if "unitCode" in p.instance and p.instance.get("type") == "Property"
    )


@rule("unit-without-number", clause="GS CIM 009 4.5.2", kind="suspect", of=_with_units)
def _no_number(place: Place, _: ModelFacts) -> Objection | None:
    """What has a unit is a number, or an array or object of numbers."""
    if not isinstance(place.value, str | bool) and place.value is not None:
        return None
    return Objection(f"{place.name} has a unit and is no number", "a number", repr(place.value))
