"""Every language in headless Chromium: long words widen no page, and no language makes a page less accessible."""

import pytest

from mimtest.rendering import RENDERERS
from mimtest.rendering.words import ENGLISH, languages
from tests import browser
from tests.rendering_samples import rich

pytestmark = pytest.mark.skipif(
    bool(browser.missing()), reason=f"{browser.missing()} is not installed"
)
#: A phone, A4 upright at 96 pixels to the inch without its margins, a desk.
WIDTHS = (320, 695, 1280)
#: Chromium tells widths in whole pixels, of what is in a cell rounded up.
ROUNDING = 1
LANGUAGES = [lang for lang in languages() if lang != ENGLISH]
#: Looked at with axe-core, too; the others differ in their words alone.
CLOSELY = ("de", "el", "fi")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What Chromium found: the summary and the table of all languages, the whole report of some."""
    root = tmp_path_factory.mktemp("pages")
    asked = []
    for lang in LANGUAGES:
        closely = lang in CLOSELY
        for form in ("summary", "table", *(("html",) if closely else ())):
            page = root / f"{lang}-{form}.html"
            page.write_bytes(RENDERERS[form](rich(), lang=lang).encode())
            asked.append({"url": page.as_uri(), "width": 320, "widths": WIDTHS, "axe": closely})
    return browser.look(asked)


def test_no_page_is_wider_than_its_window(seen):
    assert len(seen) == len(LANGUAGES) * 2 + len(CLOSELY)
    wide = [r for r in seen if r["overflow"] > 0 or max(r["overflows"]) > ROUNDING]
    assert {r["url"]: r["overflows"] for r in wide} == {}


def test_axe_finds_no_violation(seen):
    assert sum(r["axe"] for r in seen) == len(CLOSELY) * 3
    assert {r["url"]: r["violations"] for r in seen if r["violations"]} == {}
