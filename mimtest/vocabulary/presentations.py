"""What a verifier asks of a wallet (OpenID for Verifiable Presentations 1.0)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl

from mimtest.network.client import Answer
from mimtest.vocabulary.jose import Signed, certificate_key, certificate_names, hash_of
from mimtest.vocabulary.openid import unsound_address
from mimtest.vocabulary.web_addresses import address_parts

#: What a signed question is called, in its header and as a media type (OpenID4VP 5, 5.10.1).
TYPE: Final = "oauth-authz-req+jwt"
#: Where a verifier asks itself to be answered without a browser.
DIRECT: Final = ("direct_post", "direct_post.jwt")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?[^\s\"'<>?]*\?[^\s\"'<>]+")
_ASKING: Final = frozenset(("request_uri", "request", "dcql_query", "presentation_definition"))


@dataclass(frozen=True, slots=True)
class Question:
    """The parameters of a question, and the signed text they stood in, if it was one."""

    claims: Mapping[str, Any]
    signed: Signed | None = None

    @property
    def client_id(self) -> str:
        """What names the verifier."""
        return str(self.claims.get("client_id", ""))


def asked_by(answer: Answer) -> dict[str, str] | None:
    """The parameters of the address for wallets that is in an answer, if there is one."""
    for text in _texts(answer):
        for found in _ADDRESS.finditer(text):
            parameters = dict(parse_qsl(address_parts(unescape(found[0])).query))
            if _ASKING & parameters.keys():
                return parameters
    return _named(answer)


def _named(answer: Answer) -> dict[str, str] | None:
    """The parameters as members of a JSON object."""
    value = _json(answer)
    if isinstance(value, dict) and _ASKING & value.keys():
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in value.items()}
    return None


def _texts(answer: Answer) -> Iterator[str]:
    if answer.headers.get("location"):
        yield str(answer.headers["location"])
    yield from _strings(_json(answer))
    yield answer.text()


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.text())
    except (ValueError, RecursionError):
        return None


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            waiting += item.values() if isinstance(item, dict) else item


def shortcomings(claims: Mapping[str, Any]) -> Iterator[str]:
    """What a question lacks (OpenID4VP 5.1, 5.2, 8.2)."""
    if not claims.get("client_id"):
        yield "no client_id"
    if "vp_token" not in str(claims.get("response_type", "")).split():
        yield f"response_type {claims.get('response_type')}"
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        yield "no nonce"
    if claims.get("response_mode") in DIRECT:
        why = unsound_address(claims.get("response_uri"))
        if why:
            yield f"response_uri {why}"
        if "redirect_uri" in claims:
            yield "redirect_uri beside response_uri"
    yield from _unasked(claims)


def _unasked(claims: Mapping[str, Any]) -> Iterator[str]:
    """Drafts asked with presentation_definition; both ways may go by a scope."""
    if any(n in claims for n in ("presentation_definition", "presentation_definition_uri")):
        return
    query = claims.get("dcql_query")
    if query is None:
        if not claims.get("scope"):
            yield "neither dcql_query nor scope"
        return
    try:
        asked = json.loads(query) if isinstance(query, str) else query
    except ValueError:
        asked = None
    credentials = asked.get("credentials") if isinstance(asked, dict) else None
    if not isinstance(credentials, list) or not credentials:
        yield "dcql_query asks for no credential"
        return
    for item in credentials:
        if not (isinstance(item, dict) and item.get("id") and item.get("format")):
            yield "a credential of dcql_query has no id or no format"


def by_certificate(question: Question) -> tuple[dict[str, Any], str | None] | None:
    """The key of a verifier that a certificate names, and what is wrong with the name (OpenID4VP 5.9.3).

    None for verifiers that are named otherwise. Raises ValueError for what is no certificate.
    """
    kind, _, name = question.client_id.partition(":")
    if question.signed is None or kind not in ("x509_hash", "x509_san_dns"):
        return None
    key, der = certificate_key(question.signed.header.get("x5c"))
    if kind == "x509_hash":
        right = hash_of(der)
        return key, None if name == right else f"the hash of its certificate is {right}"
    names = certificate_names(der)
    return key, None if name in names else f"its certificate is for {', '.join(names) or 'nobody'}"
