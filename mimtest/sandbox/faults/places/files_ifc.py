"""Faults of the file of IFC."""

import re
from typing import Final

from mimtest.sandbox.faults.places.files import of_text

_HALL: Final = "town-hall.ifc"


@of_text(_HALL, "pla-ifc-cut", kills=("PLA-IFC-01",))
def cut(text: str) -> str:
    """The end of the file is not there."""
    return text[: text.rindex("ENDSEC;")]


@of_text(_HALL, "pla-ifc-empty", kills=("PLA-IFC-01", "PLA-IFC-03", "PLA-IFC-06"))
def empty(text: str) -> str:
    """The data hold nothing."""
    return re.sub(r"(?m)^#.*\n", "", text)


@of_text(_HALL, "pla-ifc-schema-of-its-own", kills=("PLA-IFC-02",))
def schema_of_its_own(text: str) -> str:
    """The schema is a maker's own."""
    return text.replace("(('IFC4'))", "(('TOWNBIM_7'))")


@of_text(_HALL, "pla-ifc-two-projects", kills=("PLA-IFC-03",))
def two_projects(text: str) -> str:
    """The file has a second project."""
    again = "#99=IFCPROJECT('0123456789ABCDEFGHIJKL',$,'Library',$,$,$,$,(#5),#2);\nENDSEC;\nEND-"
    return text.replace("ENDSEC;\nEND-", again)


@of_text(_HALL, "pla-ifc-id-twice", kills=("PLA-IFC-04",))
def id_twice(text: str) -> str:
    """The building has the identifier of its site."""
    site = re.search(r"IFCSITE\('([^']*)'", text)
    return re.sub(r"(IFCBUILDING\(')[^']*", rf"\g<1>{site[1] if site else ''}", text)


@of_text(_HALL, "pla-ifc-id-as-uuid", kills=("PLA-IFC-04",))
def id_as_uuid(text: str) -> str:
    """The building has an identifier in hexadecimal digits."""
    return re.sub(r"(IFCBUILDING\(')[^']*", r"\g<1>8d5a0c6e-6f0b-4b0e-9a55-6f6b3f0f7a11", text)


@of_text(_HALL, "pla-ifc-reference-lost", kills=("PLA-IFC-05",))
def reference_lost(text: str) -> str:
    """A placement that is pointed to is not there."""
    return re.sub(r"(?m)^#9=.*\n", "", text)


@of_text(_HALL, "pla-ifc-nowhere", kills=("PLA-IFC-06",))
def nowhere(text: str) -> str:
    """The project is not placed in a reference system."""
    return re.sub(r"(?m)^#[78]=.*\n", "", text)


@of_text(_HALL, "pla-ifc-local-grid", kills=("PLA-IFC-06",))
def local_grid(text: str) -> str:
    """The reference system has a name of the town's own."""
    return text.replace("'EPSG:25832'", "'Exampleton grid'")


@of_text(_HALL, "pla-variant-ifc-corrected")
def corrected(text: str) -> str:
    """The schema is a corrected one, the file has comments, and a name has a semicolon."""
    text = text.replace("(('IFC4'))", "(('IFC4X3_ADD2'))").replace("DATA;", "DATA;\n/* a; b */")
    return text.replace("'Marktplatz 1'", "'Marktplatz 1; #77 it''s here'")
