"""A host that speaks TLS on loopback, with an authority of its own: the right way, or one wrong way."""

from mimtest.sandbox.stand.serving import Place, serve_stand
from mimtest.sandbox.stand.setup import Stand

__all__ = ["Place", "Stand", "serve_stand"]
