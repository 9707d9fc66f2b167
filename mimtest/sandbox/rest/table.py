"""Records as a table in CSV (RFC 4180): a column for each member, other values than text and numbers as JSON."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.rest.data import Record

MEDIA_TYPE: Final = "text/csv"
_OF_THE_BODY: Final = ("content-type", "content-length", "etag")


def table(records: Iterable[Record]) -> str:
    """The records, one a line, after a line with the names of their members."""
    listed = list(records)
    names = list(dict.fromkeys(name for record in listed for name in record))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(record.get(name)) for name in names] for record in listed)
    return text.getvalue()


def as_table(response: Response) -> Response:
    """A page of records as a table; any other answer as it is."""
    body = response.json() if response.status == 200 else None  # noqa: PLR2004
    if not isinstance(body, dict) or "items" not in body:
        return response
    content = table(body["items"]).encode()
    kept = tuple((n, v) for n, v in response.headers if n.lower() not in _OF_THE_BODY)
    return Response(200, (("Content-Type", f"{MEDIA_TYPE}; charset=utf-8"), *kept), content)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
