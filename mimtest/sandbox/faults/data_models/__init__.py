"""Ways for data and their published models to part, one at a time, and permitted ways to differ.

A fault enters the registry when its module is imported; importing this package imports all of them.
"""

from mimtest.sandbox.faults.data_models import (
    agreeing,
    extensions,
    forms,
    links,
    mapped,
    names,
    places,
    publications,
    schemas,
    schemas_depth,
    served,
    served_variants,
    standards,
    terms,
    texts,
    times,
    units,
    values,
    variants,
)

__all__ = [
    "agreeing",
    "extensions",
    "forms",
    "links",
    "mapped",
    "names",
    "places",
    "publications",
    "schemas",
    "schemas_depth",
    "served",
    "served_variants",
    "standards",
    "terms",
    "texts",
    "times",
    "units",
    "values",
    "variants",
]
