"""Documents that say that two identifiers are of one thing, and @contexts that build on others."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_status, assert_that, json_object

_JSON: Final = re.compile(r"application/([\w.-]+\+)?json")
#: Where one statement ends and the next begins, by media type.
_ENDS: Final = {
    **dict.fromkeys(("text/turtle", "text/n3", "application/trig"), re.compile(r"\.\s")),
    **dict.fromkeys(
        ("text/csv", "text/tab-separated-values", "text/plain", "application/n-triples"),
        re.compile(r"\n"),
    ),
}


def relates(answer: Answer, one: str, other: str) -> bool:
    """Whether a document says something of both identifiers together.

    In JSON that is an object, or an array of texts, that has both; else a line or a Turtle statement.
    Raises Inconclusive for what is in another form.
    """
    if _JSON.fullmatch(answer.media_type):
        return any({one, other} <= texts for texts in _records(answer.json()))
    ends = _ENDS.get(answer.media_type)
    if ends is None:
        detail = f"mimtest does not read mappings in {answer.media_type or 'no media type'}"
        raise Inconclusive("needs_review", detail)
    return any(_holds(s, one) and _holds(s, other) for s in ends.split(answer.text()))


def _records(value: Any) -> Iterator[frozenset[str]]:
    """The texts of every object and array."""
    if isinstance(value, list):
        yield frozenset(v for v in value if isinstance(v, str))
        for item in value:
            yield from _records(item)
    elif isinstance(value, dict):
        yield frozenset(_texts(value))
        for item in value.values():
            yield from _records(item)


def _texts(value: Mapping[str, Any]) -> Iterator[str]:
    """The names and texts of an object; of one that is something, also those one level deeper."""
    is_something = "id" in value or "@id" in value
    for name, held in value.items():
        yield name
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, str):
                yield part
            elif isinstance(part, dict) and is_something:
                yield from (v for v in part.values() if isinstance(v, str))


def _holds(text: str, name: str) -> bool:
    """Whether a text has an identifier that does not go on before or after."""
    return re.search(rf"(?<![\w:/#.-]){re.escape(name)}(?![\w:/#-])", text) is not None


def own_and_imported(answer: Answer) -> tuple[dict[str, Any], frozenset[str]]:
    """The terms that a @context document has itself, and the addresses it imports.

    Raises Contradiction when it is no @context.
    """
    __tracebackhide__ = True
    document = json_object(assert_status(answer, 200), "the document of a @context")
    held = document.get("@context")
    assert_that(held is not None, f"{answer.url} has no @context", expected="@context")
    own: dict[str, Any] = {}
    imported: set[str] = set()
    for part in held if isinstance(held, list) else [held]:
        if isinstance(part, dict):
            own |= {k: v for k, v in part.items() if not k.startswith("@")}
            part = part.get("@import")  # noqa: PLW2901 - an address like the others
        if isinstance(part, str):
            imported.add(urljoin(answer.url, part))
    return own, frozenset(imported)


def assert_extends(extension: Answer, base: Answer) -> None:
    """A @context imports another one, adds terms and gives none of its terms another meaning."""
    __tracebackhide__ = True
    own, imported = own_and_imported(extension)
    terms, further = own_and_imported(base)
    if not terms:
        raise Contradiction(
            "the base has no terms of its own", expected="terms", received=sorted(further)
        )
    what = f"{extension.url} does not import its base"
    assert_that(base.url in imported, what, expected=base.url, received=sorted(imported))
    assert_that(own.keys() - terms.keys(), "no term is added", expected="a term", received="none")
    changed = sorted(k for k in own.keys() & terms.keys() if own[k] != terms[k])
    assert_that(
        not changed, "terms of the base mean something else", expected="no such", received=changed
    )
