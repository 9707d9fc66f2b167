"""What every check can ask for."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from mimtest.ambiguities import load_ambiguities
from mimtest.errors import Inconclusive
from mimtest.network.client import Client
from mimtest.network.hosting import ANYWHERE, Hosting, host, noting
from mimtest.network.recording import Recorder
from mimtest.network.replaying import NOT_REPLAYABLE
from mimtest.session.identities import Identities
from mimtest.session.opening import open_for
from mimtest.session.probing import is_ready
from mimtest.session.state import LOOKED, READINGS, RUN, Run
from mimtest.target import Interface, Target


@pytest.fixture(scope="session")
def mimtest_run(pytestconfig: pytest.Config) -> Run:
    """The run this process takes part in."""
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def target(mimtest_run: Run) -> Target:
    """The target file."""
    return mimtest_run.target


@pytest.fixture(scope="session")
def recorder(mimtest_run: Run) -> Recorder:
    """The recorder of this process."""
    return mimtest_run.recorder


@pytest.fixture(scope="session")
def identities(mimtest_run: Run) -> Identities:
    """Who asks: the identities of the target file, with their tokens."""
    return Identities(mimtest_run)


@pytest.fixture(scope="session")
def run_id(mimtest_run: Run) -> str:
    """A short random text, the same for the whole run; everything created carries it."""
    return mimtest_run.run_id


@pytest.fixture
def reading(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Note which permitted reading of an open point the target took: `reading("A15", "array")`.

    The points and their readings stand in the suite's `ambiguities.toml`. Raises KeyError for others.
    """
    known = load_ambiguities()

    def took(point: str, name: str) -> None:
        _ = known[point].readings[name]
        request.node.stash.setdefault(READINGS, {})[point, name] = None

    return took


@pytest.fixture
def looked(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Note what sample was looked at, in words, for the report: a pass holds for no more than that."""

    def note(text: str) -> None:
        request.node.stash.setdefault(LOOKED, {})[text] = None

    return note


@pytest.fixture(scope="session")
def seed(mimtest_run: Run) -> int:
    """The run's seed, for examples that are generated."""
    return mimtest_run.seed


@pytest.fixture
def rng(mimtest_run: Run, request: pytest.FixtureRequest) -> random.Random:
    """Random numbers that depend on the run's seed and the check alone, not on the order of checks."""
    return random.Random(f"{mimtest_run.seed}:{request.node.name}")


@pytest.fixture(scope="session")
def interface(mimtest_run: Run, request: pytest.FixtureRequest) -> Interface:
    """The interface under test; one that is not ready leaves all its checks without an answer."""
    reason = mimtest_run.readiness.get(request.param)
    if reason:
        raise Inconclusive(reason["code"], reason["message"])
    return next(i for i in mimtest_run.target.interfaces if i.name == request.param)


@pytest.fixture(scope="session")
def client(mimtest_run: Run, interface: Interface) -> Iterator[Client]:
    """Requests to the interface; what a check created is removed after it, what serves several at the end of the run."""
    with open_for(mimtest_run, interface) as opened:
        mimtest_run.clients.append(opened)
        yield opened
        mimtest_run.clients.remove(opened)
        if mimtest_run.disposable:
            return
        # pytest may take this down in the middle of the set-up of a check on another interface.
        with mimtest_run.recorder.between_checks():
            mimtest_run.left_behind += opened.clean_up()
        mimtest_run.created += opened.created


@pytest.fixture(scope="session")
def hosting(mimtest_run: Run) -> Iterator[Hosting]:
    """What this process serves to the product."""
    if mimtest_run.tape is not None:
        raise Inconclusive(NOT_REPLAYABLE, "what a product sends by itself cannot be replayed")
    scope, worker = mimtest_run.target.scope, mimtest_run.worker.removeprefix("gw")
    listen = scope.listen or ANYWHERE
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(
                host(
                    listen,
                    scope.callback,
                    worker=int(worker or 0),
                    note=noting(mimtest_run.recorder),
                )
            )
        except OSError as error:
            detail = f"mimtest cannot listen at {listen}: {error.strerror or error}"
            raise Inconclusive("no_way_back", detail) from None
        yield opened


@pytest.fixture(scope="session")
def neighbours(mimtest_run: Run, interface: Interface) -> Iterator[dict[str, Client]]:
    """Clients, for reading, of the other interfaces of the target file that are ready, by name."""
    others = [i for i in mimtest_run.target.interfaces if i != interface]
    with ExitStack() as stack:
        yield {
            i.name: stack.enter_context(open_for(mimtest_run, i))
            for i in others
            if is_ready(mimtest_run, i)
        }
