"""Files that GDAL writes pass every check of GeoPackages, and one that it reads is ours."""

import json
from pathlib import Path

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import geopackage
from mimtest.session.launch import Order, launch

TARGET = """
[product]
supplier = "town"
name = "file"
version = "1"
[tester]
party = "first"
name = "mimtest"
[scope]
authorised_by = "mimtest"
level = "passive"
[claims]
mims = ["MIM7"]
[interfaces.file]
kind = "file"
url = "town.gpkg"
format = "geopackage"
"""


def outcomes(folder: Path) -> dict[str, str]:
    target = folder / "mimtest.toml"
    target.write_text(TARGET, encoding="utf-8")
    order = Order(
        target=target, output=folder / "out", suites=("places",), checks=("PLA-K-*",), pages=False
    )
    rows = [c for c in launch(order)["checks"] if c["outcome"] != "not_run"]
    return {c["id"]: c["outcome"] for c in rows}


def write(path: Path, version: str, kind: str, crs: str) -> None:
    raw = pytest.importorskip("pyogrio.raw")
    shapely = pytest.importorskip("shapely")
    numpy = pytest.importorskip("numpy")
    made = {
        "Polygon": [shapely.box(400_000 + n, 5_716_000, 400_001 + n, 5_716_001) for n in range(9)],
        "Point Z": [shapely.Point(7.9, 51.6, 80.0 + n) for n in range(9)],
        "Unknown": [shapely.Point(7.9, 51.6), shapely.LineString([(7.9, 51.6), (8, 51.7)])],
    }[kind]
    raw.write(
        str(path),
        geometry=shapely.to_wkb(numpy.array(made), flavor="iso"),
        field_data=[numpy.array([f"n{i}" for i in range(len(made))])],
        fields=["name"],
        geometry_type=kind,
        crs=crs,
        driver="GPKG",
        layer="town",
        dataset_options={"VERSION": version},
    )


@pytest.mark.parametrize(
    ("version", "kind", "crs"),
    [
        ("1.0", "Polygon", "EPSG:25832"),
        ("1.2", "Point Z", "EPSG:4326"),
        ("1.4", "Unknown", "EPSG:4326"),
    ],
)
def test_what_gdal_writes_passes(tmp_path: Path, version: str, kind: str, crs: str) -> None:
    write(tmp_path / "town.gpkg", version, kind, crs)
    found = outcomes(tmp_path)
    assert set(found.values()) <= {"passed", "not_applicable"}
    assert list(found.values()).count("passed") >= 26


def test_gdal_reads_what_the_sandbox_writes(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    path = tmp_path / "town.gpkg"
    path.write_bytes(geopackage.file(load_city()))
    info = {name: pyogrio.read_info(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    assert {n: (i["crs"], i["features"]) for n, i in info.items()} == {
        "buildings": ("EPSG:25832", len(load_city().of_type("Building"))),
        "street_lights": ("EPSG:4326", len(load_city().of_type("Streetlight"))),
        "waste_containers": ("EPSG:4326", len(load_city().of_type("WasteContainer"))),
    }
    assert json.dumps(sorted(info)) == '["buildings", "street_lights", "waste_containers"]'
