"""Who uses the pod: its owner and a neighbour. Invented; the tokens are of use on this machine only."""

from typing import Final

PREFIX: Final = "/pod"
OWNER: Final = "alice"
#: The token of each person.
TOKENS: Final = {
    "demo-pod-alice-8d20c6e1f4b97a35": "alice",
    "demo-pod-bob-41f7e9ab60d3c258": "bob",
}
#: The tokens by the environment variables that the demo's target file names.
DEMO_SECRETS: Final = {f"MIMTEST_DEMO_POD_{name.upper()}": t for t, name in TOKENS.items()}


def webid(base: str, person: str) -> str:
    """The WebID of a person."""
    return f"{base}{PREFIX}/people/{person}#me"
