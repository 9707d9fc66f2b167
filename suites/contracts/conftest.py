"""What the checks of the contracts suite start from."""

import pytest

from mimtest.network.client import Client
from mimtest.target import Target
from mimtest.vocabulary.dcat import Catalogue, read_catalogue


@pytest.fixture(scope="session")
def catalogue(client: Client, target: Target) -> Catalogue:
    """The catalogue of data (interfaces of kind dcat), every page of it, to be asked in SPARQL."""
    return read_catalogue(client, target.origins)
