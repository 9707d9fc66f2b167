"""What faults of several modules do: change the JSON of one answer."""

from collections.abc import Callable
from typing import Any

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response


def changed(
    request: Request, proceed: Proceed, path: str, change: Callable[[dict[str, Any]], object]
) -> Response:
    """The answer at a path with its JSON changed."""
    response = proceed(request)
    if request.path != path or not response.body:
        return response
    content = response.json()
    change(content)
    return response.with_json(content)
