"""Schemas of feature types, and stored queries."""

from collections.abc import Sequence
from typing import Final

from mimtest.sandbox.wfs.gml import PLACE, SPACES
from mimtest.sandbox.wfs.text import Markup, element, joined
from mimtest.sandbox.wfs.types import NAMESPACE, PREFIX, FeatureType

BY_ID: Final = (
    "urn:ogc:def:query:OGC-WFS::GetFeatureById",
    "http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById",
)


def schema(types: Sequence[FeatureType]) -> Markup:
    """The types as XML Schema (09-025r2, clause 9)."""
    return element(
        "xsd:schema",
        element(
            "xsd:import",
            namespace="http://www.opengis.net/gml/3.2",
            schemaLocation="http://schemas.opengis.net/gml/3.2.1/gml.xsd",
        ),
        *(_described(t) for t in types),
        targetNamespace=NAMESPACE,
        elementFormDefault="qualified",
        **{
            "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
            "xmlns:gml": "http://www.opengis.net/gml/3.2",
            f"xmlns:{PREFIX}": NAMESPACE,
        },
    )


def _described(kind: FeatureType) -> Markup:
    place = "Surface" if kind.geometry == "Polygon" else kind.geometry
    members = (
        element("xsd:element", name=n, type_=f"xsd:{k}", minOccurs=0) for n, k in kind.kinds.items()
    )
    where = element("xsd:element", name=PLACE, type_=f"gml:{place}PropertyType", minOccurs=0)
    extension = element(
        "xsd:extension", element("xsd:sequence", *members, where), base="gml:AbstractFeatureType"
    )
    return joined(
        element(
            "xsd:element",
            name=kind.name,
            type_=f"{kind.qualified}Type",
            substitutionGroup="gml:AbstractFeature",
        ),
        element(
            "xsd:complexType", element("xsd:complexContent", extension), name=f"{kind.name}Type"
        ),
    )


def stored_queries(types: Sequence[FeatureType]) -> Markup:
    """The list of stored queries (09-025r2, 14.3)."""
    return element(
        "wfs:ListStoredQueriesResponse",
        *(
            element(
                "wfs:StoredQuery",
                element("wfs:Title", "A feature by its id"),
                *(element("wfs:ReturnFeatureType", t.qualified) for t in types),
                id=name,
            )
            for name in BY_ID
        ),
        **SPACES,
    )


def described_queries(names: Sequence[str], types: Sequence[FeatureType]) -> Markup:
    """The descriptions of stored queries (09-025r2, 14.4)."""
    text = element(
        "wfs:QueryExpressionText",
        returnFeatureTypes=" ".join(t.qualified for t in types),
        language="urn:ogc:def:queryLanguage:OGC-WFS::WFSQueryExpression",
        isPrivate="true",
    )
    return element(
        "wfs:DescribeStoredQueriesResponse",
        *(
            element(
                "wfs:StoredQueryDescription",
                element("wfs:Title", "A feature by its id"),
                element("wfs:Parameter", name="id", type_="xsd:string"),
                text,
                id=name,
            )
            for name in names
        ),
        **SPACES,
        **{"xmlns:xsd": "http://www.w3.org/2001/XMLSchema"},
    )
