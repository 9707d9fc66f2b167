"""`init` finds what a map address is by itself; `doctor` says where it is instead."""

import tomllib

import pytest

from mimtest.sandbox.targetfile import target_text
from tests.conftest import city, mimtest


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (
            "",
            {
                "dsp": "",
                "ngsi-ld": "/ngsi-ld/v1",
                "ngsi-v2": "/v2",
                "ogc-api-features": "/ogc",
                "ogc-api-tiles": "/maps",
                "ogc-api-maps": "/maps",
                "sensorthings": "/sta/v1.1",
                "wfs": "/wfs",
                "wms": "/wms",
                "wmts": "/wmts",
            },
        ),
        ("/wms", {"wms": "/wms"}),
        ("/wms?map=town", {"wms": "/wms?map=town"}),
        ("/wmts/1.0.0", {"wmts": "/wmts"}),
        ("/maps/collections", {"ogc-api-tiles": "/maps", "ogc-api-maps": "/maps"}),
        ("/downloads/town.gpkg", {"file": "/downloads/town.gpkg"}),
    ],
)
def test_init_finds_the_kind_of_an_address(tmp_path, path, found):
    with city() as base:
        done = mimtest("init", f"{base}{path}", "-o", "new.toml", cwd=tmp_path)
        assert done.code == 0, done.err
        ready = mimtest("doctor", "new.toml", cwd=tmp_path)
        assert ready.code == 0, ready.out
    written = tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))
    held = {i["kind"]: i["url"].removeprefix(base) for i in written["interfaces"].values()}
    assert held == found


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("wms", "/wms", "/wmts"), ("wmts", "/wmts", "/wms"), ("ogc-api-tiles", "/maps", "/ogc")],
)
def test_doctor_recognises_another_kind(tmp_path, kind, right, wrong):
    with city() as base:
        old = f'kind = "{kind}"\nurl = "{base}{right}"'
        text = target_text(base).replace(old, old.replace(right, wrong))
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        done = mimtest("doctor", "mimtest.toml", cwd=tmp_path)
    assert done.code == 3
    assert [line for line in done.out.splitlines() if line.startswith("NO")]
