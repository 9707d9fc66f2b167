"""The words of NGSI v2 on their own: what is read out of answers, and what filters are chosen."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.ngsiv2 import (
    assert_holds,
    assert_normalized,
    attributes_of,
    path_of,
)
from mimtest.vocabulary.ngsiv2_own import room, sensors
from mimtest.vocabulary.ngsiv2_places import places, point_of
from mimtest.vocabulary.ngsiv2_sample import (
    Stock,
    column,
    columns,
    literal,
    metadata_of,
    moments,
    value_of,
    with_metadata,
)


def entity(number, **attributes):
    return {"id": f"urn:x:{number}", "type": "T", **attributes}


def held(value, kind="Text", **metadata):
    return {"type": kind, "value": value, "metadata": metadata}


def stock(*entities):
    return [Stock(None, "T", tuple(entities))]


def test_paths_are_quoted():
    assert path_of("urn:a:b/c d") == "/entities/urn:a:b%2Fc%20d"
    assert path_of("a", "attrs", "x:y") == "/entities/a/attrs/x%3Ay"


@pytest.mark.parametrize(
    "attribute",
    [
        7,
        None,
        {"value": 1, "metadata": {}},
        {"type": 1, "value": 1, "metadata": {}},
        {"type": "T", "metadata": {}},
        {"type": "T", "value": 1},
        {"type": "T", "value": 1, "metadata": []},
        {"type": "T", "value": 1, "metadata": {"m": 1}},
        {"type": "T", "value": 1, "metadata": {"m": {"type": "T"}}},
    ],
)
def test_an_attribute_is_whole(attribute):
    with pytest.raises(Contradiction):
        assert_normalized(attribute, "n")
    with pytest.raises(Contradiction):
        attributes_of(entity(1, n=attribute))


def test_what_is_held_may_be_more():
    sent = room("r")
    more = held("x") | {"metadata": {"m": held(1)}}
    assert_holds(sent | {"more": more, "open": held(True, "Boolean")} | _whole(sent), sent)
    for change in ({"label": held("other")}, {"id": "urn:y"}, {"temperature": held(21.5)}):
        with pytest.raises(Contradiction):
            assert_holds(_whole(sent) | change, sent)


def _whole(sent):
    return {k: {"metadata": {}} | v if isinstance(v, dict) else v for k, v in sent.items()}


def test_columns_hold_one_kind_of_value():
    found = stock(
        entity(1, n=held(1, "Number"), t=held("one"), mixed=held(1), odd=held("a b")),
        entity(2, n=held(2.5, "Number"), t=held("two"), mixed=held("1"), odd=held("a;b")),
        entity(3, t=held("two"), truth=held(True), dated=held("2026-01-01T00:00:00Z", "DateTime")),
    )
    (numbers,) = columns(found, "number")
    assert (numbers.name, numbers.values, numbers.lacking) == ("n", (1, 2.5), True)
    (texts,) = columns(found, "text")
    assert (texts.name, texts.values, texts.lacking) == ("t", ("one", "two"), False)
    strange = [entity(n, a=v, b={"metadata": v}) for n, v in enumerate((7, None, [], "x"))]
    for kind in ("number", "text"):
        assert not list(columns(stock(*strange), kind, least=1))
    assert not [*with_metadata(stock(*strange)), *moments(stock(*strange))]
    with pytest.raises(Inconclusive):
        column(found, "number", least=3)


def test_values_are_written_as_the_query_language_does():
    assert [literal(v) for v in ("a", 1, 1.5)] == ["a", "1", "1.5"]


@pytest.mark.parametrize("odd", [7, None, [], {"value": None}, {"metadata": []}, "x"])
def test_odd_attributes_have_no_value(odd):
    assert value_of({"n": odd}, "n") is None
    assert metadata_of({"n": odd}, "n", "m") is None


def test_metadata_that_parts_entities():
    cel, fah = (held(1, "Number", unit=held(u)) for u in ("CEL", "FAH"))
    found = stock(entity(1, n=cel), entity(2, n=fah))
    assert next(f[1:] for f in with_metadata(found)) == ("n", "unit", "CEL")
    assert not list(with_metadata(stock(entity(1, n=cel), entity(2, n=cel))))


def test_a_moment_lies_between_two_dates():
    dates = ("2026-03-01T12:00:00Z", "2026-03-01T12:00:10Z")
    found = stock(*(entity(n, seen=held(d, "DateTime")) for n, d in enumerate(dates)))
    ((chosen, moment),) = moments(found)
    assert chosen.name == "seen"
    assert (moment.second, len(chosen.ids)) == (5, 2)


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (held({"type": "Point", "coordinates": [7, 51]}, "geo:json"), (7, 51)),
        (held("51, 7", "geo:point"), (7, 51)),
        (held({"type": "Polygon", "coordinates": []}, "geo:json"), None),
        (held("north", "geo:point"), None),
        (held(None, "geo:json"), None),
        (held({"type": "Point", "coordinates": {}}, "geo:json"), None),
        (held({"type": "Point", "coordinates": [1e400, 7]}, "geo:json"), None),
        (held("51,7"), None),
    ],
)
def test_points(attribute, expected):
    assert point_of(entity(1, at=attribute)) == expected
    assert point_of(entity(1, at=attribute, b=held("1,1", "geo:point"))) != (7, 51)


def test_places_part_the_entities():
    ours = sensors("r")
    (found,) = places(stock(*ours))
    for parts in (found.is_near, found.is_west):
        assert 0 < sum(map(parts, ours)) < len(ours)
    assert found.polygon.split(";")[0] == found.polygon.split(";")[-1]
    assert not list(places(stock(ours[0])))
