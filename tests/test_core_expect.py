"""What every assertion of the checks says, word by word: quick, so that mutants can be run against it."""

import itertools
import json

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.transport import Received
from mimtest.vocabulary import expect

LONG = 300
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"


def answer(status=200, body=b"", media_type="application/json"):
    """An answer as a client hands it over."""
    headers = (("Content-Type", media_type),) if media_type else ()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    received = Received("m-0001", "http://a.example/", status, headers, content, 1)
    return Answer(received, Recorder(Redactor()))


def said(call, *args, **options):
    """Message, expectation and what came, of a contradiction."""
    with pytest.raises(Contradiction) as raised:
        call(*args, **options)
    return raised.value.message, raised.value.expected, raised.value.received


# -- values as text


class Odd:
    def __str__(self):
        return "an odd one"


def test_a_value_is_shown_as_json_on_one_line():
    assert expect.shown({"a": ["é", 1]}) == '{"a": ["é", 1]}'
    assert expect.shown(Odd()) == '"an odd one"'
    loop = []
    loop.append(loop)
    assert expect.shown(loop) == "[[...]]"


@pytest.mark.parametrize("length", [LONG - 2, LONG - 1])
def test_a_long_value_is_cut(length):
    text = "x" * length
    whole = f'"{text}"'
    assert expect.shown(text) == (whole if len(whole) <= LONG else f"{whole[:LONG]} …")


@pytest.mark.parametrize("length", [LONG, LONG + 1])
def test_a_body_is_shown_as_one_line_and_cut(length):
    assert expect.excerpt(answer(body=b" a\n \tb ")) == "a b"
    long = answer(body=b"y" * length)
    assert expect.excerpt(long) == ("y" * length if length <= LONG else f"{'y' * LONG} …")


# -- failing


def test_texts_stay_and_values_are_shown():
    assert said(expect.fail, "no") == ("no", None, None)
    assert said(expect.fail, "no", expected="a 'b'", received=[1]) == ("no", "a 'b'", "[1]")
    assert said(expect.fail, "no", expected={"a": 1}, received="c") == ("no", '{"a": 1}', "c")


@pytest.mark.parametrize("holds", [True, 1, [0]])
def test_what_holds_is_silent(holds):
    expect.assert_that(holds, "no", expected=1, received=2)


@pytest.mark.parametrize("holds", [False, 0, [], None])
def test_what_does_not_hold_is_said(holds):
    assert said(expect.assert_that, holds, "no", expected=1, received="2") == ("no", "1", "2")
    assert said(expect.assert_that, holds, "no") == ("no", None, None)


def test_equality_shows_both_sides_as_json():
    expect.assert_equal({"a": 1.0}, {"a": 1}, "it")
    assert said(expect.assert_equal, "x", 1, "the count") == ("the count differs", "1", '"x"')


# -- sameness

ATOMS = [None, True, False, 0, 1, 1.0, 2, "", "1"]
VALUES = [
    *ATOMS,
    [],
    {},
    *([a] for a in ATOMS),
    *({"a": a} for a in ATOMS),
    {"b": 1},
    {"a": 1, "b": 2},
    {"a": 1, "b": 3},
    {"a": 9, "b": 2},
    [1, 2],
    [2, 1],
    [1, [2]],
    [1, {"a": 2}],
    [9, {"a": 2}],
    [[], {}],
    [{}, []],
]


def kind(value):
    """A value in which true and 1 are two things, and 1 and 1.0 are one."""
    match value:
        case bool():
            return ("bool", value)
        case dict():
            return ("object", {k: kind(v) for k, v in value.items()})
        case list():
            return ("array", [kind(v) for v in value])
    return ("atom", value)


def test_values_are_the_same_as_json_has_it():
    for one, other in itertools.product(VALUES, VALUES):
        assert expect.same(one, other) is (kind(one) == kind(other)), (one, other)


# -- statuses and media types


@pytest.mark.parametrize("wanted", [(200,), (404, 200)])
def test_an_answer_with_the_status_is_given_back(wanted):
    given = answer(200)
    assert expect.assert_status(given, *wanted) is given


def test_another_status_is_a_contradiction():
    assert said(expect.assert_status, answer(404, b"gone\n now"), 200, 201, what="the reading") == (
        "the reading has status 404",
        "status 200 or 201",
        "status 404: gone now",
    )
    assert said(expect.assert_status, answer(404), 200) == (
        "the answer has status 404",
        "status 200",
        "status 404: no body",
    )


@pytest.mark.parametrize(
    ("status", "code"), [(401, "auth_refused"), (403, "auth_refused"), (503, "server_error")]
)
def test_a_status_that_shows_nothing_speaks_against_nobody(status, code):
    with pytest.raises(Inconclusive) as raised:
        expect.assert_status(answer(status, b"no"), 200, what="the reading")
    assert (raised.value.code, raised.value.detail) == (
        code,
        f"the reading has status {status}: no",
    )
    with pytest.raises(Inconclusive, match="the answer has status"):
        expect.assert_status(answer(status), 200)
    assert expect.assert_status(answer(status), status)


def test_media_types_are_compared_without_parameters():
    given = answer(media_type="Application/JSON; charset=utf-8")
    expect.assert_media_type(given, "text/html", "application/json")
    assert said(expect.assert_media_type, given, "text/html", "text/csv") == (
        "the media type differs",
        "text/html or text/csv",
        "Application/JSON; charset=utf-8",
    )
    none = said(expect.assert_media_type, answer(media_type=None), "text/csv")
    assert none == ("the media type differs", "text/csv", "no Content-Type")


# -- shapes

NAMES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
SAMPLES = [{}, [], "s", True, 1, 1.5, None]


def fits(value, kind):
    match value:
        case bool():
            return kind is bool
        case int():
            return kind in (int, float)
    return isinstance(value, kind)


@pytest.mark.parametrize("kind", NAMES)
def test_a_value_has_the_json_type_or_its_name_is_said(kind):
    for value in SAMPLES:
        if fits(value, kind):
            assert expect.of_type(value, kind, "it") is value
        else:
            words = (f"it is not {NAMES[kind]}", NAMES[kind], expect.shown(value))
            assert said(expect.of_type, value, kind, "it") == words


def test_bodies_are_objects_or_arrays():
    assert expect.json_object(answer(body={"a": 1})) == {"a": 1}
    assert expect.json_array(answer(body=[1])) == [1]
    assert said(expect.json_object, answer(body=[1])) == ("the body is not an object", "an object", "[1]")  # fmt: skip
    assert said(expect.json_array, answer(body={}), "the list")[0] == "the list is not an array"
    assert said(expect.json_object, answer(body=[]), "the thing")[0] == "the thing is not an object"
    assert said(expect.json_array, answer(body=1))[0] == "the body is not an array"


def test_a_list_of_objects():
    assert expect.objects([{}, {"a": 1}], "the list") == [{}, {"a": 1}]
    assert said(expect.objects, {}, "the list")[0] == "the list is not an array"
    assert said(expect.objects, [{}, 1], "the list")[0] == "an item of the list is not an object"


def test_a_member_is_there_and_of_its_type():
    assert expect.member({"a": None}, "a") is None
    assert expect.member({"a": "x"}, "a", str, "it") == "x"
    assert said(expect.member, [], "a")[0] == "the body is not an object"
    assert said(expect.member, [], "a", None, "it")[0] == "it is not an object"
    assert said(expect.member, {}, "a") == ("the body has no member 'a'", "a member 'a'", "no member")  # fmt: skip
    assert said(expect.member, {"a": 1}, "a", str) == ("'a' of the body is not a string", "a string", "1")  # fmt: skip
    many = dict.fromkeys(map(str, range(20)))
    assert said(expect.member, many, "a", what="it") == (
        "it has no member 'a'",
        "a member 'a'",
        ", ".join(map(str, range(12))),
    )


def test_sets_are_compared_in_any_order_and_each_name_once():
    expect.assert_same_set(["b", "a"], ("a", "b"), "ids")
    expect.assert_same_set([], [], "ids")
    assert said(expect.assert_same_set, ["c", "c", "b"], ["b", "a"], "ids") == (
        'ids: missing ["a"]; too many ["c"]; twice ["c"]',
        '["a", "b"]',
        '["b", "c", "c"]',
    )
    assert said(expect.assert_same_set, ["a"], ["a", "c", "b"], "ids")[0] == 'ids: missing ["b", "c"]'  # fmt: skip
    assert said(expect.assert_same_set, ["a", "a"], ["a"], "ids")[0] == 'ids: twice ["a"]'


# -- problems


def problem(kind="AlreadyExists", status=409, media_type="application/problem+json"):
    return answer(status, {"type": f"{ERRORS}{kind}"}, media_type)


@pytest.mark.parametrize(
    "media_type", ["application/problem+json", "application/json", "application/ld+json"]
)
def test_a_problem_is_an_object_in_json(media_type):
    assert expect.problem(problem(media_type=media_type)) == {"type": f"{ERRORS}AlreadyExists"}


def test_what_is_no_problem():
    types = "application/problem+json or application/json or application/ld+json"
    assert said(expect.problem, problem(media_type="text/html")) == ("the media type differs", types, "text/html")  # fmt: skip
    assert said(expect.problem, answer(409, [1]))[0] == "the problem is not an object"


def test_an_error_of_ngsi_ld_has_its_status_and_its_type():
    expect.assert_problem(problem(), status=409, kind="AlreadyExists")
    expect.assert_problem(problem(), status=(400, 409), kind=("BadRequestData", "AlreadyExists"))
    assert said(expect.assert_problem, problem(status=400), status=(409, 422), kind="AlreadyExists")[:2] == (
        "the answer has status 400",
        "status 409 or 422",
    )  # fmt: skip
    assert said(expect.assert_problem, problem("X"), status=409, kind=("A", "B")) == (
        "the problem's type differs",
        f"{ERRORS}A or {ERRORS}B",
        f"{ERRORS}X",
    )
    assert said(expect.assert_problem, answer(409, {}), status=409, kind="A")[0] == (
        "the problem has no member 'type'"
    )
    assert said(expect.assert_problem, answer(409, {"type": 1}), status=409, kind="A")[0] == (
        "'type' of the problem is not a string"
    )
