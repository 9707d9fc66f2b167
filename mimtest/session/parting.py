"""The part of a plan that a process runs, and by what it is known that parts belong together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from mimtest.plan import Planned
from mimtest.report import canonical
from mimtest.shards import Shard, digest_of, part_of
from mimtest.target import Target
from mimtest.userfile import dates_as_text, read_toml

#: Keys of the scope that say where mimtest listens.
_OF_THE_TESTER: Final = ("callback", "listen")


@dataclass(frozen=True, slots=True)
class Part:
    """A shard and the plan as it stands for it; both digests are the same in all shards of a run."""

    shard: Shard
    plan: tuple[Planned, ...]
    plan_digest: str
    target_digest: str

    def as_dict(self) -> dict[str, Any]:
        """As in `report.json` `.scope.shard`."""
        return {
            "index": self.shard.index,
            "of": self.shard.of,
            "plan": self.plan_digest,
            "target": self.target_digest,
        }


def of_option(text: str | None, plan: Sequence[Planned], target: Target, path: Path) -> Part | None:
    """The part that `--mimtest-shard` asks for; None without it. Raises UsageError."""
    if text is None:
        return None
    shard = Shard.parse(text)
    return Part(shard, part_of(plan, shard), digest_of(plan, shard.of), _digest(target, path))


def _digest(target: Target, path: Path) -> str:
    """The SHA-256 of a target file's content and of the documents beside it that say what its models are.

    Where the product reaches mimtest is no part of it: shards run on different machines.
    """
    data = dates_as_text(read_toml(path))
    data["scope"] = {k: v for k, v in data.get("scope", {}).items() if k not in _OF_THE_TESTER}
    found = [canonical(data)]
    found += [file.read_bytes() for file in _documents(target) if file.is_file()]
    return f"sha256:{sha256(b''.join(sha256(c).digest() for c in found)).hexdigest()}"


def _documents(target: Target) -> Iterator[Path]:
    """Where the documents of models would be, were they no addresses."""
    for model in target.claims.models:
        named = (model.schema, model.context, model.base, model.profile, model.common)
        for name in (*named, model.mapping, model.catalogue, *model.examples):
            if name and "://" not in name:
                yield target.folder / name
