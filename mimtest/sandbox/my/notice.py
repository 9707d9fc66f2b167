"""What residents are told before they agree: a page in two languages, and the same for programs in DPV."""

from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.my.consents import CONTEXT, SHAREABLE

JSON_LD: Final = "application/ld+json"
CONTACT: Final = "privacy@exampleton.example"
_WORDS: Final = {
    "en": (
        "Sharing data with the city library",
        "The City of Exampleton, Market 1, is the controller of your personal data.",
        "The purpose: your library card is kept up to date with your name, e-mail and phone number.",
        "The data are stored for six months after you withdraw your consent, then deleted.",
        "Your rights: access, rectification, erasure, portability, and withdrawal of consent at any time.",
        "Contact of the data protection officer",
    ),
    "de": (
        "Daten mit der Stadtbibliothek teilen",
        "Verantwortlicher für Ihre personenbezogenen Daten ist die Stadt Exampleton, Markt 1.",
        "Der Zweck: Ihr Bibliotheksausweis wird mit Name, E-Mail und Telefonnummer aktuell gehalten.",
        "Die Speicherdauer beträgt sechs Monate nach Widerruf der Einwilligung, dann werden sie gelöscht.",
        "Ihre Rechte: Auskunft, Berichtigung, Löschung, Übertragung und jederzeit der Widerruf.",
        "Kontakt der Datenschutzbeauftragten",
    ),
}


def notice(request: Request, base: str) -> Response:
    """The notice as it is asked for: for a program, or as a page in the language that is wanted."""
    if JSON_LD in request.headers.get("accept", ""):
        return json_response(_told(base), media_type=JSON_LD).with_header("Vary", "Accept")
    language = "de" if request.headers.get("accept-language", "").startswith("de") else "en"
    title, *paragraphs, contact = _WORDS[language]
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{text}"
        f'<p>{contact}: <a href="mailto:{CONTACT}">{CONTACT}</a></p></body></html>'
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Vary", "Accept, Accept-Language"),
    )
    return Response(200, headers, page.encode())


def _told(base: str) -> dict[str, Any]:
    """The notice in the words of W3C DPV."""
    return {
        "@context": CONTEXT,
        "@id": f"{base}/notice",
        "@type": "dpv:ConsentNotice",
        "dct:title": _WORDS["en"][0],
        "dpv:hasProcess": {
            "@type": "dpv:Process",
            "dpv:hasDataController": {
                "@type": "dpv:DataController",
                "dpv:hasName": "City of Exampleton",
                "dpv:hasContact": CONTACT,
            },
            "dpv:hasPurpose": {"@type": "dpv:ServiceProvision", "dct:title": _WORDS["en"][2]},
            "dpv:hasPersonalData": [{"@id": iri} for iri in SHAREABLE.values()],
            "dpv:hasLegalBasis": {"@id": "dpv:Consent"},
            "dpv:hasStorageCondition": {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@type": "dpv:TemporalDuration", "dct:title": "P6M"},
            },
            "dpv:hasRecipient": {"@type": "dpv:Recipient", "dpv:hasName": "City library"},
        },
    }


def rights(base: str) -> dict[str, Any]:
    """Which rights residents have, and where each is used."""
    where = {
        "access": ("GDPR 15", "/me"),
        "rectification": ("GDPR 16", "/me"),
        "erasure": ("GDPR 17", "/me"),
        "portability": ("GDPR 20", "/export"),
        "withdrawal of consent": ("GDPR 7(3)", "/consents"),
    }
    return {
        "contact": CONTACT,
        "rights": [
            {"right": name, "article": article, "url": f"{base}{path}"}
            for name, (article, path) in where.items()
        ],
    }
