"""The catalogue: what each edition of the MIMs requires, and which checks answer it.

Frozen TOML files under `suites/editions/`; the text at each row's address binds, not the catalogue's words.
"""

from mimtest.catalogue.lint import lint
from mimtest.catalogue.model import (
    Coverage,
    Edition,
    Kind,
    Link,
    Mechanism,
    Mim,
    Modality,
    Relation,
    Requirement,
    Status,
    Testability,
)
from mimtest.catalogue.reading import (
    CatalogueError,
    default_editions,
    digest,
    load_crosswalk,
    load_edition,
    load_editions,
    successors,
)

__all__ = [
    "CatalogueError",
    "Coverage",
    "Edition",
    "Kind",
    "Link",
    "Mechanism",
    "Mim",
    "Modality",
    "Relation",
    "Requirement",
    "Status",
    "Testability",
    "default_editions",
    "digest",
    "lint",
    "load_crosswalk",
    "load_edition",
    "load_editions",
    "successors",
]
