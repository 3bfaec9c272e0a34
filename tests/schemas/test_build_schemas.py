"""The bundles: the same bytes every time, small, and complete."""

import gzip
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

VERSIONS = [f"1.{minor}" for minor in range(25, 38)]


@pytest.fixture(scope="module")
def built(builder: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    builder.build(folder)
    return folder


def bundle(folder: Path, version: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        gzip.decompress((folder / f"v{version}.json.gz").read_bytes())
    )
    return content


def test_every_version_has_a_small_bundle(built: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in built.glob("v*.json.gz")}
    assert sorted(sizes) == sorted(f"v{version}.json.gz" for version in VERSIONS)
    assert max(sizes.values()) < 300_000


def test_a_second_build_elsewhere_has_the_same_bytes(
    builder: ModuleType, built: Path, tmp_path: Path
) -> None:
    builder.build(tmp_path)
    first = {file.name: file.read_bytes() for file in built.iterdir()}
    assert first == {file.name: file.read_bytes() for file in tmp_path.iterdir()}


def test_what_is_current_is_left_alone_and_what_is_damaged_is_rebuilt(
    builder: ModuleType, built: Path, tmp_path: Path
) -> None:
    builder.build(tmp_path)
    mark = tmp_path / "v1.33.json.gz"
    mark.write_bytes(b"left alone")
    builder.build(tmp_path)
    assert mark.read_bytes() == b"left alone"
    mark.unlink()
    builder.build(tmp_path)
    assert mark.read_bytes() == (built / "v1.33.json.gz").read_bytes()


def test_no_bundle_points_outside_itself(built: Path) -> None:
    for version in VERSIONS:
        text = gzip.decompress((built / f"v{version}.json.gz").read_bytes()).decode()
        assert "://" not in text
        assert '"$id"' not in text


def test_only_what_can_be_sent_to_a_server_is_a_kind(built: Path) -> None:
    kinds = bundle(built, "1.33")["kinds"]
    assert {"apps/v1/Deployment", "v1/Pod", "v1/ConfigMapList"} <= set(kinds)
    assert not {"v1/DeleteOptions", "v1/Status", "v1/WatchEvent"} & set(kinds)


def test_a_requirement_that_the_newest_version_withdrew_never_held(built: Path) -> None:
    definitions = bundle(built, "1.25")["definitions"]
    assert definitions["io.k8s.api.rbac.v1.RoleRef"]["required"] == ["kind", "name"]
    assert "required" not in definitions["io.k8s.api.networking.v1.NetworkPolicySpec"]
    assert definitions["io.k8s.api.apps.v1.DeploymentSpec"]["required"] == ["selector", "template"]


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        ("apps/v1/Deployment", ["1.25", "1.37"]),
        ("autoscaling/v2beta2/HorizontalPodAutoscaler", ["1.25", "1.25"]),
        ("networking.k8s.io/v1/IPAddress", ["1.33", "1.37"]),
        ("policy/v1beta1/PodDisruptionBudget", ["", "1.24"]),
        ("extensions/v1beta1/Ingress", ["", "1.21"]),
    ],
    ids=str,
)
def test_the_index_says_from_when_to_when(built: Path, kind: str, span: list[str]) -> None:
    index = json.loads((built / "kinds-by-version.json").read_text())
    assert index["versions"] == VERSIONS
    assert index["kinds"][kind] == span


def test_the_builder_writes_where_it_is_told(builder: ModuleType, tmp_path: Path) -> None:
    assert builder.main([str(tmp_path / "here")]) == 0
    assert (tmp_path / "here" / "kinds-by-version.json").is_file()
