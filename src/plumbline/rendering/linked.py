"""The renderer that talks to a pool of helper processes, each of which links kustomize."""

import selectors
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from plumbline.rendering.helper import decode, encode, helper_command, helper_version
from plumbline.rendering.limits import DEFAULT_LIMITS, Limits
from plumbline.rendering.model import RenderError, Rendering, Request
from plumbline.rendering.processes import Worker

# One request is being rendered while the next already waits in the pipe.
_AHEAD = 2
# What the helper says before it ends itself; the machine may be to blame, so it is tried again.
_ENDED = ("timeout", "memory")
# The helper's own watchdog speaks first.
_GRACE = 5.0


class LinkedRenderer:
    """Renders with `jobs` helper processes, which live until `close`.

    Each call of `render` has workers to itself, so calls may be nested and left half-read.
    """

    def __init__(
        self,
        root: Path,
        *,
        jobs: int,
        helper: Path,
        limits: Limits = DEFAULT_LIMITS,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = helper_command(helper, root, limits=limits)
        self._environ = dict(environ or {})
        self._jobs = max(1, jobs)
        self._limits = limits
        self._version = f"kustomize/{helper_version(helper)} (linked)"
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._finalizer = weakref.finalize(self, _kill_all, self._idle, self._busy)

    @property
    def version(self) -> str:
        """What ran: `kustomize/v5.8.2 (linked)`."""
        return self._version

    @property
    def pids(self) -> tuple[int, ...]:
        """The ids of the processes that live now."""
        return tuple(sorted(worker.pid for worker in (*self._idle, *self._busy)))

    def render(self, requests: Iterable[Request]) -> Iterator[Rendering]:
        """One `Rendering` a request, as they finish, in any order. Never raises for input."""
        run = _Run(self, requests)
        try:
            yield from run.renderings()
        finally:
            run.leave()

    def close(self) -> None:
        """Ends the helper processes; harmless when repeated."""
        _kill_all(self._idle, self._busy)

    def hire(self) -> Worker:
        """A worker without requests, which belongs to the caller until it is let go."""
        worker = self._idle.pop() if self._idle else Worker(self._command, environ=self._environ)
        self._busy.add(worker)
        return worker

    def release(self, worker: Worker) -> None:
        """Takes a worker back; one that still owes an answer is ended instead."""
        self._busy.discard(worker)
        if worker.waiting:
            worker.kill()
        else:
            worker.alone = False
            self._idle.append(worker)

    def bury(self, worker: Worker) -> str:
        """Ends a worker for good and says how it ended."""
        self._busy.discard(worker)
        return worker.kill()

    @property
    def jobs(self) -> int:
        """How many workers one call of `render` uses at most."""
        return self._jobs

    @property
    def limits(self) -> Limits:
        """The limits that the helpers were started with."""
        return self._limits


class _Run:
    """One call of `render`: hands out requests, collects answers, replaces the dead."""

    def __init__(self, pool: LinkedRenderer, requests: Iterable[Request]) -> None:
        self._pool = pool
        self._requests = iter(requests)
        self._again: deque[Request] = deque()
        self._selector = selectors.DefaultSelector()
        self._workers: set[Worker] = set()

    def renderings(self) -> Iterator[Rendering]:
        self._hand_out()
        while self._workers:
            for key, _ in self._selector.select(timeout=1.0):
                worker = key.fileobj
                if isinstance(worker, Worker) and worker in self._workers:
                    yield from self._listen(worker)
            yield from self._overdue()
            self._hand_out()

    def leave(self) -> None:
        for worker in list(self._workers):
            self._drop(worker)
            self._pool.release(worker)
        self._selector.close()

    def _hand_out(self) -> None:
        """Every worker gets one request before any gets a second one."""
        for filled in range(1, _AHEAD + 1):
            for worker in list(self._workers):
                if not worker.alone and len(worker.waiting) < filled and not self._give(worker):
                    break
            while filled == 1 and len(self._workers) < self._pool.jobs:
                request = self._next()
                if request is None:
                    break
                worker = self._join()
                worker.send(request, encode(request))
        for worker in [each for each in self._workers if not each.waiting]:
            self._drop(worker)
            self._pool.release(worker)

    def _give(self, worker: Worker) -> bool:
        request = self._next()
        if request is not None:
            worker.send(request, encode(request))
        return request is not None

    def _next(self) -> Request | None:
        return self._again.popleft() if self._again else next(self._requests, None)

    def _join(self) -> Worker:
        worker = self._pool.hire()
        self._workers.add(worker)
        self._selector.register(worker, selectors.EVENT_READ)
        return worker

    def _drop(self, worker: Worker) -> None:
        self._workers.discard(worker)
        self._selector.unregister(worker)

    def _listen(self, worker: Worker) -> Iterator[Rendering]:
        lines = worker.receive()
        if lines is None:
            yield from self._died(worker)
            return
        for line in lines:
            request = worker.answered()
            rendering = decode(line, request)
            if rendering.error is not None and rendering.error.kind in _ENDED:
                yield from self._ended(worker, request, rendering)
                return
            worker.alone = False
            self._hand_out()
            yield rendering

    def _ended(self, worker: Worker, request: Request, said: Rendering) -> Iterator[Rendering]:
        """The helper gave an overlay up and itself with it: another tries, and is believed."""
        self._drop(worker)
        self._pool.bury(worker)
        self._again.extendleft(reversed(worker.waiting))
        if worker.alone:
            yield said
        else:
            self._retry(request)

    def _died(self, worker: Worker) -> Iterator[Rendering]:
        was_alone = worker.alone
        self._drop(worker)
        end = self._pool.bury(worker)
        if not worker.waiting:
            return
        culprit = worker.waiting.popleft()
        self._again.extendleft(reversed(worker.waiting))
        if was_alone:
            message = f"the renderer died of this overlay ({end}): look for what it includes"
            yield _failed(culprit, "crash", message)
        else:
            self._retry(culprit)

    def _retry(self, request: Request) -> None:
        worker = self._join()
        worker.alone = True
        worker.send(request, encode(request))

    def _overdue(self) -> Iterator[Rendering]:
        limit = self._pool.limits.seconds + _GRACE
        now = time.monotonic()
        for worker in [each for each in self._workers if now - each.since > limit]:
            self._drop(worker)
            self._pool.bury(worker)
            culprit = worker.waiting.popleft()
            self._again.extendleft(reversed(worker.waiting))
            if worker.alone:
                message = f"rendering took longer than {limit:g} s and was ended"
                yield _failed(culprit, "timeout", message)
            else:
                self._retry(culprit)


def _failed(request: Request, kind: str, message: str) -> Rendering:
    return Rendering(request.overlay, request.tag, error=RenderError(kind, message))


def _kill_all(*groups: list[Worker] | set[Worker]) -> None:
    for group in groups:
        while group:
            group.pop().kill()
