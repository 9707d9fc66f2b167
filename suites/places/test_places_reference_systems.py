"""The reference systems of all that is on the map: lasting codes, and systems of the country.

MIMs Plus 9.0 MIM7 R5.1.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.offered_systems import offered_by
from mimtest.vocabulary.planes import is_regional, is_withdrawn

pytestmark = pytest.mark.interface("ogc-api-features", "wfs", "wms")


@pytest.fixture(scope="session")
def offered(client):
    """The data sets with the reference systems they are offered in."""
    return offered_by(client)


@pytest.mark.check("PLA-P-12", clause="MIMs Plus 9.0 MIM7 R5.1", strength="should")
def test_no_code_is_withdrawn(offered):
    """No reference system on offer has a code that EPSG has taken back."""
    found = {d.name: [u for u in d.known if is_withdrawn(u)] for d in offered}
    if not any(d.known for d in offered):
        raise Inconclusive("no_data", "no reference system is known to PROJ")
    wrong = {name: uris for name, uris in found.items() if uris}
    told = "reference systems whose code is withdrawn"
    assert_that(not wrong, told, expected="codes that hold", received=dict(list(wrong.items())[:3]))


@pytest.mark.check("PLA-P-14", clause="MIMs Plus 9.0 MIM7 R5.1", strength="may")
def test_a_system_of_the_country_is_offered(offered, target):
    """At least one data set is offered in a system in metres that is made for its part of the earth."""
    if all(d.is_default for d in offered):
        raise NotApplicable("class_not_declared", "no other reference system than CRS84 is offered")
    area = Box(*target.claims.area) if target.claims.area else None
    placed = [(d, area or d.box) for d in offered if area or d.box]
    if not placed:
        raise Inconclusive("no_data", "no data set says where it is")
    regional = any(is_regional(u, box) for d, box in placed for u in d.known)
    systems = sorted({u.rpartition("/")[2] for d, _ in placed for u in d.known})
    told = "no reference system is one of the country"
    assert_that(regional, told, expected="such as EPSG:25832", received=systems)
