"""Permitted ways to page."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import (
    altered,
    queries,
    queries_by_post,
    with_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_HUGE: Final = "100000"


@fault("ctx-variant-huge-page-cut")
def _huge_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of a hundred thousand entities has the two first, and a link to the next."""
    return proceed(altered(request, "limit", lambda v: "2" if v == _HUGE else v))


@fault("ctx-variant-pages-by-token")
def _by_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages are linked by a token; offsets are not known, and left out."""
    if not (queries(request) or queries_by_post(request)):
        return proceed(request)

    def change(params: dict[str, str]) -> dict[str, str]:
        known = {k: v for k, v in params.items() if k not in ("offset", "from")}
        return known | ({"offset": params["from"]} if "from" in params else {})

    response = proceed(with_params(request, change))
    tokens = ((k, re.sub(r"\boffset=", "from=", v)) for k, v in response.headers)
    return replace(response, headers=tuple(tokens))
