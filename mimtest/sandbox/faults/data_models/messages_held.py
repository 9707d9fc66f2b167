"""Entities that the platform holds in another way from the start, the same in every form it gives them in."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.data_models.messages import ENTITIES, Change
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONTEXT: Final = "/contexts/city.jsonld"
_LINK: Final = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
_MOST: Final = "limit=1000"
_CHANGED: Final = 204


def held(
    name: str, request: Request, platform: "Platform", proceed: Proceed, change: Change
) -> Response:
    """What the platform answers once its entities of a type are changed."""
    done: set[str] = platform.memory.setdefault("held", set())
    if name not in done:
        done.add(name)
        headers = {
            "link": f"<{request.base}{_CONTEXT}>; {_LINK}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        asked = replace(
            request, method="GET", path=ENTITIES, raw_path=ENTITIES, headers=headers, body=b""
        )
        for entity in proceed(asked.with_query(f"type={name}&{_MOST}")).json():
            change(entity)
            body = json.dumps(entity).encode()
            path = f"{ENTITIES}/{entity['id']}"
            put = replace(asked, method="PUT", path=path, raw_path=path, query="", body=body)
            answer = proceed(put.with_header("content-length", str(len(body))))
            if answer.status != _CHANGED:
                raise RuntimeError(f"{entity['id']} was not changed: {answer.body!r}")
    return proceed(request)
