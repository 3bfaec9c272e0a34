"""Child processes that answer a line with a line, and the end that each of them comes to."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence

from plumbline.rendering.model import Request

_CHUNK = 1 << 20


class Worker:
    """One helper process with the requests that it has not answered yet, oldest first."""

    def __init__(self, command: Sequence[str], *, environ: Mapping[str, str]) -> None:
        self.waiting: deque[Request] = deque()
        self.alone = False
        self.since = time.monotonic()
        self._partial: list[bytes] = []
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(  # a session of its own: an interrupt is for the parent
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(environ),
            start_new_session=True,
            bufsize=0,
        )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def fileno(self) -> int:
        """The descriptor that becomes readable when an answer or the end has come."""
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        return self._process.stdout.fileno()

    def send(self, request: Request, line: bytes) -> None:
        """Hands over one more request. A dead process shows at the next read, not here."""
        assert self._process.stdin is not None  # noqa: S101 - PIPE was asked for
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(request)
        with contextlib.suppress(BrokenPipeError):
            written = memoryview(line)
            while written:
                written = written[self._process.stdin.write(written) :]

    def receive(self) -> list[bytes] | None:
        """The lines that came to an end with this read; None when the process has ended."""
        chunk = os.read(self.fileno(), _CHUNK)
        if not chunk:
            return None
        *ended, rest = chunk.split(b"\n")
        if ended:
            ended[0] = b"".join((*self._partial, ended[0]))
            self._partial = []
        self._partial.append(rest)
        return ended

    def answered(self) -> Request:
        """Takes the oldest waiting request off the list; the next one's clock starts."""
        self.since = time.monotonic()
        return self.waiting.popleft()

    def kill(self) -> str:
        """Ends the process if it still runs, and says how it ended."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        said = self._said()
        self._log.close()
        return describe_exit(code) + (f": {said}" if said else "")

    def _said(self) -> str:
        if self._log.closed:
            return ""
        self._log.seek(0)
        return self._log.readline(400).decode(errors="replace").strip()


def describe_exit(code: int) -> str:
    """`signal 9 (SIGKILL)` or `exit code 2`, from a `Popen.returncode`."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"signal {-code}"
