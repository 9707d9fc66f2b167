"""Sources that are slow, refuse, or talk nonsense: the rest is served all the same (GS CIM 009 5.2.34, 6.3.17)."""

import time

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.incoming import Reply
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, assert_holds, entities_in, entity_in
from mimtest.vocabulary.ngsild_federation import (
    READING,
    WARNING,
    assert_lacks,
    federation,
    is_about,
    number,
    of_kind,
    warnings_in,
)
from mimtest.vocabulary.ngsild_source import nowhere

pytestmark = pytest.mark.interface("ngsi-ld")

_BROKEN = Reply(200, b'{"id": "urn:ngsi-ld:Shared:mt", "type": ', JSON)
_BROKEN_LIST = Reply(200, b'[{"id": "urn:ngsi-ld:Shared:mt", "type"', JSON)
#: How long a source holds its answer back, how long the broker is waited for, in seconds.
_HELD, _PATIENCE = 15.0, 28.0
#: The time a registration grants, in milliseconds, and what counts as keeping to it, in seconds.
_GRANTED, _KEPT = 500, 3.0
_LARGE = 2 * 1024 * 1024
_SOON = {"management": {"timeout": _GRANTED}}
_WARNED = {
    "slow": ("199",),
    "refusing": ("299",),
    "broken": ("111",),
    "unreachable": ("199", "299"),
}


@pytest.fixture
def sources(keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture
def how():
    """What is the matter with the source, where a check does not say."""
    return "slow"


@pytest.fixture
def both(sources, how):
    """An entity here and at a source, seen together; little time is granted where the source is to be slow."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    source = sources.sourced(there, **(_SOON if how == "slow" else {}))
    own = {"id": there["id"], "type": there["type"], "level": number(7)}
    sources.create(own)
    sources.shows({**there, **own})
    return own, source


def _retrieved(broker, entity):
    """The answer of a broker that may wait long for a source."""
    where = f"/entities/{entity['id']}"
    return broker.client.get(where, headers={"Accept": JSON}, patient=False, timeout=_PATIENCE)


def _assert_no_warning(answer):
    codes = warnings_in(assert_status(answer, 200))
    assert_equal(codes, [], "the warnings with a good source")


@pytest.mark.check(
    "CTX-DIST-20",
    clause="GS CIM 009 6.3.17",
    level="writes",
    since="1.9.1",
    option="distributed",
    rests_on=("CTX-DIST-02",),
)
@pytest.mark.parametrize("how", ["slow", "refusing", "broken", "unreachable", "empty"])
def test_a_failing_source_is_told_of(both, sources, keeping, receiver, how):
    """What the broker has is given with a warning for each inclusive source that fails."""
    own, source = both
    if how != "slow":
        sources.sees(lambda: _assert_no_warning(_retrieved(keeping, own)))
    if how == "slow":
        source.slow(_HELD)
    elif how == "broken":
        source.behave(_BROKEN)
    elif how == "unreachable":
        info = of_kind(own["type"], id=own["id"])
        sources.register(source, info, endpoint=nowhere(receiver))
    else:
        source.refuse(404 if how == "empty" else 403)

    def look():
        answer = _retrieved(keeping, own)
        assert_holds(entity_in(answer), own)
        if how == "slow" and "temp" in entity_in(answer):
            raise Inconclusive("precondition_unmet", f"the broker waits {_HELD} s and longer")
        wanted = _WARNED.get(how)
        codes = warnings_in(answer)
        told = answer.headers.get_list(WARNING) or "no warning"
        expected = " or ".join(wanted or ("any",))
        held = wanted is None or bool(set(wanted) & set(codes))
        assert_that(held, "the warning differs", expected=expected, received=told)
        return answer

    sources.sees(look)


@pytest.mark.check(
    "CTX-DIST-26",
    clause="GS CIM 009 5.2.34",
    level="writes",
    strength="should",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-02",),
)
def test_a_slow_source_is_not_waited_for(both, sources, keeping):
    """A source is given up after the time its registration grants, and waited for that long."""
    own, source = both
    source.slow(_HELD)
    start = time.monotonic()
    found = entity_in(_retrieved(keeping, own))
    took = time.monotonic() - start
    assert_holds(found, own)
    assert_that(
        took < _KEPT,
        "the answer takes longer than the registration grants",
        expected=f"about {_GRANTED / 1000} s",
        received=f"{took:.1f} s",
    )
    slow = sources.draft(sources.kind(), temp=number(22.5))
    patient = sources.sourced(slow, management={"timeout": 10_000})
    patient.slow(_GRANTED / 1000 + 0.1)
    sources.shows(slow)


@pytest.mark.check(
    "CTX-DIST-28",
    clause="GS CIM 009 5.2.34",
    level="writes",
    strength="may",
    since="1.9.1",
    option="distributed",
    rests_on=("CTX-DIST-01",),
)
@pytest.mark.parametrize("how", ["cacheDuration", "cooldown"])
def test_a_source_is_spared(sources, keeping, how):
    """A source is not asked again while its answer is kept, or right after a failure."""
    there = sources.draft(sources.kind(), temp=number(21.5))
    spared = {"cacheDuration": "PT1M"} if how == "cacheDuration" else {"cooldown": 60_000}
    source = sources.sourced(there, management=spared)
    sources.shows(there)
    if how == "cooldown":
        source.refuse(500)
        _ = _retrieved(keeping, there).status
    source.start_over()
    answer = _retrieved(keeping, there)
    codes = warnings_in(answer)
    asked = [str(a) for a in source.asked(*READING) if is_about(a, there)]
    assert_equal(asked, [], f"what the source was asked in spite of {how}")
    if how == "cacheDuration":
        assert_holds(entity_in(answer), there)
        assert_that("110" in codes, "no warning of a kept answer", expected="110", received=codes)


@pytest.mark.check(
    "CTX-DIST-36",
    clause="GS CIM 009 6.3.17",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-09",),
)
@pytest.mark.parametrize("how", ["large", "broken", "packed"])
def test_an_odd_answer_of_a_source_harms_nobody(sources, keeping, how):
    """Large, broken and compressed answers of one source do not keep others from being served."""
    kind = sources.kind()
    good, odd = (sources.draft(kind, temp=number(v)) for v in (21.5, 22.5))
    sources.sourced(good, by_type=True)
    source = sources.sourced(odd, by_type=True)
    sources.finds([good, odd], type=kind)
    if how == "large":
        source.hold({**odd, "label": {"type": "Property", "value": "x" * _LARGE}})
    elif how == "packed":
        source.packed()
    else:
        source.behave(_BROKEN_LIST)
    source.start_over()

    def look():
        found = entities_in(keeping.query(type=kind))
        by_id = {e["id"]: e for e in found}
        assert_that(good["id"] in by_id, "the other source's entity is lacking", received=[*by_id])
        assert_holds(by_id[good["id"]], good)
        if how == "packed":
            assert_that(odd["id"] in by_id, "what came compressed is lacking", received=[*by_id])
            assert_holds(by_id[odd["id"]], odd)
        if how == "broken":
            assert_lacks(by_id, "urn:ngsi-ld:Shared:mt")

    sources.sees(look)
    sources.asks(source, *READING)
    source.behave(None)
    source.hold(odd)
    sources.finds([good, odd], type=kind)
