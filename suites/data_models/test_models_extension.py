"""A model that extends another one adds to it. Whatever is valid under it is valid under its base."""

from urllib.parse import urljoin

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.addresses import key, model_at
from mimtest.models.comparison import differences, texts_in
from mimtest.vocabulary.against_schema import address_of, assert_valid, schema_at, shape_at
from mimtest.vocabulary.expect import assert_that, fail, shown
from mimtest.vocabulary.published import require_first

pytestmark = pytest.mark.interface("ngsi-ld", "ngsi-v2", "ogc-api-features", "rest")


@pytest.fixture
def base(library, model, interface, target):
    """The schema that the claimed one extends, by its address."""
    require_first(interface, target)
    if not model.base:
        place = f"claims.models.{model.entity_type}"
        raise NotApplicable("model_not_claimed", f"{place} names no base")
    address = address_of(model.base, library.documents)
    return schema_at(address, library.documents, f"the schema of {model.base}")


@pytest.fixture
def own(library, model):
    """The claimed schema: the extension."""
    if not model.schema:
        place = f"claims.models.{model.entity_type}"
        raise NotApplicable("model_not_claimed", f"{place} names no schema of its own")
    return library.schema(model)


@pytest.fixture
def parted(base, own, library):
    """How the extension differs from its base."""
    return differences(
        shape_at(base.address, library.documents), shape_at(own.address, library.documents)
    )


@pytest.mark.check("MOD-EXT-01", clause="MIMs Plus 9.0 MIM2 R1.2b")
def test_the_extension_names_its_base(sample, own, base, model, library):
    """The claimed schema, or the @context claimed with it, refers to the model that it extends."""
    assert sample.entities()
    if _refers(own.document, own.address, _names_of(base, model, library)):
        return
    reference = library.context_of(model)
    context = library.documents.get(library.documents.address(reference)) if reference else None
    at_hand = library.documents.at_hand
    published = at_hand.context_address(at_hand.model(model.base) or model.base)
    assert_that(
        published is not None and _refers(context, own.address, [published]),
        f"{own.address} does not say that it extends {model.base}",
        expected=f"a reference, such as allOf with $ref, to {base.address}",
        received="no reference to it",
    )


@pytest.mark.check("MOD-EXT-02", clause="MIMs Plus 9.0 MIM2 R1.2b")
def test_no_attribute_is_refused(sample, own, base, parted):
    """The extension refuses no attribute of its base."""
    assert sample.entities()
    refused = [d for d in parted if not d.is_tolerated]
    _assert_no(refused, own, base, "removed", "refuses attributes")


@pytest.mark.check("MOD-EXT-03", clause="MIMs Plus 9.0 MIM2 R1.2b")
def test_attributes_keep_their_kind(sample, own, base, parted):
    """No attribute of the base has another kind of value in the extension."""
    assert sample.entities()
    _assert_no(parted, own, base, "retyped", "gives attributes another kind of value")


@pytest.mark.check("MOD-EXT-04", clause="MIMs Plus 9.0 MIM2 R1.2b")
def test_what_is_required_stays_required(sample, own, base, parted):
    """What the base requires of an entity the extension requires, too."""
    assert sample.entities()
    _assert_no(parted, own, base, "released", "leaves out what is required")


@pytest.mark.check("MOD-EXT-05", clause="MIMs Plus 9.0 MIM2 R1.2b")
def test_no_value_is_let_in(sample, own, base, parted):
    """The extension lets attributes of its base have no value that the base excludes."""
    assert sample.entities()
    _assert_no(parted, own, base, "widened", "lets in values")


@pytest.mark.check("MOD-EXT-06", clause="MIMs Plus 9.0 MIM2 R4.1")
def test_entities_of_the_extension_are_entities_of_its_base(sample, base):
    """Sampled entities of the extension are valid under the schema of its base."""
    if base.is_valid({}):
        raise Inconclusive("control_failed", f"{base.address} takes an entity without anything")
    assert_valid(sample, sample.type, base, model_at(base.address))


@pytest.mark.check("MOD-EXT-07", clause="MIMs Plus 9.0 MIM2 R1.2b, R1.1", strength="should")
def test_additions_are_described(sample, own, base, parted, library):
    """The extension's schema describes in words each attribute that it adds."""
    assert sample.entities()
    members = shape_at(own.address, library.documents).members
    added = sorted({d.name for d in parted if d.kind == "added" and "/" not in d.attribute})
    silent = [n for n in added if not members[n].description.strip()]
    if silent:
        fail(
            f"{own.address} adds attributes to {base.address} without a word on them",
            expected="a description of each",
            received=shown(silent),
        )


@pytest.mark.check("MOD-EXT-11", clause="MIMs Plus 9.0 MIM2 R1.2b", strength="should")
def test_every_attribute_of_the_base_is_described(sample, own, base, parted):
    """The extension describes every attribute of its base, which it gets by referring to it."""
    assert sample.entities()
    _assert_no(
        [d for d in parted if d.is_tolerated], own, base, "removed", "does not describe attributes"
    )


@pytest.mark.check("MOD-EXT-08", clause="MIMs Plus 9.0 MIM2 R4.1")
def test_the_extension_does_not_stand_in_for_its_base(sample, own, base):
    """The extension goes by an identifier of its own, so that the base's stays that of the base."""
    assert sample.entities()
    document, published = own.document, base.document
    named = document.get("$id") if isinstance(document, dict) else None
    taken = {key(base.address)}
    if isinstance(published, dict) and isinstance(published.get("$id"), str):
        taken.add(key(published["$id"]))
    assert_that(
        not (isinstance(named, str) and key(named) in taken) and key(own.address) not in taken,
        f"{own.address} goes by the identifier of its base",
        expected="a '$id' of its own",
        received=shown(named),
    )


def _names_of(base, model, library):
    """What the base is called by: addresses, and its name."""
    document = base.document
    named = document.get("$id") if isinstance(document, dict) else None
    entry = library.documents.at_hand.entry(base.address)
    further = [named] if isinstance(named, str) else []
    return [base.address, model.base, *further, *(entry.aliases if entry else ())]


def _refers(document, address, names):
    """Whether a document at an address names one of these anywhere."""
    keys = {key(name) for name in names}
    texts = [t for t in texts_in(document) if not t.startswith("#")]
    return any(key(t) in keys or _joined(address, t) in keys for t in texts)


def _joined(address, text):
    try:
        return key(urljoin(address, text))
    except ValueError:
        return None


def _assert_no(parted, own, base, kind, what):
    __tracebackhide__ = True
    found = [d for d in parted if d.kind == kind]
    if found:
        fail(
            f"{own.address} {what}: {', '.join(sorted({d.attribute for d in found}))}",
            expected=f"what {base.address} says: {found[0].attribute} {found[0].base}",
            received="; ".join(f"{d.attribute} {d.own}" for d in found),
        )
