"""What the market place has: offerings, agreements, orders and parties, as versions 4 and 5 write them."""

from dataclasses import dataclass
from typing import Any, Final

Record = dict[str, Any]
#: The APIs by the first segment of their address, each with what it manages.
APIS: Final = {
    "productCatalogManagement": ("productOffering",),
    "productOrderingManagement": ("productOrder", "cancelProductOrder"),
    "agreementManagement": ("agreement",),
    "partyManagement": ("organization", "individual"),
}
VERSIONS: Final = ("v4", "v5")
#: What nobody is given who is not known.
GUARDED: Final = ("productOrder", "cancelProductOrder", "agreement", "individual")
#: What a new record has at least.
NEEDED: Final = {
    "productOffering": ("name",),
    "productOrder": ("productOrderItem",),
    "cancelProductOrder": ("productOrder",),
    "agreement": ("name", "agreementType", "engagedParty", "agreementItem"),
    "organization": ("tradingName",),
    "individual": ("givenName", "familyName"),
    "hub": ("callback",),
}
_NAMES: Final = (
    ("air-quality", "Air quality, hourly"),
    ("streetlights", "Streetlights and their state"),
    ("car-parks", "Free places of the car parks"),
    ("buildings", "Buildings and their use"),
    ("energy", "Energy used by public buildings"),
)
_DAY: Final = "2026-03-01T00:00:00Z"
_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


def market(base: str, version: str) -> dict[str, list[Record]]:
    """The records by resource; `base` is the address of all APIs."""
    made = _Maker(base, version)
    offerings, city = _offerings(made), _city(made)
    sold = {name: offerings[0][name] for name in ("id", "href", "name")}
    return {
        "productOffering": offerings,
        "productOrder": [_order(made, sold)],
        "cancelProductOrder": [],
        "agreement": [_agreement(made, sold, city)],
        "organization": [city],
        "individual": [made("individual", "jane", givenName="Jane", familyName="Doe")],
    }


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes records of the APIs at an address, as a version writes them."""

    base: str
    version: str

    def __call__(self, resource: str, id: str, **members: Any) -> Record:
        api = next(a for a, resources in APIS.items() if resource in resources)
        kind = resource[0].upper() + resource[1:]
        href = f"{self.base}/{api}/{self.version}/{resource}/{id}"
        return {"id": id, "href": href, "@type": kind, **members}

    def part(self, kind: str, **members: Any) -> Record:
        """A part of a record; version 5 names the type of each."""
        return _typed(self.version, kind, **members)


def _offerings(made: _Maker) -> list[Record]:
    term = made.part("ProductOfferingTerm", name="Licence", description=_LICENCE)
    return [
        made(
            "productOffering",
            key,
            name=name,
            version="1.0",
            isBundle=False,
            lastUpdate=_DAY,
            lifecycleStatus="Active",
            productOfferingTerm=[term],
        )
        for key, name in _NAMES
    ]


def _city(made: _Maker) -> Record:
    return made(
        "organization",
        "exampleton",
        name="Town of Exampleton",
        tradingName="Exampleton",
        isLegalEntity=True,
        organizationIdentification=[_identification(made.version)],
        contactMedium=_contacts(made.version),
        **_external(made.version),
        relatedParty=[made.part("RelatedParty", id="exampleton", role="provider")],
    )


def _agreement(made: _Maker, sold: Record, city: Record) -> Record:
    party = {"id": city["id"], "href": city["href"], "role": "provider", "name": city["name"]}
    term = {"id": "1", "description": "The source is named wherever the data is shown."}
    item = made.part("AgreementItem", productOffering=[sold], termOrCondition=[term])
    return made(
        "agreement",
        "air-quality-terms",
        name="Use of the air quality data",
        agreementType="licence",
        status="inProcess",
        engagedParty=[made.part("PartyRef", **party)],
        agreementItem=[item],
    )


def _order(made: _Maker, sold: Record) -> Record:
    line = made.part("ProductOrderItem", id="1", action="add", quantity=1, productOffering=sold)
    return made(
        "productOrder", "order-1", state="completed", orderDate=_DAY, productOrderItem=[line]
    )


def _typed(version: str, kind: str, **members: Any) -> Record:
    """A part of a record; version 5 names the type of each."""
    return {"@type": kind, **members} if version == "v5" else members


def _identification(version: str) -> Record:
    return _typed(
        version,
        "OrganizationIdentification",
        identificationType="VAT",
        identificationId="DE000000000",
        issuingAuthority="Invented",
    )


def _external(version: str) -> Record:
    name = "did:web:exampleton.example"
    if version == "v5":
        item = {"@type": "ExternalIdentifier", "externalIdentifierType": "did", "id": name}
    else:
        item = {"externalReferenceType": "did", "name": name}
    return {"externalReference": [item]}


def _contacts(version: str) -> list[Record]:
    mail, country = "data@exampleton.example", "DE"
    if version == "v5":
        return [
            {"@type": "EmailContactMedium", "emailAddress": mail},
            {"@type": "GeographicAddressContactMedium", "country": country},
        ]
    told = {"emailAddress": mail, "country": country}
    return [{"mediumType": "email", "preferred": True, "characteristic": told}]
