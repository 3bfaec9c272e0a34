"""`plumbline check`: judge a repository."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from plumbline.findings import CannotCheck, Severity

_FAIL_ON = {"error": Severity.ERROR, "warning": Severity.WARNING, "never": None}


class _InOrder(argparse.Action):
    """Keeps `--format` and `--output` in the order in which they were given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse's signature
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        given = getattr(namespace, self.dest)
        setattr(namespace, self.dest, (*given, (option_string, values)))


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb and its options."""
    parser = verbs.add_parser("check", help="judge the repository", description=__doc__)
    parser.add_argument("root", nargs="?", default=".", metavar="ROOT")
    parser.set_defaults(outputs=())
    for option, metavar in (("--format", "text|json"), ("--output", "FILE")):
        words = "in pairs, repeatable: one run feeds several readers"
        parser.add_argument(option, metavar=metavar, action=_InOrder, dest="outputs", help=words)
    parser.add_argument("--fail-on", choices=sorted(_FAIL_ON), default="error")
    parser.add_argument("--select", default="", metavar="RULE,...")
    parser.add_argument("--ignore", default="", metavar="RULE,...")
    parser.add_argument("--kubernetes-version", default="", metavar="1.NN")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="0: one a processor")
    parser.add_argument("--today", type=_date, default=None, metavar="YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judges, reports, and says by its exit code whether anything fails."""
    # imported here so that other verbs, and --help, start without the engine
    from plumbline.checking import Options, check
    from plumbline.cli.outputs import pair_outputs, write_outputs

    outputs = pair_outputs(arguments.outputs)
    if arguments.jobs < 0:
        message = f"--jobs {arguments.jobs}: give the number of processes, or 0 for one a processor"
        raise CannotCheck(message)
    options = Options(
        select=_ids(arguments.select),
        ignore=_ids(arguments.ignore),
        kubernetes_version=arguments.kubernetes_version,
        jobs=arguments.jobs,
        environ=dict(os.environ),
        **({"today": arguments.today} if arguments.today else {}),
    )
    report = check(Path(arguments.root), options, progress=_progress())
    write_outputs(report, outputs)
    return 1 if report.failing(_FAIL_ON[arguments.fail_on]) else 0


def _ids(listed: str) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in listed.split(",") if part.strip())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date: write it as 2026-12-31"
        raise argparse.ArgumentTypeError(message) from None


def _progress() -> Callable[[int, int], None]:
    """A counter on a terminal's last line; silent in a pipe."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        end = "\r\x1b[K" if done == total else ""
        print(f"\rrendering {done}/{total}{end}", end="", file=sys.stderr, flush=True)

    return show
