"""Finds what is secret by its shape or its name, whoever it belongs to.

Tokens (RFC 7519), private keys (RFC 7468), members, form fields and query parameters named like
credentials, user information in addresses (RFC 3986 section 3.2.1) and quoted credential headers.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple


class Span(NamedTuple):
    """A part of a text and what stands for it; the lowest `rank` names an overlap."""

    start: int
    end: int
    marker: str
    rank: int


#: What stands for a secret is between these single angle quotation marks.
OPEN: Final = "\u2039"
CLOSE: Final = "\u203a"
#: What stands for a value that is left out.
MASKED: Final = f"{OPEN}masked{CLOSE}"
_TOKEN_RANK: Final = 1
_NAMED_RANK: Final = 2

_MARKER: Final = f"{OPEN}[^{CLOSE}]*{CLOSE}"
_NAMES: Final = (
    r"(?:x[_-](?:amz[_-])?)?(?:access|refresh|id|auth|session|subject|actor|device|csrf|xsrf|"
    r"bearer|user|api|oauth|registration[_-]?access|security)[_-]?token|token|id[_-]?token[_-]?hint|"
    r"(?:client[_-]?)?secret|(?:client[_-]?)?assertion|(?:user)?pass(?:word|wd|phrase)|pwd|"
    r"(?:x[_-])?api[_-]?key|access[_-]?key|(?:ocp[_-]apim[_-])?subscription[_-]?key|"
    r"private[_-]?key|credentials?|code[_-]?verifier|(?:device|pre[_-]?authorized)[_-]?code"
)
_JSON_NAMES: Final = rf"(?:{_NAMES}|(?:proxy[_-]?)?authorization|(?:set-)?cookie)"
_TEXT: Final = r'"(?P<v>(?:[^"\\]|\\.)*)'
#: The key of a pair such as a receiver of notifications is told (GS CIM 009 5.2.22).
_PAIRED: Final = (
    r'"key"\s*:\s*"[^"]{0,60}(?:token|secret|passw|auth|cookie|credential|api[_-]?key)[^"]{0,60}"'
)
_NAME_HINTS: Final = (
    *("token", "secret", "assertion", "pass", "pwd", "key", "credential", "verifier"),
    *("device_code", "device-code", "devicecode", "authorization", "authorized", "cookie"),
)
#: Patterns by what a text in lower case must hold one of, which is quick to find out.
_PATTERNS: Final = tuple(
    (hints, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for hints, pattern in (
        (_NAME_HINTS, rf'"{_JSON_NAMES}"\s*:\s*{_TEXT}'),
        (('"key"',), rf'{_PAIRED}\s*,\s*"value"\s*:\s*{_TEXT}'),
        (('"key"',), rf'"value"\s*:\s*{_TEXT}"\s*,\s*{_PAIRED}'),
        (
            _NAME_HINTS,
            rf'\\"{_JSON_NAMES}\\"\s*:\s*\\"(?P<v>(?:[^"\\]|\\\\(?:\\"|[^"]))*)',
        ),
        (_NAME_HINTS, rf'"{_JSON_NAMES}\\?"\s*:\s*(?P<v>-?[0-9][0-9.eE+-]*)'),
        (_NAME_HINTS, rf"<(?:[\w.-]+:)?(?:{_NAMES})(?:\s[^<>]*)?>(?P<v>[^<]+)"),
        (_NAME_HINTS, rf"(?<![\w-])(?:{_NAMES})=(?P<v>{_MARKER}|[^&\s\"'<>#;,]+)"),
        (("code=",), rf"(?:\A|[?&#])code=(?P<v>{_MARKER}|[^&\s\"'<>#;]+)"),
        (("@",), r":(?:\\?/){2}(?P<v>[^\s/\\\"'<>?#]+)@"),
        (
            ("private key",),
            r"(?P<v>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))",
        ),
        (
            ("authorization",),
            r"\b(?:proxy-)?authorization\s*:\s*(?P<v>[^\s\"'<][^\r\n\"'<]*)",
        ),
        (("cookie",), r"\b(?:set-)?cookie\s*:\s*(?P<v>[^\s\"'<][^\r\n\"'<]*)"),
    )
)
#: What a text has in small letters that any of the patterns could find something in.
_HINTED: Final = re.compile(
    "|".join(sorted({re.escape(h) for hints, _ in _PATTERNS for h in hints}))
)
_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{4,}(?:\.[\w-]*){1,4}", re.ASCII)
_WORD: Final = re.compile(r"[\w.+:/-]{1,40}", re.ASCII)
_MAX_CLAIMS: Final = 20


def sensitive_spans(text: str) -> Iterable[Span]:
    """Where tokens, keys and named credentials are; they may overlap."""
    for found in _TOKEN.finditer(text) if "eyJ" in text else ():
        yield Span(*found.span(), describe_token(found.group()), _TOKEN_RANK)
    lower = text.lower()
    for hints, pattern in _PATTERNS if _HINTED.search(lower) else ():
        if not any(hint in lower for hint in hints):
            continue
        for found in pattern.finditer(text):
            yield Span(*found.span("v"), MASKED, _NAMED_RANK)


def describe_token(token: str) -> str:
    """What may be shown of a JWT: its algorithm and the names of its claims, no value."""
    head, payload = [_members(part) for part in token.split(".")[:2]]
    algorithm = head.get("alg")
    shown = algorithm if isinstance(algorithm, str) and _WORD.fullmatch(algorithm) else "?"
    names = sorted(name for name in payload if _WORD.fullmatch(name))[:_MAX_CLAIMS]
    return f"{OPEN}JWT alg={shown} claims={','.join(names)}{CLOSE}"


def _members(part: str) -> dict[str, object]:
    """The JSON object in a base64url part; empty when there is none."""
    try:
        content = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def replaced(text: str, limit: int, spans: Sequence[Span]) -> str:
    """The first `limit` characters of the text with the spans replaced, overlapping ones as one."""
    pieces: list[str] = []
    at = 0
    for span in _merged(spans):
        if span.start >= limit:
            break
        pieces += [text[at : span.start], span.marker]
        at = span.end
    return "".join([*pieces, text[at:limit]])


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        last = merged[-1] if merged else None
        if last is None or span.start >= last.end:
            merged.append(span)
            continue
        best = min(last, span, key=lambda s: s.rank)
        merged[-1] = Span(last.start, max(last.end, span.end), best.marker, best.rank)
    return merged
