"""Removes what was not chosen and makes the folder a git repository, without a commit."""

import shutil
import subprocess
import sys
from pathlib import Path

CHOSEN = {"forge": "{{ cookiecutter.forge }}"}
BELONGS = {
    "azure-pipelines.yml": ("forge", "azure-devops"),
    ".gitlab-ci.yml": ("forge", "gitlab"),
    "Jenkinsfile": ("forge", "bitbucket"),
}

for file, (answer, value) in BELONGS.items():
    if CHOSEN[answer] != value:
        Path(file).unlink()

if shutil.which("git") is None:
    print("git is not installed: run `git init` here once it is", file=sys.stderr)
else:
    made = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "init", "--quiet"], capture_output=True, text=True
    )
    if made.returncode:
        print(f"git init failed, run it yourself: {made.stderr.strip()}", file=sys.stderr)
