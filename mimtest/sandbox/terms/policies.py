"""The policies, as ODRL 2.2 in JSON-LD."""

from typing import Any, Final

_CONTEXT: Final = ["http://www.w3.org/ns/odrl.jsonld", {"mim": "https://mimtest.example/terms#"}]
_SOURCE: Final = {"action": "attribute"}


def offers(base: str) -> dict[str, Any]:
    """What is offered under which terms."""
    data = {"@type": "Asset", "uid": f"{base}/data/air-quality", "partOf": f"{base}/data"}
    return {"@context": _CONTEXT, "@graph": [_for_use(base), _for_planning(base), data]}


def _for_use(base: str) -> dict[str, Any]:
    """Everybody may use the data for some years, and nobody sell it."""
    end = {"@value": "2028-01-01T00:00:00Z", "@type": "xsd:dateTime"}
    until = {"leftOperand": "dateTime", "operator": "lt", "rightOperand": end}
    target = f"{base}/data/air-quality"
    use = {"target": target, "action": "use", "constraint": [until], "duty": [_SOURCE]}
    return {
        "@type": "Offer",
        "uid": f"{base}/policies#air-quality",
        "assigner": f"{base}/members/city",
        "permission": [use],
        "prohibition": [{"target": target, "action": "sell"}],
    }


def _for_planning(base: str) -> dict[str, Any]:
    """The town may be planned with it, by an action of the offer's own profile."""
    purpose = {
        "leftOperand": "purpose",
        "operator": "isA",
        "rightOperand": {"@id": "mim:UrbanPlanning"},
    }
    place = {
        "leftOperand": "spatial",
        "operator": "eq",
        "rightOperandReference": f"{base}/places/town",
    }
    both = {"and": {"@list": [purpose, place]}}
    return {
        "@type": "Offer",
        "uid": f"{base}/policies#planning",
        "profile": "https://mimtest.example/terms",
        "target": f"{base}/data/air-quality",
        "assigner": f"{base}/members/city",
        "permission": [{"action": "mim:plan", "duty": [_SOURCE], "constraint": [both]}],
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
