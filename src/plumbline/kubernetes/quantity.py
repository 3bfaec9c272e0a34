"""Resource quantities with the API server's own arithmetic, exact and without floats.

Follows `ParseQuantity` and `UnmarshalJSON` of apimachinery's `pkg/api/resource/quantity.go`.
"""

import math
import re
from fractions import Fraction
from functools import lru_cache

NANO = Fraction(1, 10**9)
MILLI = Fraction(1, 1000)
LARGEST_BINARY = Fraction(2**63 - 1)
_LARGEST_EXPONENT = 4096
_LARGEST_BARE_BINARY = 2**40

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_FORM = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)")
_HINTS = {
    "K": "write `k` for 1000 or `Ki` for 1024",
    "ki": "write `Ki` for 1024",
    "mi": "write `Mi` for 1024 * 1024",
    "gi": "write `Gi` for 1024 ** 3",
    "g": "write `G` for 10 ** 9 or `Gi` for 1024 ** 3",
    "KB": "write `k` or `Ki`",
    "MB": "write `M` or `Mi`",
    "GB": "write `G` or `Gi`",
    "MiB": "write `Mi`",
    "GiB": "write `Gi`",
}


def parse(value: object) -> Fraction:
    """The amount in base units (cores, bytes, pieces), never finer than a billionth.

    Takes what a manifest may hold: text, a number, or None (which the API server reads as 0).
    Surprises are kept: `Gi`, `.` and `-` are 0, binary amounts end at 2**63 - 1, and a remainder
    below a billionth is rounded away from zero. ValueError with one sentence for all it refuses,
    and for exponents beyond 4096, which no machine fills.
    """
    if value is None:
        return Fraction(0)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"a {type(value).__name__} is not a quantity; write a number such as 500m")
    if isinstance(value, str):
        return _parse_text(value.strip(" "))
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a quantity; write a finite number")
    return _parse_text(repr(value))


def canonical(amount: Fraction) -> str:
    """The shortest decimal text that `parse` reads back as the same amount: 500m, 2, 64u."""
    for suffix, scale in (("", 1), ("m", 10**3), ("u", 10**6), ("n", 10**9)):
        if scale % amount.denominator == 0:
            return f"{amount.numerator * (scale // amount.denominator)}{suffix}"
    raise ValueError(f"{amount} is finer than a billionth; round it first")


def round_up(amount: Fraction, unit: Fraction) -> Fraction:
    """The least multiple of `unit` that is not below `amount`."""
    if unit.numerator == 1 and unit.denominator % amount.denominator == 0:
        return amount  # it is one
    return math.ceil(amount / unit) * unit


@lru_cache(maxsize=1024)  # the same few amounts stand everywhere
def _parse_text(text: str) -> Fraction:
    match = _FORM.fullmatch(text)
    if match is None or not text:
        raise _refusal(text)
    sign, whole, part, suffix = match.groups()
    factor, binary = _factor(text, suffix)
    digits = whole + (part or "")
    if not digits and suffix and _refuses_bare(factor, binary=binary):
        raise _refusal(text)
    amount = Fraction(int(digits or "0"), 10 ** len(part or "")) * factor
    amount = round_up(amount, NANO)
    if binary:
        amount = min(amount, LARGEST_BINARY)
    return -amount if sign == "-" else amount


def _factor(text: str, suffix: str) -> tuple[Fraction, bool]:
    if suffix in _BINARY:
        return Fraction(_BINARY[suffix]), True
    if suffix in _DECIMAL:
        return Fraction(10) ** _DECIMAL[suffix], False
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None or abs(int(exponent[1])) > _LARGEST_EXPONENT:
        raise _refusal(text)
    return Fraction(10) ** int(exponent[1]), False


def _refuses_bare(factor: Fraction, *, binary: bool) -> bool:
    """Whether a suffix without digits takes the slow road, which wants at least one digit."""
    return factor > _LARGEST_BARE_BINARY if binary else factor < NANO


def _refusal(text: str) -> ValueError:
    suffix = text.lstrip("+-.0123456789")
    hint = _HINTS.get(suffix, "write a number with a suffix such as m, k, M, G, Ki, Mi or Gi")
    return ValueError(f"{text!r} is not a quantity; {hint}")
