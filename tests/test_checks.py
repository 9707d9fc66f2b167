"""The checks are read from the text of the suites: none may be overlooked."""

import ast

import pytest

from mimtest.checks import SUITE_NAMES, load_checks
from mimtest.resources import SUITES

FILES = sorted(f for name in SUITE_NAMES for f in (SUITES / name).glob("test_*.py"))


def _marked(file):
    """The functions with the marker and the module's kinds of interface, as Python reads them."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    kinds = [c for c in calls if ast.unparse(c.func) == "pytest.mark.interface"]
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    named = {
        f.name: ast.get_docstring(f)
        for f in functions
        if any(ast.unparse(d).startswith("pytest.mark.check(") for d in f.decorator_list)
    }
    return named, tuple(ast.literal_eval(a) for a in kinds[0].args) if kinds else ()


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_check_of_a_module_is_read(file):
    functions, kinds = _marked(file)
    found = [c for c in load_checks() if c.file == file.relative_to(SUITES).as_posix()]
    assert {c.function for c in found} == set(functions)
    assert all(functions[c.function].startswith(c.purpose) for c in found)
    assert all(c.interfaces == kinds for c in found)


def test_a_marker_that_is_no_literal_is_refused(tmp_path):
    folder = tmp_path / SUITE_NAMES[0]
    folder.mkdir()
    text = '@pytest.mark.check(NAME, clause="RFC 9110 1")\ndef test_it():\n    """Nothing."""\n'
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="malformed"):
        load_checks(tmp_path)
