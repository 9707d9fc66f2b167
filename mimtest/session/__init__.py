"""One run inside pytest: collect, annotate, judge, write."""

import logging
from contextlib import ExitStack
from typing import Final

import pytest

from mimtest.errors import UsageError
from mimtest.network.replaying import without_network
from mimtest.session import fixtures
from mimtest.session.annotate import Annotator
from mimtest.session.attempts import Attempts
from mimtest.session.controller import Controller
from mimtest.session.state import RUN, Run
from mimtest.session.tidying import Tidier

_NOWHERE: Final = logging.NullHandler()


def install(config: pytest.Config) -> None:
    """Register the hooks of a run. Raises pytest.UsageError for a wrong option or file."""
    try:
        run = Run.of_config(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[RUN] = run
    if run.tape is not None:
        silence = ExitStack()
        silence.enter_context(without_network(run.tape))
        config.add_cleanup(silence.close)
    if not hasattr(
        config.option, "tbstyle"
    ):  # pytest shows nothing: its dear tracebacks are nobody's
        config.option.tbstyle = "native"
    manager = config.pluginmanager
    if not manager.hasplugin("logging"):  # what libraries log would end on the terminal
        logging.getLogger().addHandler(_NOWHERE)
    manager.register(fixtures, "mimtest-fixtures")
    manager.register(Annotator(run), "mimtest-annotator")
    manager.register(Tidier(run), "mimtest-tidier")
    manager.register(Attempts(run.recorder), "mimtest-attempts")
    if not hasattr(config, "workerinput"):
        manager.register(Controller(config, run), "mimtest-controller")
