"""The faults that `--fault` names."""

from collections.abc import Iterable
from difflib import get_close_matches

from mimtest.errors import UsageError
from mimtest.sandbox.faults import Fault, all_faults


def chosen(ids: Iterable[str]) -> list[Fault]:
    """The faults of these ids. Raises UsageError for one there is not."""
    wanted = [*ids]
    known = {f.id: f for f in all_faults()} if wanted else {}
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean '{near[0]}'?" if near else "'mimtest list faults' names them."
            raise UsageError(f"--fault {name}: not known.", hint)
    return [known[name] for name in wanted]
