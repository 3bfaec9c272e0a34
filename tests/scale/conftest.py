"""A line at the end on what was compared, and from which seed."""

import sys
from collections.abc import Iterator

import pytest

from tests.scale.harness import TALLY
from tests.scale.profile import SEED, TIMES


@pytest.fixture(scope="session", autouse=True)
def _summary(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    counts = ", ".join(f"{TALLY[name]} {name}" for name in ("repositories", "edits", "comparisons"))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        sys.stderr.write(f"\nscale: {counts}, seed {SEED}, times {TIMES:g}\n")
