"""Our validator and the reference implementation decide alike."""

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from plumbline.schemas import Kubernetes, own_schemas
from plumbline.schemas.explain import compiled
from plumbline.schemas.own import open_schemas

JOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": "train", "labels": {"app": "train"}},
    "spec": {
        "schedule": "0 3 * * *",
        "concurrencyPolicy": "Forbid",
        "jobTemplate": {
            "spec": {
                "backoffLimit": 2,
                "template": {
                    "spec": {
                        "restartPolicy": "Never",
                        "containers": [
                            {
                                "name": "train",
                                "image": "registry.example.org/train:1",
                                "args": ["--fast"],
                                "ports": [{"containerPort": 80}],
                                "resources": {"limits": {"nvidia.com/gpu": 1, "memory": "4Gi"}},
                                "livenessProbe": {"httpGet": {"port": "http", "path": "/"}},
                            }
                        ],
                    }
                },
            }
        },
    },
}
VALUES: tuple[Any, ...] = (None, True, 3, 0.5, "", "x y", [], {}, [None], {"a": 1})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = range(len(value)) if isinstance(value, list) else ()
    for step in value if isinstance(value, dict) else steps:
        yield from places(value[step], (*path, step))


def mutants(value: Any) -> Iterator[Any]:
    """Every place replaced by every value, removed, and joined by a stranger."""
    for path in places(value):
        if not path:
            continue
        for replacement in (*VALUES, ...):
            mutant = copy.deepcopy(value)
            holder = mutant
            for step in path[:-1]:
                holder = holder[step]
            if replacement is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = replacement
            yield mutant


def examples() -> Iterator[Any]:
    schema = Kubernetes("1.33").schema(("batch/v1", "CronJob"))
    yield pytest.param(schema, JOB, id="CronJob")
    for key, own in (*own_schemas().items(), *open_schemas().items()):
        yield pytest.param(own, own["examples"][0], id=key[1])


@pytest.mark.parametrize(("schema", "example"), list(examples()))
def test_both_decide_alike_on_mutated_examples(schema: Any, example: Any) -> None:
    ours, reference = compiled(schema), jsonschema.Draft202012Validator(schema)
    assert ours.is_valid(example)
    assert reference.is_valid(example)
    sample = list(mutants(example))[::7]
    refused = 0
    for mutant in sample:
        assert ours.is_valid(mutant) == reference.is_valid(mutant), mutant
        refused += not ours.is_valid(mutant)
    assert 0 < refused < len(sample)
