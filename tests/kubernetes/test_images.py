import pytest

from plumbline.kubernetes.images import Image, parse_image

DIGEST = "sha256:" + "ab" * 32

READ = {
    "nginx": Image("docker.io", "library/nginx"),
    "nginx:1.29": Image("docker.io", "library/nginx", "1.29"),
    "grafana/grafana:12.1.0": Image("docker.io", "grafana/grafana", "12.1.0"),
    "quay.io/jetstack/controller:v1": Image("quay.io", "jetstack/controller", "v1"),
    "registry.example.org:5000/a/b": Image("registry.example.org:5000", "a/b"),
    "localhost/a:b": Image("localhost", "a", "b"),
    f"quay.io/a/b@{DIGEST}": Image("quay.io", "a/b", "", DIGEST),
    f"quay.io/a/b:1@{DIGEST}": Image("quay.io", "a/b", "1", DIGEST),
    "[::1]:5000/a": Image("[::1]:5000", "a"),
}


@pytest.mark.parametrize(("reference", "image"), READ.items(), ids=list(READ))
def test_reference_is_taken_apart(reference: str, image: Image) -> None:
    assert parse_image(reference) == image


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "a b",
        "nginx:",
        "nginx@",
        "nginx@sha256:abc",
        "quay.io/A/b",
        "$(IMAGE)",
        "a//b",
        "a:b/c:",
    ],
)
def test_unpullable_reference_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="is not an image reference; write registry/name:tag"):
        parse_image(reference)


def test_name_is_what_a_mirror_lists() -> None:
    assert parse_image("nginx:1").name == "docker.io/library/nginx"
