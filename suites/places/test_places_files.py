"""Data sets as files: what they are said to be, how they are sent, and whether they are open."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.file_types import closed_format, media_types_of
from mimtest.vocabulary.geofiles import FORMATS, unpacked

pytestmark = pytest.mark.interface("file")

TELLS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "text/plain")
PACKED = (
    "application/zip",
    "application/gzip",
    "application/x-gzip",
    "application/x-zip-compressed",
)


@pytest.mark.check("PLA-FIL-01", clause="MIM7 R2.1", level="passive")
def test_a_file_is_what_it_is_said_to_be(file, interface):
    """The content of the file is of the format that the target file names."""
    if interface.format is None:
        raise NotApplicable("not_offered", "the target file does not name the format")
    body = file.body
    assert_that(
        file.format == interface.format,
        f"{file.name} is not {FORMATS[interface.format]}",
        expected=FORMATS[interface.format],
        received=FORMATS.get(file.format) or closed_format(body) or repr(body[:40]),
    )


@pytest.mark.check("PLA-FIL-02", clause="RFC 9110 8.3", level="passive", strength="should")
def test_a_file_is_sent_with_its_media_type(file, interface):
    """The media type of a download is one of its format, or says nothing of it."""
    if interface.is_local:
        raise NotApplicable("not_offered", "the file is read from this machine")
    if file.format is None:
        raise Inconclusive("precondition_unmet", "the format of the file is not recognised")
    given = file.answer.media_type
    if unpacked(file.answer.body) is not file.answer.body and given in PACKED:
        return
    fitting = media_types_of(file.format)
    assert_that(
        given in TELLS_NOTHING or given in fitting,
        f"the media type is not one of {FORMATS[file.format]}",
        expected=" or ".join(fitting),
        received=given,
    )


@pytest.mark.check("PLA-FIL-03", clause="MIM7 R2.1", level="passive")
def test_a_file_is_in_an_open_format(file):
    """The file is in an open format, and not in one that only a vendor's programs read."""
    body = file.body
    if file.unknown_parts:
        others = ", ".join(file.unknown_parts[:3])
        raise Inconclusive(
            "needs_review", f"the archive holds what is not recognised, too: {others}"
        )
    if file.format:
        return
    closed = closed_format(body)
    if closed is None:
        raise Inconclusive("needs_review", f"the format of {file.name} is not recognised")
    fail("the file is in a closed format", expected=" or ".join(FORMATS.values()), received=closed)


@pytest.mark.check("PLA-FIL-04", clause="MIM7 R2.1", level="passive")
def test_a_file_is_not_empty(file):
    """The file has content."""
    assert_that(file.body.strip(), f"{file.name} is empty", expected="data", received="nothing")
