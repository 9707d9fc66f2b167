"""What a run left is looked for in lists of any form; where there is none, that is said."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.leftovers import leftovers
from tests.servers import client_for, json_answer, responds, serve

OURS = '{"id": "a", "name": "mimtest 4711"}'
THEIRS = '{"id": "b", "name": "theirs"}'


def found_in(body):
    with serve(responds(lambda _: json_answer(body))) as server, client_for(server.url) as client:
        url = f"{server.url}/items"
        return [place.removeprefix(url) for place in leftovers(client, url, {}, "4711")]


@pytest.mark.parametrize(
    "body", ["[{}, {}]", '{{"features": [{}, {}]}}', '{{"items": [{}, {}], "links": []}}']
)
def test_what_carries_the_mark_is_found(body):
    assert found_in(body.format(OURS, THEIRS)) == ["/a"]


@pytest.mark.parametrize("body", ['{"total": 2}', "7"])
def test_where_nothing_is_listed_nobody_can_say_what_is_left(body):
    with pytest.raises(Inconclusive, match="cannot be looked for"):
        found_in(body)
