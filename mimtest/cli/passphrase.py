"""The passphrase of a private key, which is never an argument: others could read it there."""

import os

from mimtest.errors import UsageError


def passphrase(variable: str | None) -> str | None:
    """The value of an environment variable. Raises UsageError where it is not set."""
    if variable is None:
        return None
    value = os.environ.get(variable, "")
    if not value:
        raise UsageError(
            f"--passphrase-env: the environment variable {variable} is not set.",
            "Set it to the passphrase of the private key.",
        )
    return value
