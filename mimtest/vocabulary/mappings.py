"""@contexts that build on others."""

from typing import Any
from urllib.parse import urljoin

from mimtest.errors import Contradiction
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_status, assert_that, json_object


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
