"""Where a rendered value was written: the patch, not the base that it changed.

The value's origin is asked of kustomize. Where the value differs from what stands there, one
directive at a time is left out in memory, and the one without which the value moves wrote it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.findings import Location, ObjectId, Related
from plumbline.kubernetes import object_id
from plumbline.rendering.chain import kustomization_file, suspects
from plumbline.rendering.directives import Directive, without
from plumbline.rendering.model import KubernetesObject, Origin, Renderer, Rendering, Request
from plumbline.rendering.places import directive_place, generator_place, source_document
from plumbline.rendering.pointers import ABSENT, existing, get, translate
from plumbline.repository import Files
from plumbline.yaml import Document


@dataclass(frozen=True, slots=True)
class Question:
    """Where is the value at `path` of an object of the rendering?"""

    object: ObjectId
    path: str


@dataclass(frozen=True, slots=True)
class Place:
    """The answer: the place to edit, and other places that help to understand it."""

    location: Location
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Places in the order of the questions, and the rendering that they were found in.

    `is_lasting` is False where a renderer died on the way: another time may know better.
    """

    places: tuple[Place, ...]
    rendering: Rendering
    is_lasting: bool


def trace(
    overlay: str, questions: Sequence[Question], *, renderer: Renderer, files: Files
) -> Trace:
    """A place for each question; the overlay's kustomization file where nothing better is known."""
    rendering = next(iter(renderer.render([Request(overlay, origins=True)])))
    trail = _Trail(rendering, renderer, files)
    places = tuple(trail.place(question) for question in questions)
    return Trace(places, rendering, rendering.is_lasting and trail.is_lasting)


class _Trail:
    """One overlay's rendering with origins, and what leaving out each directive makes of it."""

    def __init__(self, rendering: Rendering, renderer: Renderer, files: Files) -> None:
        self.rendering = rendering
        self.renderer = renderer
        self.files = files
        self.index = {object_id(o, ""): n for n, o in enumerate(rendering.objects)}
        self.is_lasting = True
        self._left_out: list[tuple[Directive, Rendering]] | None = None

    @property
    def fallback(self) -> Location:
        """The overlay's own kustomization file."""
        file = kustomization_file(self.rendering.overlay, self.rendering.reads)
        return Location(file or self.rendering.overlay)

    def place(self, question: Question) -> Place:
        """The place that decides the value, or the one that lacks it."""
        index = self.index.get(question.object)
        if index is None or not self.rendering.origins:
            return Place(self.fallback)
        subject, origin = self.rendering.objects[index], self.rendering.origins[index]
        source = self._source(subject, origin)
        if source is None:
            return self._generated(index, question.path, origin)
        file, document = source
        mine = existing(subject, question.path)
        twin_path = translate(question.path, subject, document.value)
        if mine == question.path or get(document.value, twin_path) is not ABSENT:
            wanted = question.path
        else:
            wanted = mine  # absent here and there: look at what should hold it
        there = translate(wanted, subject, document.value)
        mark, found = document.find(there)
        written = Location(file, mark.line, mark.column)
        value = get(subject, wanted)
        if found and (isinstance(value, dict | list) or value == get(document.value, there)):
            return Place(written)  # what a person means by a mapping is the place of its key
        culprit = self._culprit(index, wanted)
        if culprit is None:
            return Place(written)
        location = directive_place(culprit, subject, question.path, files=self.files)
        related = (Related(written, "the value before the overlay changed it"),) if found else ()
        return Place(location, related)

    def _source(self, subject: KubernetesObject, origin: Origin) -> tuple[str, Document] | None:
        if not origin.file:
            return None
        document = source_document(self.files.reading(origin.file).documents, subject)
        return (origin.file, document) if document else None

    def _generated(self, index: int, path: str, origin: Origin) -> Place:
        subject = self.rendering.objects[index]
        culprit = self._culprit(index, existing(subject, path))
        if culprit is not None and not culprit.field.endswith("Generator"):
            return Place(directive_place(culprit, subject, path, files=self.files))
        file = origin.configured_in or origin.file
        return Place(generator_place(file, subject, files=self.files) if file else self.fallback)

    def _culprit(self, index: int, path: str) -> Directive | None:
        """The last applied directive without which the value at `path` is another."""
        for directive, rendering in self._ablations():
            if self._moved(index, path, rendering):
                return directive
        return self._jointly(index, path)

    def _jointly(self, index: int, path: str) -> Directive | None:
        """The directive at which the value gives way when several agree on it."""
        gone: dict[str, list[str]] = {}
        for directive, _ in self._ablations():
            gone.setdefault(directive.file, []).append(directive.path)
            rendering = self._render_without({f: tuple(p) for f, p in gone.items()}, "")
            if self._moved(index, path, rendering):
                return directive
        return None

    def _ablations(self) -> list[tuple[Directive, Rendering]]:
        """Each directive of the chain with the rendering that lacks it; rendered once."""
        if self._left_out is None:
            found = list(suspects(self.rendering.overlay, self.rendering.reads, self.files))
            requests = [
                self._request({d.file: (d.path,)}, str(number)) for number, d in enumerate(found)
            ]
            answers = {int(r.tag): r for r in self.renderer.render(requests)}
            self._left_out = [(d, answers[n]) for n, d in enumerate(found)]
        return self._left_out

    def _render_without(self, gone: dict[str, tuple[str, ...]], tag: str) -> Rendering:
        return next(iter(self.renderer.render([self._request(gone, tag)])))

    def _request(self, gone: dict[str, tuple[str, ...]], tag: str) -> Request:
        documents = {f: self.files.reading(f).documents[0] for f in gone}
        overrides = {f: without(documents[f], paths) for f, paths in gone.items()}
        return Request(self.rendering.overlay, overrides=overrides, tag=tag)

    def _moved(self, index: int, path: str, other: Rendering) -> bool:
        self.is_lasting = self.is_lasting and other.is_lasting
        if other.error is not None:
            return False
        subject = self.rendering.objects[index]
        twin = _twin(subject, index, len(self.rendering.objects), other)
        return twin is not None and get(twin, translate(path, subject, twin)) != get(subject, path)


def _twin(
    subject: KubernetesObject, index: int, total: int, other: Rendering
) -> KubernetesObject | None:
    """The same object in another rendering: by name, or by place where a name was changed."""
    for candidate in other.objects:
        if object_id(candidate, "") == object_id(subject, ""):
            return candidate
    if len(other.objects) == total and other.objects[index].get("kind") == subject.get("kind"):
        return other.objects[index]
    return None
