"""What a run changes in people's accounts is put back, or named to who has to do that."""

import pytest
from click.testing import CliRunner

from mimtest.cli.cleanup import command
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city

_CHECKS = ("TRU-CON-08", "TRU-RIG-04", "TRU-RIG-05", "TRU-POR-04", "SEC-AZ-14")


@pytest.mark.parametrize("faults", [(), ("tru-withdrawal-refused",)])
def test_what_cannot_be_taken_back_is_told(faults, tmp_path):
    target = tmp_path / "mimtest.toml"
    with city(*faults) as base:
        target.write_text(target_text(base))
        order = Order(target=target, output=tmp_path, checks=_CHECKS, suites=("trust", "security"))
        impact = launch(order)["assessment"]["impact"]
        left = impact["leftBehindItems"]
        assert len(left) == len(faults)
        assert all("and not withdrawn: withdraw it with POST at" in item for item in left)
        journals = list(tmp_path.glob("journal-*.jsonl"))
        assert len(journals) == len(faults)
        for journal in journals:
            done = CliRunner().invoke(command, [str(journal), "--target", str(target)])
            assert "LEFT" in done.output
            assert "not withdrawn" in done.output
            assert "0 removed, 1 left." in done.output
