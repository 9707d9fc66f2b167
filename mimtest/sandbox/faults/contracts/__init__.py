"""Ways to break what the city's data are shared by, one rule each, and permitted ways to differ.

A fault enters the registry when its module is imported; importing this package imports all of its modules.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
