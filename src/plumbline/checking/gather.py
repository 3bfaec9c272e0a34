"""Gets every overlay's analysis: from memory where nothing changed, else by rendering."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from plumbline.checking.analysis import analyse
from plumbline.checking.plan import Plan
from plumbline.checking.record import Record
from plumbline.checking.snapshot import state_and_marks
from plumbline.rendering import Renderer, Rendering, Request
from plumbline.rules import Overlay
from plumbline.schemas import SchemaStore

Progress = Callable[[int, int], None]


class Recalls(Protocol):
    """What may know an overlay's record already, and wants to know new ones."""

    def record(self, overlay: str) -> Record | None:
        """The record of an overlay whose files are as they were, or None."""

    def remember(self, record: Record) -> None:
        """Takes a record for another time."""


class CountedRenderer:
    """A renderer that counts what it is asked."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self.requests = 0

    @property
    def version(self) -> str:
        """What runs."""
        return self._renderer.version

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        """As the renderer does."""
        return self._renderer.render(self._counted(requests))

    def _counted(self, requests: Iterable[Request]) -> Iterator[Request]:
        for request in requests:
            self.requests += 1
            yield request

    def close(self) -> None:
        """As the renderer does."""
        self._renderer.close()


@dataclass(frozen=True, slots=True)
class Gathered:
    """Records by overlay, sorted, and how many of them were recalled."""

    records: Mapping[str, Record]
    recalled: int


def gather(
    plan: Plan,
    overlays: Iterable[str],
    *,
    memory: Recalls,
    store: SchemaStore,
    renderer: Renderer,
    progress: Progress,
) -> Gathered:
    """A record for each overlay; those that are not recalled are rendered and remembered."""
    wanted = list(overlays)
    records: dict[str, Record] = {}
    for overlay in wanted:
        known = memory.record(overlay)
        if known is not None:
            records[overlay] = known
    recalled = len(records)
    missing = [overlay for overlay in wanted if overlay not in records]
    if recalled:
        progress(recalled, len(wanted))
    rules = plan.of(Overlay)
    for rendering in renderer.render(Request(overlay) for overlay in missing):
        state, marks = state_and_marks(rendering)
        record = Record(
            analysis=analyse(rendering, config=plan.config, store=store, rules=rules),
            reads=tuple(sorted(rendering.reads)),
            absent=rendering.absent,
            state=state,
            marks=marks,
        )
        records[rendering.overlay] = record
        if rendering.is_lasting:
            memory.remember(record)
        progress(len(records), len(wanted))
    return Gathered(dict(sorted(records.items())), recalled)
