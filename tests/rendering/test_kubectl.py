"""A kubectl that happens to be on this machine renders like the helper: an extra, not a proof."""

import os
import shutil
from pathlib import Path

import pytest

from plumbline.findings import CannotCheck
from plumbline.rendering.command import CommandRenderer
from plumbline.rendering.linked import LinkedRenderer
from tests.rendering.conftest import Tree, good, render_one
from tests.rendering.test_results import FILES


@pytest.mark.parametrize("overlay", ["base", "overlay"])
def test_kubectl_agrees_with_the_helper(tree: Tree, helper: Path, overlay: str) -> None:
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("no kubectl on PATH")
    root = tree({**FILES, **good("good")})
    try:
        kubectl = CommandRenderer(root, jobs=1, executable=Path(found), environ=os.environ)
    except CannotCheck as reason:
        pytest.skip(str(reason))
    linked = LinkedRenderer(root, jobs=1, helper=helper)
    theirs, ours = render_one(kubectl, overlay), render_one(linked, overlay)
    assert (theirs.error, theirs.objects, theirs.reads) == (None, ours.objects, ours.reads)
    broken = {"base/kustomization.yaml": "resources: [gone.yaml]\n"}
    theirs = render_one(kubectl, overlay, overrides=broken)
    assert theirs.error == render_one(linked, overlay, overrides=broken).error
    linked.close()
    kubectl.close()
