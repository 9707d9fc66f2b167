"""The files of the reference platform."""

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import PREFIX, service
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from mimtest.vocabulary.file_types import media_types_of
from mimtest.vocabulary.geofiles import format_of

FILES = service(load_city()).files


@pytest.fixture(scope="module")
def platform():
    return Platform()


def test_the_list_leads_to_every_file(platform):
    links = platform.handle(Request("GET", PREFIX)).json()["links"]
    assert [k["href"].rpartition("/")[2] for k in links] == list(FILES)
    for link in links:
        path = link["href"].partition("127.0.0.1")[2]
        answer = platform.handle(Request("GET", path))
        assert (answer.status, answer.header("Content-Type")) == (200, link["type"])
        found = format_of(answer.body)
        known = media_types_of(found) if found else ("application/json",)
        assert link["type"] in (*known, "application/octet-stream")


def test_a_file_is_the_same_every_time(platform):
    first, second = (platform.handle(Request("GET", f"{PREFIX}/buildings.fgb")) for _ in range(2))
    assert first.body == second.body
    assert first.header("ETag") == second.header("ETag")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing.kml", 404), ("DELETE", "/places.kml", 405), ("POST", "", 405)],
)
def test_nothing_else_is_there(platform, method, path, status):
    assert platform.handle(Request(method, f"{PREFIX}{path}")).status == status
