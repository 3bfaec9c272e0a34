"""What several test folders share: small repositories as `{path: text}`."""

import signal
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import hypothesis
import pytest

# A shell that starts the tests in the background ignores SIGINT, and its children inherit that;
# the tests of interruptions need the usual answer.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

Tree = Callable[[Mapping[str, str | bytes]], Path]

SETTINGS = """\
apiVersion: plumbline.dev/v1alpha1
kind: Repository
metadata: {name: test}
spec:
  labelPrefix: example.org
  environments: [dev, prod]
  kubernetesVersion: "1.33"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files below a new directory and returns it; text is dedented, bytes are not."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "repository"
        for name, content in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                file.write_bytes(content)
            else:
                file.write_text(textwrap.dedent(content))
        return root

    return write


@pytest.fixture
def settings() -> str:
    """A plumbline.yaml with nothing in it but what must be there."""
    return SETTINGS
