"""The secrets of the demo city: invented, and of use on this machine only."""

from mimtest.sandbox import dsp, idp, my, mydata, pod, terms, tmforum


def demo_secrets() -> dict[str, str]:
    """The secrets by the environment variables that the demo's target file names."""
    named = (dsp, idp, my, mydata, pod, terms, tmforum)
    return {name: value for part in named for name, value in part.DEMO_SECRETS.items()}
