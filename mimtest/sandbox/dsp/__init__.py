"""A provider's connector that speaks the Dataspace Protocol, 2025-1 and 2024-1.

It offers data of the city, negotiates contracts about them and starts transfers.
"""

from mimtest.sandbox.dsp.parts import DEMO_SECRETS, PREFIX
from mimtest.sandbox.dsp.service import services

__all__ = ["DEMO_SECRETS", "PREFIX", "services"]
