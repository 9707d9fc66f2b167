"""An entity is created where a source is registered for it, or for a part of it (GS CIM 009 4.3.6, 5.6.1)."""

from urllib.parse import unquote

import pytest

from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.ngsild_source import assert_not_asked
from mimtest.vocabulary.ngsild_spread import INSIDE, MODES, OUTSIDE, assert_here, here, spreading
from mimtest.vocabulary.ngsild_spread_results import assert_conflict, assert_partly
from mimtest.vocabulary.waiting import eventually
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def spread(keeping, hosting, receiver, run_id):
    """Makes entities of which a source of ours has a part, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture(params=MODES)
def unborn(spread, request):
    """An entity nobody has, for which a source is registered that offers its creation."""
    return spread(request.param, ["createEntity"])


@pytest.mark.check(
    "CTX-DIST-14",
    clause="GS CIM 009 5.6.1.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-ENT-01"),
)
def test_a_creation_is_divided(unborn):
    """A new entity goes to the sources registered for it, and to the broker what these leave."""
    answer = assert_status(unborn.broker.create(unborn.entity), 201)
    where = address_parts(answer.headers.get("location") or "")
    named = unquote(where.path.rstrip("/").rpartition("/")[2])
    assert_that(
        named == unborn.id and not where.geturl().startswith(unborn.source.url),
        "Location does not name the entity at the broker",
        expected=f"…/entities/{unborn.id}",
        received=where.geturl() or "no Location",
    )
    unborn.assert_sent("createEntity")
    unborn.assert_outside(unborn.entity)
    unborn.assert_inside(unborn.entity)


@pytest.fixture(params=["exclusive", "exclusive-in-part", "redirect"])
def unoffered(spread, request):
    """An entity nobody has, which falls, all or a part, to a source that only offers to be read.

    Its twin was created: the source of that one offers it.
    """
    mode, _, in_part = request.param.partition("-")
    twin = spread(mode, ["createEntity"])
    assert_status(twin.broker.create(twin.entity), 201, what="creating an entity at a source")
    found = spread(mode, [])
    names = (OUTSIDE, INSIDE) if in_part else (OUTSIDE,)
    entity = {k: v for k, v in found.entity.items() if k in ("id", "type", *names)}
    return found, entity, bool(in_part)


@pytest.mark.check(
    "CTX-DIST-15",
    clause="GS CIM 009 5.6.1.4",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-14"),
)
def test_a_creation_that_is_not_offered_is_a_conflict(unoffered, reading):
    """What falls to a source that offers no creation is created nowhere, and the answer says so."""
    spread, entity, in_part = unoffered
    answer = spread.broker.create(entity)
    assert_not_asked(spread.changes(), "for what it does not offer")
    spread.assert_outside(None)
    if answer.status != 207:
        assert_conflict(answer, reading, lenient=not spread.broker.holds_since("1.9.1"))
        assert_status(here(spread.broker, spread.id), 404, what="the entity that was refused")
        return
    assert_partly(answer, spread.id, (OUTSIDE,))
    left = {k: v for k, v in entity.items() if k != OUTSIDE} if in_part else None
    eventually(lambda: assert_here(spread.broker, spread.id, left))
