"""Masks secrets before anything is kept: by value in every encoding, and by name and shape.

The first write of an exchange is already masked. What stands for a secret is, between single angle
quotation marks, `secret:NAME` with the name of its environment variable, `masked`, or a description
of the token such as `JWT alg=RS256 claims=aud,exp`.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Self

from mimtest.network.fragments import Fragments, Known
from mimtest.network.headers import COOKIE_ATTRIBUTES, HARMLESS_HEADERS
from mimtest.network.secret_forms import Forms, Sieve
from mimtest.network.secret_values import (
    SHORTEST,
    UNSAFE,
    core_of,
    forms_of,
    issued_in,
    label,
    markers_for,
    require_maskable,
)
from mimtest.network.sensitive import CLOSE, MASKED, OPEN, Span, replaced, sensitive_spans
from mimtest.target import Target

_TOKEN_MARKER: Final = re.compile(rf"{OPEN}JWT alg=[\w?.+:/-]+ claims=[\w.+:/,-]*{CLOSE}", re.ASCII)
_SLACK: Final = 4096
_PASSES: Final = 4
#: Names and values of headers of this length are remembered, so many of them.
_SHORT: Final = 200
_REMEMBERED: Final = 2000
_SCHEMES: Final = frozenset(
    ("basic", "bearer", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "token")
)


#: Secrets learnt on the way that are as long as this are found by their pieces.
_LONG: Final = 40


class _Secret(NamedTuple):
    value: str
    known: Known
    forms: tuple[Forms, ...]

    @property
    def simple(self) -> bool:
        """Whether a sieve tells of all ways to write it."""
        return all(f.simple for f in self.forms)

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Where the secret, or a part of it that is one, is."""
        for forms in self.forms:
            yield from forms.spans(text)


class Redactor:
    """Masks texts, addresses and headers.

    `secrets` maps the names of secrets to their values. Raises UsageError for a value that cannot
    be masked safely. Masking twice changes nothing.
    """

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        homes: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        known = dict(secrets or {})
        for name, value in known.items():
            require_maskable(name, value)
        markers = markers_for(known)
        self._masked = markers.pop(MASKED)
        self._secrets = [
            _Secret(v, Known(n, markers[n], (homes or {}).get(n)), forms_of(v))
            for n, v in known.items()
        ]
        self._own = frozenset(markers.values()) | {self._masked}
        self._seen: dict[str, str] = {}
        self._lock = threading.Lock()
        self._pieces, self._tokens = Fragments(), Fragments()
        for secret in self._secrets:
            self._pieces.add(core_of(secret.value), secret.known)
        #: What was learnt on the way, by value.
        self.learnt: dict[str, Known] = {}
        #: How much more than what is kept has to be looked at.
        self.slack = _SLACK
        self._widen()

    @classmethod
    def of(cls, target: Target, secrets: Mapping[str, str]) -> Self:
        """A redactor for the target's secrets; user names too short to be masked are not secret."""
        kinds = [i.auth for i in target.interfaces if i.auth]
        names = {a.username.variable for a in kinds if a.username}
        names -= {s.variable for a in kinds for s in (a.token, a.password) if s}
        kept = {n: v for n, v in secrets.items() if n not in names or len(v) >= SHORTEST}
        return cls(kept, {n: h for n, h in target.secret_homes().items() if n not in names})

    def learn(self, name: str, value: str, homes: Iterable[str] | None = None) -> None:
        """From now on `value` is a secret called `name`, which belongs to the origins `homes` only.

        Without `homes` any interface may be sent it. Raises UsageError as making a redactor does.
        """
        require_maskable(name, value)
        with self._lock:
            old = next((s.known for s in self._secrets if s.value == value), None)
            old = old or self.learnt.get(value)
            if old is None or (old.homes is None and homes is not None):
                marker = old.marker if old else self._marker(name, value)
                kept = frozenset(homes) if homes is not None else None
                self._keep(value, Known(old.name if old else name, marker, kept))

    def _marker(self, name: str, value: str) -> str:
        marker = f"{OPEN}secret:{label(name)}{CLOSE}"
        hidden = self._masked != MASKED or value.lower() in marker.lower()
        return self._masked if hidden else marker

    def _keep(self, value: str, known: Known) -> None:
        self.learnt[value] = known
        self._own |= {known.marker}
        self._pieces.add(core_of(value), known)
        if len(value) >= _LONG:
            self._tokens.add(core_of(value), known)
            self.slack = max(self.slack, 2 * len(value))
        else:
            others = [s for s in self._secrets if s.value != value]
            self._secrets = [*others, _Secret(value, known, forms_of(value))]
            self._widen()
        self._seen = {}

    def learn_issued(self, body: bytes) -> None:
        """Learn the tokens and secrets that an answer hands out, before it is kept."""
        for name, value in issued_in(body):
            self.learn(name, value)

    def _widen(self) -> None:
        longest = [f.longest for s in self._secrets for f in s.forms]
        self.slack = max([self.slack, *longest])
        self._sieve = Sieve(f for s in self._secrets if s.simple for f in s.forms)
        self._intricate = [s for s in self._secrets if not s.simple]

    def _suspects(self, text: str) -> Sequence[_Secret]:
        """The secrets that may be in the text."""
        return self._secrets if self._sieve.holds_back(text) else self._intricate

    def text(self, text: str, keep: int | None = None) -> str:
        """The text without secrets; of a long one what its first `keep` characters become.

        No more than `keep + slack` characters are looked at. A secret that begins before `keep`
        and ends after it is masked whole.
        """
        if keep is not None:
            text = text[: keep + self.slack]
        text = UNSAFE.sub("\ufffd", text)
        masked = replaced(text, len(text) if keep is None else keep, self._spans(text))
        for _ in range(_PASSES if masked != text[:keep] else 0):
            text, masked = masked, replaced(masked, len(masked), self._spans(masked))
            if masked == text:
                break
        return masked

    def message(self, text: str) -> str:
        """A short text for people, which may quote a part of a secret only: without that, too."""
        return self._pieces.mask(self.text(text))

    def holds_secret(self, text: str) -> bool:
        """Whether one of the known secrets is in the text."""
        return any(True for _ in self.held(text))

    def held(self, text: str) -> Iterator[Known]:
        """The secrets in the text, each with the origins that it belongs to if these are known."""
        for secret in self._suspects(text):
            if any(True for _ in secret.spans(text)):
                yield secret.known
        yield from dict.fromkeys(run.known for run in self._tokens.runs(text))

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
        seen = self._seen  # what is learnt meanwhile begins another
        found = seen.get(text)
        if found is None:
            found = self.text(text)
            if len(text) <= _SHORT and len(seen) < _REMEMBERED:
                seen[text] = found
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
        if name.lower() not in COOKIE_ATTRIBUTES or "=" in value:  # a further cookie, after a comma
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
            Span(start, end, secret.known.marker, 0)
            for secret in self._suspects(text)
            for start, end in secret.spans(text)
        ]
        spans += [Span(r.start, r.end, r.known.marker, 0) for r in self._tokens.runs(text)]
        for span in sensitive_spans(text):
            if self._is_marker(text[span.start : span.end]):
                continue
            marker = self._masked if span.marker == MASKED else self._clean_marker(span.marker)
            spans.append(span._replace(marker=marker))
        return spans

    def _clean_marker(self, marker: str) -> str:
        """A token's marker, unless the token carries a secret in its names."""
        return self._masked if self.holds_secret(marker) else marker
