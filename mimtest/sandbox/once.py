"""What is made once in a process, also when several ask for it at the same time."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Final, ParamSpec, TypeVar

_MAKING: Final = RLock()
Given = ParamSpec("Given")
Made = TypeVar("Made")


def once(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Like `functools.cache`, which may make two of a thing for two who ask at once."""
    kept: dict[object, Made] = {}

    @wraps(make)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        key = args, tuple(kwargs.items())
        with _MAKING:
            if key not in kept:
                kept[key] = make(*args, **kwargs)
            return kept[key]

    return made
