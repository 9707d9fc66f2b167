"""When datasets in the catalogue were issued and changed."""

import re
from datetime import datetime, timedelta

import pytest

from mimtest import clock
from mimtest.errors import NotApplicable
from mimtest.vocabulary.dcat import assert_none

pytestmark = pytest.mark.interface("dcat")

_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
_CLOCK = rf"T\d\d:\d\d:\d\d(?:\.\d+)?{_ZONE}"
#: How dates are written, by their data types.
_TIMES = {
    "date": rf"(\d{{4}}-\d\d-\d\d){_ZONE}",
    "dateTime": rf"(\d{{4}}-\d\d-\d\d){_CLOCK}",
    "dateTimeStamp": rf"(\d{{4}}-\d\d-\d\d){_CLOCK}",
    "gYear": rf"(\d{{4}}){_ZONE}",
    "gYearMonth": rf"(\d{{4}}-\d\d){_ZONE}",
}


@pytest.mark.check(
    "CTR-CAT-19",
    clause="DCAT 3 6.4.7, 6.4.8; MIMs Plus 9.0 MIM3 RC4.2",
    strength="should",
    level="passive",
    rests_on=("CTR-CAT-04",),
)
@pytest.mark.parametrize("name", ["issued", "modified"])
def test_dates_are_dates(catalogue, name):
    """Dates of issue and of change are typed as dates of XML Schema; no change is yet to come."""
    said = catalogue.statements.terms(f"SELECT DISTINCT ?t ?v {{ ?t dct:{name} ?v }}")
    if not said:
        raise NotApplicable("not_offered", f"nothing in the catalogue has dct:{name}")
    latest = "9999" if name == "issued" else _tomorrow()
    odd = {f'{thing} "{_text(v)}"' for thing, v in said if not _is_date(v, latest)}
    assert_none(
        odd,
        f"dates (dct:{name}) are no dates of XML Schema{', or to come' if name == 'modified' else ''}",
        expected="xsd:date or xsd:dateTime",
        of=len(said),
    )


def _text(term):
    return getattr(term, "value", str(term))


def _tomorrow():
    return (clock.now() + timedelta(days=1)).date().isoformat()


def _is_date(term, latest):
    """Whether a term is a literal of a type for dates, written well, and no later than a day."""
    kind = getattr(getattr(term, "datatype", None), "value", "")
    pattern = _TIMES.get(kind.removeprefix("http://www.w3.org/2001/XMLSchema#"))
    found = pattern and re.fullmatch(pattern, term.value)
    if not found:
        return False
    written = found[1]
    try:
        datetime.fromisoformat(f"{written}{'-01-01'[len(written) - 4 :]}")
    except ValueError:
        return False
    return written <= latest
