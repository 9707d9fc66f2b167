"""Which changes are notified: of which entities and attributes, under which conditions.

GS CIM 009 5.2.12, 5.2.33, 5.8.6. What is not to come is looked for after a control has been told of it.
"""

import pytest

from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_silence import assert_unheard, confirm, silence
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")

_AREA = [[[7, 49], [9, 49], [9, 51], [7, 51], [7, 49]]]
_INSIDE, _OUTSIDE = [8.0, 50.0], [20.0, 10.0]


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtWatched", extra={"type": "Property", "value": 1})


@pytest.fixture
def twin(notifying, subject):
    """Another entity of the same type."""
    return created(notifying.broker, draft(notifying.broker, subject.type))


@pytest.fixture
def stranger(notifying):
    """An entity of another type."""
    return own_subject(notifying.broker, "MtStranger")


def _assert_heard(watch, subject, value=None):
    """A change of what is subscribed to is notified."""
    given = subject.change("temp", value)
    _ = watch.hear(subject.has("temp", given), "the notification of a change that is meant")


@pytest.mark.check(
    "CTX-NOT-03",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_other_changes_are_not_notified(notifying, subject, twin, stranger):
    """Changes of other attributes, of other entities and of other types are not notified."""
    named = [{"type": subject.type, "id": subject.id}]
    narrow = notifying.subscribe(entities=named, watchedAttributes=["temp"])
    pair = notifying.subscribe(entities=named, watchedAttributes=["temp", "extra"])
    typed = notifying.watch(subject)
    control = notifying.watch(subject, stranger)
    for watch in (narrow, typed, pair):
        _assert_heard(watch, subject)
    value = subject.change("extra")
    _ = pair.hear(subject.has("extra", value), "the notification of a second watched attribute")
    others = "for another attribute, or another entity"
    named_only = [silence(watch, others, subject) for watch in (narrow, pair)]
    twin.change()
    subject.change("label", "second")
    stranger.change()
    typed_only = silence(typed, "for an entity of another type", subject, twin)
    for changed in (twin, subject):
        _ = confirm(control, changed.now)
    assert_unheard((*named_only, typed_only), control, stranger.now)
    _assert_heard(narrow, subject)


@pytest.mark.check(
    "CTX-NOT-04",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_a_condition_holds_for_what_is_notified(notifying, subject, twin):
    """With a query, a change is notified when the entity meets it afterwards, and not otherwise."""
    watch = notifying.watch(subject, q="temp>50")
    control = notifying.watch(subject)
    _assert_heard(watch, subject, 60)
    quiet = silence(watch, "though the query does not hold", subject)
    twin.change("temp", 10)
    subject.change("temp", 30)
    _ = confirm(control, twin.now)
    assert_unheard([quiet], control, subject.now)
    _assert_heard(watch, subject, 70)


def _place(coordinates):
    return {"type": "Point", "coordinates": coordinates}


def _geo_property(coordinates):
    return {"type": "GeoProperty", "value": _place(coordinates)}


@pytest.mark.check(
    "CTX-NOT-05",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_only_what_is_in_an_area_is_notified(notifying, run_id):
    """With a geoquery, changes of entities inside of an area are notified, and no others."""
    broker, name = notifying.broker, own_name("MtPlaced", run_id)
    inside, outside = (
        created(broker, draft(broker, name, location=_geo_property(where)))
        for where in (_INSIDE, _OUTSIDE)
    )
    area = {"geometry": "Polygon", "georel": "within", "coordinates": _AREA}
    watch, control = notifying.watch(inside, geoQ=area), notifying.watch(inside)
    _assert_heard(watch, inside)
    quiet = silence(watch, "from outside of the area", inside)
    outside.change()
    inside.change("location", _place(_OUTSIDE))
    _ = confirm(control, outside.now)
    assert_unheard([quiet], control, inside.now)
    outside.change("location", _place(_INSIDE))
    _ = watch.hear(outside.now, "the notification of an entity that came into the area")


@pytest.mark.check(
    "CTX-NOT-06",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-NOT-01",),
)
def test_only_what_is_in_a_scope_is_notified(notifying, run_id):
    """With a scope query, changes of entities in a scope are notified, and no others."""
    broker, name = notifying.broker, own_name("MtScoped", run_id)
    inside, outside = (
        created(broker, draft(broker, name, scope=f"/mt{run_id}/{end}"))
        for end in ("north", "south")
    )
    watch = notifying.watch(inside, scopeQ=f"/mt{run_id}/north")
    control = notifying.watch(inside)
    _assert_heard(watch, inside)
    quiet = silence(watch, "from outside of the scope", inside)
    outside.change()
    assert_unheard([quiet], control, outside.now)
    _assert_heard(watch, inside)


@pytest.mark.check(
    "CTX-NOT-07",
    clause="GS CIM 009 5.2.33",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_entities_are_selected(notifying, stranger, run_id):
    """Entities selected by identifier, by a pattern, or by one of several selectors are notified."""
    broker, name = notifying.broker, own_name("MtSelected", run_id)
    start = own_id("Selected", run_id)
    north, south = (
        created(broker, draft(broker, name) | {"id": f"{start}-{end}-1"})
        for end in ("north", "south")
    )
    own = {"type": name, "id": north.id}
    pattern = {"type": name, "idPattern": "^urn:ngsi-ld:Selected:mt-.*-north-[0-9]$"}
    ways = {
        "by its id": ([own], (north,)),
        "by a pattern": ([pattern], (north,)),
        "by one of several selectors": ([own, {"type": stranger.type}], (north, stranger)),
    }
    control, quiet = notifying.watch(north), []
    for how, (selectors, meant) in ways.items():
        watch = notifying.subscribe(entities=selectors)
        for subject in meant:
            value = subject.change()
            _ = watch.hear(subject.has("temp", value), f"the notification of what is meant {how}")
        quiet.append((watch, f"for an entity that is not meant {how}", meant))
    silences = [silence(watch, what, *meant) for watch, what, meant in quiet]
    south.change()
    assert_unheard(silences, control, south.now)


@pytest.mark.check(
    "CTX-NOT-08",
    clause="GS CIM 009 5.2.12",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_an_attribute_is_watched_wherever_it_is(notifying, run_id):
    """A subscription to an attribute alone is notified of its changes in entities of any type."""
    name = own_name("mtLevel", run_id)
    level = {"type": "Property", "value": 1}
    one, other = (
        own_subject(notifying.broker, stem, **{name: level}) for stem in ("MtOne", "MtOther")
    )
    watch = notifying.subscribe(watchedAttributes=[name])
    control = notifying.watch(one, other)
    for subject in (one, other):
        value = subject.change(name)
        _ = watch.hear(subject.has(name, value), f"the notification of a {subject.type}")
    quiet = silence(watch, "for another attribute", one, other)
    one.change("label", "second")
    assert_unheard([quiet], control, one.now)
