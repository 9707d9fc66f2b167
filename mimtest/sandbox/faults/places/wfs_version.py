"""A Web Feature Service that knows version 1.1 alone, as many of those in service do."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import OK, asking, asks, given, is_wfs, report
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

#: The words of 1.1 and those of 2.0.
_PARAMETERS: Final = {
    "TYPENAME": "TYPENAMES",
    "MAXFEATURES": "COUNT",
    "FEATUREID": "RESOURCEID",
    "NAMESPACE": "NAMESPACES",
}
_SPACES: Final = {
    "http://www.opengis.net/wfs": "http://www.opengis.net/wfs/2.0",
    "http://www.opengis.net/ogc": "http://www.opengis.net/fes/2.0",
    "http://www.opengis.net/gml": "http://www.opengis.net/gml/3.2",
    "http://www.opengis.net/ows": "http://www.opengis.net/ows/1.1",
}
_WORDS: Final = {
    "PropertyName": "ValueReference",
    "typeName=": "typeNames=",
    "maxFeatures=": "count=",
    'version="1.1.0"': 'version="2.0.0"',
}
#: What is changed in an answer, a pattern each.
_ANSWER: Final = (
    (r' version="2\.0\.\d"', ' version="1.1.0"'),
    (r">2\.0\.2</ows:(\w+)>", r">1.1.0</ows:\1>"),
    (r"<ows:(ServiceTypeVersion|Value)>2\.0\.0</ows:\1>", ""),
    (r'<ows:Operation name="(\w+StoredQueries|GetPropertyValue)">.*?</ows:Operation>', ""),
    (r"<ows:Constraint .*</ows:Constraint>", ""),
    (r"<fes:Conformance>.*</fes:Conformance>", ""),
    (r"<fes:Temporal_Capabilities>.*</fes:Temporal_Capabilities>", ""),
    (
        r'<fes:ComparisonOperator name="PropertyIs(\w+)"/>',
        r"<fes:ComparisonOperator>\1</fes:ComparisonOperator>",
    ),
    (r">(Less|Greater)ThanOrEqualTo<", r">\1ThanEqualTo<"),
    (r"wfs:(Default|Other)CRS>", r"wfs:\1SRS>"),
    (r"(</?)wfs:member>", r"\1gml:featureMember>"),
    (r"(</?)wfs:boundedBy>", r"\1gml:boundedBy>"),
    (r' (next|previous)="[^"]*"', ""),
)
_NUMBERS: Final = re.compile(r'numberMatched="(\w+)" numberReturned="(\d+)"')


@fault("pla-variant-wfs-1.1")
def version_1_1(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service knows version 1.1 alone, and its exception reports come with status 200."""
    if not is_wfs(request):
        return proceed(request)
    if (
        not asks(request, "GetCapabilities")
        and not request.body
        and given(request, "version") != "1.1.0"
    ):
        return report("InvalidParameterValue", OK)
    response = _in_old_words(request, proceed(_in_new_words(request)))
    return response.with_status(OK) if b"ows:Exception" in response.body else response


def _in_new_words(request: Request) -> Request:
    """The question as the reference service takes it."""
    changed = {new: given(request, old) for old, new in _PARAMETERS.items()}
    gone = dict.fromkeys(_PARAMETERS)
    filters = given(request, "filter")
    accepted = given(request, "acceptversions")
    versions = ["2.0.0" if v == "1.1.0" else "9.9.9" for v in (accepted or "").split(",")]
    asked = asking(
        request,
        **gone,
        **changed,
        filter=filters and _new(filters),
        version=None if given(request, "version") is None else "2.0.0",
        acceptversions=accepted and ",".join(versions),
    )
    return asked.with_body(_new(request.body.decode()).encode())


def _new(text: str) -> str:
    for old, new in _SPACES.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    for old, new in _WORDS.items():
        text = text.replace(old, new)
    return re.sub(r"(Less|Greater)ThanEqualTo", r"\1ThanOrEqualTo", text)


def _in_old_words(request: Request, response: Response) -> Response:
    if "json" in (response.header("Content-Type") or "") or not response.body:
        return response
    text = response.body.decode()
    for pattern, by in _ANSWER:
        text = re.sub(pattern, by, text, flags=re.DOTALL)
    number = r"\1" if given(request, "resulttype") == "hits" else r"\2"
    text = _NUMBERS.sub(f'numberOfFeatures="{number}"', text)
    for old, new in _SPACES.items():
        text = text.replace(f'"{new}"', f'"{old}"')
    return response.with_body(text.encode())
