"""Clients for interfaces: what each is made of."""

from collections.abc import Collection, Mapping

from mimtest.network.bodies import MAX_BYTES
from mimtest.network.cleanup import Traces
from mimtest.network.client import Client
from mimtest.network.courier import Courier
from mimtest.network.journal import Journal
from mimtest.network.outgoing import Outgoing
from mimtest.network.pacing import DEFAULT_PACE, PASSIVE_PACE, Politeness
from mimtest.network.permission import Credentials, pace_of
from mimtest.network.posted import Search
from mimtest.network.recording import Recorder
from mimtest.network.replaying import ReplayingTransport
from mimtest.network.tape import Tape
from mimtest.network.transport import RecordingTransport
from mimtest.target import Interface, Level, Tls


def open_client(
    interface: Interface,
    *,
    origins: Collection[str],
    secrets: Mapping[str, str],
    level: Level,
    run_id: str,
    recorder: Recorder,
    journal: Journal | None = None,
    politeness: Politeness | None = None,
    max_bytes: int = MAX_BYTES,
    traces: Traces | None = None,
    tls: Tls | None = None,
    challenge: str | None = None,
    tape: Tape | None = None,
    search: Search | None = None,
) -> Client:
    """A client for one interface.

    `origins` and `secrets` (by the name of their variable) are the target's; `level` is the run's.
    Clients of one run share `politeness`. `traces` says what is to be removed after something that
    was created, and `search` finds what no answer told of; `tls` names files of certificates. Each
    request carries the `challenge`. With a `tape` nothing is sent: it has the answers. Raises UsageError for credentials unencrypted.
    """
    manners = politeness or Politeness()
    pace = pace_of(interface, level, default=DEFAULT_PACE, passive=PASSIVE_PACE)
    outgoing = Outgoing(
        interface,
        origins=origins,
        credentials=Credentials(interface, secrets),
        run_id=run_id,
        redactor=recorder.redactor,
        challenge=challenge,
    )
    if tape is None:
        manners.limit(outgoing.address("").host, pace)
    transport = (
        ReplayingTransport(recorder, tape)
        if tape
        else RecordingTransport(recorder, max_bytes=max_bytes, tls=tls)
    )
    courier = Courier(transport, manners, interface.origin)
    return Client(
        interface,
        level=level,
        recorder=recorder,
        outgoing=outgoing,
        courier=courier,
        journal=journal,
        run_id=run_id,
        traces=traces,
        search=search,
    )
