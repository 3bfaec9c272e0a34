"""Everything that the README promises, in a network that has nothing but itself."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def _cut() -> list[str]:
    """The command that runs another one without any network, or a skip that says why not."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare"):
            tried = subprocess.run([*command, "true"], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    pytest.skip("this machine does not let a process leave the network (unshare -n)")


def run(directory: Path, *command: str, expect: int = 0) -> str:
    """Runs a command without network, with nothing of the user's around it."""
    environ = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(directory),
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@example.org",
        "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@example.org",
    }
    done = subprocess.run(
        [*_cut(), *command],
        cwd=directory,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == expect, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offline")
    run(folder, "plumbline", "new", "acme-ml", "--no-input")
    return folder / "acme-ml"


def test_there_is_no_network_in_there(tmp_path: Path) -> None:
    script = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)\n"
    done = subprocess.run(
        [*_cut(), sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "Network is unreachable" in done.stderr


def test_a_generated_repository_is_clean(repository: Path) -> None:
    counts = json.loads(run(repository, "plumbline", "check", "--format", "json"))["counts"]
    looked = ("overlays", "rendered", "objects", "validated", "workloads", "sources", "rules")
    assert all(counts[name] > 0 for name in looked), counts
    assert (counts["errors"], counts["warnings"], counts["waived"]) == (0, 0, 0)
    assert counts["overlays"] == counts["rendered"]


def test_its_pre_commit_passes_and_fails(repository: Path) -> None:
    run(repository, "git", "add", "--all")
    passed = run(repository, "pre-commit", "run", "--all-files")
    assert "plumbline check" in passed
    assert "Passed" in passed
    patch = repository / "platform/mlflow/overlays/prod/settings.yaml"
    good = patch.read_text()
    patch.write_text(good.replace("spec:\n", "spec:\n  replicas: three\n", 1))
    run(repository, "git", "add", "--all")
    failed = run(repository, "pre-commit", "run", "--all-files", expect=1)
    patch.write_text(good)
    assert "settings.yaml:7:13: error SCH001 invalid-object" in failed


def test_every_rule_is_explained(repository: Path) -> None:
    listed = run(repository, "plumbline", "explain")
    assert "LBL001" in listed
    assert "## Bad" in run(repository, "plumbline", "explain", "LBL001")


def test_a_remote_base_is_refused_and_not_looked_for(repository: Path) -> None:
    overlay = repository / "platform/mlflow/overlays/dev/kustomization.yaml"
    good = overlay.read_text()
    overlay.write_text(good.replace("- ../../base\n", "- ../../base\n- https://192.0.2.1/x.yaml\n"))
    report = run(repository, "plumbline", "check", expect=1)
    overlay.write_text(good)
    assert "LAY005 remote-input: remote input https://192.0.2.1/x.yaml is not allowed" in report
