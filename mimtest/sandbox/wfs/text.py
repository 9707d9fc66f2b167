"""XML as text: elements with their content, which is text to escape or elements made here."""

from typing import Final
from xml.sax.saxutils import escape, quoteattr

XML: Final = "application/xml"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Markup(str):
    """Text that is XML already."""

    __slots__ = ()


def element(name: str, /, *content: object, **attributes: object) -> Markup:
    """An element; a trailing `_` of an attribute's name is left out, a `__` in it is a colon."""
    named = "".join(
        f" {key.rstrip('_').replace('__', ':')}={quoteattr(str(value))}"
        for key, value in attributes.items()
    )
    inner = "".join(c if isinstance(c, Markup) else escape(str(c)) for c in content)
    return Markup(f"<{name}{named}>{inner}</{name}>" if inner else f"<{name}{named}/>")


def joined(*parts: str) -> Markup:
    """Elements one after the other."""
    return Markup("".join(parts))
