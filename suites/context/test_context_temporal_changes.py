"""Parts of a history are corrected and deleted (GS CIM 009 5.6.13, 5.6.14, 5.6.15)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_entities import let_pass, stamps_in
from mimtest.vocabulary.ngsild_temporal import (
    alive,
    evolution_in,
    history_of,
    instance_ids,
    provided,
    seen,
    series,
    temporal_path,
    timelines_of,
)

pytestmark = pytest.mark.interface("ngsi-ld")

NO_URI = "no uri at all"
FIRST, SECOND = "urn:ngsi-ld:Dataset:mt-first", "urn:ngsi-ld:Dataset:mt-second"
DAYS = [f"2026-03-{d:02}T08:00:00Z" for d in (11, 12, 13, 14)]
NEW = series((("2026-03-12T08:30:00Z", 77.5),))


@pytest.fixture
def history(broker, run_id):
    """A history of our own: an attribute in three datasets, and others beside it."""
    sent = {
        "id": own_id("Past", run_id),
        "type": own_name("MtPast", run_id),
        "temp": [
            *series(list(zip(DAYS, (9, 10, 11, 12), strict=True))),
            *series(((DAYS[0], 20), (DAYS[1], 21)), datasetId=FIRST),
            *series(((DAYS[1], 30),), datasetId=SECOND),
        ],
        "label": series(((DAYS[0], "early"), (DAYS[3], "late"))),
        "note": series(((DAYS[2], "once"),)),
    }
    return provided(broker, sent)


def _where(broker, history, *parts):
    return temporal_path(broker.client, history["id"], *parts)


def _without(history, dataset):
    return [i for i in history["temp"] if i.get("datasetId") != dataset]


@pytest.mark.check(
    "CTX-TMP-05",
    clause="GS CIM 009 5.6.13.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
@pytest.mark.parametrize(
    ("params", "dataset"),
    [
        pytest.param("", None, id="default"),
        pytest.param(f"?datasetId={FIRST}", FIRST, id="dataset"),
        pytest.param("?deleteAll=true", "all", id="all"),
    ],
)
def test_the_history_of_an_attribute_is_deleted(broker, history, params, dataset):
    """The instances of an attribute are deleted: those of a dataset, of none, or all; others stay."""
    assert_status(broker.send("DELETE", f"{_where(broker, history, 'temp')}{params}"), 204)
    if dataset == "all":
        seen(broker, {k: v for k, v in history.items() if k != "temp"})
    else:
        seen(broker, history | {"temp": _without(history, dataset)})


@pytest.fixture
def lessened(broker, history):
    """A history one of whose attributes was deleted: the control."""
    answer = broker.send("DELETE", f"{_where(broker, history, 'note')}?deleteAll=true")
    assert_status(answer, 204, what="deleting the history of an attribute")
    return seen(broker, {k: v for k, v in history.items() if k != "note"})


@pytest.mark.check(
    "CTX-TMP-06",
    clause="GS CIM 009 5.6.13.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01", "CTX-TMP-05"),
)
@pytest.mark.parametrize("absent", ["attribute", "entity"])
def test_an_unknown_history_of_an_attribute_is_not_deleted(broker, lessened, run_id, absent):
    """Deleting the history of an unknown attribute, or of an unknown entity, is answered with 404."""
    own = lessened["id"] if absent == "attribute" else own_id("Past", run_id)
    name = own_name("nothing", run_id) if absent == "attribute" else "temp"
    answer = broker.send("DELETE", temporal_path(broker.client, own, name))
    assert_problem(answer, status=404, kind="ResourceNotFound")
    seen(broker, lessened)


@pytest.fixture
def ids(broker, history):
    """The ids of the instances of an attribute, by their values."""
    found = instance_ids(broker, history["id"], "temp")
    if len(found) < len(history["temp"]):
        raise NotApplicable(
            "not_offered", "instances have no instanceId, which is recommended only"
        )
    return found


def _bodies(name):
    """The corrected instance: as its array in a fragment of the history, or bare (A83)."""
    return {"fragment": {name: NEW}, "bare": NEW[0]}


def _corrected(broker, history, instance, reading):
    """The answer to the correction of an instance, in the form that the broker takes, and this form."""
    for form, body in _bodies("temp").items():  # noqa: B007 - the last one is given back
        answer = broker.send("PATCH", _where(broker, history, "temp", instance), body)
        if answer.status != 400:
            break
    reading("A83", form)
    return answer, form


@pytest.mark.check(
    "CTX-TMP-07",
    clause="GS CIM 009 5.6.14.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01", "CTX-TMP-36"),
)
def test_an_instance_is_corrected(broker, history, ids, stamps, reading):
    """A corrected instance takes the place of the old one and keeps its id; no other changes."""
    answer, _ = _corrected(broker, history, ids[10], reading)
    assert_status(answer, 204)
    others = [i for i in history["temp"] if i["value"] != 10]
    seen(broker, history | {"temp": [*others, *NEW]})
    after = _stamped(broker, history)
    found = after[77.5]
    assert_equal(found.get("instanceId"), ids[10], "the id of the corrected instance")
    changed, old = stamps_in(found, "the corrected instance"), stamps[10]
    kept = changed.created == old.created or not broker.holds_since("1.9.1")
    assert_that(kept, "createdAt moved", expected=str(old.created), received=str(changed.created))
    assert_that(
        changed.modified > old.modified,
        "modifiedAt of the corrected instance has not moved",
        expected=f"later than {old.modified}",
        received=str(changed.modified),
    )
    untouched = stamps_in(after[11], "another instance")
    assert_equal(str(untouched), str(stamps[11]), "the times of another instance")


def _stamped(broker, history):
    """The instances of the attribute that is changed, by their values, with their stamps."""
    told = evolution_in(history_of(broker, history["id"], options="sysAttrs"))
    return {i.get("value"): i for i in alive(timelines_of(told).get("temp", []))}


@pytest.fixture
def stamps(broker, history, ids):  # noqa: ARG001 - without ids nothing is changed
    """When the instances were created and changed, moments that cannot come again."""
    found = {v: stamps_in(i, "an instance") for v, i in _stamped(broker, history).items()}
    let_pass(max(s.modified for s in found.values()))
    return found


@pytest.mark.check(
    "CTX-TMP-08",
    clause="GS CIM 009 5.6.15.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
def test_an_instance_is_deleted(broker, history, ids):
    """A deleted instance is gone, and all others stay."""
    assert_status(broker.send("DELETE", _where(broker, history, "temp", ids[10])), 204)
    seen(broker, history | {"temp": [i for i in history["temp"] if i["value"] != 10]})


@pytest.fixture
def touched(broker, history, ids, method, reading):
    """A history one of whose instances was corrected or deleted, and how: the control."""
    left, form = [i for i in history["temp"] if i["value"] != 10], None
    if method == "PATCH":
        answer, form = _corrected(broker, history, ids[10], reading)
        left += NEW
    else:
        answer = broker.send(method, _where(broker, history, "temp", ids[10]))
    assert_status(answer, 204, what="changing an instance that is there")
    return seen(broker, history | {"temp": left}), form


@pytest.fixture
def wrongly(run_id, ids, wrong):
    """A name and an id that no instance has together, or what is no id."""
    name = own_name("nothing", run_id) if wrong == "unknown attribute" else "temp"
    instance = {"unknown instance": own_id("Instance", run_id), "invalid instance": NO_URI}
    return name, instance.get(wrong, ids[11])


@pytest.mark.check(
    "CTX-TMP-09",
    clause="GS CIM 009 5.6.14.4, 5.6.15.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-07", "CTX-TMP-08"),
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("wrong", ["unknown instance", "unknown attribute", "invalid instance"])
def test_an_unknown_instance_is_not_touched(broker, touched, wrongly, method):
    """What names no instance of the attribute changes none: 404, or 400 where it is no id at all."""
    (history, form), (name, instance) = touched, wrongly
    body = _bodies(name)[form] if form else None
    answer = broker.send(method, _where(broker, history, name, instance), body)
    if instance == NO_URI:
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        assert_problem(answer, status=404, kind="ResourceNotFound")
    seen(broker, history)
