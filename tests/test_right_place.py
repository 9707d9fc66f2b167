"""A base address with a path too much or too few is found out, and the right one is proposed."""

import tomllib

import pytest

from mimtest.sandbox.targetfile import target_text
from tests.conftest import city, mimtest


@pytest.mark.parametrize("path", ["", "/ngsi-ld", "/ngsi-ld/v1/entities", "/broker"])
def test_doctor_names_the_right_base_path(tmp_path, path):
    with city() as base:
        right = f"{base}/ngsi-ld/v1"
        text = target_text(base).replace(f'"{right}"', f'"{base}{path}"')
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        done = mimtest("doctor", "mimtest.toml", cwd=tmp_path)
    assert done.code == 3
    assert f"interfaces.context.url: One was found at {right}: set it to that." in done.out


@pytest.mark.parametrize("path", ["", "/ngsi-ld", "/ngsi-ld/v1/entities"])
def test_init_writes_the_right_base_path(tmp_path, path):
    with city() as base:
        done = mimtest("init", f"{base}{path}", "-o", "new.toml", cwd=tmp_path)
    assert done.code == 0, done.err
    written = tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))
    assert f"{base}/ngsi-ld/v1" in {i["url"] for i in written["interfaces"].values()}
