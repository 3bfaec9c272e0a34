import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kubernetes.quantity import canonical, parse, round_up

KI, MI, GI = 2**10, 2**20, 2**30
LARGEST = 2**63 - 1

ACCEPTED: list[tuple[object, Fraction | int]] = [
    ("1", 1),
    ("0.5", Fraction(1, 2)),
    (".5", Fraction(1, 2)),
    ("5.", 5),
    ("1.G", 10**9),
    ("100m", Fraction(1, 10)),
    ("0.1m", Fraction(100, 10**6)),
    ("0.1n", Fraction(1, 10**9)),
    ("-0.1n", Fraction(-1, 10**9)),
    ("1k", 1000),
    ("1Ki", KI),
    ("1E", 10**18),
    ("1E3", 1000),
    ("12e-3", Fraction(12, 1000)),
    ("+1", 1),
    ("-1", -1),
    ("1.5Gi", 1536 * MI),
    ("0.5Mi", 512 * KI),
    ("0.0000001Ki", Fraction(102400, 10**9)),
    ("3n", Fraction(3, 10**9)),
    ("3u", Fraction(3, 10**6)),
    (1e3, 1000),
    (0.1, Fraction(1, 10)),
    (16, 16),
    (8, 8),
    ("010", 10),
    ("1e21", 10**21),
    (1e21, 10**21),
    (" 1", 1),
    (None, 0),
    ("Gi", 0),
    (".", 0),
    ("-", 0),
    ("Ki", 0),
    ("Ti", 0),
    ("n", 0),
    ("1Ei", 2**60),
    ("8Ei", LARGEST),
    ("9Ei", LARGEST),
    ("-9Ei", -LARGEST),
    ("9223372036854775808", 2**63),
    ("1e30", 10**30),
    ("1e4096", 10**4096),
]

REFUSED: list[object] = [
    *("1K", "1ki", "1mi", "1g", "1MB", "1MiB", "1e", "1e3.5", "1e3Ki", "1i", "1.2.3", "", "1 Gi"),
    *("1\n", "0x10", "1_000", "1,000", "\uff11", "\u0661", "Pi", "Ei", "e-10", "1e4097"),
    *(True, [], {}, float("inf"), float("nan")),
]


@pytest.mark.parametrize(("text", "amount"), ACCEPTED, ids=[repr(text) for text, _ in ACCEPTED])
def test_accepted_quantity_has_its_exact_amount(text: object, amount: Fraction | int) -> None:
    assert parse(text) == amount


def test_every_suffix_is_worth_a_thousand_or_1024_of_the_one_before() -> None:
    assert [parse(f"1{suffix}") for suffix in ("k", "M", "G", "T", "P", "E")] == [
        1000**power for power in range(1, 7)
    ]
    assert [parse(f"1{suffix}i") for suffix in "KMGTPE"] == [1024**power for power in range(1, 7)]


@pytest.mark.parametrize("text", REFUSED, ids=repr)
def test_refused_quantity_is_named_and_mended(text: object) -> None:
    with pytest.raises(ValueError, match=r"is not a quantity; write .+"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "hint"), [("1K", "`k`"), ("4mi", "`Mi`"), ("2GB", "`Gi`"), ("x", "suffix such as")]
)
def test_hint_names_the_spelling_that_was_meant(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        parse(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1, 2), "500m"),
        (Fraction(GI), "1073741824"),
        (Fraction(64, 10**6), "64u"),
        (Fraction(-1, 10**9), "-1n"),
    ],
)
def test_canonical_text(amount: Fraction, text: str) -> None:
    assert canonical(amount) == text


def test_canonical_refuses_what_no_quantity_can_say() -> None:
    assert canonical(Fraction(1, 10**9)) == "1n"
    with pytest.raises(ValueError, match="finer than a billionth; round it first"):
        canonical(Fraction(1, 3))


@given(st.from_regex(r"\A[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([numkMGTPE]|[KMGTP]i|e-?[0-9])?\Z"))
def test_canonical_text_reads_back_as_the_same_amount(text: str) -> None:
    amount = parse(text)
    assert parse(canonical(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "rounded"), [("100u", "1m"), ("1.0005", "1001m"), ("7m", "7m"), ("0", "0")]
)
def test_cpu_is_rounded_up_to_a_thousandth(amount: str, rounded: str) -> None:
    assert round_up(parse(amount), Fraction(1, 1000)) == parse(rounded)
