"""The bulk validator as a function over partitions, alone and on Dask: the same outcome as the command's."""

import json
import subprocess
import sys
from pathlib import Path

from mimtest.models.bulk_models import specification
from mimtest.models.partitions import judge_partition, merged, violations_in
from tests.conftest import mimtest

EXAMPLE = Path(__file__).parent.parent / "benchmarks" / "validate_on_dask.py"
LIGHT = {
    "id": "urn:ngsi-ld:Streetlight:1",
    "type": "Streetlight",
    "status": "ok",
    "location": {"type": "Point", "coordinates": [7.1, 50.7]},
}


def lights(count, wrong=()):
    return [
        LIGHT | {"id": f"urn:ngsi-ld:Streetlight:{n}"} | ({"powerState": "?"} if n in wrong else {})
        for n in range(count)
    ]


def test_partitions_add_up():
    by = specification(["Streetlighting/Streetlight"])
    rows = lights(5000, {7, 4999})
    texts = [json.dumps(r) + "\n" for r in rows]
    whole = judge_partition(rows, by)
    parts = merged(judge_partition(p, by) for p in (texts[:10], texts[10:], [b"{", b" "], []))
    assert (whole.entities, whole.valid, whole.invalid) == (5000, 4998, 2)
    assert (parts.entities, parts.valid, parts.invalid) == (5001, 4998, 3)
    assert [r["record"] for r in violations_in(texts, by)] == [8, 5000]


def test_values_that_are_no_json_are_violations():
    by = specification(["Streetlight"])
    outcome = judge_partition(
        [LIGHT, LIGHT | {"lanternHeight": float("nan")}, '{"a":"\ud800"}'], by
    )
    assert (outcome.valid, outcome.invalid) == (1, 2)


def test_the_example_on_dask_says_what_the_command_says(tmp_path):
    names = []
    for number in range(3):
        names.append(f"lights-{number}.ndjson")
        rows = "".join(json.dumps(r) + "\n" for r in lights(400, {number}))
        (tmp_path / names[-1]).write_text(rows)
    model = "Streetlighting/Streetlight"
    command = [sys.executable, str(EXAMPLE), model, *names, "--rows", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    outcome = json.loads(done.stdout)
    ended = mimtest("validate", *names, "--model", model, cwd=tmp_path)
    summary = json.loads((tmp_path / "mimtest-validation" / "summary.json").read_text())
    assert ended.code == 1
    assert summary["counts"]["invalid"] == 3
    assert {n: outcome[n] for n in summary["counts"]} == summary["counts"]
    assert [g["entities"] for g in outcome["groups"]] == [g["entities"] for g in summary["groups"]]
    written = [json.loads((tmp_path / f"violations-{n}.ndjson").read_text()) for n in range(3)]
    assert [r["record"] for r in written] == [1, 2, 3]
