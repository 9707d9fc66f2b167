"""The data models suite against a real map service: what it says of pygeoapi's features has to be true."""

import shutil

import pytest

pytest.importorskip("pygeoapi", reason="pygeoapi is not installed (extra 'test')")

from mimtest.resources import SCHEMAS
from tests.pygeoapi_server import pygeoapi, target_of
from tests.real_servers import Rows, checks_of

COLLECTIONS = {
    "Streetlight": "streetlights",
    "AirQualityObserved": "air-quality",
    "Building": "buildings",
    "OffStreetParking": "parkings",
    "EnergyConsumption": "energy",
}

#: What does not hold, and why that is so.
DEVIATIONS = {
    "MOD-SCH-01": "The CSV file of the car parks has no column for totalSpotNumber, which their model "
    "requires.",
}
#: What cannot be said, and why that is so.
OPEN = {
    ("MOD-REP-09", "OffStreetParking"): "The CSV provider gives the name alone, without the id.",
}
PASSED = {
    "MOD-SCH-02",
    "MOD-SCH-04",
    "MOD-TRM-01",
    "MOD-TRM-03",
    "MOD-GEO-01",
    "MOD-TIM-01",
    "MOD-REP-05",
}


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What became of each check of the data models suite, by id."""
    folder = tmp_path_factory.mktemp("pygeoapi")
    with pygeoapi(folder) as base:
        text = target_of(base, "MIM2")
        for name, collection in COLLECTIONS.items():
            shutil.copy(SCHEMAS / "models" / name / "schema.json", folder / f"{name}.json")
            text += f'[claims.models.{name}]\nschema = "{name}.json"\ncollection = "{collection}"\n'
        return checks_of(folder, text, "data_models")


def test_just_the_known_deviations_fail(checks):
    assert {i for i, c in checks.items() if c["outcome"] == "failed"} == set(DEVIATIONS)
    (failed,) = (k for k in checks["MOD-SCH-01"]["cases"] if k["outcome"] == "failed")
    assert failed["name"] == "OffStreetParking"


def test_the_rest_of_what_is_for_maps_passes(checks):
    assert {i for i in PASSED if checks[i]["outcome"] != "passed"} == set()
    assert not [i for i, c in checks.items() if c["outcome"] == "error"]


def test_tables_say_what_the_features_say(checks):
    cases = {k["name"]: k["outcome"] for k in checks["MOD-REP-09"]["cases"]}
    assert {n for n, o in cases.items() if o == "inconclusive"} == {n for _, n in OPEN}
    assert {n for n, o in cases.items() if o == "passed"} == COLLECTIONS.keys() - {
        n for _, n in OPEN
    }
