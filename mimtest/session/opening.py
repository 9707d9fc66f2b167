"""Open a client for an interface of a run."""

from mimtest.errors import Inconclusive
from mimtest.network.bodies import MAX_BYTES
from mimtest.network.client import Client
from mimtest.network.localfile import MOST_OF_A_FILE, LocalFile
from mimtest.network.opening import open_client
from mimtest.network.replaying import NOT_REPLAYABLE
from mimtest.session.state import Run
from mimtest.target import Interface
from mimtest.vocabulary.leftovers import leftovers
from mimtest.vocabulary.ngsild_temporal import traces_in


def open_for(run: Run, interface: Interface) -> Client:
    """A client that records for this run and may do what the run may do; close it after use."""
    if interface.is_local and run.tape is not None:
        raise Inconclusive(NOT_REPLAYABLE, "a file beside the target file is not in the record")
    if interface.is_local:
        return LocalFile(
            interface,
            run.target.folder,
            level=run.level,
            recorder=run.recorder,
            run_id=run.run_id,
        )
    return open_client(
        interface,
        origins=run.target.origins,
        secrets=run.secrets,
        level=run.level,
        run_id=run.run_id,
        recorder=run.recorder,
        journal=run.journal(),
        politeness=run.politeness,
        traces=traces_in(run.target, interface),
        search=leftovers,
        max_bytes=MOST_OF_A_FILE if interface.kind == "file" else MAX_BYTES,
        tls=run.target.tls(interface),
        challenge=run.challenge,
        tape=run.tape,
    )
