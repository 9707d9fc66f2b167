"""What is read out of an HTTP interface's description and answers, in the forms that frameworks give them."""

from types import SimpleNamespace

import pytest

from mimtest.vocabulary.rest import Operation, find_api, key_of, servers_of
from mimtest.vocabulary.rest_records import holds, next_of
from mimtest.vocabulary.rest_schema import Payloads

HERE = "https://city.example/api/v1"
NAME = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "value", "holds"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"allOf": [{"$ref": "#/components/schemas/kind"}], "nullable": True}, None, True),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, True),
        ({"type": "string", "enum": ["a"], "nullable": True}, "b", False),
        ({"$ref": "#/components/schemas/kind", "type": "integer"}, "text", True),
        ({"type": "string"}, None, False),
        ({"required": ["word"], "properties": {"word": {"writeOnly": True}}}, {}, True),
        ({"required": ["word"], "properties": {"word": {}}}, {}, False),
    ],
)
def test_schemas_of_openapi_3_0_are_read_as_its_text_says(schema, value, holds):
    document = {
        "openapi": "3.0.1",
        "components": {"schemas": {"kind": NAME, "asked": schema}},
    }
    error = Payloads.of(document).first_error({"$ref": "#/components/schemas/asked"}, value)
    assert (error is None) is holds


def test_paths_lie_below_a_server_of_the_description():
    assert servers_of({}, f"{HERE}/openapi.json") == ["https://city.example"]
    server = {"url": "/{stage}/v1", "variables": {"stage": {"default": "api"}}}
    assert servers_of({"servers": [server]}, f"{HERE}/openapi.json") == [HERE]


@pytest.mark.parametrize(
    ("document", "base"),
    [
        ({"paths": {"/api/v1/trees": {}}}, "https://city.example"),
        ({"paths": {"/trees": {}}}, HERE),
        ({"paths": {"/trees": {}}, "servers": [{"url": "https://other.example"}]}, HERE),
        ({"paths": {"/api/v1/trees": {}}, "servers": [{"url": "/api/v1"}]}, HERE),
    ],
)
def test_paths_that_repeat_the_address_begin_higher_up(document, base):
    answer = SimpleNamespace(
        ok=True, url=f"{HERE}/openapi.json", json=lambda: {"openapi": "3.1.0"} | document
    )
    interface = SimpleNamespace(url=HERE, description=answer.url)
    client = SimpleNamespace(interface=interface, get=lambda *_, **__: answer)
    assert find_api(client).base == base


@pytest.mark.parametrize(
    ("body", "following"),
    [
        ({"links": {"next": "?page=2"}}, f"{HERE}/trees?page=2"),
        ({"_links": {"next": {"href": "/api/v1/trees?page=2"}}}, f"{HERE}/trees?page=2"),
        ({"links": [{"rel": "next", "href": "?page=2"}]}, f"{HERE}/trees?page=2"),
        ({"next": None}, None),
        ({"next": "c2Vjb25k"}, None),
    ],
)
def test_the_next_page_is_found_in_many_envelopes(body, following):
    answer = SimpleNamespace(url=f"{HERE}/trees", links=[], json=lambda: body)
    assert next_of(answer) == following


@pytest.mark.parametrize(
    ("path", "record", "key"),
    [
        ("/trees/{tree_id}", {"id": 7}, "7"),
        ("/trees/{slug}", {"id": 7, "slug": "oak"}, "oak"),
        ("/trees/{district}", {"id": 7}, None),
        ("/trees/{id}", {"id": "https://city.example/trees/7"}, None),
    ],
)
def test_a_record_is_read_by_what_the_path_asks_for(path, record, key):
    assert key_of(Operation(path, {}, {}), record) == key


def test_a_record_may_stand_in_an_envelope():
    assert holds({"id": 7}, "7")
    assert holds({"success": True, "tree": {"id": 7}}, "7")
    assert holds({"data": [{"id": 7}]}, "7")
    assert not holds({"id": 8}, "7")


def test_documented_bounds_of_a_page_are_kept():
    schema = {"type": "integer", "minimum": 10, "maximum": 50}
    assert Operation("/trees", {}, {"limit": {"schema": schema}}).limits() == (10, 50)
    assert Operation("/trees", {}, {}).limits()[0] == 1
