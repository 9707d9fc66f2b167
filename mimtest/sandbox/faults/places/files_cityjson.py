"""Faults of the town's CityJSON: a document, the same in parts, and the extension both use."""

import json
from collections.abc import Callable, Iterator
from typing import Final

from mimtest.sandbox.faults.places.files import Change, of_json, of_text
from mimtest.sandbox.faults.places.messages import Document
from mimtest.sandbox.http import dump

WHOLE: Final = "town.city.json"
PARTS: Final = "town.city.jsonl"
_EXTENSION: Final = "heating.ext.json"
_HALL: Final = "urn:ngsi-ld:Building:exampleton:town-hall"


def blocks(document: Document) -> Iterator[Document]:
    """The solids."""
    for item in document["CityObjects"].values():
        yield from (g for g in item.get("geometry", []) if g["type"] == "Solid")


def of_records(
    id: str, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[Callable[[list[Document]], object]], Change]:
    """Register a function that changes the records of the sequence in place."""

    def register(edit: Callable[[list[Document]], object]) -> Change:
        def act(text: str) -> str:
            records = [json.loads(line) for line in text.splitlines()]
            edit(records)
            return "".join(f"{dump(r).decode()}\n" for r in records)

        act.__doc__ = edit.__doc__
        return of_text(PARTS, id, kills, beside)(act)

    return register


@of_text(WHOLE, "pla-cityjson-cut-off", kills=("PLA-J-01",), beside=("PLA-J-02",))
def cut_off(text: str) -> str:
    """The document ends in the middle."""
    return text[: len(text) // 2]


@of_json(WHOLE, "pla-cityjson-version-of-schema", kills=("PLA-J-02",))
def version_of_schema(document: Document) -> None:
    """The version is given with that of the schema, as X.Y.Z."""
    document["version"] = "2.0.1"


@of_json(WHOLE, "pla-cityjson-no-transform", kills=("PLA-J-03",))
def no_transform(document: Document) -> None:
    """There is no transform."""
    del document["transform"]


@of_json(WHOLE, "pla-cityjson-real-vertices", kills=("PLA-J-03",))
def real_vertices(document: Document) -> None:
    """Vertices are given in metres with decimals."""
    document["vertices"] = [[n / 8 + 0.03 for n in v] for v in document["vertices"]]
    document["transform"]["scale"] = [0.008] * 3
    del document["metadata"]["geographicalExtent"]


@of_json(WHOLE, "pla-cityjson-extension-without-version", kills=("PLA-J-04",))
def extension_without_version(document: Document) -> None:
    """An extension is declared without its version."""
    del document["extensions"]["heating"]["version"]


@of_json(WHOLE, "pla-cityjson-child-unknown", kills=("PLA-J-05",))
def child_unknown(document: Document) -> None:
    """A building has a child that is not there."""
    document["CityObjects"][_HALL]["children"].append(f"{_HALL}:tower")


@of_json(WHOLE, "pla-cityjson-child-of-nobody", kills=("PLA-J-05",))
def child_of_nobody(document: Document) -> None:
    """A building does not name its part, which names it."""
    del document["CityObjects"][_HALL]["children"]


@of_json(WHOLE, "pla-cityjson-foreign-member", kills=("PLA-J-11",))
def foreign_member(document: Document) -> None:
    """The document has a member of the supplier's own without a mark."""
    document["generator"] = "town 1"


@of_json(WHOLE, "pla-cityjson-flat", kills=("PLA-J-12",), beside=("PLA-J-17",))
def flat(document: Document) -> None:
    """The scale of heights is zero."""
    document["transform"]["scale"][2] = 0.0
    del document["metadata"]["geographicalExtent"]


@of_json(WHOLE, "pla-cityjson-no-system", kills=("PLA-J-13",))
def no_system(document: Document) -> None:
    """There is no reference system."""
    del document["metadata"]["referenceSystem"]


@of_json(WHOLE, "pla-cityjson-system-as-name", kills=("PLA-J-13",))
def system_as_name(document: Document) -> None:
    """The reference system is given as a short name."""
    document["metadata"]["referenceSystem"] = "EPSG:5555"


@of_json(WHOLE, "pla-cityjson-system-unknown", kills=("PLA-J-13",))
def system_unknown(document: Document) -> None:
    """The code of the reference system is nobody's."""
    system = "https://www.opengis.net/def/crs/EPSG/0/999999"
    document["metadata"]["referenceSystem"] = system


@of_text(WHOLE, "pla-cityjson-ids-twice", kills=("PLA-J-14",))
def ids_twice(text: str) -> str:
    """A City Object has the id of another."""
    again = f'"{_HALL}:heat-pump":{{"type":"+HeatPump"}}'
    return text.replace('"CityObjects":{', f'"CityObjects":{{{again},', 1)


@of_records("pla-cityjson-ids-in-two-parts", kills=("PLA-J-14",))
def ids_in_two_parts(records: list[Document]) -> None:
    """A feature comes twice."""
    records.append(records[1])


@of_json(WHOLE, "pla-cityjson-type-unknown", kills=("PLA-J-15",))
def type_unknown(document: Document) -> None:
    """Waste containers are of a type that the specification does not have."""
    for item in document["CityObjects"].values():
        if item["type"] == "CityFurniture":
            item["type"] = "WasteContainer"


@of_json(WHOLE, "pla-cityjson-part-of-nothing", kills=("PLA-J-15",))
def part_of_nothing(document: Document) -> None:
    """A part of a building stands alone."""
    del document["CityObjects"][f"{_HALL}:block"]["parents"]
    del document["CityObjects"][_HALL]["children"]


@of_json(WHOLE, "pla-cityjson-system-without-heights", kills=("PLA-J-18",))
def system_without_heights(document: Document) -> None:
    """The reference system has two axes."""
    document["metadata"]["referenceSystem"] = "https://www.opengis.net/def/crs/EPSG/0/25832"


@of_json(WHOLE, "pla-cityjson-elsewhere", kills=("PLA-J-19",))
def elsewhere(document: Document) -> None:
    """The origin of the vertices is left out."""
    document["transform"]["translate"] = [0.0, 0.0, 0.0]
    del document["metadata"]["geographicalExtent"]


@of_json(_EXTENSION, "pla-cityjson-extension-of-another-version", kills=("PLA-J-21",))
def extension_of_another_version(document: Document) -> None:
    """The extension is for CityJSON 1.1."""
    document["versionCityJSON"] = "1.1"


@of_json(WHOLE, "pla-cityjson-extension-lost", kills=("PLA-J-21",))
def extension_lost(document: Document) -> None:
    """The address of the extension leads nowhere."""
    document["extensions"]["heating"]["url"] += ".old"


@of_records("pla-cityjson-part-without-its-object", kills=("PLA-J-22",))
def part_without_its_object(records: list[Document]) -> None:
    """The id of a feature is that of none of its City Objects."""
    records[1]["id"] = "1"


@of_records("pla-cityjson-part-with-transform", kills=("PLA-J-22",))
def part_with_transform(records: list[Document]) -> None:
    """Every feature brings its own transform."""
    for record in records[1:]:
        record["transform"] = records[0]["transform"]


@of_json(WHOLE, "pla-cityjson-date-of-people", kills=("PLA-J-23",))
def date_of_people(document: Document) -> None:
    """The date of the data is written as people do."""
    document["metadata"]["referenceDate"] = "14.10.2026"


@of_json(WHOLE, "pla-cityjson-extension-undeclared", kills=("PLA-J-24",))
def extension_undeclared(document: Document) -> None:
    """City Objects are of an extension's type, which is not declared."""
    del document["extensions"]


@of_json(WHOLE, "pla-cityjson-parent-unknown", kills=("PLA-J-05",))
def parent_unknown(document: Document) -> None:
    """A heat pump names a parent that is not there."""
    document["CityObjects"][f"{_HALL}:heat-pump"]["parents"] = ["cellar"]


@of_json(WHOLE, "pla-cityjson-contact-without-address", kills=("PLA-J-23",))
def contact_without_address(document: Document) -> None:
    """The point of contact has no e-mail address."""
    del document["metadata"]["pointOfContact"]["emailAddress"]


@of_json(WHOLE, "pla-cityjson-object-of-no-type", kills=("PLA-J-15",))
def object_of_no_type(document: Document) -> None:
    """A building has no type."""
    del document["CityObjects"][_HALL]["type"]
