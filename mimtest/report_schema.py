"""Whether something follows the published schema of reports."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from mimtest.resources import SCHEMAS


def first_error(report: Any) -> ValidationError | None:
    """The first thing in it that schemas/mimtest/report.schema.json excludes; None where all follows it."""
    if _is_valid(report):
        return None
    return next(iter(Draft202012Validator(_schema()).iter_errors(report)), None)


def _is_valid(report: Any) -> bool:
    """Whether it surely follows the schema: a report is large, and one that does not is rare."""
    try:
        return bool(_validator().is_valid(report))
    except ValueError:  # a text or number that JSON has no form for
        return False


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


@cache
def _schema() -> dict[str, Any]:
    text = (SCHEMAS / "mimtest" / "report.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
