"""What a process of a run left that ended before it could clean up after itself."""

from contextlib import ExitStack

from mimtest.network.journal import pending
from mimtest.network.recovery import clean_journal
from mimtest.session.opening import open_for
from mimtest.session.state import Run


def salvage(run: Run) -> None:
    """Remove what the ledgers of ended processes still name; what stays is left behind."""
    for path in sorted(run.output.glob(f"journal-{run.run_id}-*.jsonl")):
        with ExitStack() as stack:
            clients = {
                i.name: stack.enter_context(open_for(run, i))
                for i in run.target.interfaces
                if not i.is_local
            }
            run.left_behind += [url for url, _ in clean_journal(path, clients).left]
        if not pending(path):
            path.unlink()
    run.close()
