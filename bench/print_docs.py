"""Prints performance.md and performance.svg from performance.json; `--check` fails where stale."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from plot import to_svg
from report import to_markdown

DOCS = Path(__file__).resolve().parents[1] / "docs"


def printed(folder: Path) -> dict[Path, str]:
    """What the folder's performance.json says, as the texts of the files beside it."""
    result = json.loads((folder / "performance.json").read_text(encoding="utf-8"))
    return {
        folder / "performance.md": to_markdown(result),
        folder / "performance.svg": to_svg(result),
    }


def write(folder: Path) -> None:
    """Writes both files."""
    for file, text in printed(folder).items():
        file.write_text(text, encoding="utf-8")


def stale(folder: Path) -> list[str]:
    """The names of the files that do not say what the JSON says."""
    return [
        file.name
        for file, text in printed(folder).items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]


def main(argv: Sequence[str] | None = None, *, folder: Path = DOCS) -> int:
    """Writes, or with `--check` says what is stale: 0 current, 1 stale."""
    if list(sys.argv[1:] if argv is None else argv) != ["--check"]:
        write(folder)
        return 0
    names = stale(folder)
    for name in names:
        print(f"{name} is stale: run `python bench/print_docs.py`", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    raise SystemExit(main())
