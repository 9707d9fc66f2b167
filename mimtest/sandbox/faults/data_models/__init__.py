"""Ways for data and their published models to part, one at a time, and permitted ways to differ.

A fault enters the registry when its module is imported; importing this package imports all of them.
"""

from mimtest.sandbox.faults.data_models import forms, names, schemas, values, variants

__all__ = ["forms", "names", "schemas", "values", "variants"]
