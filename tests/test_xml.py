"""XML as targets send it: what is read, what speaks against the sender, and what is left open."""

from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.xml import local, namespace, read, text_of, texts_of

LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)


def test_names_have_their_namespaces():
    document = read(b'<a:x xmlns:a="urn:a" xmlns="urn:b" a:k="1" j="2"><y>t</y></a:x>')
    assert document.root.tag == "{urn:a}x"
    assert document.root.attrib == {"{urn:a}k": "1", "j": "2"}
    assert [local(e) for e in document.root] == ["y"]
    assert namespace(document.root[0]) == "urn:b"
    assert document.qualified("a:thing") == "{urn:a}thing"
    assert document.qualified("thing") == "{urn:b}thing"
    assert document.qualified("b:thing") == "thing"


@given(LETTERS, LETTERS)
def test_texts_come_as_they_were(text, attribute):
    body = f"<a k={quoteattr(attribute)}>{escape(text)}</a>".encode()
    root = read(body).root
    assert root.get("k") == attribute
    assert (root.text or "") == text


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_complained_about(body):
    with suppress(Contradiction, Inconclusive):
        assert read(body).root is not None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "line 1"),
        (b"<a>\n<b></a>", "line 2"),
        (b"<a>&nbsp;</a>", "undefined entity"),
        (b"<a>1 < 2</a>", "line 1"),
        (b"<x:a/>", "unbound prefix"),
        (b'{"a": 1}', "line 1"),
        (b"<a/><b/>", "junk"),
    ],
)
def test_what_is_no_xml_is_told_with_its_place(body, where):
    with pytest.raises(Contradiction, match="no well-formed XML") as found:
        read(body)
    assert where in str(found.value)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://elsewhere.example/a.dtd"><a>&x;</a>',
        b"<a>" * 300 + b"</a>" * 300,
        b'<?xml version="1.0" encoding="nobody"?><a/>',
    ],
)
def test_what_is_not_read_leaves_no_verdict(body):
    with pytest.raises(Inconclusive):
        read(body)


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_are_known(coding):
    body = f'<?xml version="1.0" encoding="{coding}"?><a>Straße</a>'.encode(coding)
    assert read(body).root.text == "Straße"


def test_a_document_type_elsewhere_is_passed_over():
    root = read(b'<!DOCTYPE a SYSTEM "http://elsewhere.example/a.dtd"><a>1</a>').root
    assert root.text == "1"


def test_texts_are_found_by_local_names():
    root = read(b'<a xmlns="urn:a"><b><c> 1 </c></b><b><c/></b><b><c>2</c></b></a>').root
    assert text_of(root, "b/c") == "1"
    assert texts_of(root, "b/c") == ["1", "2"]
    assert text_of(root, "d") is None
    assert text_of(None) is None
