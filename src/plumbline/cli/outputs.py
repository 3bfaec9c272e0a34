"""Pairs of `--format` and `--output`: one run feeds several readers, files are written whole."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumbline.checking import Report
from plumbline.findings import CannotCheck
from plumbline.reporting import READERS, as_text
from plumbline.repository import write_whole


@dataclass(frozen=True, slots=True)
class Output:
    """A reader's format and where its text goes; no file is standard output."""

    format: str
    file: Path | None


def pair_outputs(given: Sequence[tuple[str, str]]) -> list[Output]:
    """Pairs `--format` and `--output` as they stand beside each other; `given` is in their order.

    A format without a file goes to standard output; a file without a format holds text.
    """
    formats: list[str] = []
    files: list[Path | None] = []
    for option, value in given:
        if option == "--format":
            _refuse_unknown(value)
            formats.append(value)
        else:
            files += [None] * (len(formats) - 1 - len(files))  # those before had none
            files.append(_path(value))
    if len(files) > max(len(formats), 1):
        message = f"--output {given[-1][1]} has no --format: give one --format for each --output"
        raise CannotCheck(message)
    chosen = formats or ["text"]
    files += [None] * (len(chosen) - len(files))
    if files.count(None) > 1:
        message = "two reports cannot share standard output: give each --format its own --output"
        raise CannotCheck(message)
    return [Output(name, file) for name, file in zip(chosen, files, strict=True)]


def _path(value: str) -> Path | None:
    return None if value == "-" else Path(value)


def _refuse_unknown(name: str) -> None:
    if name not in READERS:
        message = f"--format {name}: known formats are {', '.join(sorted(READERS))}"
        raise CannotCheck(message)


def write_outputs(report: Report, outputs: Sequence[Output]) -> None:
    """Writes each report whole, or raises CannotCheck and leaves the old file as it was."""
    for output in outputs:
        if output.file is None:
            sys.stdout.write(_for_terminal(report, output.format))
            sys.stdout.flush()
        else:
            write_file(output.file, READERS[output.format](report).encode())


def _for_terminal(report: Report, format_: str) -> str:
    wants_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if format_ == "text" and wants_colour:
        return as_text.render_in_colour(report)
    return READERS[format_](report)


def write_file(file: Path, content: bytes) -> None:
    """Writes a file whole, or raises CannotCheck and leaves the old one as it was."""
    try:
        write_whole(file, content)
    except OSError as error:
        message = f"{file} cannot be written ({error.strerror}): name another file"
        raise CannotCheck(message) from error
