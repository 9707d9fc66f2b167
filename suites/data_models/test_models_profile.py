"""The document that says how a model differs from the one it extends stands apart from both, and tells it all."""

import pytest

from mimtest.models.comparison import differences
from mimtest.vocabulary.against_schema import address_of, shape_at
from mimtest.vocabulary.expect import assert_that, fail, shown
from mimtest.vocabulary.published import PAGES, mentions, words_of

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.fixture
def base(claim):
    """The address of the schema that the model extends."""
    return address_of(claim.named("base"), claim.documents)


@pytest.mark.check("MOD-EXT-09", clause="MIMs Plus 9.0 MIM2 R4.2")
def test_the_profile_has_a_document_of_its_own(claim, base):
    """The document of the profile is open, apart from schema and base, and names the base."""
    answer = claim.document("profile", PAGES)
    apart = {claim.model.schema, claim.model.documentation, base}
    assert_that(
        claim.named("profile") not in apart,
        "the profile has no document of its own",
        expected="an address apart from schema, documentation and base",
        received=claim.named("profile"),
    )
    words = f"{words_of(answer)} {answer.text()}"
    named = claim.named("base")
    assert_that(
        any(mentions(words, name) for name in (base, named)),
        f"{answer.url} does not name the base {named}",
        expected=f"the name {named} or the address {base}",
        received=shown(" ".join(words.split())[:120]),
    )


@pytest.mark.check("MOD-EXT-10", clause="MIMs Plus 9.0 MIM2 R4.2")
def test_the_profile_tells_every_difference(claim, base):
    """The document of the profile names each attribute that the profile adds, narrows or requires."""
    words = words_of(claim.document("profile", PAGES))
    own = claim.documents.address(claim.named("schema"))
    parted = differences(shape_at(base, claim.documents), shape_at(own, claim.documents))
    told = [d for d in parted if d.name and not d.is_tolerated]
    untold = [d for d in told if not mentions(words, d.name)]
    if untold:
        fail(
            f"{claim.named('profile')} does not tell of "
            f"{', '.join(sorted({d.name for d in untold}))}",
            expected="every attribute in which the profile differs from its base",
            received="; ".join(map(str, untold[:5])),
        )
