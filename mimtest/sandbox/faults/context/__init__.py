"""Ways to break the NGSI-LD interface, one rule each, and permitted ways to differ.

A fault enters the registry when its module is imported; importing this package imports all of them.
"""

from mimtest.sandbox.faults.context import attributes, entities, forms, queries, retrieval, variants

__all__ = ["attributes", "entities", "forms", "queries", "retrieval", "variants"]
