"""`plumbline check`: judge a repository."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

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
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")
    parser.add_argument("--cache-dir", metavar="DIR", help="default: .plumbline_cache in ROOT")
    parser.add_argument("--changed-since", default="", metavar="REF", help="what a change concerns")
    parser.add_argument("--shard", type=_shard, metavar="I/N", help="judge a part, report nothing")
    parser.add_argument("--facts-out", metavar="FILE", help="what --shard found")
    parser.add_argument("--merge", nargs="+", metavar="FILE", help="report on all shards' files")
    parser.add_argument("--today", type=_date, default=None, metavar="YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judges, reports, and says by its exit code whether anything fails."""
    # imported here so that other verbs, and --help, start without the engine
    from plumbline.checking import check, check_shard, encode_shard, merge
    from plumbline.cli.outputs import pair_outputs, write_file, write_outputs

    outputs = pair_outputs(arguments.outputs)
    _refuse_contradictions(arguments)
    root, options = Path(arguments.root), _options(arguments)
    if arguments.shard:
        shard = check_shard(root, options, arguments.shard, progress=_progress())
        write_file(Path(arguments.facts_out), encode_shard(shard))
        return 0
    if arguments.merge:
        report = merge(root, options, tuple(Path(name) for name in arguments.merge))
    else:
        report = check(root, options, progress=_progress())
    write_outputs(report, outputs)
    return 1 if report.failing(_FAIL_ON[arguments.fail_on]) else 0


def _options(arguments: argparse.Namespace) -> Any:
    from plumbline.checking import Options

    return Options(
        select=_ids(arguments.select),
        ignore=_ids(arguments.ignore),
        kubernetes_version=arguments.kubernetes_version,
        jobs=arguments.jobs,
        environ=dict(os.environ),
        cache=None if arguments.no_cache else cache_directory(arguments),
        changed_since=arguments.changed_since,
        **({"today": arguments.today} if arguments.today else {}),
    )


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    if arguments.jobs < 0:
        message = f"--jobs {arguments.jobs}: give the number of processes, or 0 for one a processor"
        raise CannotCheck(message)
    if bool(arguments.shard) != bool(arguments.facts_out):
        message = "--shard I/N and --facts-out FILE belong together: give both"
        raise CannotCheck(message)
    if arguments.shard and (arguments.merge or arguments.outputs or arguments.changed_since):
        message = (
            "--shard makes no report: give --format, --output and --changed-since to the run "
            "that merges"
        )
        raise CannotCheck(message)


def cache_directory(arguments: argparse.Namespace) -> Path:
    """Where analyses are kept: as asked, as the environment says, or in the repository."""
    asked = arguments.cache_dir or os.environ.get("PLUMBLINE_CACHE_DIR")
    return Path(asked) if asked else Path(arguments.root) / ".plumbline_cache"


def _shard(text: str) -> tuple[int, int]:
    mine, slash, total = text.partition("/")
    if not (slash and mine.isdecimal() and total.isdecimal()):
        message = f"{text!r} is no shard: write it as 2/8"
        raise argparse.ArgumentTypeError(message)
    return int(mine), int(total)


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
