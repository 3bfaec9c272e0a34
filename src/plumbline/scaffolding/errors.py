"""Why nothing was made."""

from plumbline.findings import CannotCheck


class CannotCreate(CannotCheck):
    """Nothing was made: one sentence that says what, where and how to mend it. Exit code 2."""
