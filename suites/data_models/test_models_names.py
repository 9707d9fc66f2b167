"""Terms and identifiers mean one thing only: a name leads to an IRI, an id is nobody else's."""

from collections import defaultdict

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.models.formats import is_absolute_uri
from mimtest.models.identifiers import urn_type
from mimtest.models.reading import CORE_MEMBERS
from mimtest.vocabulary.expect import assert_that, fail, member, shown
from mimtest.vocabulary.model_names import (
    iris_of,
    is_named,
    names_inside,
    own_terms,
    redefined,
    unnamed_in,
    was_given,
)
from mimtest.vocabulary.ngsild import entity_in, types_of

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def context(library, model):
    """The address of the claimed @context."""
    return library.context_address(model)


@pytest.mark.check("MOD-TRM-02", clause="GS CIM 009 5.5.7; JSON-LD 1.1 3.1")
def test_names_have_iris(sample, context, library):
    """The claimed @context is valid and gives the type and every attribute an IRI of its own."""
    names = _attributes(sample)
    _assert_context(library, context)
    made = iris_of([*names, sample.type], context, library.documents.get, [sample.type])
    lost = [n for n in [*names, sample.type] if not is_named(made.get(n, ""))]
    lost += _sharing({n: iri for n, iri in made.items() if n in names and n not in lost})
    assert_that(
        not lost,
        f"{context} leaves names of the {sample.size} without an IRI of their own: {', '.join(lost)}",
        expected="an IRI of its own, outside of the default vocabulary, for every name",
        received=", ".join(lost),
    )


@pytest.mark.check(
    "MOD-TRM-04",
    clause="GS CIM 009 5.5.7; MIMs Plus 9.0 MIM2 R1.1",
    strength="should",
    rests_on=("MOD-TRM-02",),
)
def test_names_inside_have_iris(samples, library):
    """Members of structured values, and attributes of attributes, have IRIs outside of the default vocabulary."""
    parts = [(m, e, names_inside(e)) for m, s in samples for e in s.normalized()]
    alike = {(m.entity_type, frozenset(names)): (m, e) for m, e, names in parts if names}
    if not alike:
        raise Inconclusive("no_data", "no sampled entity has names inside of its attributes")
    lost = {}
    for (name, names), (model, entity) in alike.items():
        left = unnamed_in(entity, library.context_address(model), library.documents.get) & names
        lost |= {f"{n} of {name}": entity["id"] for n in left}
    assert_that(
        not lost,
        f"the @context leaves names to the default vocabulary: {', '.join(sorted(lost))}",
        expected="an IRI for every name",
        received=shown(lost),
    )


@pytest.mark.check("MOD-TRM-05", clause="GS CIM 009 5.5.7, annex B", strength="should")
def test_the_context_leaves_core_terms_alone(sample, context, library):
    """The claimed @context gives no term of the core @context another meaning."""
    assert sample.entities()
    _assert_context(library, context)
    changed = redefined(context, library.documents.get)
    assert_that(
        not changed,
        f"{context} gives terms of the core @context another IRI: {', '.join(sorted(changed))}",
        expected="the IRIs of the core @context",
        received=shown(changed),
    )


@pytest.mark.check("MOD-TRM-06", clause="GS CIM 009 5.5.5, 6.3.5", rests_on=("MOD-REP-02",))
def test_the_context_in_the_data_means_the_same(forms, sample, context, library):
    """The @context that comes with an entity gives its names the IRIs that the claimed one gives them."""
    entity = entity_in(forms.linked)
    names = {*own_terms([entity]), sample.type}
    given = member(entity, "@context", None, "the JSON-LD form")
    types = sorted(types_of(entity))
    own = iris_of(names, given, library.documents.get, types)
    claimed = iris_of(names, context, library.documents.get, types)
    differing = sorted(n for n in names if own.get(n) != claimed.get(n))
    assert_that(
        not differing,
        f"{entity['id']} comes with a @context in which {shown(differing[:1])[2:-2]} is something else",
        expected=shown({n: claimed.get(n) for n in differing[:3]}),
        received=shown({n: own.get(n) for n in differing[:3]}),
    )


@pytest.mark.check(
    "MOD-TRM-07",
    clause="MIMs Plus 9.0 MIM2 R1.1, M1-3.1",
    strength="should",
    rests_on=("MOD-TRM-02",),
)
def test_names_are_those_of_the_standard_model(sample, model, context, library, reading):
    """What a claimed standard model has a name for has an IRI of that model in the data, too."""
    if not model.name:
        detail = f"claims.models.{model.entity_type} names no standard model"
        raise NotApplicable("model_not_claimed", detail)
    standard = library.documents.at_hand.context_address(model.name)
    if standard is None:
        detail = f"the @context of {model.name} is not at hand; `mimtest models add {model.name}`"
        raise Inconclusive("unresolved_reference", detail)
    names = {*_attributes(sample), sample.type}
    theirs = iris_of(names, standard, library.documents.get, [sample.type])
    ours = iris_of(names, context, library.documents.get, [sample.type])
    known = {n: iri for n, iri in theirs.items() if is_named(iri)}
    if not known:
        raise Inconclusive("no_data", f"{model.name} has no name for anything in the {sample.size}")
    subject = model.name.partition("/")[0]
    other = sorted(n for n in known if ours.get(n) != known[n])
    differing = [n for n in other if not was_given(n, ours.get(n), known[n], subject)]
    assert_that(
        not differing,
        f"{context} has other IRIs than {model.name} for: {', '.join(differing)}",
        expected=shown({n: known[n] for n in differing[:3]}),
        received=shown({n: ours.get(n) for n in differing[:3]}),
    )
    reading("M01", "former" if other else "current")


@pytest.mark.check("MOD-TRM-08", clause="MIMs Plus 9.0 MIM2 R1.1", strength="should")
def test_a_name_means_the_same_in_every_model(samples, library):
    """A name that several claimed models use has one IRI in all of them."""
    meant = defaultdict(dict)
    for model, sample in samples:
        context = library.context_address(model)
        found = iris_of(_attributes(sample), context, library.documents.get, [sample.type])
        for name, iri in found.items():
            meant[name].setdefault(iri, model.entity_type)
            meant[name].setdefault("used by", set()).add(model.entity_type)
    shared = {n: m for n, m in meant.items() if len(m.pop("used by")) > 1}
    if not shared:
        raise Inconclusive("no_data", "no name is used by two of the sampled models")
    differing = {n: m for n, m in shared.items() if len(m) > 1}
    assert_that(
        not differing,
        f"names mean something else from model to model: {', '.join(sorted(differing))}",
        expected="one IRI for each name",
        received=shown(differing),
    )


def _assert_context(library, address):
    __tracebackhide__ = True
    member(library.documents.get(address), "@context", None, f"the document at {address}")


def _attributes(sample):
    """The names that are not of NGSI-LD itself. Raises Inconclusive without any."""
    names = sorted({n for e in sample.simplified() for n in e} - CORE_MEMBERS)
    if not names:
        raise Inconclusive("no_data", f"no sampled {sample.type} has an attribute to be named")
    return names


def _sharing(iris):
    """The names whose IRI another name in use for the same type has, too."""
    every = list(iris.values())
    return [name for name, iri in iris.items() if every.count(iri) > 1]


@pytest.mark.check("MOD-IDN-01", clause="GS CIM 009 5.2.4; RFC 3986 4.3")
def test_identifiers_are_uris(samples):
    """Every sampled entity is identified by a URI with its scheme."""
    wrong = [i for i in _ids(samples) if not is_absolute_uri(i)]
    assert_that(
        not wrong,
        f"{len(wrong)} of {len(_ids(samples))} sampled ids are no URIs, such as {shown(wrong[:3])}",
        expected="a URI such as urn:ngsi-ld:Streetlight:north-12",
        received=shown(wrong[:3]),
    )


@pytest.mark.check("MOD-IDN-02", clause="MIMs Plus 9.0 MIM2 M1-3.2")
def test_identifiers_name_their_type(samples):
    """Every sampled entity that a URI identifies has an NGSI-LD URN with its own type in it."""
    entities = [e for _, s in samples for e in s.entities() if is_absolute_uri(e["id"])]
    if not entities:
        raise Inconclusive("precondition_unmet", "no sampled id is a URI")
    wrong = [e["id"] for e in entities if urn_type(e["id"]) not in map(_last, types_of(e))]
    if wrong:
        fail(
            f"{len(wrong)} of {len(entities)} sampled ids are not of that form, such as {wrong[0]}",
            expected="urn:ngsi-ld:<the entity's type>:<local id>",
            received=shown(wrong[:3]),
        )


def _ids(samples):
    return [e["id"] for _, s in samples for e in s.entities()]


def _last(name):
    return name.replace("#", "/").replace(":", "/").rpartition("/")[2]
