"""Pairs of `--format` and `--output`: one run feeds several readers, files are written whole."""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.checking import Report
from plumbline.findings import CannotCheck
from plumbline.reporting import READERS, as_text


@dataclass(frozen=True, slots=True)
class Output:
    """A reader's format and where its text goes; no file is standard output."""

    format: str
    file: Path | None


def pair_outputs(formats: Sequence[str], files: Sequence[str]) -> list[Output]:
    """The first format goes to the first file, and so on; formats left over go to stdout."""
    for name in formats:
        if name not in READERS:
            message = f"--format {name}: known formats are {', '.join(sorted(READERS))}"
            raise CannotCheck(message)
    if len(files) > max(len(formats), 1):
        message = f"--output {files[-1]} has no --format: give one --format for each --output"
        raise CannotCheck(message)
    chosen = list(formats) or ["text"]
    paths: list[Path | None] = [None if name == "-" else Path(name) for name in files]
    paths += [None] * (len(chosen) - len(paths))
    if paths.count(None) > 1:
        message = "two reports cannot share standard output: give each --format its own --output"
        raise CannotCheck(message)
    return [Output(name, path) for name, path in zip(chosen, paths, strict=True)]


def write_outputs(report: Report, outputs: Sequence[Output]) -> None:
    """Writes each report whole, or raises CannotCheck and leaves the old file as it was."""
    for output in outputs:
        if output.file is None:
            sys.stdout.write(_for_terminal(report, output.format))
            sys.stdout.flush()
        else:
            _write_whole(output.file, READERS[output.format](report))


def _for_terminal(report: Report, format_: str) -> str:
    wants_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if format_ == "text" and wants_colour:
        return as_text.render_in_colour(report)
    return READERS[format_](report)


def _write_whole(file: Path, text: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"the report cannot be written to {file} ({error.strerror}): name another file"
        raise CannotCheck(message) from error
