"""The pytest plugin: options and markers. It imports nothing but pytest until a target is given."""

from pathlib import Path
from typing import Final

import pytest

_SUITES: Final = ("context", "data_models", "contracts", "trust", "security", "places")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a conformance run."""
    group = parser.getgroup("mimtest", "conformance with the Minimal Interoperability Mechanisms")
    group.addoption(
        "--mim",
        action="append",
        default=[],
        choices=("all", *_SUITES),
        help="run this suite of mimtest, too; may be repeated",
    )
    group.addoption("--mimtest-target", metavar="FILE", help="the target file, mimtest.toml")
    group.addoption("--mimtest-check", action="append", default=[], metavar="GLOB")
    group.addoption("--mimtest-edition", action="append", default=[], metavar="E")
    group.addoption("--mimtest-profile", default="technical", metavar="P")
    group.addoption("--mimtest-waivers", metavar="W")
    group.addoption("--mimtest-level", choices=("passive", "safe", "writes", "burst"))
    group.addoption("--mimtest-seed", type=int, default=0, metavar="N")
    group.addoption("--mimtest-shard", metavar="I/N", help="run this part of the plan alone")
    group.addoption("--mimtest-evidence", choices=("excerpt", "whole"), default="excerpt")
    group.addoption("--mimtest-challenge", metavar="TEXT", help="a text every request carries")
    group.addoption("--mimtest-from", metavar="REPORT", help="a report whose run is repeated")
    group.addoption("--mimtest-replay", metavar="REPORT", help="a report whose answers are used")
    group.addoption("--mimtest-lang", default="en", metavar="L", help="language of the pages")
    group.addoption(
        "--mimtest-no-pages", action="store_true", help="write report.json and nothing made of it"
    )
    group.addoption(
        "--mimtest-output", metavar="DIR", help="where the report goes; default mimtest-report"
    )


def _suite_folder() -> Path:
    from mimtest.resources import SUITES

    return SUITES


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Add the folders of the suites asked for to what pytest collects."""
    known = early_config.known_args_namespace
    wanted = _SUITES if "all" in known.mim else tuple(dict.fromkeys(known.mim))
    if not wanted:
        return
    if not known.mimtest_target:
        raise pytest.UsageError("--mim needs --mimtest-target FILE; 'mimtest init URL' writes one.")
    folders = [str(_suite_folder() / name) for name in wanted]
    _add_paths(early_config, args, folders)


def _add_paths(config: pytest.Config, args: list[str], folders: list[str]) -> None:
    """Collect the suites beside what the user named, or beside the whole of `testpaths`."""
    named = config.known_args_namespace.file_or_dir
    if not named:
        args.extend(config.getini("testpaths") or [str(config.invocation_params.dir)])
    args.extend(f for f in folders if not any(_is_within(a, f) for a in args))


def _is_within(named: str, folder: str) -> bool:
    """Whether a user, or the command line, names files of a suite already."""
    return Path(named) == Path(folder) or Path(folder) in Path(named).parents


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers and, when a target is given, start the session of a run."""
    config.addinivalue_line(
        "markers",
        "check(id, *, clause, strength, level, since, option, rests_on): a check of mimtest",
    )
    config.addinivalue_line("markers", "interface(*kinds): the kinds of interface a check is for")
    if config.getoption("--mimtest-target"):
        from mimtest.session import install

        install(config)


pytest.register_assert_rewrite("mimtest.vocabulary.expect")
