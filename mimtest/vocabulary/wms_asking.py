"""Questions to a Web Map Service: its capabilities, maps, and what is at a point of a map."""

from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that, excerpt, fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.ows import Kvp
from mimtest.vocabulary.pictures import Picture, recognise
from mimtest.vocabulary.planes import carried, east_first, is_north_first, known, turned
from mimtest.vocabulary.wms import NEW, Capabilities, Layer, capabilities, usable

#: Width and height of the pictures that are asked for.
SIDE: Final = 256
MOST_LAYERS: Final = 5
#: What requests for maps accept: the format is a parameter.
ANYTHING: Final = "*/*"
_LEAST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class View:
    """A part of a layer to ask for: a reference system by its name there, and a box, east first."""

    layer: Layer
    crs: str
    box: Box
    width: int = SIDE
    height: int = SIDE

    @property
    def uri(self) -> str:
        """The reference system by its URI."""
        return known(self.crs) or ""

    def part(self, left: int, top: int, width: int, height: int) -> "View":
        """The view of a rectangle of its points."""
        wide = (self.box.east - self.box.west) / self.width
        tall = (self.box.north - self.box.south) / self.height
        west, north = self.box.west + left * wide, self.box.north - top * tall
        box = Box(west, north - height * tall, west + width * wide, north)
        return View(self.layer, self.crs, box, width, height)


@dataclass(slots=True)
class MapService:
    """The service under test. A question is asked once and its answer kept."""

    kvp: Kvp
    described: Capabilities
    chosen: tuple[Layer, ...]

    @property
    def version(self) -> str:
        """The version that is asked for."""
        return self.described.version

    def ask(self, request: str | None, *, at: str = "", **params: Any) -> Answer:
        """An operation in the version of the capabilities; a parameter of None is left out."""
        named = {name.upper(): value for name, value in params.items()}
        return self.kvp.ask(request, at=at, accept=ANYTHING, **named)

    def map(self, view: View, *, at: str = "", **changes: Any) -> Answer:
        """A map of a view, with parameters changed, added, or left out for None."""
        return self.ask("GetMap", at=at, **{**self.question(view), **changes})

    def question(self, view: View) -> dict[str, Any]:
        """The parameters of a question for a map (06-042 table 8)."""
        box = east_first(view.uri, view.box) if self.version == NEW else view.box
        return {
            "layers": view.layer.name,
            "styles": "",
            "crs" if self.version == NEW else "srs": view.crs,
            "bbox": numbers(box),
            "width": view.width,
            "height": view.height,
            "format": self.picture_format,
            "transparent": "TRUE",
        }

    @property
    def picture_format(self) -> str:
        """The format to ask for: PNG where it is offered."""
        formats = self.described.pictures
        if not formats:
            raise Inconclusive("precondition_unmet", "the service offers no format of pictures")
        return "image/png" if "image/png" in formats else formats[0]

    def info(self, view: View, column: int, row: int, **changes: Any) -> Answer:
        """What is at a point of a map (06-042 table 10)."""
        names = ("i", "j") if self.version == NEW else ("x", "y")
        asked: dict[str, Any] = {
            "query_layers": view.layer.name,
            "feature_count": 10,
            names[0]: column,
            names[1]: row,
        }
        return self.ask("GetFeatureInfo", **{**self.question(view), **asked, **changes})

    def view(self, layer: Layer, crs: str | None = None) -> View:
        """All of a layer, in a square. Raises Inconclusive where its extent cannot be used."""
        name = crs or usable(layer, self.version)
        if name is None or layer.geographic is None:
            detail = f"the layer '{layer.name}' has no extent, or no reference system that is known"
            raise Inconclusive("precondition_unmet", detail)
        uri = known(name) or ""
        there = carried(uri, layer.geographic)
        if there is None:
            detail = f"the extent of the layer '{layer.name}' cannot be transformed to {name}"
            raise Inconclusive("precondition_unmet", detail)
        return View(layer, name, _square(east_first(uri, there)))

    def picture(self, view: View, **changes: Any) -> Picture:
        """The picture of a view. Raises Contradiction."""
        __tracebackhide__ = True
        answer = self.map(view, **changes)
        wanted = str(changes.get("format", self.picture_format))
        return picture_in(answer, wanted, view.width, view.height)


def numbers(box: Box) -> str:
    """A box as four numbers, without exponents."""
    return ",".join(f"{n:.9f}" for n in (box.west, box.south, box.east, box.north))


def _square(box: Box) -> Box:
    """A square around a box, a little larger, so that things on its edge are seen whole."""
    half = max(box.east - box.west, box.north - box.south, _LEAST) * 0.55
    x, y = (box.west + box.east) / 2, (box.south + box.north) / 2
    return Box(x - half, y - half, x + half, y + half)


def picture_in(answer: Answer, media_type: str, width: int, height: int) -> Picture:
    """The picture in an answer, of the media type and size that were asked for. Raises Contradiction."""
    __tracebackhide__ = True
    kind = media_type.partition(";")[0].strip().lower()
    found = recognise(assert_status(answer, 200).body)
    if found is None:
        fail("no picture came", expected=kind, received=excerpt(answer) or "no body")
        raise AssertionError
    assert_media_type(answer, kind)
    assert_that(
        found.media_type == kind.replace("image/jpg", "image/jpeg"),
        "the picture is another kind than was asked for",
        expected=kind,
        received=found.media_type,
    )
    assert_that(
        (found.width, found.height) == (width, height),
        "the picture has another size than was asked for",
        expected=f"{width} x {height}",
        received=f"{found.width} x {found.height}",
    )
    return found


def open_maps(client: Client) -> MapService:
    """The service, after it was seen not to say the same to everything. Raises Contradiction, Inconclusive."""
    __tracebackhide__ = True
    kvp = Kvp(client, "WMS")
    described = capabilities(kvp.ask("GetCapabilities"))
    nothing = kvp.ask(f"Mimtest{client.run_id}")
    if nothing.status == 200 and nothing.body == described.answer.body:  # noqa: PLR2004
        detail = f"{nothing.url} asks for nothing there is, and gets the capabilities"
        raise Inconclusive("control_failed", detail)
    kvp.version = described.version
    wanted = client.interface.collections
    layers = [x for x in described.named if not wanted or x.name in wanted][:MOST_LAYERS]
    return MapService(kvp, described, tuple(layers))


def swapped(view: View) -> str:
    """The box of a view against its authority's order of axes, as in the parameter."""
    return numbers(turned(east_first(view.uri, view.box)))


def has_order(crs: str) -> bool:
    """Whether the order of axes matters: the authority puts north first."""
    uri = known(crs)
    return bool(uri and is_north_first(uri))
