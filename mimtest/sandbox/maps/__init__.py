"""The town as maps: WMS, WMTS, and an API with OGC API - Tiles and OGC API - Maps."""

from mimtest.sandbox.city import City
from mimtest.sandbox.maps.api import MapsApi
from mimtest.sandbox.maps.layers import layers
from mimtest.sandbox.maps.wms import WmsService
from mimtest.sandbox.maps.wmts import WmtsService

#: Where each is mounted.
WMS = "/wms"
WMTS = "/wmts"
API = "/maps"


def wms(city: City) -> WmsService:
    """The Web Map Service of a town."""
    return WmsService(layers(city), WMS)


def wmts(city: City) -> WmtsService:
    """The Web Map Tile Service of a town."""
    return WmtsService(layers(city), WMTS)


def api(city: City) -> MapsApi:
    """Tiles and maps of a town as an OGC API."""
    return MapsApi(layers(city), API)
