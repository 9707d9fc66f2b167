"""Masks secrets before anything is kept: by value in every encoding, and by name and shape.

The first write of an exchange is already masked. What stands for a secret is, between single angle
quotation marks, `secret:NAME` with the name of its environment variable, `masked`, or a description
of the token such as `JWT alg=RS256 claims=aud,exp`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Self

from mimtest.errors import UsageError
from mimtest.network.headers import COOKIE_ATTRIBUTES, HARMLESS_HEADERS
from mimtest.network.secret_forms import Forms
from mimtest.network.sensitive import CLOSE, MASKED, OPEN, Span, sensitive_spans
from mimtest.target import Target

_SHORTEST: Final = 4
_UNSAFE: Final = re.compile("[\x00\ud800-\udfff]")
_TOKEN_MARKER: Final = re.compile(rf"{OPEN}JWT alg=[\w?.+:/-]+ claims=[\w.+:/,-]*{CLOSE}", re.ASCII)
_SLACK: Final = 4096
_PASSES: Final = 4
#: Names and values of headers of this length are remembered, so many of them.
_SHORT: Final = 200
_REMEMBERED: Final = 2000
_SCHEMES: Final = frozenset(
    ("basic", "bearer", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "token")
)


class _Secret(NamedTuple):
    marker: str
    forms: Forms


class Redactor:
    """Masks texts, addresses and headers.

    `secrets` maps the names of secrets to their values. Raises UsageError for a value that cannot
    be masked safely. Masking twice changes nothing.
    """

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        known = dict(secrets or {})
        for name, value in known.items():
            _require_maskable(name, value)
        markers = _markers(known)
        self._masked = markers.pop(MASKED)
        self._secrets = [_Secret(markers[n], Forms(v)) for n, v in known.items()]
        self._own = frozenset(markers.values()) | {self._masked}
        self._seen: dict[str, str] = {}
        #: How much more than what is kept has to be looked at.
        self.slack = max([_SLACK, *(2 * s.forms.longest for s in self._secrets)])

    @classmethod
    def of(cls, target: Target, secrets: Mapping[str, str]) -> Self:
        """A redactor for the target's secrets; user names too short to be masked are not secret."""
        kinds = [i.auth for i in target.interfaces if i.auth]
        names = {a.username.variable for a in kinds if a.username}
        names -= {s.variable for a in kinds for s in (a.token, a.password) if s}
        return cls({n: v for n, v in secrets.items() if n not in names or len(v) >= _SHORTEST})

    def text(self, text: str, keep: int | None = None) -> str:
        """The text without secrets; of a long one what its first `keep` characters become.

        No more than `keep + slack` characters are looked at. A secret that begins before `keep`
        and ends after it is masked whole.
        """
        if keep is not None:
            text = text[: keep + self.slack]
        text = _UNSAFE.sub("\ufffd", text)
        masked = _masked(text, len(text) if keep is None else keep, self._spans(text))
        for _ in range(_PASSES if masked != text[:keep] else 0):
            text, masked = masked, _masked(masked, len(masked), self._spans(masked))
            if masked == text:
                break
        return masked

    def holds_secret(self, text: str) -> bool:
        """Whether one of the known secrets is in the text."""
        return any(True for secret in self._secrets for _ in secret.forms.spans(text))

    def headers(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Header fields in their order, with values only where they are harmless."""
        return tuple((self._short(name), self.header(name, value)) for name, value in pairs)

    def header(self, name: str, value: str) -> str:
        """What may be kept of one header field's value."""
        lower = name.lower()
        if lower in ("authorization", "proxy-authorization"):
            return self._credentials(value)
        if lower == "set-cookie":
            return "; ".join(self._cookie(i, p) for i, p in enumerate(value.split(";")))
        if lower == "cookie":
            return "; ".join(self._cookie(0, pair) for pair in value.split(";"))
        return self._short(value) if lower in HARMLESS_HEADERS else self._only_markers(value)

    def _short(self, text: str) -> str:
        """As `text`, for what comes again and again."""
        found = self._seen.get(text)
        if found is None:
            found = self.text(text)
            if len(text) <= _SHORT and len(self._seen) < _REMEMBERED:
                self._seen[text] = found
        return found

    def _credentials(self, value: str) -> str:
        scheme, space, rest = value.strip().partition(" ")
        if not space or scheme.lower() not in _SCHEMES:
            return self._only_markers(value.strip())
        return f"{scheme} {self._only_markers(rest.strip())}"

    def _cookie(self, index: int, part: str) -> str:
        name, equals, value = part.strip().partition("=")
        if index == 0:
            return f"{self.text(name)}={self._masked}" if equals else self._masked
        if name.lower() not in COOKIE_ATTRIBUTES:
            return self._masked
        return self.text(f"{name}{equals}{value}")

    def _only_markers(self, value: str) -> str:
        """The marker of a value that is nothing but a secret or a token, else the general one."""
        text = self.text(value)
        return text if self._is_marker(text) else self._masked

    def _is_marker(self, text: str) -> bool:
        return not text or text in self._own or _TOKEN_MARKER.fullmatch(text) is not None

    def _spans(self, text: str) -> list[Span]:
        spans = [
            Span(start, end, secret.marker, 0)
            for secret in self._secrets
            for start, end in secret.forms.spans(text)
        ]
        for span in sensitive_spans(text):
            if self._is_marker(text[span.start : span.end]):
                continue
            marker = self._masked if span.marker == MASKED else self._clean_marker(span.marker)
            spans.append(span._replace(marker=marker))
        return spans

    def _clean_marker(self, marker: str) -> str:
        """A token's marker, unless the token carries a secret in its names."""
        return self._masked if self.holds_secret(marker) else marker


def _masked(text: str, limit: int, spans: Sequence[Span]) -> str:
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


def _require_maskable(name: str, value: str) -> None:
    if len(value) < _SHORTEST:
        msg = f"{name}: a secret of fewer than {_SHORTEST} characters cannot be masked safely."
        raise UsageError(msg, "Use a longer one for the test.")
    if _UNSAFE.search(value) or OPEN in value or CLOSE in value:
        msg = f"{name}: the secret holds characters that cannot be masked safely."
        raise UsageError(msg, "Use one of printable characters.")


def _markers(secrets: Mapping[str, str]) -> dict[str, str]:
    """What stands for each secret; plain dots where a marker would itself show a secret's value."""
    named = {name: f"{OPEN}secret:{_label(name)}{CLOSE}" for name in secrets} | {MASKED: MASKED}
    forms = [Forms(value) for value in secrets.values()]
    shown = any(True for f in forms for marker in named.values() for _ in f.spans(marker))
    return dict.fromkeys(named, f"{OPEN}•••{CLOSE}") if shown else named


def _label(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)[:64]
