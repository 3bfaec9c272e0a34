"""Plumbline: the guard of a GitOps monorepo for machine learning on a company's own hardware."""

__version__ = "0.1.0"
