"""`plumbline cache`: what is kept between runs, and how to forget it."""

import argparse

from plumbline.cli.check import cache_directory


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb and its options."""
    parser = verbs.add_parser("cache", help="show or forget what is kept", description=__doc__)
    parser.add_argument("what", choices=("info", "clear"))
    parser.add_argument("root", nargs="?", default=".", metavar="ROOT")
    parser.add_argument("--cache-dir", metavar="DIR", help="default: .plumbline_cache in ROOT")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints where the cache is and what it holds, or removes it."""
    from plumbline.checking.cache import clear, info

    directory = cache_directory(arguments)
    if arguments.what == "clear":
        print(f"{directory}: {clear(directory)} bytes removed")
        return 0
    found = info(directory)
    held = ", ".join(f"{number} {kind} entries" for kind, number in found.entries.items())
    print(f"{found.file}: {found.size} bytes; {held or 'nothing is kept'}")
    return 0
