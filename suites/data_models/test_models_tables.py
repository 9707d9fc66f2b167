"""A table in CSV, where one is offered, says what the JSON beside it says."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.representations import attributes_of, is_geometry, normalized
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.populations import FIRST
from mimtest.vocabulary.populations_served import replaced
from mimtest.vocabulary.rest_records import json_of, links_of
from mimtest.vocabulary.tables import CSV, columns_for, rows_in, says

pytestmark = pytest.mark.interface("ogc-api-features", "rest")


@pytest.fixture
def table(model, library):
    """A page of things, and its table: by a link to CSV, by asking for it, or by the usual parameter."""
    page = library.population(model).first(FIRST)
    links = [*page.answer.links, *links_of(json_of(page.answer))]
    linked = [k["href"] for k in links if str(k.get("type", "")).startswith(CSV) and "href" in k]
    here = page.answer.url
    for where in [*map(page.answer.resolve, linked[:1]), here, replaced(here, {"f": "csv"})]:
        answer = library.client.get(where, headers={"Accept": CSV})
        if answer.status == 200 and answer.media_type == CSV:
            return page, answer
    detail = f"{here} is not there in {CSV}, by link, Accept or f=csv"
    raise NotApplicable("not_offered", detail)


@pytest.mark.check("MOD-REP-09", clause="MIMs Plus 9.0 MIM2 R3.2; RFC 4180", strength="should")
def test_a_table_says_the_same(table, sample):
    """A table in CSV has the things of the JSON page by their ids, with the same values in its cells."""
    page, answer = table
    rows = _by_id(rows_in(answer))
    things = [normalized(raw, sample.form) for raw in page.items]
    known = [t for t in things if str(t.get("id")) in rows]
    if not known:
        raise Inconclusive(
            "no_data", f"no row has the id of one of {len(things)} things of the page"
        )
    for thing in known:
        _assert_row(rows[str(thing["id"])], thing)


def _by_id(rows):
    """The rows by the cell that identifies each."""
    names = ("id", "@id", "identifier", "fid", "feature_id")
    column = next((c for row in rows[:1] for n in names for c in row if c.lower() == n), None)
    if column is None:
        raise Inconclusive("no_data", "the table has no column that identifies its rows")
    return {row[column]: row for row in rows}


def _assert_row(row, thing):
    """Each plain value of the thing stands in a column of its name."""
    __tracebackhide__ = True
    for name, instances in attributes_of(thing).items():
        value = instances[0].get("value", instances[0].get("object"))
        if is_geometry(value) or isinstance(value, dict | list):
            continue
        columns = columns_for(name, row)
        assert_that(
            columns,
            f"the table has no column for '{name}' of {thing['id']}",
            expected=f"a column '{name}'",
            received=", ".join(row),
        )
        assert_that(
            any(says(row[c], value) for c in columns),
            f"'{name}' of {thing['id']} differs in the table",
            expected=shown(value),
            received=shown(row[columns[0]]),
        )
