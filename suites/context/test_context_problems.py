"""How a broker says no: in JSON, with a type of the standard, and a status that goes with it.

GS CIM 009 5.5.2, 5.5.3, 6.3.2, 6.3.3.
"""

import re

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
    of_type,
    problem,
)
from mimtest.vocabulary.ngsild import JSON, JSON_LD, own_name
from mimtest.vocabulary.ngsild_http import (
    MISTAKES,
    STATUSES,
    kind_of,
    refused,
    spot_in,
)
from mimtest.vocabulary.ngsild_meaning import linked_contexts

pytestmark = pytest.mark.interface("ngsi-ld")

_INSIDES = {
    "a stack trace": r'Traceback \(most recent|File "[^"]+", line \d|\bat [\w$.]+\([\w$]+\.\w+:\d+\)'
    r"|goroutine \d+ \[|panicked at|\.(?:py|java|kt|go|rs|c|cpp|js):\d+\b",
    "a path of its machine": r"(?<![\w/.:])/(?:home|usr|opt|var|srv|root|app|etc)/[\w.-]+|\b[A-Z]:\\\w",
    "SQL": r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|SQLSTATE|\bORA-\d{5}|PSQLException",
}


@pytest.fixture
def spot(stock, known, unknown, run_id):
    """What mistakes are made about, beside an entity that can be retrieved."""
    assert known
    return spot_in(stock, own_name("nothing", run_id), unknown)


@pytest.mark.check("CTX-COM-01", clause="GS CIM 009 5.5.3", since="1.3.1", rests_on=("CTX-ENT-21",))
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_an_error_is_told_as_a_problem(spot, mistake, reading):
    """An error is a JSON object with its type and a title, sent as JSON."""
    answer = refused(MISTAKES[mistake](spot, JSON))
    told = problem(answer)
    member(told, "type", str, "the problem")
    assert_that(member(told, "title", str, "the problem"), "the title is empty")
    of_type(told.get("detail", ""), str, "'detail' of the problem")
    reading("A22", "problem_json" if answer.media_type.endswith("problem+json") else "json")


@pytest.mark.check("CTX-COM-02", clause="GS CIM 009 5.5.2", since="1.3.1", rests_on=("CTX-COM-01",))
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_an_error_has_a_type_of_the_standard(spot, mistake, reading):
    """The type of an error is one of those the standard lists."""
    answer = refused(MISTAKES[mistake](spot, JSON))
    assert kind_of(answer, reading) in STATUSES


@pytest.mark.check("CTX-COM-03", clause="GS CIM 009 6.3.2", since="1.3.1", rests_on=("CTX-COM-02",))
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_the_type_of_an_error_goes_with_its_status(spot, mistake, reading):
    """The status of an error is the one that the standard gives its type."""
    answer = refused(MISTAKES[mistake](spot, JSON))
    kind = kind_of(answer, reading)
    assert_status(answer, *STATUSES[kind], what=f"{kind}")


@pytest.mark.check(
    "CTX-COM-04",
    clause="GS CIM 009 5.5.3; RFC 9457 3.1.2",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-COM-01",),
)
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_a_problem_tells_its_own_status(spot, mistake):
    """Where a problem says a status, it is the number of the answer's."""
    answer = refused(MISTAKES[mistake](spot, JSON))
    told = problem(answer)
    if "status" not in told:
        raise NotApplicable("not_offered", "the problem does not say a status")
    assert_equal(told["status"], answer.status, "'status' of the problem")


@pytest.fixture
def linked(spot):
    """Mistakes about an entity that is given with a Link to its @context: the control of none."""
    answer = assert_status(spot.broker.retrieve(spot.id), 200)
    assert_that(linked_contexts(answer), "no @context is linked", expected="a Link")
    return spot


@pytest.mark.check(
    "CTX-COM-16", clause="GS CIM 009 6.3.6", since="1.3.1", rests_on=("CTX-CTX-07", "CTX-CTX-24")
)
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_an_error_has_no_context(linked, mistake, reading):
    """An error is told without a @context inside, also to a client that accepts JSON-LD."""
    answer = refused(MISTAKES[mistake](linked, f"{JSON_LD}, {JSON};q=0.5"))
    told = json_object(answer, "the problem")
    assert_that("@context" not in told, "a problem has a @context", expected="none", received=told)
    reading("A55", "beside" if linked_contexts(answer) else "none")


@pytest.mark.check(
    "CTX-COM-26", clause="GS CIM 009 5.5.3; RFC 9457 5", strength="should", since="1.3.1"
)
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_an_error_does_not_show_the_inside(spot, mistake):
    """What is said of an error shows no stack trace, no path of the machine and no SQL."""
    answer = MISTAKES[mistake](spot, JSON)
    if answer.ok:
        raise Inconclusive("precondition_unmet", f"the mistake is answered {answer.status}")
    text = answer.text()
    for what, pattern in _INSIDES.items():
        shown = re.search(pattern, text)
        assert_that(
            not shown,
            f"an error shows {what}",
            expected="none of it",
            received=shown and shown[0],
        )
