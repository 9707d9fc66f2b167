"""Clients for commands that ask a target without running checks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from secrets import token_hex

from mimtest.network.client import Client
from mimtest.network.localfile import LocalFile
from mimtest.network.opening import open_client
from mimtest.network.pacing import Politeness
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.target import Level, Target
from mimtest.vocabulary.leftovers import leftovers


@contextmanager
def connections(target: Target, level: Level = Level.SAFE) -> Iterator[list[Client]]:
    """One client per interface, closed at the end. Raises UsageError for a missing secret."""
    secrets = target.secrets()
    recorder = Recorder(Redactor.of(target, secrets))
    politeness = Politeness()
    run_id = token_hex(4)
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                LocalFile(interface, target.folder, level=level, recorder=recorder, run_id=run_id)
                if interface.is_local
                else open_client(
                    interface,
                    origins=target.origins,
                    secrets=secrets,
                    level=level,
                    run_id=run_id,
                    recorder=recorder,
                    politeness=politeness,
                    tls=target.tls(interface),
                    search=leftovers,
                )
            )
            for interface in target.interfaces
        ]
