"""The registry of faults (mutants) and variants (permitted behaviour no check may call wrong)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform
    from mimtest.sandbox.stand import Stand

Proceed = Callable[[Request], Response]
Act = Callable[[Request, "Platform", Proceed], Response]
SetUp = Callable[["Stand"], "Stand"]

_MODULES: Final = ("context", "places", "data_models", "security", "trust", "contracts")
_REGISTRY: Final[dict[str, "Fault"]] = {}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the platform, or (`kind` "variant") one permitted way to differ.

    `sentence` says what it does; `kills` are the ids of the checks that notice; a variant kills none.
    `beside` are patterns (`CTX-QRY-*`) of further checks that may notice: its neighbourhood.
    An `outgoing` one acts on what the platform sends by itself, and on what it is answered; an `incoming` one on
    the requests it gets. One with `stand` acts on neither, but sets up the host that speaks TLS.
    """

    id: str
    suite: str
    sentence: str
    kind: Literal["fault", "variant"]
    kills: tuple[str, ...]
    act: Act
    beside: tuple[str, ...] = ()
    outgoing: bool = False
    incoming: bool = True
    stand: SetUp | None = None


def fault(
    id: str,
    *,
    kills: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
    outgoing: bool = False,
    incoming: bool | None = None,
) -> Callable[[Act], Act]:
    """Register a function `(request, platform, proceed) -> response` as a fault.

    The suite is the name of its module or package in `faults`, the sentence its docstring's first line.
    Without `kills` it is a variant. With `outgoing` the request is one that the platform sends: its `base` and
    `raw_path` make up the address, and `proceed` raises Unsent where nobody answers.
    With `incoming` as well it acts on both.
    """

    def register(act: Act) -> Act:
        takes = not outgoing if incoming is None else incoming
        _keep(id, act, kills, act=act, beside=beside, outgoing=outgoing, incoming=takes)
        return act

    return register


def stand_fault(
    id: str, *, kills: tuple[str, ...] = (), beside: tuple[str, ...] = ()
) -> Callable[[SetUp], SetUp]:
    """Register a function `(stand) -> stand` that sets up the host that speaks TLS, as `fault` does."""

    def register(setup: SetUp) -> SetUp:
        _keep(id, setup, kills, act=_nothing, beside=beside, incoming=False, stand=setup)
        return setup

    return register


def _keep(id: str, made: Callable[..., Any], kills: tuple[str, ...], **how: Any) -> None:
    if id in _REGISTRY:
        msg = f"two faults are called {id}"
        raise ValueError(msg)
    sentence = (made.__doc__ or "").strip().splitlines()[0]
    suite = made.__module__.split(".")[3]
    _REGISTRY[id] = Fault(id, suite, sentence, "fault" if kills else "variant", kills, **how)


def _nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    return proceed(request)


@cache
def all_faults() -> tuple[Fault, ...]:
    """Every fault and variant, by suite and then by id."""
    for name in _MODULES:
        import_module(f"mimtest.sandbox.faults.{name}")
    return tuple(sorted(_REGISTRY.values(), key=lambda f: (f.suite, f.id)))


def find_fault(id: str) -> Fault:
    """The fault of that id. Raises KeyError."""
    all_faults()
    return _REGISTRY[id]
