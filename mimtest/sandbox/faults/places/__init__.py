"""Faults of the features service (OGC API - Features), most of them seen in real servers.

A fault enters the registry when its module is imported; importing this package imports all of them.
"""

from mimtest.sandbox.faults.places import (
    collections,
    crs,
    discovery,
    encoding,
    errors,
    filters,
    items,
    variants,
)

__all__ = ["collections", "crs", "discovery", "encoding", "errors", "filters", "items", "variants"]
