"""Units: codes, expressions, what they measure, and what people write in their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.models.quantities import quantity_of
from mimtest.models.ucum import Unit, parsed, tables
from mimtest.models.units import code_for, is_known, is_withdrawn, spelled, unit_of

METRE, SECOND, KILOGRAM = parsed("m"), parsed("s"), parsed("kg")


@pytest.mark.parametrize(
    "code",
    ["CEL", "GQ", "GP", "KWH", "LUM", "LUX", "MTR", "P1", "59", "61", "2N", "C62", "E34", "KMH"],
)
def test_common_codes_are_known(code):
    assert is_known(code)
    assert not is_withdrawn(code)


@pytest.mark.parametrize(
    "code", ["", "lm", "cel", "PCT", "DBA", "UGM", "KM", "METRE", "Kelvin", "µg/m3"]
)
def test_what_was_never_a_code_is_unknown(code):
    assert not is_known(code)
    assert not is_withdrawn(code)


def test_a_withdrawn_code_is_told_apart():
    assert is_withdrawn("LX")
    assert not is_known("LX")
    assert not set(tables()["withdrawn"]) & tables()["uncefact"].keys()


def test_every_expression_of_the_tables_can_be_read():
    listed = [e for name in ("uncefact", "qudt") for e in tables()[name].values() if e]
    assert [e for e in listed if parsed(e) is None] == []
    assert [a for a in tables()["atoms"] if parsed(a) is None] == []
    assert len(tables()["uncefact"]) > 1700


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KWH", "3.6 MJ"),
        ("GQ", "ug/m3"),
        ("A97", "hPa"),
        ("KMH", "km/h"),
        ("MTS", "m/s"),
        ("M1", "mg/L"),
        ("KVR", "kV.A"),
        ("D54", "W/m2"),
        ("P1", "10*-2"),
        ("59", "[ppm]"),
        ("61", "[ppb]"),
        ("RPM", "1/min"),
        ("HUR", "3600.s"),
    ],
)
def test_codes_mean_what_they_say(one, other):
    number, _, expression = other.rpartition(" ")
    unit, same = unit_of(one), parsed(expression)
    assert unit.dimension == same.dimension
    assert unit.factor == pytest.approx(float(number or 1) * same.factor)


@pytest.mark.parametrize(
    ("value", "code", "kelvin"),
    [
        (0, "CEL", 273.15),
        (100, "CEL", 373.15),
        (32, "FAH", 273.15),
        (-459.67, "FAH", 0),
        (5, "KEL", 5),
    ],
)
def test_temperatures_have_their_zero(value, code, kelvin):
    assert unit_of(code).base(value) == pytest.approx(kelvin)


@pytest.mark.parametrize(
    "expression",
    [
        "m/s",
        "/m",
        "kg.m/s2",
        "ug/m3",
        "{vehicles}/h",
        "10*-6",
        "(m.s)/kg",
        "Cel",
        "m{a}",
        "dB",
        "[in_i'Hg]",
    ],
)
def test_expressions_of_ucum(expression):
    assert parsed(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "Kelvin",
        "m.",
        "m/",
        ".m",
        "(m",
        "m)",
        "km/hr",
        "°C",
        "m³",
        "lux",
        "k[in_i]",
        "mm mm",
        "(" * 60,
        "m" * 70,
        "9" * 60 + "m",
    ],
)
def test_what_is_no_expression_of_ucum(expression):
    assert parsed(expression) is None


@given(st.text(alphabet="mskgKC./()[]{}0123456789-*^ lµ", max_size=24))
def test_reading_an_expression_never_fails(text):
    assert parsed(text) is None or isinstance(parsed(text), Unit)


@pytest.mark.parametrize(
    ("system", "known", "unknown"),
    [
        ("ucum", ["Cel", "ug/m3", "kW.h"], ["CEL!", "watts"]),
        (
            "qudt",
            ["DEG_C", "unit:KiloW-HR", "http://qudt.org/vocab/unit/MicroGM-PER-M3"],
            ["Celsius", "http://other.example/M"],
        ),
    ],
)
def test_other_systems(system, known, unknown):
    assert all(is_known(c, system) and unit_of(c, system) for c in known)
    assert not any(is_known(c, system) for c in unknown)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("lm", "LUM"),
        ("Kilowatts (kW)", "KWT"),
        ("watts", "WTT"),
        ("mg/l", "M1"),
        ("%", "P1"),
        ("Meters", "MTR"),
        ("km/h", "KMH"),
        ("Celsius degrees", "CEL"),
        ("°C", "CEL"),
        ("time", None),
        ("pancakes per hour", None),
    ],
)
def test_what_people_mean(said, code):
    assert code_for(said) == code
    assert (spelled(said) is None) == (code is None)


@pytest.mark.parametrize(
    ("attribute", "value", "code", "possible"),
    [
        ("temperature", 21, None, True),
        ("temperature", 294, None, True),
        ("temperature", 2100, None, False),
        ("temperature", 21, "CEL", True),
        ("temperature", 294, "CEL", False),
        ("temperature", 70, "FAH", True),
        ("relativeHumidity", 0.71, None, True),
        ("relativeHumidity", 71, "P1", True),
        ("relativeHumidity", 7100, "P1", False),
        ("atmosphericPressure", 1013, None, True),
        ("atmosphericPressure", 101325, "PAL", True),
        ("atmosphericPressure", 1013, "PAL", False),
        ("pm10", 31, "GQ", True),
        ("pm10", 31_000, "GQ", False),
        ("no2", 20, "61", True),
        ("windSpeed", -3, "MTS", False),
    ],
)
def test_what_is_possible(attribute, value, code, possible):
    quantity = quantity_of(attribute)
    assert quantity.possible(value, unit_of(code) if code else None) is possible


def test_every_quantity_knows_its_units():
    names = (
        "temperature",
        "pm10",
        "noiseLevel",
        "LAeq",
        "voltage",
        "pH",
        "turbidity",
        "intensity",
        "roadTemperature",
        "availableSpotNumber",
    )
    for name in names:
        quantity = quantity_of(name)
        assert quantity is not None, name
        assert len(quantity.units) == len(quantity.expressions), name
    assert quantity_of("name") is None
