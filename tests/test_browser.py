"""Every page in headless Chromium: accessible by WCAG 2.2 AA, usable by keyboard, printable, quiet."""

import itertools

import pytest

from mimtest.compare import compare
from mimtest.rendering import RENDERERS
from mimtest.rendering.site import own_pages, side_by_side
from tests import browser
from tests.rendering_samples import ALL, hostile, rich, seal

pytestmark = pytest.mark.skipif(
    bool(browser.missing()), reason=f"{browser.missing()} is not installed"
)
WIDTHS = (1280, 320)
#: A4 at 96 pixels to the inch without the margins, upright and across.
PRINTED = {"upright": 695, "across": 1024}
SAMPLES = ("rich", "hostile", "unready")
FORMS = ("html", "summary", "table", "terms")


def bid(number):
    report = rich()
    report["subject"] |= {"product": f"Product with a longer name {number}", "version": "1.0"}
    return seal(report)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All pages: those of single reports, a site of two reports, and one of seven."""
    root = tmp_path_factory.mktemp("pages")
    files = {f"{s}-{f}.html": RENDERERS[f](ALL[s]()) for s in SAMPLES for f in FORMS}
    for name, reports in (("two", [rich(), hostile()]), ("seven", [bid(n) for n in range(7)])):
        pages = [p for r in reports for p in own_pages(r)]
        pages += side_by_side(reports, lambda a, b: compare(a, b).as_dict())
        files |= {f"{name}/{path}": text for path, text in pages}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8", "backslashreplace"))
    return root


@pytest.fixture(scope="module")
def seen(folder):
    """What Chromium found, by page and width. One browser looks at all of them."""
    pair = next((folder / "two" / "pairs").iterdir()).relative_to(folder)
    pages = [f"{s}-{f}.html" for s in SAMPLES for f in FORMS]
    pages += ["two/index.html", "two/mims/m-9.0--MIM1.html", str(pair), "seven/index.html"]
    asked = [
        {"url": (folder / p).as_uri(), "width": w, "keys": 12 if w == WIDTHS[0] else 0}
        for p, w in itertools.product(pages, WIDTHS)
    ]
    return browser.look(asked)


def test_axe_finds_no_violation(seen):
    assert {(r["url"], r["width"]): r["violations"] for r in seen if r["violations"]} == {}


def test_no_page_is_wider_than_its_window(seen):
    assert {(r["url"], r["width"]): r["overflow"] for r in seen if r["overflow"] > 0} == {}


def test_no_page_asks_for_anything_or_complains(seen):
    for found in seen:
        assert found["requests"] == [found["url"]]
        assert found["problems"] == []


def test_a_keyboard_reaches_everything_and_shows_where_it_is(seen):
    for found in (r for r in seen if r["focus"]):
        first, *others = found["focus"]
        assert (first["tag"], first["href"], first["seen"]) == ("A", "#result", True)
        for place in (p for p in others if p["tag"] != "BODY"):
            assert place["outline"], (found["url"], place)
            assert place["seen"], (found["url"], place)
            assert place["name"], (found["url"], place)


def test_a_reader_walks_from_the_products_to_a_requirement_of_a_report(folder):
    asked = {
        "url": (folder / "two" / "index.html").as_uri(),
        "width": WIDTHS[0],
        "clicks": ["a[href='mims/m-9.0--MIM1.html']", "a.cell[href*='cityhub']"],
    }
    (found,) = browser.look([asked])
    (mim, title), (report, product) = found["went"]
    assert mim.endswith("/two/mims/m-9.0--MIM1.html")
    assert title == "MIM1 Interlinking data"
    assert report.endswith("/report.html")
    assert product.startswith("CityHub Context Platform")


def test_paper_is_wide_enough(folder):
    asked = [
        {"url": (folder / page).as_uri(), "width": PRINTED[way], "media": "print"}
        for page, way in (
            *((f"{s}-{f}.html", "upright") for s in SAMPLES for f in ("html", "summary")),
            *((f"{s}-{f}.html", "across") for s in SAMPLES for f in ("table", "terms")),
            *((p, "across") for p in ("seven/index.html", "seven/mims/m-9.0--MIM1.html")),
            *((p, "across") for p in ("two/index.html", "two/mims/m-9.0--MIM1.html")),
        )
    ]
    assert {r["url"]: r["overflow"] for r in browser.look(asked) if r["overflow"] > 0} == {}
