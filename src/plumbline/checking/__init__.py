"""Judges a repository: what is rendered, what is wrong with it, and what was not looked at."""

from plumbline.checking.engine import check
from plumbline.checking.options import Options
from plumbline.checking.report import Counts, NotRun, Report

__all__ = ["Counts", "NotRun", "Options", "Report", "check"]
