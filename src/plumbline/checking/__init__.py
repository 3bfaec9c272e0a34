"""Judges a repository: what is rendered, what is wrong with it, and what was not looked at."""

from plumbline.checking.engine import check, check_shard, merge
from plumbline.checking.options import Options
from plumbline.checking.report import Counts, NotRun, Report, Work
from plumbline.checking.shards import Shard, encode_shard

__all__ = [
    "Counts",
    "NotRun",
    "Options",
    "Report",
    "Shard",
    "Work",
    "check",
    "check_shard",
    "encode_shard",
    "merge",
]
