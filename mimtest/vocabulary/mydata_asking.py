"""Asking operators and connectors of personal data, where the specification of May 2021 leaves open how."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.client import Client
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.mydata import address

#: Gives the content of a request that holds the ticket.
Asking = tuple[str, str]


def ways_of_asking() -> Iterator[Asking]:
    """Form, JSON and header, the ways in use first; each with the name of the member."""
    yield "form", "token"
    yield "json", "request_ticket"
    yield "json", "token"
    yield "json", "ticket"
    yield "bearer", ""


def introspected(client: Client, endpoint: str, way: Asking, ticket: str) -> Mapping[str, Any]:
    """The answer about a ticket; empty where it is refused or is no JSON object.

    Raises Inconclusive for a status that tells nothing, such as 500.
    """
    answer = settled(client.post(endpoint, query=True, **_content(way, ticket)))
    try:
        content = answer.json() if answer.ok else {}
    except Contradiction:
        return {}
    return content if isinstance(content, Mapping) else {}


def _content(way: Asking, ticket: str) -> dict[str, Any]:
    form, name = way
    if form == "json":
        return {"json": {name: ticket}}
    if form == "bearer":
        return {"auth": False, "headers": {"Authorization": f"Bearer {ticket}"}}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"content": f"{name}={quote(ticket)}", "headers": kind}


def assert_api_guide(client: Client, guide: str) -> None:
    """An address leads to an OpenAPI description, as JSON or YAML or shown by a web page.

    Raises Inconclusive for a web page that does not tell what it shows.
    """
    __tracebackhide__ = True
    where = guide if guide.startswith("/") else address(guide, client.interface.url)
    answer = assert_status(client.get(where, auth=False), 200, what="the API guide")
    text = answer.text()
    named = any(word in text.lower() for word in ("openapi", "swagger"))
    if not named and "html" in answer.media_type:
        raise Inconclusive("needs_review", "the API guide is a web page that names no OpenAPI")
    assert_that(
        named,
        "the API guide is no OpenAPI description",
        expected="a document with 'openapi' or 'swagger'",
        received=excerpt(answer) or "nothing",
    )
