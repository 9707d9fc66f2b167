"""A market place for the city's data, with TM Forum Open APIs: offerings, orders, agreements and parties."""

from mimtest.sandbox.tmforum.service import DEMO_SECRETS, PREFIX, MarketService

__all__ = ["DEMO_SECRETS", "PREFIX", "MarketService"]
