"""The secrets of the demo city: invented, and of use on this machine only."""

from mimtest.sandbox import idp, my, mydata, pod


def demo_secrets() -> dict[str, str]:
    """The secrets by the environment variables that the demo's target file names."""
    return {**idp.DEMO_SECRETS, **my.DEMO_SECRETS, **mydata.DEMO_SECRETS, **pod.DEMO_SECRETS}
