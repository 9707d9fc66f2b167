"""Metadata of the town's data set (ISO 19139), as INSPIRE has it."""

from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/metadata"
#: Where the one record is.
RECORD: Final = f"{PREFIX}/places.xml"
LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/rdf"
_GMD: Final = "http://www.isotc211.org/2005/gmd"
_GCO: Final = "http://www.isotc211.org/2005/gco"
_CODES: Final = (4258, 25832)


@dataclass(frozen=True, slots=True)
class MetadataService:
    """One record."""

    def handle(self, request: Request) -> Response:
        """The record at `/places.xml`."""
        if f"{PREFIX}{request.path}" != RECORD:
            return problem(404, "no such record")
        if request.method != "GET":
            return not_allowed("GET")
        return Response(200, (("Content-Type", "application/xml"),), _record().encode())


def _text(name: str, text: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{text}</gco:CharacterString></gmd:{name}>"


def _record() -> str:
    systems = "".join(
        "<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier>"
        f"<gmd:RS_Identifier>{_text('code', f'http://www.opengis.net/def/crs/EPSG/0/{code}')}"
        "</gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem>"
        "</gmd:referenceSystemInfo>"
        for code in _CODES
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<gmd:MD_Metadata xmlns:gmd="{_GMD}" xmlns:gco="{_GCO}">'
        f"{_text('fileIdentifier', 'exampleton-places')}{_text('language', 'eng')}{systems}"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"{_text('title', 'Exampleton: places')}</gmd:CI_Citation></gmd:citation>"
        "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>\n"
    )
