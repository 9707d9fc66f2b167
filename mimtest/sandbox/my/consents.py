"""What residents agreed to: records after ISO/IEC TS 27560 in the words of W3C DPV, and one older receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

PURPOSES: Final = {
    "library-card": "Keeping the library card up to date",
    "offers": "Offers of shops",
}
#: What of a resident can be shared, and its name in the extension of DPV for personal data.
SHAREABLE: Final = {"name": "pd:Name", "email": "pd:EmailAddress", "phone": "pd:TelephoneNumber"}
CONTEXT: Final = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "pd": "https://w3id.org/dpv/pd#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
}
_CITY: Final = "urn:example:organisation:exampleton"


@dataclass(slots=True)
class Consent:
    """One consent: what for, of which data, and when it was given and withdrawn."""

    subject: str
    purpose: str
    data: tuple[str, ...]
    id: str = field(default_factory=lambda: str(uuid4()))
    events: list[tuple[str, str]] = field(default_factory=list)
    receipt: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool:
        """Whether it is given, and not withdrawn."""
        return bool(self.events) and self.events[-1][0] == "ConsentGiven"

    def happened(self, state: str) -> None:
        """Write down that it was given or withdrawn, now."""
        self.events.append((state, now()))


def now() -> str:
    """The present moment, to microseconds."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def kept_from_before(subject: str) -> list[Consent]:
    """What a resident agreed to before the demo: on a card of today, and long ago."""
    today = Consent(subject, "library-card", ("name", "email"))
    today.events.append(("ConsentGiven", "2026-02-03T09:15:00Z"))
    old = Consent(subject, "offers", ("email",), receipt=_old_receipt(subject))
    return [today, old]


def record(consent: Consent, base: str) -> dict[str, Any]:
    """A consent as it is told."""
    if consent.receipt is not None:
        return dict(consent.receipt)
    at = f"{base}/consents/{consent.id}"
    return {
        "@context": CONTEXT,
        "@id": at,
        "@type": ["dpv:ConsentRecord"],
        "dct:conformsTo": "dpv-27560:record-2",
        "dpv:hasIdentifier": consent.id,
        "dpv:hasDataSubject": {"dpv:hasIdentifier": consent.subject},
        "dct:created": consent.events[0][1],
        "dct:creator": _CITY,
        "dct:language": "en",
        "dpv:hasNotice": [{"@type": ["dpv:ConsentNotice"], "dpv:hasIdentifier": f"{base}/notice"}],
        "dpv:hasEntity": {_CITY: {"dpv:hasName": "City of Exampleton"}},
        "dpv:hasProcess": [_process(consent, base)],
    }


def _process(consent: Consent, base: str) -> dict[str, Any]:
    purpose = {"skos:broader": "dpv:ServiceProvision", "skos:prefLabel": PURPOSES[consent.purpose]}
    withdrawal = {"@type": ["dpv:WithdrawConsent"], "dpv:isExercisedAt": f"{base}/consents"}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": [purpose],
        "dpv:hasPersonalData": [
            {
                "@type": ["dpv:PersonalData"],
                "skos:broader": SHAREABLE[name],
                "skos:prefLabel": name,
            }
            for name in consent.data
        ],
        "dpv:hasProcessing": ["dpv:Store", "dpv:Use"],
        "dpv:hasDataController": _CITY,
        "dpv:hasRecipient": [_CITY],
        "dpv:hasLegalBasis": ["dpv:Consent"],
        "dpv:hasConsentControl": [withdrawal],
        "dpv:hasConsentStatus": [
            {
                "@type": [f"dpv:{state}"],
                "dpv:isIndicatedAtTime": when,
                "dpv:isExercisedAt": f"{base}/consents",
            }
            for state, when in consent.events
        ],
    }


def _old_receipt(subject: str) -> dict[str, Any]:
    """A receipt after Kantara's specification of 2018, from the time before the records."""
    controller = {
        "piiController": "City of Exampleton",
        "contact": "Data protection office",
        "address": {"streetAddress": "Market 1", "addressCountry": "DE"},
        "email": "privacy@exampleton.example",
        "phone": "+49 30 5550100",
    }
    purpose = {
        "purpose": "Offers of shops",
        "purposeCategory": ["Marketing"],
        "consentType": "EXPLICIT",
        "piiCategory": ["Contact"],
        "termination": "Withdrawn in 2021",
        "thirdPartyDisclosure": False,
    }
    return {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": "DE",
        "consentTimestamp": 1552982400,
        "collectionMethod": "Web form",
        "consentReceiptID": "0f6a3f0e-6d0c-4f0b-8a41-7d1c3e5b9a22",
        "language": "en",
        "piiPrincipalId": subject,
        "piiControllers": [controller],
        "policyUrl": "https://exampleton.example/privacy",
        "services": [{"service": "Newsletter", "purposes": [purpose]}],
        "sensitive": False,
        "spiCat": [],
    }
