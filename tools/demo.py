"""The story in four acts: generate a repository, check it, break a patch, see the line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

PATCH = "platform/mlflow/overlays/prod/settings.yaml"
BEFORE = "spec:\n"
AFTER = "spec:\n  replicas: three\n"


def say(words: str) -> None:
    """A line of the story, flushed so that it stands before what a command prints."""
    print(f"\n### {words}", flush=True)


def plumbline(*arguments: str, directory: Path, expect: int) -> str:
    """Runs the installed command, shows it and what it prints; its exit code must be `expect`."""
    print(f"$ plumbline {' '.join(arguments)}", flush=True)
    executable = Path(sys.executable).parent / "plumbline"
    done = subprocess.run(
        [str(executable), *arguments], cwd=directory, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, end="", flush=True)
    if done.returncode != expect:
        sys.exit(f"the demo expected exit code {expect}, not {done.returncode}")
    return done.stdout


def main() -> None:
    """Plays the story in the directory given as the argument, which is emptied first."""
    target = Path(sys.argv[1]).resolve()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    repository = target / "acme-ml"

    say("1. A team answers a few questions (here: takes the defaults) and gets a repository.")
    plumbline("new", "acme-ml", "--no-input", directory=target, expect=0)

    say("2. It is judged: everything is rendered, validated and held against the rules.")
    pairs = ("--format", "text", "--format", "json", "--output", "../report.json")
    plumbline("check", *pairs, directory=repository, expect=0)
    counts = json.loads((target / "report.json").read_text())
    if not all(counts["counts"][name] for name in ("overlays", "objects", "validated", "rules")):
        sys.exit("the demo expected to have looked at something")

    say(f"3. Somebody breaks a patch: {PATCH} now says `replicas: three`.")
    patch = repository / PATCH
    patch.write_text(patch.read_text().replace(BEFORE, AFTER, 1))
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)

    say("4. The report names the rule, and the line of the patch: not of the base that it changed.")
    report = plumbline("check", directory=repository, expect=1)
    line = AFTER.splitlines()[1]
    row = patch.read_text().splitlines().index(line) + 1
    column = line.index("three") + 1
    if f"{PATCH}:{row}:{column}: error SCH001" not in report:
        sys.exit(f"the demo expected SCH001 at {PATCH}:{row}:{column}")


if __name__ == "__main__":
    main()
