"""Reads the command line, runs one verb, returns the exit code."""

import argparse
import sys
from collections.abc import Sequence

import plumbline
from plumbline.cli import cache, check, explain, new
from plumbline.findings import CannotCheck

_VERBS = (new, check, explain, cache)
_INTERRUPTED = 130  # as a shell reports a command that SIGINT ended


def main(argv: Sequence[str] | None = None) -> int:
    """0 clean, 1 findings, 2 could not check, 130 interrupted."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CannotCheck as reason:
        print(f"plumbline: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("plumbline: interrupted; nothing was written", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: nothing more to say to it
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plumbline",
        description="The guard of a GitOps monorepo for machine learning on own hardware.",
        epilog="exit codes: 0 clean, 1 findings, 2 could not check",
    )
    version = f"plumbline {plumbline.__version__}"
    parser.add_argument("--version", action="version", version=version)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in _VERBS:
        verb.add(verbs)
    return parser
