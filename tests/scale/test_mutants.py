"""The properties can fail: each of these wrong implementations is caught by one of them."""

import inspect
from collections.abc import Collection, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from plumbline.checking import changes, engine, keep
from plumbline.checking.record import Record
from plumbline.checking.snapshot import Snapshot
from plumbline.rendering import Rendering
from tests.scale import test_changed, test_edits, test_found, test_shards, test_workers
from tests.scale.profile import SEED
from tests.scale.repositories import repositories


def caught(test: Any, *strategies: Any, tries: int = 150) -> None:
    """Asserts that a property fails; `test` is one of the tests that hold it."""
    chosen = settings(
        max_examples=tries,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    inner = test.hypothesis.inner_test

    def again(*drawn: Any, **named: Any) -> None:
        inner(*drawn, **named)

    again.__signature__ = inspect.signature(inner)  # type: ignore[attr-defined]
    run: Any = seed(SEED)(chosen(given(*strategies)(again)))  # type: ignore[no-untyped-call]
    with pytest.raises((AssertionError, KeyError)):
        run()


def caught_by_case(name: str) -> None:
    """Asserts that one of the edits that are hard to see is not seen."""
    first, then, how = test_found.CASES[name]
    with pytest.raises(AssertionError):
        test_found.test_an_edit_that_is_hard_to_see(first, then, how, "there")


def test_absent_paths_that_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Snapshot, "exists", lambda _self, _path: False)
    caught_by_case("missing-file-appears")
    caught_by_case("second-kustomization-appears")


def test_times_instead_of_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[tuple[str, int, int], str] = {}
    measure = Snapshot._measure

    def by_stat(self: Snapshot, file: str) -> str:
        try:
            stat = (self._files.root / file).stat()
        except OSError:
            return ""
        key = (str(self._files.root / file), stat.st_size, stat.st_mtime_ns)
        return known.setdefault(key, measure(self, file))

    monkeypatch.setattr(Snapshot, "_measure", by_stat)
    caught_by_case("same-size-and-time")


def test_a_key_without_settings_and_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "configuration", lambda _plan, **_more: "0" * 64)
    choices = st.lists(st.sampled_from(test_edits.CHOICES), min_size=2, max_size=6)
    test = test_edits.test_runs_with_other_options_share_a_cache
    caught(test, repositories(), choices)


def test_a_cache_that_renders_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep.Memory, "record", lambda _self, _overlay: None)
    caught(test_edits.test_an_edit_costs_its_closure_and_changes_what_it_changes, st.data())


def test_deaths_that_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rendering, "is_lasting", property(lambda _self: True))
    moments = (st.integers(0, 9), st.sampled_from((1, 2, 99)))
    test = test_workers.test_a_death_is_not_remembered
    caught(test, repositories(), *moments)


def test_changes_without_absent_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_reads(changed: Collection[str], records: Mapping[str, Record]) -> set[str]:
        return {o for o, record in records.items() if set(changed) & set(record.reads)}

    monkeypatch.setattr(changes, "affected_by", by_reads)
    caught(test_changed.test_a_change_is_reported_with_all_that_it_breaks, st.data())


def test_shards_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "partition", lambda plan, _number: plan.overlays)
    caught(test_shards.test_shards_are_one_run, st.data())


class Anything(str):
    """A digest that is equal to every other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


def test_shards_that_trust_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Snapshot, "state", lambda _self, _reads, _absent: Anything())
    test = test_shards.test_shards_of_another_state_are_refused_or_right
    caught(test, st.data())
