"""Identifiers a run notes for a later one: written once and whole, and read again."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from mimtest.errors import Inconclusive, UsageError
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from mimtest.target import parse_target
from mimtest.vocabulary.ngsild_snapshot import read_snapshot, snapshot_of, write_snapshot
from tests.conftest import city

TYPES = {"urn:ngsi-ld:Tree:a": frozenset({"https://city.example/ns#Tree"})}


def persistence(folder, *faults):
    """The outcome and reason of the check in a run whose snapshot is `ids.json`."""
    with city(*faults) as base:
        lines = target_text(base).splitlines()
        text = [
            'snapshot = "ids.json"' if "ids.json" in line and "-ids" not in line else line
            for line in lines
        ]
        (folder / "mimtest.toml").write_text("\n".join(text), encoding="utf-8")
        order = Order(target=folder / "mimtest.toml", output=folder / "out", checks=("CTX-IDN-08",))
        found = [c for c in launch(order)["checks"] if c["id"] == "CTX-IDN-08"]
    return found[0]["outcome"], (found[0]["reason"] or {}).get("code")


def test_the_first_run_notes_and_the_second_decides(tmp_path):
    assert persistence(tmp_path) == ("inconclusive", "snapshot_taken")
    noted = (tmp_path / "ids.json").read_bytes()
    assert persistence(tmp_path) == ("passed", None)
    assert persistence(tmp_path, "ctx-identifiers-given-again") == ("failed", "contradicted")
    assert persistence(tmp_path, "ctx-ids-with-addresses")[0] != "passed"
    assert (tmp_path / "ids.json").read_bytes() == noted


def test_some_that_are_gone_are_for_a_person_to_judge(tmp_path):
    snapshot = {
        "urn:ngsi-ld:Building:gone": frozenset(
            {"https://smartdatamodels.org/dataModel.Building/Building"}
        )
    }
    here = {
        "urn:ngsi-ld:Building:exampleton:library": frozenset(
            {"https://smartdatamodels.org/dataModel.Building/Building"}
        )
    }
    write_snapshot(tmp_path / "ids.json", snapshot_of(snapshot | here))
    assert persistence(tmp_path) == ("inconclusive", "needs_review")
    write_snapshot(tmp_path / "ids.json", snapshot_of(snapshot))
    assert persistence(tmp_path) == ("failed", "contradicted")


def test_another_file_is_left_alone(tmp_path):
    (tmp_path / "ids.json").write_text('{"my": "notes"}', encoding="utf-8")
    assert persistence(tmp_path) == ("inconclusive", "no_snapshot")
    assert (tmp_path / "ids.json").read_text(encoding="utf-8") == '{"my": "notes"}'


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "ids.json"
    assert read_snapshot(path) is None
    written = snapshot_of(TYPES)
    write_snapshot(path, written)
    assert read_snapshot(path) == written


def test_writers_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "ids.json"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write_snapshot(path, snapshot_of(TYPES)), range(40)))
    assert read_snapshot(path).types == TYPES
    assert [p.name for p in tmp_path.iterdir()] == ["ids.json"]


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.mkstemp", _read_only)
    with pytest.raises(Inconclusive, match="cannot be written"):
        write_snapshot(tmp_path / "ids.json", snapshot_of(TYPES))


def _read_only(**_):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Inconclusive, match="cannot be written"):
        write_snapshot(tmp_path / "no" / "ids.json", snapshot_of(TYPES))


def test_two_interfaces_do_not_share_a_snapshot():
    interface = {"kind": "ngsi-ld", "url": "https://broker.example/v1", "snapshot": "ids.json"}
    data = {
        "product": {"supplier": "S", "name": "N", "version": "1"},
        "interfaces": {"one": interface, "two": interface | {"snapshot": "./ids.json"}},
    }
    with pytest.raises(UsageError, match=r"interfaces\.two\.snapshot"):
        parse_target(data)
