"""The NGSI-LD broker of the reference platform: GS CIM 009 V1.9.1, core API, in memory."""

from mimtest.sandbox.ngsild.api import service
from mimtest.sandbox.ngsild.contexts import CITY_CONTEXT, Contexts
from mimtest.sandbox.ngsild.pages import PREFIX

__all__ = ["CITY_CONTEXT", "PREFIX", "Contexts", "service"]
