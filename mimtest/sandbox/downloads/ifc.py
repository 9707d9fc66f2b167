"""IFC 4 (ISO 16739-1) in the clear text of ISO 10303-21: the town hall's project, site and building."""

from hashlib import sha256
from typing import Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.citygml import projected
from mimtest.sandbox.downloads.places import places_of

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
_TEXT: Final = """\
ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [ReferenceView_V1.2]'),'2;1');
FILE_NAME('town-hall.ifc','2026-01-01T00:00:00',('Exampleton'),('Exampleton'),'mimtest','mimtest','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCPROJECT('{project}',$,'Town hall',$,$,$,$,(#5),#2);
#2=IFCUNITASSIGNMENT((#3));
#3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);
#4=IFCCARTESIANPOINT((0.,0.,0.));
#5=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#6,$);
#6=IFCAXIS2PLACEMENT3D(#4,$,$);
#7=IFCPROJECTEDCRS('EPSG:25832','ETRS89 / UTM zone 32N','ETRS89','DHHN2016','UTM','32N',#3);
#8=IFCMAPCONVERSION(#5,#7,{east:.3f},{north:.3f},93.5,1.,0.,1.);
#9=IFCLOCALPLACEMENT($,#6);
#10=IFCSITE('{site}',$,'Marktplatz 1',$,$,#9,$,$,.ELEMENT.,{latitude},{longitude},93.5,$,$);
#11=IFCBUILDING('{building}',$,'{name}',$,$,#9,$,$,.ELEMENT.,$,$,$);
#12=IFCRELAGGREGATES('{first}',$,$,$,#1,(#10));
#13=IFCRELAGGREGATES('{second}',$,$,$,#10,(#11));
ENDSEC;
END-ISO-10303-21;
"""


def file(city: City) -> bytes:
    """The first building of the town as a building information model without a body."""
    hall = places_of(city, "Building")[0]
    x, y = hall.positions[0]
    east, north = projected((x, y))
    names = ("project", "site", "building", "first", "second")
    return _TEXT.format(
        **{name: _global_id(f"{hall.id}/{name}") for name in names},
        east=east,
        north=north,
        latitude=_parts(y),
        longitude=_parts(x),
        name=_encoded(hall.name),
    ).encode()


def _global_id(text: str) -> str:
    """128 bits as 22 digits of base 64, the first of them 0 to 3."""
    number = int.from_bytes(sha256(text.encode()).digest()[:16])
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 64)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _parts(angle: float) -> str:
    """Degrees, minutes, seconds and millionths of seconds."""
    millionths = round(angle * 3600 * 1_000_000)
    seconds, rest = divmod(millionths, 1_000_000)
    minutes, second = divmod(seconds, 60)
    degrees, minute = divmod(minutes, 60)
    return f"({degrees},{minute},{second},{rest})"


def _encoded(text: str) -> str:
    """Characters beyond ASCII as ISO 10303-21 writes them."""
    return "".join(c if c.isascii() and c != "'" else f"\\X2\\{ord(c):04X}\\X0\\" for c in text)
