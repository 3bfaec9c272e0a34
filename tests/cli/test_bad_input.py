"""Bad input is a finding with a place, or exit code 2 with one sentence; never a traceback."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plumbline.cli.main import main

Tree = Callable[[Mapping[str, str | bytes]], Path]

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"
OVERLAY = "models/fraud/churn/overlays/prod"
LAUGHS = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 64)
)


def repository(content: str | bytes, settings: str) -> dict[str, str | bytes]:
    return {
        "plumbline.yaml": settings,
        f"{OVERLAY}/kustomization.yaml": "resources:\n- a.yaml\n",
        f"{OVERLAY}/a.yaml": content,
    }


def run(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main(["check", str(root), *more])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


def test_the_control_is_clean_and_looked_at_something(
    tree: Tree, settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(tree(repository(GOOD, settings)), capsys)
    assert (code, err) == (0, "")
    assert "rendered 1 of 1 overlays" in out
    assert "1 object for Kubernetes 1.33: 1 validated" in out


FILES = [
    ("not-yaml", b"a: [1\nb: 2\n", "YML001", "2:2", "not YAML: while parsing a flow sequence"),
    ("binary", b"\x00\x01\xff\xfe" * 64, "YML001", "1:1", "not text in UTF-8"),
    ("control", b"a: b\x07\n", "YML001", "1:1", "control character"),
    ("100-MB", b"a: " + b"x" * 100_000_000, "YML001", "1:1", "more than the limit of 16777216"),
    ("20000-deep", b"[" * 20_000, "YML001", "1:201", "nested more than 200 levels deep"),
    (
        "itself",
        b"a: &a [*a]\n",
        "YML001",
        "1:8",
        "the alias *a stands inside the anchor that it names",
    ),
    ("laughs", LAUGHS, "YML001", "18:", "aliases expand to more than 500000 nodes"),
    ("repeated", GOOD.encode() + b"kind: Secret\n", "YML002", "5:1", "it is on line 2 already"),
]


@pytest.mark.parametrize(
    ("content", "rule", "place", "words"), [row[1:] for row in FILES], ids=[r[0] for r in FILES]
)
def test_a_bad_file_is_a_finding_at_its_place(
    tree: Tree,
    settings: str,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    rule: str,
    place: str,
    words: str,
) -> None:
    code, out, err = run(tree(repository(content, settings)), capsys)
    assert (code, err) == (1, "")
    (line,) = [line for line in out.splitlines() if f" {rule} " in line]
    assert line.startswith(f"{OVERLAY}/a.yaml:{place}")
    assert words in line
    assert "LAY004 unbuildable-overlay" in out  # and the overlay cannot be built of it
    assert "rendered 0 of 1 overlays" in out


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n---\n# here\n"])
def test_an_empty_file_is_a_finding(
    tree: Tree, settings: str, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    code, out, err = run(tree(repository(content, settings)), capsys)
    assert (code, err) == (1, "")
    assert f"{OVERLAY}/a.yaml:1:1: error YML004 lost-document: the file holds nothing" in out


def test_overlays_that_render_nothing_are_no_success(
    tree: Tree, settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = repository(GOOD, settings) | {f"{OVERLAY}/kustomization.yaml": "namespace: x\n"}
    del files[f"{OVERLAY}/a.yaml"]
    code, out, err = run(tree(files), capsys)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"plumbline: 1 overlay.* no object.*\n", err)


KUSTOMIZATIONS = [
    ("missing", "resources:\n- gone.yaml\n", "LAY004", "gone.yaml"),
    (
        "https",
        "resources:\n- https://git.example.org/x.git//base?ref=v1\n",
        "LAY005",
        "remote input https://git.example.org/x.git//base?ref=v1 is not allowed",
    ),
    ("itself", "resources:\n- .\n", "LAY004", "cycle"),
    ("helm", "helmCharts:\n- name: x\n", "LAY004", "helmCharts"),
    ("outside", "resources:\n- ../../../../../../elsewhere\n", "LAY004", "elsewhere"),
]


@pytest.mark.parametrize(
    ("text", "rule", "words"), [r[1:] for r in KUSTOMIZATIONS], ids=[r[0] for r in KUSTOMIZATIONS]
)
def test_a_bad_kustomization_is_a_finding(
    tree: Tree,
    settings: str,
    capsys: pytest.CaptureFixture[str],
    text: str,
    rule: str,
    words: str,
) -> None:
    files = {"plumbline.yaml": settings, f"{OVERLAY}/kustomization.yaml": text}
    code, out, err = run(tree(files), capsys)
    assert (code, err) == (1, "")
    (line,) = [line for line in out.splitlines() if f" {rule} " in line]
    assert line.startswith(f"{OVERLAY}/kustomization.yaml:")
    assert words in line


SENTENCES = [
    (
        "unknown-key",
        {"plumbline.yaml": "{settings}  environmets: [dev]\n"},
        r'plumbline.yaml:8:3: .*"environmets".*did you mean "environments"\?',
    ),
    (
        "not-ours",
        {"plumbline.yaml": "kind: Repository\n"},
        r'plumbline.yaml:1:1: missing required field "apiVersion"',
    ),
    (
        "empty-settings",
        {"plumbline.yaml": ""},
        "plumbline.yaml:1:1: the file holds nothing",
    ),
    ("broken-settings", {"plumbline.yaml": "a: [\n"}, "plumbline.yaml:2:1: not YAML"),
    (
        "no-overlay",
        {"plumbline.yaml": "{settings}", "models/a/kustomization.yaml": "resources: []\n"},
        r"no overlay below .*: an overlay lies at \.\.\./overlays/<dev\|prod>; nothing was checked",
    ),
    ("nothing", {"README": "hello"}, "no overlay below .*: looked for kustomization.yaml in"),
    (
        "version",
        {"plumbline.yaml": "{settings}", f"{OVERLAY}/kustomization.yaml": "resources: []\n"},
        'Kubernetes version "1.99" has no schemas here: choose one from 1.25 to 1.37',
    ),
]


@pytest.mark.parametrize(
    ("name", "files", "sentence"), SENTENCES, ids=[name for name, _, _ in SENTENCES]
)
def test_what_cannot_be_checked_is_one_sentence(
    tree: Tree,
    settings: str,
    capsys: pytest.CaptureFixture[str],
    name: str,
    files: dict[str, str],
    sentence: str,
) -> None:
    root = tree({path: text.replace("{settings}", settings) for path, text in files.items()})
    more = ("--kubernetes-version", "1.99") if name == "version" else ()
    code, out, err = run(root, capsys, *more)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"plumbline: .*{sentence}.*\n", err)


FLAGS = [
    (("--select", "LBL01"), r'there is no rule "LBL01": did you mean "LBL001"\?'),
    (("--ignore", "NOPE"), r'there is no rule "NOPE": '),
    (("--format", "xml"), "--format xml: known formats are json, text"),
    (("--format", "text", "--format", "json"), "two reports cannot share standard output"),
    (("--output", "a", "--output", "b"), "--output b has no --format"),
    (
        ("--output", "no/such/dir/report.txt"),
        "no/such/dir/report.txt cannot be written .*: name another file",
    ),
    (("--jobs", "-1"), "--jobs -1: give the number of processes"),
]


@pytest.mark.parametrize(("flags", "sentence"), FLAGS, ids=[" ".join(f) for f, _ in FLAGS])
def test_wrong_flags_are_one_sentence(
    tree: Tree,
    settings: str,
    capsys: pytest.CaptureFixture[str],
    flags: tuple[str, ...],
    sentence: str,
) -> None:
    code, out, err = run(tree(repository(GOOD, settings)), capsys, *flags)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"plumbline: {sentence}.*\n", err)


def test_a_root_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(tmp_path / "gone", capsys)
    assert (code, out) == (2, "")
    assert "gone is not a directory: name the repository's root" in err


def test_a_name_that_is_not_text(
    tree: Tree, settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(repository(GOOD, settings))
    (root / os.fsdecode(b"caf\xe9.yaml")).write_text(GOOD)
    code, out, err = run(root, capsys)
    assert (code, out) == (2, "")
    assert err == "plumbline: the name of 'caf\\udce9.yaml' is not UTF-8: rename it\n"


def test_a_waiver_without_an_end_is_a_finding(
    tree: Tree, settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    waiver = "- rule: POD001\n  subject: Pod/a/b\n  reason: because\n  owner: team\n"
    files = repository(GOOD, settings) | {"policies/waivers.yaml": waiver}
    code, out, _ = run(tree(files), capsys)
    assert code == 1
    assert (
        'policies/waivers.yaml:1:3: error SCH001 invalid-object: missing required field "expires"'
        in out
    )


def test_no_renderer_is_a_sentence_that_says_how_to_get_one(
    tree: Tree, settings: str, tmp_path: Path
) -> None:
    root = tree(repository(GOOD, settings))
    script = (
        "import sys; from pathlib import Path; from plumbline.rendering import choose;"
        "choose.HELPER = Path('/nonexistent'); from plumbline.cli.main import main;"
        "sys.exit(main(['check', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", script, str(root)]
    nothing = subprocess.run(
        command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith(
        "plumbline: nothing here can render: install a plumbline wheel"
    )
    tools = Path(__file__).parents[2] / ".tools" / "bin"
    found = subprocess.run(
        command, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert "kustomize/v5.8.2 (command)" in found.stdout


def test_ctrl_c_leaves_nothing_behind(tree: Tree, settings: str, tmp_path: Path) -> None:
    slow = "\n".join(f"- {{name: n{n}, newTag: t{n}}}" for n in range(3000))
    text = f"resources:\n- a.yaml\nimages:\n{slow}\n"
    files = {"plumbline.yaml": settings}
    for number in range(200):
        folder = f"models/fraud/m{number}/overlays/prod"
        files |= {f"{folder}/kustomization.yaml": text, f"{folder}/a.yaml": GOOD}
    root = tree(files)
    output = tmp_path / "report.json"
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "plumbline",
            "check",
            str(root),
            "--format",
            "json",
            "--output",
            str(output),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PLUMBLINE_RENDERER": "linked"},
    )
    deadline = time.monotonic() + 30
    while not children(running.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    workers = children(running.pid)
    assert workers
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err == "plumbline: interrupted; nothing was written\n"
    assert list(tmp_path.glob("*report*")) == []
    deadline = time.monotonic() + 10
    while any(is_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in workers if is_alive(pid)] == []


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about yet does not."""
    command = ["ps", "-o", "stat=", "-p", str(pid)]
    stat = Path(f"/proc/{pid}/stat")
    try:
        if Path("/proc/self").exists():
            return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return bool(found) and not found.startswith("Z")


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(number) for number in listed.read_text().split()]
    command = ["ps", "-o", "pid=", "--ppid", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]
