"""Our open schemas refuse nothing that the operators' own CRDs accept."""

import copy
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.schemas import CustomKinds, KindKey, SchemaStore, Status
from plumbline.schemas.explain import compiled
from plumbline.schemas.own import open_schemas, schema_folder

OPERATORS = {
    "sigs.k8s.io/kueue@v0.12.3": "config/components/crd/bases",
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": "example/prometheus-operator-crd",
    "github.com/kserve/kserve@v0.15.2": "config/crd/full",
}
VALUES: tuple[Any, ...] = (None, True, -1, 0.5, "", "x y", "3", [], {}, [None], [{}], {"a": 1})


class GoLoader(yaml.CSafeLoader):
    """Reads the lone `=` that PyYAML takes for a YAML 1.1 value."""


GoLoader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def module_folder(module: str, scratch: Path) -> Path:
    """Where the Go tool keeps a module; outside any module, so that nothing else is resolved."""
    go = shutil.which("go") or "/usr/local/go/bin/go"
    command = [go, "mod", "download", "-json", module]
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{module} cannot be had: {error}")
    return Path(json.loads(done.stdout)["Dir"])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> CustomKinds:
    scratch = tmp_path_factory.mktemp("outside")
    crds: list[Any] = []
    for module, folder in OPERATORS.items():
        for file in sorted((module_folder(module, scratch) / folder).glob("*.yaml")):
            crds += yaml.load_all(file.read_text(encoding="utf-8"), GoLoader)
    return CustomKinds(crds)


def mutants(value: Any) -> Iterator[Any]:
    """Every place below metadata and spec replaced by every value, and removed."""
    for path in places(value):
        if not path or path[0] in ("apiVersion", "kind"):
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


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = range(len(value)) if isinstance(value, list) else ()
    for step in value if isinstance(value, dict) else steps:
        yield from places(value[step], (*path, step))


@pytest.mark.parametrize("key", sorted(open_schemas()), ids=lambda key: key[1])
def test_whatever_we_refuse_the_operator_refuses(key: KindKey, real: CustomKinds) -> None:
    schema = open_schemas()[key]
    ours, theirs = compiled(schema), compiled(real[key])
    refused = 0
    for example in schema["examples"]:
        assert ours.is_valid(example)
        assert theirs.is_valid(example)
        for mutant in mutants(example):
            if not ours.is_valid(mutant):
                refused += 1
                assert not theirs.is_valid(mutant), mutant
    assert refused > 20


@pytest.mark.parametrize("key", sorted(open_schemas()), ids=lambda key: key[1])
def test_what_we_do_not_know_is_let_through(key: KindKey) -> None:
    store = SchemaStore("1.33")
    for example in open_schemas()[key]["examples"]:
        value = copy.deepcopy(example)
        value["spec"]["fieldOfNextYear"] = {"a": [1]}
        assert store.judge(value).status is Status.LOOSE


def test_a_wrong_type_is_found() -> None:
    judgement = SchemaStore("1.33").judge(
        {
            "apiVersion": "serving.kserve.io/v1beta1",
            "kind": "InferenceService",
            "spec": {"predictor": {"minReplicas": "two", "model": {"modelFormat": {}}}},
        }
    )
    assert [(problem.path, problem.message) for problem in judgement.problems] == [
        ("/spec/predictor/minReplicas", 'minReplicas is "two": expected an integer'),
        ("/spec/predictor/model/modelFormat", 'missing required field "name"'),
    ]


def test_files_are_named_after_what_they_judge() -> None:
    names = {file.name for file in (schema_folder() / "custom").iterdir()}
    assert names == {
        f"{kind.lower()}-{api.split('.')[0]}-{api.split('/')[1]}.json"
        for api, kind in open_schemas()
    }
