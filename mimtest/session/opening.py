"""Open a client for an interface of a run."""

from mimtest.network.client import Client, open_client
from mimtest.session.state import Run
from mimtest.target import Interface
from mimtest.vocabulary.ngsild_temporal import traces_in


def open_for(run: Run, interface: Interface) -> Client:
    """A client that records for this run and may do what the run may do; close it after use."""
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
    )
