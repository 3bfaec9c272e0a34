"""What reading gives: values as kustomize reads them, places, and hazards with their lines."""

import textwrap
from typing import Any

import pytest

from plumbline.yaml import Hazard, Limits, Mark, may_mislead, read

LIMITS = Limits()


def hazards(text: str | bytes, limits: Limits = LIMITS) -> list[tuple[str, int, int]]:
    content = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
    return [(h.kind, h.line, h.column) for h in read(content, limits).hazards]


SCALARS: list[tuple[str, Any]] = [
    ("1", 1),
    ("-7", -7),
    ("+3", 3),
    ("0777", 511),
    ("08", 8.0),
    ("0o777", 511),
    ("0x1F", 31),
    ("0b101", 5),
    ("1_000", 1000),
    ("12345678901234567890", 12345678901234567890),
    ("1.5", 1.5),
    ("1e3", 1000.0),
    ("1.5e3", 1500.0),
    (".5", 0.5),
    ("1.10", 1.1),
    ("true", True),
    ("False", False),
    ("yes", "yes"),
    ("on", "on"),
    ("y", "y"),
    ("~", None),
    ("null", None),
    ("", None),
    ("2024-01-01", "2024-01-01"),
    ("1:30", "1:30"),
    ("=", "="),
    ("!foo bar", "bar"),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("'12'", "12"),
    ('"true"', "true"),
    ("1.2.3", "1.2.3"),
    ("0b", "0b"),
    ("sha256:12", "sha256:12"),
]


@pytest.mark.parametrize(("text", "value"), SCALARS, ids=[repr(text) for text, _ in SCALARS])
def test_scalars_mean_what_kustomize_reads(text: str, value: Any) -> None:
    found = read(f"a: {text}\n".encode(), LIMITS).values[0]["a"]
    assert found == value
    assert type(found) is type(value)


def test_merge_keys_give_way_to_own_keys() -> None:
    text = b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {y: 4, <<: *a}\n"
    value = read(text, LIMITS).values[0]
    assert value["b"] == {"x": 1, "y": 3}
    assert value["c"] == {"x": 1, "y": 4}


HAZARDS = [
    ("bool", "a: yes\n", [("raw-rendered", 1, 4)]),
    ("bool-in-list", "a:\n- x\n- Off\n", [("raw-rendered", 3, 3)]),
    ("date", "a: 2024-01-01\n", [("raw-rendered", 1, 4)]),
    ("timestamp", "a: 2024-01-01T10:00:00Z\n", [("raw-rendered", 1, 4)]),
    ("octal", "a: 0777\n", [("raw-rendered", 1, 4)]),
    ("grouped", "a: 1_000\n", [("raw-rendered", 1, 4)]),
    ("huge", "a: 12345678901234567890\n", [("raw-rendered", 1, 4)]),
    ("key", "a:\n  y: 1\n", [("raw-rendered", 2, 3)]),
    ("repeated", "a: 1\nb: 2\na: 3\n", [("repeated-key", 3, 1)]),
    ("repeated-deep", "x:\n- {a: 1, a: 2}\n", [("repeated-key", 2, 10)]),
    ("after-end", "a: 1\n...\n# c\nb: 2\n", [("lost-document", 4, 1)]),
    ("empty-list", "kind: PodList\nitems: []\n", [("lost-document", 2, 8)]),
    ("null-list", "kind: List\nitems:\n", [("lost-document", 2, 7)]),
    ("empty", "", [("lost-document", 1, 1)]),
    ("comments", "# a\n--- # b\n...\n", [("lost-document", 1, 1)]),
    ("not-yaml", "a: [1\nb: 2\n", [("unreadable", 2, 2)]),
    ("no-anchor", "a: *b\n", [("limit", 1, 4)]),
    ("itself", "a: &a [*a]\n", [("limit", 1, 8)]),
    ("nul", b"a\x00b", [("unreadable", 1, 1)]),
    ("latin-1", "a: 1\nb: é\n".encode("latin-1"), [("unreadable", 2, 1)]),
]


@pytest.mark.parametrize(
    ("text", "found"), [row[1:] for row in HAZARDS], ids=[r[0] for r in HAZARDS]
)
def test_hazards_stand_at_their_place(text: str, found: list[tuple[str, int, int]]) -> None:
    assert hazards(text) == found


HARMLESS = [
    ("quoted", "a: 'yes'\nb: \"2024-01-01\"\n'y': 1\n"),
    ("file-mode", "defaultMode: 0644\nitems:\n- {mode: 0400}\n"),
    ("words", "a: yesterday\nb: on-call\nc: no reason\nd: 0.5\ne: 10\n"),
    ("same-key-elsewhere", "a: {b: 1}\nc: {b: 1}\n"),
    ("end-then-document", "a: 1\n...\n---\nb: 2\n"),
    ("end-alone", "a: 1\n...\n# nothing follows\n"),
    ("list-with-items", "kind: List\nitems: [{a: 1}]\n"),
    ("alias-twice", "a: &a [1, 2]\nb: *a\nc: *a\n"),
    ("tabs", "a:\t1\nb: x\t\n"),
    ("block-text", "a: |\n  yes: no\n  ...\n  x: 2024-01-01\n"),
    ("byte-order-mark", "\ufeffa: 1\n"),
    ("json", '{"a": [1, {"b": "yes"}]}'),
]


@pytest.mark.parametrize("text", [row[1] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_look_alikes_are_no_hazards(text: str) -> None:
    reading = read(text.encode(), LIMITS)
    assert reading.hazards == ()
    assert reading.values


BOUNDS = [
    ("flow", b"[" * 20_000, "nested more than 200 levels deep"),
    ("maps", b"{a: " * 20_000, "nested more than 200 levels deep"),
    ("dashes", b"- " * 20_000 + b"x", "nested more than 200 levels deep"),
    (
        "laughs",
        b"a0: &a0 [x]\n"
        + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 64)),
        "aliases expand to more than 500000 nodes",
    ),
    ("documents", b"---\na: 1\n" * 10_001, "the file holds more than 10000 documents: split it"),
    ("bytes", b"a: " + b"x" * 17_000_000, "more than the limit of 16777216"),
]


@pytest.mark.parametrize(("content", "words"), [r[1:] for r in BOUNDS], ids=[r[0] for r in BOUNDS])
def test_limits_hold(content: bytes, words: str) -> None:
    reading = read(content, LIMITS)
    assert reading.documents == ()
    assert [h.kind for h in reading.hazards] == ["limit"]
    assert words in reading.hazards[0].message


def test_just_within_the_limits_is_read() -> None:
    limits = Limits(depth=3, alias_nodes=4, documents=2)
    assert read(b"a: [[1]]\n", limits).values == ({"a": [[1]]},)
    assert read(b"a: &a [1]\nb: [*a, *a]\n", limits).hazards == ()
    assert [h.kind for h in read(b"a: &a [1]\nb: [*a, *a, *a]\n", limits).hazards] == ["limit"]


TEXT = b"""\
metadata:
  labels: {tier: gold}
  list:
  - name: a
    v: 1
---
second: x
"""

PLACES = [
    ("", Mark(1, 1), True),
    ("/metadata/labels/tier", Mark(2, 18), True),
    ("/metadata/labels/owner", Mark(2, 3), False),
    ("/metadata/list", Mark(3, 3), True),
    ("/metadata/list/0", Mark(4, 5), True),
    ("/metadata/list/0/v", Mark(5, 8), True),
    ("/metadata/list/7/v", Mark(3, 3), False),
    ("/nothing/here", Mark(1, 1), False),
]


@pytest.mark.parametrize(("path", "mark", "found"), PLACES, ids=[p or "root" for p, _, _ in PLACES])
def test_a_pointer_leads_to_a_place(path: str, mark: Mark, *, found: bool) -> None:
    assert read(TEXT, LIMITS).documents[0].find(path) == (mark, found)


def test_later_documents_keep_their_lines() -> None:
    documents = read(TEXT, LIMITS).documents
    assert documents[1].locate("/second") == Mark(7, 9)
    assert documents[1].locate_key("/second") == Mark(7, 1)


def test_escaped_pointers() -> None:
    document = read(b"a/b: {c~d: 1}\n", LIMITS).documents[0]
    assert document.find("/a~1b/c~0d") == (Mark(1, 12), True)


@pytest.mark.parametrize(
    "row",
    [r for r in HAZARDS if r[2][0][0] in ("raw-rendered", "lost-document")],
    ids=lambda r: r[0],
)
def test_the_quick_look_misses_nothing(row: tuple[str, str, list[tuple[str, int, int]]]) -> None:
    assert may_mislead(row[1].encode())


def test_the_quick_look_passes_plain_files() -> None:
    assert not may_mislead(b"kind: Deployment\nspec: {replicas: 3, image: 'a@sha256:00ff'}\n")


def test_hazards_say_what_to_write() -> None:
    (found,) = read(b"a: yes\n", LIMITS).hazards
    assert found == Hazard(
        "raw-rendered",
        "yes: kubectl reads the boolean true, kustomize the string; "
        'write "yes" or the value that is meant',
        1,
        4,
        "/a",
    )
