"""The checks of files on files that others wrote: what GDAL writes is called wrong by none of them."""

import json

import pyproj
import pytest
from click.testing import CliRunner

from mimtest.cli.doctor import command
from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import service
from mimtest.session.launch import Order, launch
from mimtest.vocabulary.flatgeobuf import flatgeobuf_of, places
from mimtest.vocabulary.geofiles import read_file
from tests.test_geofiles import opened

pyogrio = pytest.importorskip("pyogrio")
shapely = pytest.importorskip("shapely")
np = pytest.importorskip("numpy")

HEAD = """
[product]
supplier = "GDAL"
name = "GDAL"
version = "3"

[scope]
authorised_by = "me"
level = "passive"

[claims]
mims = ["MIM7"]
area = [7.88, 51.59, 7.93, 51.61]
"""
#: What GDAL does by default and recommendations advise against, or what it cannot know.
ADVICE = {"PLA-G-22", "PLA-G-27", "PLA-KML-09"}
TOWN = json.loads(service(load_city()).files["places.geojson"].write())
KINDS = {"Point": "points", "LineString": "lines", "Polygon": "areas"}


@pytest.fixture(scope="module")
def drawn():
    """Geometries and names of the town by their type."""
    found = {kind: [] for kind in KINDS}
    for feature in TOWN["features"]:
        kind = feature["geometry"]["type"]
        if kind in found:
            place = shapely.force_2d(shapely.geometry.shape(feature["geometry"]))
            found[kind].append((shapely.to_wkb(place), feature["properties"]["name"]))
    return found


def written(folder, drawn, driver, ending, crs="EPSG:4326", **options):
    """Files that GDAL wrote, one for each type of geometry."""
    paths = []
    for kind, name in KINDS.items():
        shapes, names = zip(*drawn[kind], strict=True)
        path = folder / f"{name}.{ending}"
        pyogrio.raw.write(
            path,
            geometry=np.array(shapes, dtype=object),
            field_data=[np.array(names, dtype=object)],
            fields=["name"],
            geometry_type=kind,
            crs=crs,
            driver=driver,
            **options,
        )
        paths.append(path)
    return paths


def outcomes(folder, paths, formats):
    """The checks of a passive run over files, and what comes of them by interface."""
    blocks = [
        f'[interfaces.{p.stem}]\nkind = "file"\nurl = "{p.name}"\nformat = "{formats}"\n'
        for p in paths
    ]
    target = folder / "mimtest.toml"
    target.write_text(HEAD + "\n".join(blocks))
    report = launch(Order(target=target, output=folder, suites=("places",)))
    return [c for c in report["checks"] if c["interface"]]


@pytest.mark.parametrize(
    ("driver", "name", "passed"),
    [
        ("GeoJSON", "geojson", "PLA-G-25"),
        ("GeoJSONSeq", "geojson-sequence", "PLA-G-25"),
        ("KML", "kml", "PLA-KML-03"),
        ("GML", "gml", "PLA-GML-08"),
        ("LIBKML", "kml", "PLA-KML-03"),
        ("FlatGeobuf", "flatgeobuf", "PLA-FGB-10"),
    ],
)
def test_what_gdal_writes_is_called_wrong_by_nobody(tmp_path, drawn, driver, name, passed):
    ending = {"GeoJSONSeq": "geojsonl", "FlatGeobuf": "fgb", "LIBKML": "kml"}.get(
        driver, driver.lower()
    )
    found = outcomes(tmp_path, written(tmp_path, drawn, driver, ending), name)
    wrong = [
        (c["id"], c["interface"], c["reason"])
        for c in found
        if c["outcome"] in ("failed", "error") and c["id"] not in ADVICE
    ]
    assert wrong == []
    assert {c["outcome"] for c in found if c["id"] == passed} == {"passed"}
    assert {c["outcome"] for c in found if c["id"] == "PLA-FIL-01"} == {"passed"}


def test_projected_geojson_is_called_wrong(tmp_path, drawn):
    """What GDAL writes unless it is told to keep to the standard."""
    system = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:25832", always_xy=True)

    def projected(wkb):
        shape = shapely.from_wkb(wkb)
        moved = shapely.transform(shape, system.transform, interleaved=False)
        return shapely.to_wkb(moved)

    moved = {kind: [(projected(w), n) for w, n in items] for kind, items in drawn.items()}
    paths = written(tmp_path, moved, "GeoJSON", "geojson", "EPSG:25832")
    found = outcomes(tmp_path, paths, "geojson")
    failed = {c["id"] for c in found if c["outcome"] == "failed"}
    assert {"PLA-G-09", "PLA-G-15"} <= failed
    assert not {"PLA-G-01", "PLA-G-05", "PLA-G-25"} & failed


@pytest.mark.parametrize("index", ["YES", "NO"])
def test_features_of_flatgeobuf_are_where_gdal_put_them(tmp_path, drawn, index):
    path = written(tmp_path, drawn, "FlatGeobuf", "fgb", SPATIAL_INDEX=index)[2]
    found = flatgeobuf_of(read_file(opened(path.name, tmp_path)))
    assert (found.geometry_type, found.system) == (3, "EPSG:4326")
    assert bool(found.leaves) == (index == "YES")
    here = {p for _, positions in places(found) for p in positions}
    there = {p for wkb, _ in drawn["Polygon"] for p in map(tuple, _positions(wkb))}
    assert here == there


def _positions(wkb):
    return shapely.get_coordinates(shapely.from_wkb(wkb)).tolist()


def test_doctor_looks_at_files_on_this_machine(tmp_path, drawn):
    path = written(tmp_path, drawn, "FlatGeobuf", "fgb")[0]
    target = tmp_path / "mimtest.toml"
    here = f'[interfaces.here]\nkind = "file"\nurl = "{path.name}"\n'
    gone = '[interfaces.gone]\nkind = "file"\nurl = "gone.fgb"\n'
    target.write_text(HEAD + here)
    found = CliRunner().invoke(command, [str(target)], standalone_mode=False)
    assert (found.return_value, "points.fgb is FlatGeobuf" in found.output) == (0, True)
    target.write_text(HEAD + gone)
    found = CliRunner().invoke(command, [str(target)], standalone_mode=False)
    assert found.return_value == 3
    assert "gone.fgb is not beside the target file" in found.output
