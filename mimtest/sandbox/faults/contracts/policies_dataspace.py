"""Ways to break the policies of a connector's offers, and permitted ways to write them."""

from typing import Any

from mimtest.sandbox.faults.contracts.dataspace_messages import BASE, of_json


def _limit(told: Any, constraint: dict[str, Any]) -> None:
    for dataset in told.get("dataset", [told]):
        dataset["hasPolicy"][0]["permission"][0]["constraint"] = [constraint]


@of_json(f"{BASE}/catalog/", "ctr-lic-connector-half-constraint", "CTR-LIC-13")
def offers_with_half_a_constraint(told: Any) -> None:
    """A connector offers data until a day, and does not say how that compares."""
    _limit(told, {"leftOperand": "odrl:dateTime", "rightOperand": "2028-01-01T00:00:00Z"})


@of_json(f"{BASE}/catalog/", "ctr-lic-connector-constraint")
def offers_with_a_constraint(told: Any) -> None:
    """A connector offers data until a day."""
    day = "2028-01-01T00:00:00Z"
    _limit(told, {"leftOperand": "odrl:dateTime", "operator": "lt", "rightOperand": day})
