"""Whether the pages beside a report say what it says: they are made of it again and compared, byte for byte."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.errors import UsageError
from mimtest.privacy import LEVELS, redact
from mimtest.rendering import RENDERERS
from mimtest.rendering.words import ENGLISH
from mimtest.verification.package import Package
from mimtest.verification.steps import State, Step, Verified

#: The pages that a run writes, with the form of each.
_FORMS: Final = {"report.html": "html", "junit.xml": "junit"}
#: Where a page says which language it is in, and how many of its bytes are looked at for it.
_LANGUAGE: Final = re.compile(rb"<html[^>]*? lang=\"([a-z]{2,3})\"")
_HEAD: Final = 1000


def copies(verified: Verified) -> Step:
    """The step of the pages; another mimtest may have made others of the same report."""
    report, package = verified.report, verified.package
    if report is None or package is None:
        return Step("copies", State.OPEN, ("there is nothing sound to look at",))
    there = [name for name in _FORMS if name in package.members]
    if not there:
        return Step("copies", State.UNASKED, ("there are none",))
    other = [name for name in there if package.members[name] not in _made(report, name, package)]
    if not other:
        return Step("copies", State.HOLDS)
    same = any(s.name == "program" and s.state is State.HOLDS for s in verified.steps)
    why = "" if same else ", or another mimtest made it; make your own: 'mimtest report'"
    told = tuple(f"{name}: is not what this mimtest makes of report.json{why}" for name in other)
    return Step("copies", State.WRONG if same else State.OPEN, told)


def _made(report: Mapping[str, Any], name: str, package: Package) -> Iterator[bytes]:
    """A page at each level of redaction, in the language that the one beside the report says it is in."""
    head = _LANGUAGE.search(package.members[name][:_HEAD])
    language = head[1].decode() if head else ENGLISH
    for level in LEVELS:
        try:
            text = RENDERERS[_FORMS[name]](redact(report, level), lang=language)
        except UsageError:  # there is no such language
            return
        yield text.encode("utf-8", "backslashreplace")
