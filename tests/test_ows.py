"""Exception reports of every kind, and what capabilities say of operations."""

import pytest

from mimtest.vocabulary.ows import constraints_of, operations_of, read_faults, told
from mimtest.vocabulary.xml import read

REPORTS = {
    "OWS 1.1": b"""<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">
      <ows:Exception exceptionCode="InvalidParameterValue" locator="typeNames">
      <ows:ExceptionText>no such type</ows:ExceptionText></ows:Exception></ows:ExceptionReport>""",
    "OWS 1.0": b"""<ExceptionReport xmlns="http://www.opengis.net/ows" version="1.1.0">
      <Exception exceptionCode="InvalidParameterValue" locator="typeNames">
      <ExceptionText>no such type</ExceptionText></Exception></ExceptionReport>""",
    "WMS 1.3": b"""<ServiceExceptionReport xmlns="http://www.opengis.net/ogc" version="1.3.0">
      <ServiceException code="InvalidParameterValue" locator="typeNames">no such type</ServiceException>
      </ServiceExceptionReport>""",
    "prefixed code": b"""<ServiceExceptionReport version="1.1.1"><ServiceException
      code="ogc:InvalidParameterValue" locator="typeNames">no such type</ServiceException>
      </ServiceExceptionReport>""",
}
CAPABILITIES = b"""<C xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:fes="http://www.opengis.net/fes/2.0"><ows:OperationsMetadata>
  <ows:Operation name="GetFeature"><ows:DCP><ows:HTTP>
    <ows:Get xlink:href="http://city.example/wfs?"/><ows:Post xlink:href="http://city.example/post"/>
  </ows:HTTP></ows:DCP><ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>a</ows:Value>
  <ows:Value>b</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation>
  <ows:Operation name="Old"><ows:Parameter name="x"><ows:Value>1</ows:Value></ows:Parameter></ows:Operation>
  <ows:Constraint name="KVPEncoding"><ows:NoValues/><ows:DefaultValue>TRUE</ows:DefaultValue></ows:Constraint>
  <ows:Constraint name="CountDefault"><ows:DefaultValue>100</ows:DefaultValue></ows:Constraint>
  </ows:OperationsMetadata><fes:Filter_Capabilities><fes:Conformance>
  <fes:Constraint name="ImplementsSorting"><ows:NoValues/><ows:DefaultValue>false</ows:DefaultValue>
  </fes:Constraint></fes:Conformance></fes:Filter_Capabilities></C>"""


@pytest.mark.parametrize("kind", REPORTS)
def test_exceptions_of_every_version_are_read(kind):
    faults = read_faults(read(REPORTS[kind]).root)
    assert told(faults) == "InvalidParameterValue at typeNames: no such type"


def test_another_document_is_no_report():
    assert read_faults(read(b"<html/>").root) is None


def test_operations_have_their_addresses_and_values():
    found = operations_of(read(CAPABILITIES).root)
    assert found["GetFeature"].get == "http://city.example/wfs?"
    assert found["GetFeature"].post == "http://city.example/post"
    assert found["GetFeature"].parameters == {"outputformat": ("a", "b")}
    assert found["Old"].get is None
    assert found["Old"].parameters == {"x": ("1",)}


def test_constraints_are_true_or_false():
    root = read(CAPABILITIES).root
    assert constraints_of(root) == {"KVPEncoding": True, "ImplementsSorting": False}
