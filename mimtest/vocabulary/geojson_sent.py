"""GeoJSON as it came: the pages of downloaded collections, or what is in a file."""

from mimtest.vocabulary.geofiles import GeoFile, json_records
from mimtest.vocabulary.geojson_pieces import Drawing
from mimtest.vocabulary.ogcapi import document
from mimtest.vocabulary.parts import Some
from mimtest.vocabulary.samples import Sample


def drawing_of(samples: Some[Sample]) -> Drawing:
    """The pages of samples. Raises Contradiction."""
    pages = tuple(page for s in samples for page in s.walk.pages)
    return Drawing(tuple(map(document, pages)), pages, samples.told)


def drawing_in(file: GeoFile) -> Drawing:
    """What is in a file. Raises NotApplicable for one of another format, Contradiction."""
    content = file.require("geojson", "geojson-sequence")
    return Drawing(tuple(json_records(content)), (content.answer,))
