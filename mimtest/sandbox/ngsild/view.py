"""How one request wants to see entities: media type, representation, version, linked entities."""

from collections.abc import Sequence
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.features import feature
from mimtest.sandbox.ngsild.forms import Form, read_languages
from mimtest.sandbox.ngsild.linked import Join, Part, shown_inline
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import GEO_JSON
from mimtest.sandbox.ngsild.projection import Projection
from mimtest.sandbox.ngsild.versions import preferred_version

_NON_AUTHORITATIVE: Final = 203


class View:
    """The answers to one request for entities."""

    def __init__(self, call: Call, media_type: str, lang: str | None, join: Join) -> None:
        self.call = call
        self.media_type = media_type
        self.join = join
        kind = call.form("sysAttrs")
        stamps = "sysAttrs" in call.params.get("options", "").split(",")
        self.form = Form(call.context.terms, kind, stamps, read_languages(lang))
        is_json = media_type != GEO_JSON
        self.version = preferred_version(call.request.headers) if is_json else None
        self.place = call.params.get("geometryProperty")
        if self.place is not None and is_json:
            msg = "geometryProperty goes with GeoJSON only"
            raise bad_data(msg)

    def one(self, entity: Entity, projection: Projection) -> Response | None:
        """The answer with this entity; None when it has nothing that is wanted."""
        if self.join.how == "flat":
            return self.several([entity], projection)
        part = self._fitted(entity), projection
        shown = self._show(part)
        if shown is None:
            return None
        if self.media_type == GEO_JSON:
            return self._geo_answer(self._feature(part, shown))
        return self._versioned(self.call.answer(shown, self.media_type))

    def several(self, entities: Sequence[Entity], projection: Projection) -> Response:
        """The answer with these entities."""
        fitted = [(self._fitted(e), projection) for e in entities]
        parts = self.join.flat(fitted, self.find)
        pairs = [(part, self._show(part)) for part in parts]
        if self.media_type != GEO_JSON:
            items = [shown for _, shown in pairs if shown is not None]
            return self._versioned(self.call.answer(items, self.media_type))
        features = [self._feature(part, shown) for part, shown in pairs if shown is not None]
        return self._geo_answer({"type": "FeatureCollection", "features": features})

    def find(self, id_: str) -> Entity | None:
        """The entity of that id as this answer has it, if there is one."""
        try:
            return self._fitted(self.call.store.get(id_))
        except NgsiError:
            return None

    def _fitted(self, entity: Entity) -> Entity:
        return self.version.entity(entity) if self.version else entity

    def _show(self, part: Part) -> dict[str, Any] | None:
        """The wanted parts of the entity; None when nothing wanted is there."""
        entity, projection = part
        if projection.attrs is not None and not projection.attributes(entity.attributes):
            return None
        seen = {*self.join.known, entity.id}
        return shown_inline(self.form, part, self.find, self.join.inline, seen) or None

    def _feature(self, part: Part, shown: dict[str, Any]) -> dict[str, Any]:
        return feature(part, shown, self.call.context.terms.expand(self.place or "location"))

    def _versioned(self, response: Response) -> Response:
        """The answer with the version it has, if one is preferred (6.3.6)."""
        if self.version is None:
            return response
        status = _NON_AUTHORITATIVE if self.version.is_earlier else response.status
        applied = response.with_header("Preference-Applied", self.version.preference)
        return applied.with_status(status)

    def _geo_answer(self, value: dict[str, Any]) -> Response:
        """GeoJSON; the context is in the body, or only linked when so preferred (6.3.6)."""
        prefer = self.call.request.headers.get("prefer", "").replace(" ", "").lower()
        linked = "body=json" in prefer.split(",")
        body = value if linked else self.call.in_context(value)
        response = json_response(body, 200, GEO_JSON)
        response = response.with_header("Vary", "Accept, Link, NGSILD-Tenant, Prefer")
        return self.call.with_context_link(response) if linked else response
