"""Runs the official kustomize over overlays, and finds where a rendered value was written."""

from plumbline.rendering.choose import choose_renderer, renderer_identity
from plumbline.rendering.limits import Limits
from plumbline.rendering.model import (
    KubernetesObject,
    Origin,
    Renderer,
    RenderError,
    Rendering,
    Request,
)
from plumbline.rendering.tracing import Place, Question, Trace, trace

__all__ = [
    "KubernetesObject",
    "Limits",
    "Origin",
    "Place",
    "Question",
    "RenderError",
    "Renderer",
    "Rendering",
    "Request",
    "Trace",
    "choose_renderer",
    "renderer_identity",
    "trace",
]
