"""Files a user writes: read, checked against their published schema, and refused in one clear line."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from mimtest.errors import UsageError, unreadable
from mimtest.resources import SCHEMAS

_TYPES: Final = {
    "string": "text", "array": "a list", "object": "a table", "number": "a number",
    "integer": "a whole number", "boolean": "true or false",
}  # fmt: skip


def read_toml(path: Path, hint: str = "Name a TOML file that is there.") -> dict[str, Any]:
    """The content of a TOML file. Raises UsageError, with `hint` for one that is not there."""
    try:
        return parse_toml(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        msg = f"{path}: no such file."
        raise UsageError(msg, hint) from None
    except OSError as error:
        raise unreadable(path, error, "Give a TOML file.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text.", "Give a TOML file in UTF-8.") from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The content of TOML text. Raises UsageError."""
    try:
        return tomllib.loads(text, parse_float=_finite)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: is not TOML: {error}.", "Mend it there.") from None
    except ValueError:
        message = f"{name}: holds a number that is infinite, none or far too long."
        raise UsageError(message, "Write one that can be counted with.") from None
    except RecursionError:
        raise UsageError(f"{name}: is nested too deeply.", "Give a file as documented.") from None


def _finite(text: str) -> float:
    """A number. Raises ValueError for what JSON has no form for, and no limit holds."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def dates_as_text(value: Any) -> Any:
    """The content with TOML's days as text, as JSON Schema knows them."""
    if isinstance(value, Mapping):
        return {k: dates_as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [dates_as_text(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def require_valid(data: Mapping[str, Any], schema: str, name: str) -> None:
    """Raise UsageError for the first thing in `data` that `schemas/mimtest/<schema>` excludes."""
    if _is_valid(data, schema):
        return
    errors = sorted(
        _validator(schema).iter_errors(data), key=lambda e: (list(map(str, e.path)), e.validator)
    )
    if errors:
        error = _innermost(errors[0])
        raise UsageError(*_explain(error, name))


def _is_valid(data: Mapping[str, Any], schema: str) -> bool:
    """A quick look; what it does not take, such as TOML's days, is looked at again."""
    try:
        return _quick(schema).is_valid(data)
    except (ValueError, TypeError):
        return False


@cache
def _quick(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_read(schema))


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(_read(schema))


def _read(schema: str) -> dict[str, Any]:
    text = (SCHEMAS / "mimtest" / schema).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _innermost(error: ValidationError) -> ValidationError:
    while error.context:
        error = max(error.context, key=lambda e: len(e.absolute_path))
    return error


def _explain(error: ValidationError, name: str) -> tuple[str, str]:
    """A sentence and a hint, in the words of the file."""
    schema: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    value: Any = error.validator_value
    instance: Any = error.instance
    place = f"{name}: {_key_path(error.absolute_path)}".rstrip(": ")
    match error.validator:
        case "additionalProperties":
            known = list(schema.get("properties", {}))
            key = next(k for k in instance if k not in known)
            near = get_close_matches(key, known, 1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known are: {', '.join(known)}."
            return f"{_join(name, error.absolute_path, key)}: unknown key.", hint
        case "required":
            missing = next(k for k in value if k not in instance)
            return f"{_join(name, error.absolute_path, missing)}: is missing.", ""
        case "type":
            kind = _TYPES.get(str(value), str(value))
            return (
                f"{place}: must be {kind}, is {json.dumps(instance, default=str)[:60]}.",
                "",
            )
        case "enum":
            known = [str(v) for v in value]
            near = get_close_matches(str(instance), known, 1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known are: {', '.join(known)}."
            return f"{place}: '{instance}' is not known.", hint
        case "minProperties" | "minItems" | "minLength":
            what = "characters" if error.validator == "minLength" else "items"
            few = "not be empty" if value == 1 else f"have {value} {what} or more"
            return f"{place}: must {few}.", ""
    return f"{place}: {schema.get('x-error', error.message[:120])}.", ""


def _join(name: str, path: Iterable[str | int], key: str) -> str:
    return f"{name}: {_key_path([*path, key])}"


def _key_path(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")
