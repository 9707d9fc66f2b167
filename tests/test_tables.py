"""Tables in CSV, and what their cells say."""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.tables import columns_for, rows_in, says


class Table:
    """An answer with a table."""

    def __init__(self, text):
        self._text = text

    def text(self):
        return self._text


@pytest.mark.parametrize(
    "text",
    ["id,name\r\n1,a\r\n", "\ufeffid;name\n1;a\n", "id\tname\n1\ta", 'id,name\n"1","a"\n\n'],
)
def test_rows_are_read_whatever_separates_their_cells(text):
    assert rows_in(Table(text)) == [{"id": "1", "name": "a"}]


@pytest.mark.parametrize("text", ["", "\n\n", "id,name\n1\n", 'id,name\n1,"a\n'])
def test_what_is_no_table_is_a_contradiction(text):
    with pytest.raises(Contradiction):
        rows_in(Table(text))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5", 5),
        ("5.0", 5),
        ("5e0", 5.0),
        ("true", True),
        ("False", False),
        ("", None),
        ("a", "a"),
        (" a ", "a"),
        ("a\r\nb", "a\nb"),
        ("2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"),
        ('{"a": [1]}', {"a": [1]}),
        ("[1, 2]", [1, 2]),
    ],
)
def test_a_cell_says_a_value(cell, value):
    assert says(cell, value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("5", 6), ("5", True), ("", 0), ("5,5", 5.5), ("A", "a"), ("[2, 1]", [1, 2]), ("a", None)],
)
def test_a_cell_says_something_else(cell, value):
    assert not says(cell, value)


def test_parts_of_a_member_have_columns_of_their_own():
    row = {"id": "1", "address.street": "a", "address.town": "b", "addressee": "c"}
    assert columns_for("address", row) == ["address.street", "address.town"]
