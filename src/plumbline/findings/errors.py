"""The one exception that ends a run without a verdict."""


class CannotCheck(Exception):  # noqa: N818 - a sentence, not an error class name
    """Nothing can be judged: one sentence that says what, where and how to mend it. Exit code 2."""
