"""The pod over HTTP (Solid Protocol 0.11)."""

from dataclasses import dataclass, field, replace
from threading import Lock
from uuid import uuid4

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.pod.answers import dressed, no_content, preflight, refused, shown
from mimtest.sandbox.pod.jsonld import read_json_ld
from mimtest.sandbox.pod.people import PREFIX, TOKENS, webid
from mimtest.sandbox.pod.store import ROOT, TURTLE, Document, Store, furnished
from mimtest.sandbox.pod.terms import PIM, RDF, Node, NotReadError
from mimtest.sandbox.pod.turtle import read_patch, read_turtle

_JSON_LD = "application/ld+json"
_DESCRIPTION = "/.well-known/solid"


def service() -> "PodService":
    """The pod."""
    return PodService()


@dataclass(slots=True)
class PodService:
    """A pod for each address by which it is reached: addresses in its documents are absolute."""

    stores: dict[str, Store] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        if not request.path:
            where = f"{request.base}{PREFIX}/"
            return problem(301, "the pod is a container").with_header("Location", where)
        with self.lock:
            store = self.stores.setdefault(request.base, furnished(request.base))
        with store.lock:
            return dressed(request, store, _Visit(store, request).answer())


class BadTokenError(Exception):
    """A token that is nobody's."""


class _Visit:
    """One request to a pod."""

    def __init__(self, store: Store, request: Request) -> None:
        self.store, self.request, self.path = store, request, request.path
        self.is_acl = self.path.endswith(".acl")
        self.subject = self.path.removesuffix(".acl")

    def answer(self) -> Response:
        request = self.request
        if request.method == "OPTIONS":
            return preflight(self.path)
        acts = {"GET": self._get, "PUT": self._put, "PATCH": self._patch, "DELETE": self._delete}
        if self.path.endswith("/"):
            acts["POST"] = self._post
        act = acts.get(request.method)
        if act is None or (self._is_kept and request.method == "DELETE"):
            return problem(405, f"{request.method} is not offered here")
        refusal = self._refusal()
        if refusal is not None:
            return refusal
        try:
            return act()
        except NotReadError as error:
            return problem(400, str(error))

    def _refusal(self) -> Response | None:
        """What stands in the way of the request, if anything: rights first."""
        try:
            agent = _agent(self.request)
        except BadTokenError:
            return refused(known=False, error="invalid_token")
        modes = self.store.modes(self.subject, agent)
        if self._needed not in modes and self.path != _DESCRIPTION:
            return refused(known=agent is not None)
        if self.request.body and not self.request.headers.get("content-type"):
            return problem(400, "a body has a Content-Type")
        return None

    @property
    def _is_kept(self) -> bool:
        return self.path in (ROOT, f"{ROOT}.acl", _DESCRIPTION)

    @property
    def _needed(self) -> str:
        """The access mode that the request needs (WAC 4.3)."""
        if self.is_acl:
            return "control"
        if self.request.method == "GET":
            return "read"
        adds = self.request.method == "POST"
        return "append" if adds or (self.request.method == "PATCH" and self._only_adds) else "write"

    @property
    def _only_adds(self) -> bool:
        return b"deletes" not in self.request.body

    def _get(self) -> Response:
        if self.path == _DESCRIPTION:
            storage = Node(self.store.address(ROOT))
            held = ((storage, f"{RDF}type", Node(f"{PIM}Storage")),)
            return shown(self.request, Document(TURTLE, statements=held))
        if not self.store.is_there(self.path):
            return problem(404, "there is nothing here")
        is_container = self.path.endswith("/")
        found = self.store.container(self.path) if is_container else self.store.documents[self.path]
        return shown(self.request, found)

    def _put(self) -> Response:
        if self.path.endswith("/"):
            if self.store.is_there(self.path):
                return problem(409, "what a container holds is not written with PUT")
            self.store.kept.add(self.path)
            return no_content(201)
        return self._kept_at(self.path)

    def _post(self) -> Response:
        if not self.store.is_there(self.path):
            return problem(404, "there is no such container")
        path = f"{self.path}{uuid4()}"
        return self._kept_at(path).with_header("Location", self.store.address(path))

    def _kept_at(self, path: str) -> Response:
        status = 204 if self.store.is_there(path) else 201
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        base = self.store.address(path)
        if media_type == TURTLE:
            held = read_turtle(self.request.body, base)
            document = Document(TURTLE, statements=tuple(held))
        elif media_type == _JSON_LD:
            document = Document(TURTLE, statements=tuple(read_json_ld(self.request.body, base)))
        elif self.is_acl:
            return problem(415, f"an ACL resource is {TURTLE} or {_JSON_LD}")
        else:
            document = Document(media_type, self.request.body)
        self.store.put(path, document)
        return no_content(status)

    def _patch(self) -> Response:
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "text/n3":
            return problem(415, "a patch is text/n3")
        known = self.store.documents.get(self.path, Document(TURTLE))
        if known.media_type != TURTLE or self.path.endswith("/"):
            return problem(409, "a patch is for an RDF document")
        adds, removes = read_patch(self.request.body, self.store.address(self.path))
        if not set(removes) <= set(known.statements):
            return problem(409, "what is to be removed is not there")
        kept = [s for s in known.statements if s not in removes]
        status = 204 if self.store.is_there(self.path) else 201
        self.store.put(self.path, replace(known, statements=tuple(dict.fromkeys([*kept, *adds]))))
        return no_content(status)

    def _delete(self) -> Response:
        if not self.store.is_there(self.path):
            return problem(404, "there is nothing here")
        if self.path.endswith("/") and self.store.contained(self.path):
            return problem(409, "the container is not empty")
        self.store.remove(self.path)
        return no_content(204)


def _agent(request: Request) -> str | None:
    """The WebID of whoever asks; None for somebody unknown. Raises BadTokenError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or token.strip() not in TOKENS:
        raise BadTokenError
    return webid(request.base, TOKENS[token.strip()])
