"""`doctor`: whether the identities of a target file get their tokens, and the right one the restricted data."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from mimtest.errors import Unsettled
from mimtest.network.client import Client
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.plan import Selection
from mimtest.session.identities import Identities
from mimtest.session.opening import open_for
from mimtest.session.state import Run
from mimtest.target import Identity, Interface, Level, Target
from mimtest.vocabulary.examining import State, Step
from mimtest.vocabulary.jose import read
from mimtest.vocabulary.token_trials import audiences


def try_identities(target: Target) -> Iterator[Step]:
    """A step for each restricted path, and for each identity that is used there."""
    guarded = [i for i in target.interfaces if i.protected and not i.is_local]
    if not guarded:
        return
    run = _run(target)
    identities = Identities(run)
    for interface in guarded:
        with open_for(run, interface) as client:
            yield from _restricted(client, interface)
            for identity in identities.all(interface):
                yield _identity(client, identities, identity)


def _run(target: Target) -> Run:
    held = target.secrets()
    level = Level.SAFE if target.scope.level.allows(Level.SAFE) else Level.PASSIVE
    return Run(
        target=target,
        level=level,
        selection=Selection(),
        seed=0,
        run_id=token_hex(4),
        output=Path(),
        plan=(),
        secrets=held,
        recorder=Recorder(Redactor.of(target, held)),
    )


def _restricted(client: Client, interface: Interface) -> Iterator[Step]:
    """What whoever has no token gets: that it is public is a finding of the checks, or a mistake in the file."""
    try:
        bare = client.get(interface.protected or "", auth=False)
    except Unsettled:
        return
    told = f"{interface.protected} is answered {bare.status} without credentials"
    if not bare.ok:
        yield Step(interface.name, "protected", State.OK, told)
        return
    hint = "Name a path whose data is restricted."
    key = f"interfaces.{interface.name}.protected"
    yield Step(interface.name, "protected", State.NOTE, told, hint, key)


def _identity(client: Client, identities: Identities, identity: Identity) -> Step:
    interface = client.interface
    name, key = f"identity {identity.name}", f"identities.{identity.name}"
    try:
        presented = identities.presented(identity, interface)
        if identity.rights != "full":
            told = f"has a token ({identity.rights})"
            return Step(interface.name, name, State.OK, told)
        meant = _audiences(presented.token)
        if interface.audience and meant and interface.audience not in meant:
            told = f"its token is for {', '.join(meant)}, not for {interface.audience}"
            place = f"interfaces.{interface.name}.audience"
            return Step(interface.name, name, State.NO, told, "Say what its tokens say.", place)
        answer = client.get(interface.protected or "", auth=False, headers=presented.fields)
    except Unsettled as problem:
        told = client.recorder.redactor.text(problem.detail.removeprefix(f"{identity.name}: "))
        state = State.NOTE if problem.code == "level" else State.NO
        hint = "Check its client, its secret, its audience and its issuer." * (state is State.NO)
        return Step(interface.name, name, state, told, hint, key)
    told = f"is answered {answer.status} at {interface.protected}, and has rights 'full'"
    if answer.ok:
        return Step(interface.name, name, State.OK, told)
    refused = answer.status in (401, 403)
    hint = "Check its token: audience, time, rights." if refused else "Check the path."
    place = key if refused else f"interfaces.{interface.name}.protected"
    return Step(interface.name, name, State.NO, told, hint, place)


def _audiences(token: str) -> list[str]:
    """For whom a token is; nothing of one that is no JWT."""
    try:
        return audiences(read(token).claims)
    except ValueError:
        return []
