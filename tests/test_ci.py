"""What runs in other people's pipelines: the script, run as they run it; the files, read for what must not be in them."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mimtest.rendering import RENDERERS
from mimtest.report import seal, write_report
from tests.conftest import RUN_SECONDS, city, mimtest, run_against
from tests.rendering_samples import hostile

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "ci" / "run.sh"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SPEC, JOBS = yaml.safe_load_all((ROOT / "templates" / "mimtest.yml").read_text(encoding="utf-8"))
CONTAINER = (ROOT / "ci" / "Containerfile").read_text(encoding="utf-8")
INPUTS = set(re.findall(r"MIMTEST_([A-Z]+)", SCRIPT.read_text(encoding="utf-8")))


def script(folder, **env):
    """`ci/run.sh` in a folder, as a step of GitHub has it; returns exit code, output, summary and outputs."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    own = commands / "mimtest"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mimtest "$@"\n')
    own.chmod(0o755)
    places = {"GITHUB_STEP_SUMMARY": folder / "summary", "GITHUB_OUTPUT": folder / "outputs"}
    for place in places.values():
        place.unlink(missing_ok=True)
    own_inputs = {f"MIMTEST_{name}" for name in INPUTS}
    kept = {k: v for k, v in os.environ.items() if k not in own_inputs}
    done = subprocess.run(
        ["bash", SCRIPT],
        cwd=folder,
        env=kept | {k: str(v) for k, v in places.items()} | {"PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": "true"} | env,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )  # fmt: skip
    told = places["GITHUB_OUTPUT"]
    rows = told.read_text().splitlines() if told.exists() else []
    summary = places["GITHUB_STEP_SUMMARY"]
    return (
        done,
        summary.read_text() if summary.exists() else "",
        dict(r.split("=", 1) for r in rows),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a target file and the report of a run against a city with a fault."""
    folder = tmp_path_factory.mktemp("pipeline $(touch hurt)")
    with city("rst-described-path-missing") as base:
        run_against(base, folder, "--check", "CTX-RST-04", "--output", "old")
        done = script(folder, MIMTEST_CHECKS="CTX-RST-04\n", MIMTEST_BASELINE="", MIMTEST_OUTPUT="out put")  # fmt: skip
        beside = script(folder, MIMTEST_CHECKS="CTX-RST-04", MIMTEST_BASELINE="old")
    return folder, done, beside


def test_the_script_leaves_with_the_gates_code_and_tells_everything(folder):
    place, (done, summary, outputs), _ = folder
    assert done.returncode == 1, done.stderr
    report = json.loads((place / "out put" / "report.json").read_text())
    assert outputs == {
        "result": "fail",
        "exit-code": "1",
        "report": "out put/report.json",
        "digest": report["digest"]["sha256"],
    }
    assert re.search(r"(?m)^::error title=CTX-RST-04,file=mimtest.toml,line=\d+::", done.stdout)
    assert summary == RENDERERS["md"](report)
    assert (place / "out put" / "summary.md").read_text() == summary
    assert not list(place.rglob("hurt"))


def test_the_script_lets_pass_what_is_in_the_baseline(folder):
    _, _, (done, _, outputs) = folder
    assert (done.returncode, outputs["result"]) == (0, "pass"), done.stdout + done.stderr
    assert "beside the baseline: new 0, unchanged 1, fixed 0" in done.stdout


@pytest.mark.parametrize(
    ("env", "code", "result"),
    [
        ({"MIMTEST_TARGET": "no.toml"}, 2, "usage"),
        ({"MIMTEST_TARGET": "--help"}, 2, "usage"),
        ({"MIMTEST_SUITES": "nonsense"}, 2, "usage"),
        ({"MIMTEST_TARGET": "a$(touch hurt)`touch hurt`;touch hurt"}, 2, "usage"),
    ],
)
def test_a_wrong_input_is_an_error_and_an_old_report_does_not_stand_in(folder, env, code, result):
    place = folder[0]
    shutil.copytree(place / "old", place / "mimtest-report", dirs_exist_ok=True)
    done, summary, outputs = script(place, **env)
    assert (done.returncode, outputs["result"], outputs["digest"]) == (code, result, "")
    assert summary == ""
    assert not list(place.rglob("hurt"))


def test_a_name_of_two_lines_sets_no_output(folder):
    done, _, outputs = script(folder[0], MIMTEST_OUTPUT="a\nresult=pass")
    assert (done.returncode, outputs) == (2, {})


def test_a_glob_is_taken_as_it_is_written(folder):
    (folder[0] / "plain.toml").write_text(
        '[product]\nsupplier = "x"\nname = "x"\nversion = "1"\n[scope]\nauthorised_by = "x"\n'
        '[interfaces.open]\nkind = "rest"\nurl = "http://127.0.0.1:9"\n[claims]\nmims = ["MIM2"]\n'
    )
    done, _, _ = script(folder[0], MIMTEST_TARGET="plain.toml", MIMTEST_SUITES="*")
    assert "--suite *: not known" in done.stderr


def test_what_a_target_said_is_no_command_of_the_log(folder, tmp_path):
    report = json.loads((folder[0] / "old" / "report.json").read_text(encoding="utf-8"))
    said = {
        "code": "unreachable",
        "message": "no\n::error::hurt\n##[group]hurt\r::stop-commands::x",
    }
    for probe in report["readiness"]:
        probe.update(ready=False, reason=said | {"hint": None, "key": None})
    for check in report["checks"]:
        if check["outcome"] in ("passed", "failed"):
            check.update(outcome="inconclusive", reason=said)
    write_report(seal(report), tmp_path / "report.json")
    ended = mimtest("gate", "report.json", cwd=tmp_path)
    assert "hurt" in ended.out
    assert not re.search(r"(?m)^\s*::|##\[", ended.out)


def test_a_summary_fits_a_step():
    assert len(RENDERERS["md"](hostile()).encode()) <= 1024 * 1024


def test_the_script_is_sound_shell():
    assert subprocess.run(["bash", "-n", SCRIPT], check=False).returncode == 0
    assert os.access(SCRIPT, os.X_OK)


# -- the action


def test_the_action_hands_over_inputs_by_the_environment_alone():
    steps = ACTION["runs"]["steps"]
    for step in steps:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    env = steps[-1]["env"]
    assert {k.removeprefix("MIMTEST_") for k in env} == INPUTS
    given = {v for s in steps for v in s["env"].values()}
    assert {f"${{{{ inputs.{i} }}}}" for i in ACTION["inputs"]} == given
    assert steps[0]["env"] == {"EXTRAS": "${{ inputs.extras }}"}
    assert all(v.keys() == {"description", "default"} for v in ACTION["inputs"].values())


def test_the_action_has_the_outputs_that_the_script_sets(folder):
    assert set(ACTION["outputs"]) == set(folder[1][2])
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.run.outputs.{name} }}}}"


# -- the component


def test_the_component_is_given_the_same_inputs_and_keeps_the_report():
    inputs = SPEC["spec"]["inputs"]
    assert set(inputs) ^ set(ACTION["inputs"]) == {"image", "stage", "job", "extras"}
    assert [n for n, i in inputs.items() if "default" not in i] == ["image"]
    (job,) = JOBS.values()
    assert {k.removeprefix("MIMTEST_") for k in job["variables"]} == INPUTS
    assert job["script"] == ["mimtest-ci"]
    assert job["image"]["entrypoint"] == [""]
    assert job["artifacts"]["when"] == "always"
    used = re.findall(r"\$\[\[ inputs\.(\w+) \]\]", json.dumps(JOBS))
    assert set(used) == set(inputs)


# -- the image


def test_the_image_is_debian_slim_and_nobodys():
    assert re.findall(r"(?m)^FROM (\S+)", CONTAINER) == ["docker.io/library/python:3.13-slim-trixie"] * 2  # fmt: skip
    assert re.findall(r"(?m)^USER (.+)", CONTAINER) == ["65532:65532"]
    assert CONTAINER.rstrip().endswith('ENTRYPOINT ["mimtest"]')
    assert "COPY --chmod=0755 ci/run.sh /usr/local/bin/mimtest-ci" in CONTAINER
    assert not re.search(r"curl|wget|ADD |sudo|latest", CONTAINER)


# -- a programme


PROGRAMME = ROOT / "templates" / "programme"
JOBS_OF_KUBERNETES = [
    yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted(PROGRAMME.glob("kubernetes-*.yaml"))
]
MATRIX = yaml.safe_load((PROGRAMME / "github.yml").read_text(encoding="utf-8"))


def pod_of(job):
    return job["spec"]["template"]["spec"]


@pytest.mark.parametrize("job", JOBS_OF_KUBERNETES, ids=lambda j: j["metadata"]["name"])
def test_a_job_of_a_cluster_has_no_rights_and_no_secret_in_it(job):
    (container,) = pod_of(job)["containers"]
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    assert pod_of(job)["automountServiceAccountToken"] is False
    assert pod_of(job)["restartPolicy"] == "Never"
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert "@sha256:" in container["image"]
    assert {e["name"] for e in container["env"]} <= {"SHARDS", "REPORTS", "POD_IP"}
    mounted = {m["name"] for m in container["volumeMounts"]}
    assert mounted == {v["name"] for v in pod_of(job)["volumes"]}


def test_a_cluster_runs_as_many_shards_as_it_has_indexes():
    _, shards = JOBS_OF_KUBERNETES
    (container,) = pod_of(shards)["containers"]
    count = next(e["value"] for e in container["env"] if e["name"] == "SHARDS")
    assert shards["spec"]["completionMode"] == "Indexed"
    assert {shards["spec"]["completions"], shards["spec"]["parallelism"]} == {int(count)}


def test_the_matrix_has_each_shard_of_each_product_once():
    jobs = MATRIX["jobs"]
    shards = jobs["shards"]["strategy"]["matrix"]["shard"]
    assert shards == [f"{n}/{len(shards)}" for n in range(1, len(shards) + 1)]
    products = [jobs[j]["strategy"]["matrix"]["product"] for j in ("shards", "merge")]
    assert products[0] == products[1]
    for job in jobs.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert "run" in step or re.search(r"@[0-9a-f]{40}$", step["uses"])


@pytest.mark.parametrize(
    "text",
    [pod_of(j)["containers"][0]["args"][0] for j in JOBS_OF_KUBERNETES]
    + [s["run"] for j in MATRIX["jobs"].values() for s in j["steps"] if "run" in s],
)
def test_what_a_programme_runs_is_sound_shell_and_names_options_there_are(text):
    assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0
    for command in re.findall(r"mimtest (\w+) (.*)", text):
        module = importlib.import_module(f"mimtest.cli.{command[0]}")
        known = {o for p in module.command.params for o in p.opts}
        assert set(re.findall(r"(?<=\s)--?[a-z]+", f" {command[1].split('||')[0]}")) <= known


def test_a_shard_in_a_programme_ends_well_where_it_has_an_answer(tmp_path):
    step = next(s["run"] for s in MATRIX["jobs"]["shards"]["steps"] if "mimtest run" in s.get("run", ""))  # fmt: skip
    for code, ended in {0: 0, 1: 0, 3: 0, 2: 2, 4: 4}.items():
        own = tmp_path / "mimtest"
        own.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/asked"\nexit {code}\n')
        own.chmod(0o755)
        env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PRODUCT": "city $(hub)", "SHARD": "2/3"}
        done = subprocess.run(["bash", "-e", "-c", step], env=env, cwd=tmp_path, check=False)
        assert done.returncode == ended
    asked = (tmp_path / "asked").read_text()
    assert asked == "run products/city $(hub)/mimtest.toml --shard 2/3 --output report/shard-2\n"
