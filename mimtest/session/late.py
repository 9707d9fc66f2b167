"""Secrets that one process learnt while another kept what a target said of them."""

from collections.abc import Mapping
from typing import Any

from mimtest.layout import digest_of
from mimtest.network.redaction import Redactor


class Late:
    """Masks what the workers of a run learnt in everything all of them kept."""

    def __init__(self) -> None:
        self._redactor = Redactor()

    def add(self, learnt: Mapping[str, str]) -> None:
        """What a worker learnt: names by value."""
        for value, name in learnt.items():
            self._redactor.learn(name, value)

    def masked(self, value: Any) -> Any:
        """The same value without them, in new lists and dictionaries where there are any."""
        return _masked(value, self._redactor) if self._redactor.learnt else value


def _masked(value: Any, redactor: Redactor) -> Any:
    match value:
        case str():
            return redactor.text(value) if redactor.holds_secret(value) else value
        case dict():
            kept = {k: _masked(v, redactor) for k, v in value.items()}
            if "bodyDigest" in value and kept["body"] != value["body"]:
                # As in `Message`: nobody is to guess a secret from the digest of what it stood in.
                kept["bodyDigest"] = digest_of(kept["body"])
            return kept
        case list():
            return [_masked(v, redactor) for v in value]
    return value
