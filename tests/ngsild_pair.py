"""A broker and a source that is a broker as well, connected without sockets."""

import json
from dataclasses import replace

from mimtest.sandbox import ngsild
from tests.ngsild_asking import BASE, Api, prop

ID = "urn:x:1"
AT = f"/entities/{ID}"
WRITES = [
    "createEntity",
    "updateEntity",
    "appendAttrs",
    "updateAttrs",
    "deleteAttrs",
    "deleteEntity",
    "mergeEntity",
    "replaceEntity",
    "replaceAttrs",
]
BATCHES = ["createBatch", "upsertBatch", "updateBatch", "mergeBatch", "deleteBatch"]
ROOM = {"id": ID, "type": "Room", "temp": prop(20), "label": prop("hall")}


class Pair:
    """A broker and a source, which is a broker as well; `asked` is what was sent to the source."""

    def __init__(self):
        self.broker, self.source, self.asked = Api(), Api(), []
        self.behaviour = None
        self.broker.platform.services[ngsild.PREFIX].connect(self._send)

    def _send(self, request, _):
        self.asked.append(request)
        answer = self.behaviour(request) if self.behaviour else None
        if isinstance(answer, Exception):
            raise answer
        length = {"content-length": str(len(request.body))}
        return answer or self.source.platform.handle(
            replace(request, headers={**request.headers, **length})
        )

    def register(self, mode="inclusive", offers=WRITES, entities=None, more=None, **info):
        about = entities or [{"id": ID, "type": "Room"}]
        registration = {
            "type": "ContextSourceRegistration",
            "endpoint": f"{BASE}/ngsi-ld/v1",
            "mode": mode,
            "operations": list(offers),
            "information": [{"entities": about, **info}],
            **(more or {}),
        }
        return self.broker.change("POST", "/csourceRegistrations", registration, 201)

    def here(self, id_=ID):
        return _held(self.broker, id_, local="true")

    def there(self, id_=ID):
        return _held(self.source, id_)

    def bodies(self):
        return [json.loads(r.body) if r.body else None for r in self.asked]


def _held(api, id_, **params):
    answer = api("GET", f"/entities/{id_}", **params)
    assert answer.status in (200, 404)
    return {n: v for n, v in answer.json().items() if n != "id"} if answer.status == 200 else None
