"""Faults of the geometries in the town's CityJSON."""

from mimtest.sandbox.faults.places.files import of_json
from mimtest.sandbox.faults.places.files_cityjson import WHOLE, blocks
from mimtest.sandbox.faults.places.messages import Document


@of_json(WHOLE, "pla-cityjson-vertex-missing", kills=("PLA-J-06",))
def vertex_missing(document: Document) -> None:
    """The last vertex is missing."""
    document["vertices"].pop()


@of_json(WHOLE, "pla-cityjson-semantics-short", kills=("PLA-J-07",))
def semantics_short(document: Document) -> None:
    """The last wall of each building has no entry in the semantics."""
    for solid in blocks(document):
        solid["semantics"]["values"][0].pop()


@of_json(WHOLE, "pla-cityjson-semantics-unknown", kills=("PLA-J-07",))
def semantics_unknown(document: Document) -> None:
    """Roofs are called 'Roof'."""
    for solid in blocks(document):
        solid["semantics"]["surfaces"][1]["type"] = "Roof"


@of_json(WHOLE, "pla-cityjson-texture-open", kills=("PLA-J-08",))
def texture_open(document: Document) -> None:
    """Textures leave out the last corner of roofs."""
    for solid in blocks(document):
        solid["texture"]["roofs"]["values"][0][1][0].pop()


@of_json(WHOLE, "pla-cityjson-material-unknown", kills=("PLA-J-09",))
def material_unknown(document: Document) -> None:
    """Buildings are of a material that is not there."""
    for solid in blocks(document):
        solid["material"]["winter"]["value"] = 7


@of_json(WHOLE, "pla-cityjson-vertices-twice", kills=("PLA-J-10",))
def vertices_twice(document: Document) -> None:
    """Every vertex stands twice."""
    document["vertices"] *= 2


@of_json(WHOLE, "pla-cityjson-level-as-number", kills=("PLA-J-16",))
def level_as_number(document: Document) -> None:
    """Levels of detail are numbers, as in version 1.0."""
    for solid in blocks(document):
        solid["lod"] = 1


@of_json(
    WHOLE,
    "pla-cityjson-shell-missing",
    kills=("PLA-J-16",),
    beside=("PLA-J-07", "PLA-J-08", "PLA-J-09"),
)
def shell_missing(document: Document) -> None:
    """Solids are nested as surfaces are."""
    for solid in blocks(document):
        solid["boundaries"] = solid["boundaries"][0]


@of_json(WHOLE, "pla-cityjson-extent-before-transform", kills=("PLA-J-17",))
def extent_before_transform(document: Document) -> None:
    """The extent of the document is that of its whole numbers."""
    axes = [[v[n] for v in document["vertices"]] for n in range(3)]
    document["metadata"]["geographicalExtent"] = [*map(min, axes), *map(max, axes)]


@of_json(WHOLE, "pla-cityjson-template-missing", kills=("PLA-J-20",))
def template_missing(document: Document) -> None:
    """Containers are instances of a template that is not there."""
    del document["geometry-templates"]


@of_json(WHOLE, "pla-cityjson-index-below-zero", kills=("PLA-J-16",))
def index_below_zero(document: Document) -> None:
    """The first corner of each block is given as -1."""
    for solid in blocks(document):
        solid["boundaries"][0][1][0][0] = -1


@of_json(WHOLE, "pla-cityjson-semantics-beyond", kills=("PLA-J-07",))
def semantics_beyond(document: Document) -> None:
    """Roofs have the meaning of a surface that is not described."""
    for solid in blocks(document):
        solid["semantics"]["values"][0][1] = 3


@of_json(WHOLE, "pla-cityjson-material-short", kills=("PLA-J-09",))
def material_short(document: Document) -> None:
    """The last wall of each building has no entry in the materials."""
    for solid in blocks(document):
        solid["material"]["summer"]["values"][0].pop()


@of_json(WHOLE, "pla-cityjson-texture-unknown", kills=("PLA-J-08",))
def texture_unknown(document: Document) -> None:
    """Roofs show a picture that is not there."""
    for solid in blocks(document):
        solid["texture"]["roofs"]["values"][0][1][0][0] = 1


@of_json(WHOLE, "pla-cityjson-matrix-short", kills=("PLA-J-20",))
def matrix_short(document: Document) -> None:
    """Instances are put in place by twelve numbers."""
    for item in document["CityObjects"].values():
        for geometry in item.get("geometry", []):
            if geometry["type"] == "GeometryInstance":
                del geometry["transformationMatrix"][12:]


@of_json(WHOLE, "pla-cityjson-extent-of-an-object", kills=("PLA-J-17",))
def extent_of_an_object(document: Document) -> None:
    """The extent of a part of a building lies beside it."""
    part = next(o for o in document["CityObjects"].values() if o["type"] == "BuildingPart")
    low = document["transform"]["translate"]
    part["geographicalExtent"] = [*low, *(n + 0.5 for n in low)]
