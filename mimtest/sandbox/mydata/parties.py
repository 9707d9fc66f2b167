"""Who is who: identifiers, keys and addresses of operator, connector and registry."""

from typing import Any, Final

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.jose import Key, Keys
from mimtest.sandbox.once import once

OPERATOR: Final = "/mydata-operator"
CONNECTOR: Final = "/mydata-connector"
REGISTRY: Final = "/trust-registry"
#: Where the connector gives data of the person that a ticket is about.
DATA: Final = "/person/trips"

OPERATOR_ID: Final = "5b0f3c3e-6a0b-4c52-9d0c-0f2c1f6a7e11"
OTHER_OPERATOR_ID: Final = "c2a1f6d4-93f7-4a3e-8f55-7d1e0b9a4c22"
CONNECTOR_ID: Final = "8e4d2b7a-1c3f-4e6a-a5b8-2f9c0d7e6b33"
GROUP_ID: Final = "07d5a1be-7f21-4b9c-b6d3-5c8e1a2f9d44"
SUBJECT: Final = "Exampleton travel service"
PERSON: Final = {"id": "traveller-17@exampleton.example", "id_type": "email"}


@once
def keys_of(name: str) -> Keys:
    """The keys of a party, made once in a process."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    return Keys((Key(f"{name}-1", "ES256", ec.generate_private_key(ec.SECP256R1())),))


def operator_description(request: Request) -> dict[str, Any]:
    """What the operator tells everybody (5.7)."""
    base = f"{request.base}{OPERATOR}"
    return {
        "operator_uuid": OPERATOR_ID,
        "operator_key": keys_of("operator").all[0].public,
        "name": "Exampleton personal data",
        "vendor": "mimtest",
        "operator_base_url": base,
        "introspection_url": "/introspect",
        "api_guide": f"{base}/openapi.json",
        "shared_connectors": [
            {
                "trust_group_uuid": GROUP_ID,
                "connectors": [{"connector_base_url": f"{request.base}{CONNECTOR}"}],
            }
        ],
    }


def connector_description(request: Request) -> dict[str, Any]:
    """What the connector tells everybody (5.8)."""
    base = f"{request.base}{CONNECTOR}"
    return {
        "connector_uuid": CONNECTOR_ID,
        "connector_key": keys_of("connector").all[0].public,
        "name": "Exampleton trips",
        "description": "Trips of the person that a request ticket is about",
        "api_guide": f"{base}/openapi.json",
        "connector_base_url": base,
    }


def trust_group(request: Request) -> dict[str, Any]:
    """Whom connectors may believe (5.1.3)."""
    members = (
        (OPERATOR_ID, "Exampleton personal data", f"{request.base}{OPERATOR}"),
        (OTHER_OPERATOR_ID, "Sampleville personal data", "https://operator.mimtest.invalid"),
    )
    names = ("operator_uuid", "name", "operator_base_url")
    return {
        "trust_group": {
            "trust_group_uuid": GROUP_ID,
            "members": [{"operatorDescription": dict(zip(names, m, strict=True))} for m in members],
        }
    }
