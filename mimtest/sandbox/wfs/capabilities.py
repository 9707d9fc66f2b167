"""What the service says of itself."""

from collections.abc import Mapping, Sequence
from typing import Final

from mimtest.sandbox.wfs.filters import COMPARISONS, TEMPORAL
from mimtest.sandbox.wfs.gml import SPACES
from mimtest.sandbox.wfs.systems import DEFAULT, OTHERS
from mimtest.sandbox.wfs.text import Markup, element, joined
from mimtest.sandbox.wfs.types import FeatureType

GML: Final = "application/gml+xml; version=3.2"
GEOJSON: Final = "application/geo+json"
FORMATS: Final = (GML, "application/json", GEOJSON)
OPERATIONS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "GetCapabilities": {
        "AcceptVersions": ("2.0.2", "2.0.0"),
        "AcceptFormats": ("application/xml",),
    },
    "DescribeFeatureType": {"outputFormat": (GML,)},
    "ListStoredQueries": {},
    "DescribeStoredQueries": {},
    "GetFeature": {
        "resultType": ("results", "hits"),
        "outputFormat": FORMATS,
        "resolve": ("local",),
    },
    "GetPropertyValue": {"outputFormat": (GML,), "resolve": ("local",)},
}
_OFFERED: Final[Mapping[str, bool]] = {
    "ImplementsBasicWFS": True,
    "ImplementsTransactionalWFS": False,
    "ImplementsLockingWFS": False,
    "KVPEncoding": True,
    "XMLEncoding": True,
    "SOAPEncoding": False,
    "ImplementsInheritance": False,
    "ImplementsRemoteResolve": False,
    "ImplementsResultPaging": True,
    "ImplementsStandardJoins": False,
    "ImplementsSpatialJoins": False,
    "ImplementsTemporalJoins": False,
    "ImplementsFeatureVersioning": False,
    "ManageStoredQueries": False,
}
_FILTERS: Final[Mapping[str, bool]] = {
    "ImplementsQuery": True,
    "ImplementsAdHocQuery": True,
    "ImplementsFunctions": False,
    "ImplementsResourceId": True,
    "ImplementsMinStandardFilter": True,
    "ImplementsStandardFilter": True,
    "ImplementsMinSpatialFilter": True,
    "ImplementsSpatialFilter": False,
    "ImplementsMinTemporalFilter": True,
    "ImplementsTemporalFilter": False,
    "ImplementsVersionNav": False,
    "ImplementsSorting": True,
    "ImplementsExtendedOperators": False,
    "ImplementsMinimumXPath": True,
    "ImplementsSchemaElementFunc": False,
}


def _values(name: str, allowed: Sequence[str], tag: str = "ows:Parameter") -> Markup:
    values = element("ows:AllowedValues", *(element("ows:Value", v) for v in allowed))
    return element(tag, values, name=name)


def _constraints(offered: Mapping[str, bool], tag: str) -> Markup:
    return joined(
        *(
            element(
                tag,
                element("ows:NoValues"),
                element("ows:DefaultValue", str(value).upper()),
                name=name,
            )
            for name, value in offered.items()
        )
    )


def capabilities(address: str, types: Sequence[FeatureType], version: str) -> Markup:
    """The whole document (09-025r2, 8.3)."""
    return element(
        "wfs:WFS_Capabilities",
        element(
            "ows:ServiceIdentification",
            element("ows:Title", "Exampleton: places"),
            element("ows:ServiceType", "WFS"),
            *(element("ows:ServiceTypeVersion", v) for v in ("2.0.2", "2.0.0")),
            element("ows:Fees", "none"),
            element("ows:AccessConstraints", "none"),
        ),
        element(
            "ows:ServiceProvider",
            element("ows:ProviderName", "Exampleton"),
            element("ows:ServiceContact"),
        ),
        _operations(address),
        element("wfs:FeatureTypeList", *(_listed(t) for t in types)),
        _filters(),
        version=version,
        **SPACES,
        **{
            "xmlns:ows": "http://www.opengis.net/ows/1.1",
            "xmlns:fes": "http://www.opengis.net/fes/2.0",
            "xmlns:xlink": "http://www.w3.org/1999/xlink",
        },
    )


def _operations(address: str) -> Markup:
    http = element(
        "ows:DCP",
        element(
            "ows:HTTP",
            element("ows:Get", xlink__href=f"{address}?"),
            element("ows:Post", xlink__href=address),
        ),
    )
    listed = (
        element("ows:Operation", http, *(_values(n, v) for n, v in parameters.items()), name=name)
        for name, parameters in OPERATIONS.items()
    )
    return element(
        "ows:OperationsMetadata",
        *listed,
        _values("version", ("2.0.2", "2.0.0")),
        _constraints(_OFFERED, "ows:Constraint"),
        _values("QueryExpressions", ("wfs:Query", "wfs:StoredQuery"), "ows:Constraint"),
    )


def _listed(kind: FeatureType) -> Markup:
    box = kind.extent
    return element(
        "wfs:FeatureType",
        element("wfs:Name", kind.qualified),
        element("wfs:Title", kind.title),
        element("wfs:DefaultCRS", DEFAULT.name),
        *(element("wfs:OtherCRS", name) for name in OTHERS),
        element("wfs:OutputFormats", *(element("wfs:Format", f) for f in FORMATS)),
        element(
            "ows:WGS84BoundingBox",
            element("ows:LowerCorner", f"{box.west} {box.south}"),
            element("ows:UpperCorner", f"{box.east} {box.north}"),
        ),
    )


def _filters() -> Markup:
    compared = (element("fes:ComparisonOperator", name=name) for name in COMPARISONS)
    when = (element("fes:TemporalOperator", name=name) for name in TEMPORAL)
    places = element("fes:GeometryOperands", element("fes:GeometryOperand", name="gml:Envelope"))
    times = (element("fes:TemporalOperand", name=f"gml:Time{n}") for n in ("Instant", "Period"))
    return element(
        "fes:Filter_Capabilities",
        element("fes:Conformance", _constraints(_FILTERS, "fes:Constraint")),
        element("fes:Id_Capabilities", element("fes:ResourceIdentifier", name="fes:ResourceId")),
        element(
            "fes:Scalar_Capabilities",
            element("fes:LogicalOperators"),
            element("fes:ComparisonOperators", *compared),
        ),
        element(
            "fes:Spatial_Capabilities",
            places,
            element("fes:SpatialOperators", element("fes:SpatialOperator", name="BBOX")),
        ),
        element(
            "fes:Temporal_Capabilities",
            element("fes:TemporalOperands", *times),
            element("fes:TemporalOperators", *when),
        ),
    )
