"""Shards: which overlays are whose, what a shard writes, and how all are put together again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from plumbline.checking.plan import Plan
from plumbline.checking.record import Record, decode_record, encode_record
from plumbline.checking.snapshot import Snapshot
from plumbline.findings import CannotCheck
from plumbline.schemas import check as check_value
from plumbline.schemas import named_schema

VERSION = 1
_FIXED = 4000  # bytes of YAML that cost as much as rendering an overlay of nothing


@dataclass(frozen=True, slots=True)
class Shard:
    """The records of shard I of N (`number`), made under one configuration (a digest)."""

    config: str
    number: tuple[int, int]
    renderer: str
    records: Mapping[str, Record]


def partition(plan: Plan, number: tuple[int, int]) -> tuple[str, ...]:
    """The overlays of shard I of N: the heaviest first, each to the lightest shard so far.

    The weight is the size of what lies in the overlay and in the base beside it: the same in every
    checkout, so that all shards agree without a word. Raises CannotCheck for a number that is none.
    """
    mine, total = number
    if not 1 <= mine <= total:
        message = f"--shard {mine}/{total}: the first number goes from 1 to the second"
        raise CannotCheck(message)
    weights = _weights(plan)
    loads = [0] * total
    chosen = []
    for overlay in sorted(plan.overlays, key=lambda name: (-weights[name], name)):
        lightest = loads.index(min(loads))
        loads[lightest] += weights[overlay]
        if lightest == mine - 1:
            chosen.append(overlay)
    return tuple(sorted(chosen))


def _weights(plan: Plan) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for file in plan.tree.yaml_files:
        folder = file.rpartition("/")[0]
        sizes[folder] = sizes.get(folder, 0) + plan.files.size(file)
    return {
        overlay: _FIXED
        + sizes.get(overlay, 0)
        + sizes.get(overlay.rpartition("/overlays/")[0] + "/base", 0)
        for overlay in plan.overlays
    }


def encode_shard(shard: Shard) -> bytes:
    """A shard as the JSON of `schemas/shard.schema.json`."""
    overlays = [
        {"overlay": o, "state": r.state, "record": orjson.Fragment(encode_record(r))}
        for o, r in shard.records.items()
    ]
    return orjson.dumps(
        {
            "version": VERSION,
            "config": shard.config,
            "shard": shard.number,
            "renderer": shard.renderer,
            "overlays": overlays,
        }
    )


def read_shards(files: Sequence[Path]) -> list[tuple[Path, Shard]]:
    """The shards in files. Raises CannotCheck for a file that holds none."""
    return [(file, _read(file)) for file in files]


def _read(file: Path) -> Shard:
    remedy = "write it again with `plumbline check --shard I/N --facts-out FILE`"
    try:
        value: Any = orjson.loads(file.read_bytes())
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}): name the facts files of all shards"
        raise CannotCheck(message) from error
    except orjson.JSONDecodeError as error:
        message = f"{file} is no facts file of a shard (it is not whole JSON): {remedy}"
        raise CannotCheck(message) from error
    problems = check_value(named_schema("shard"), value)
    if problems:
        message = f"{file} is no facts file of a shard ({problems[0].message}): {remedy}"
        raise CannotCheck(message)
    records = {
        each["overlay"]: decode_record(each["overlay"], each["state"], each["record"])
        for each in value["overlays"]
    }
    mine, total = value["shard"]
    return Shard(value["config"], (mine, total), value["renderer"], records)


def recalled(
    shards: Sequence[tuple[Path, Shard]], plan: Plan, *, config: str, snapshot: Snapshot
) -> dict[str, Record]:
    """The records of all overlays, by name. Raises CannotCheck unless each is there once, and true.

    True is what was made under this configuration, of the files as they are in this tree.
    """
    _refuse_incomplete(shards)
    records: dict[str, Record] = {}
    for file, shard in shards:
        if shard.config != config:
            message = (
                f"{file} was made by another version, with other settings or other options: "
                "run all shards and the merge with the same"
            )
            raise CannotCheck(message)
        for overlay, record in shard.records.items():
            if not record.is_present(snapshot):
                message = (
                    f"{file}: {overlay} was judged in another state of its files: "
                    "run all shards and the merge on the same commit"
                )
                raise CannotCheck(message)
            records[overlay] = record
    missing = sorted(set(plan.overlays) - records.keys())
    surplus = sorted(records.keys() - set(plan.overlays))
    if missing or surplus:
        message = (
            f"the shards do not hold the overlays of this tree ({(missing + surplus)[0]}): "
            "run all shards and the merge on the same commit"
        )
        raise CannotCheck(message)
    return dict(sorted(records.items()))


def _refuse_incomplete(shards: Sequence[tuple[Path, Shard]]) -> None:
    totals = {shard.number[1] for _, shard in shards}
    if len(totals) > 1:
        message = f"the files belong to runs of {' and of '.join(map(str, sorted(totals)))} shards"
        raise CannotCheck(f"{message}: merge the files of one run")
    (total,) = totals
    numbers = sorted(shard.number[0] for _, shard in shards)
    for number in range(1, total + 1):
        if numbers.count(number) != 1:
            times = "is missing" if number not in numbers else "is there twice"
            message = f"shard {number}/{total} {times}: merge the facts files of all {total} shards"
            raise CannotCheck(message)
