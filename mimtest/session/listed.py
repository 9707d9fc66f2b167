"""Whether what a target file says of the catalogue is in it: nobody would miss an answer to nothing."""

from collections.abc import Collection
from difflib import get_close_matches

from mimtest.catalogue import load_editions
from mimtest.errors import UsageError
from mimtest.target import Target


def require_listed(target: Target, file: str) -> None:
    """Raise UsageError for a declaration about no requirement, and for a claimed mechanism that is none."""
    if not (target.declarations or target.claims.mechanisms):
        return
    rows = [r for e in load_editions() for r in e.requirements]
    tokens = (t.partition(":") for r in rows for t in r.conditional_on)
    mechanisms = {name for kind, _, name in tokens if kind == "mechanism"}
    for place, name in enumerate(target.claims.mechanisms):
        _require(name, mechanisms, f"{file}: claims.mechanisms[{place}]", "mechanism")
    ids = {r.full_id for r in rows}
    for place, declaration in enumerate(target.declarations):
        for name in declaration.about:
            _require(name, ids, f"{file}: declarations[{place}].about", "requirement")


def _require(name: str, known: Collection[str], place: str, what: str) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, 1)
    hint = f"Did you mean '{near[0]}'?" if near else "'mimtest list requirements' names them."
    raise UsageError(f"{place}: there is no {what} '{name}'.", hint)
