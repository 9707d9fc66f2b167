"""The policies, as ODRL 2.2 in JSON-LD."""

from typing import Any, Final

_CONTEXT: Final = ["http://www.w3.org/ns/odrl.jsonld", {"mim": "https://mimtest.example/terms#"}]
_SOURCE: Final = {"action": "attribute"}


def offers(base: str) -> dict[str, Any]:
    """What is offered under which terms."""
    return {
        "@context": _CONTEXT,
        "@graph": [
            {
                "@type": "Offer",
                "uid": f"{base}/policies#air-quality",
                "assigner": f"{base}/members/city",
                "permission": [
                    {
                        "target": f"{base}/data/air-quality",
                        "action": "use",
                        "constraint": [
                            {
                                "leftOperand": "dateTime",
                                "operator": "lt",
                                "rightOperand": {
                                    "@value": "2028-01-01T00:00:00Z",
                                    "@type": "xsd:dateTime",
                                },
                            }
                        ],
                        "duty": [_SOURCE],
                    }
                ],
                "prohibition": [{"target": f"{base}/data/air-quality", "action": "sell"}],
            },
            {
                "@type": "Offer",
                "uid": f"{base}/policies#planning",
                "profile": "https://mimtest.example/terms",
                "target": f"{base}/data/air-quality",
                "assigner": f"{base}/members/city",
                "permission": [
                    {
                        "action": "mim:plan",
                        "duty": [_SOURCE],
                        "constraint": [
                            {
                                "and": {
                                    "@list": [
                                        {
                                            "leftOperand": "purpose",
                                            "operator": "isA",
                                            "rightOperand": {"@id": "mim:UrbanPlanning"},
                                        },
                                        {
                                            "leftOperand": "spatial",
                                            "operator": "eq",
                                            "rightOperandReference": f"{base}/places/town",
                                        },
                                    ]
                                }
                            }
                        ],
                    }
                ],
            },
            {"@type": "Asset", "uid": f"{base}/data/air-quality", "partOf": f"{base}/data"},
        ],
    }


def agreements(base: str) -> dict[str, Any]:
    """What was agreed, an example without names."""
    return {
        "@context": _CONTEXT,
        "@type": "Agreement",
        "uid": f"{base}/agreements#17",
        "target": f"{base}/data/air-quality",
        "assigner": f"{base}/members/city",
        "assignee": f"{base}/members/m-17",
        "permission": [{"action": "use", "duty": [_SOURCE]}],
    }


def rules(base: str) -> dict[str, Any]:
    """What the rulebook forbids in any offer, and what it demands of each."""
    return {
        "@context": _CONTEXT,
        "@type": "Set",
        "uid": f"{base}/rules",
        "target": {"@type": "AssetCollection", "uid": f"{base}/data"},
        "prohibition": [{"action": "sell"}],
        "obligation": [_SOURCE],
    }
