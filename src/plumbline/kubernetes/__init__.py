"""Kubernetes arithmetic and anatomy: pure functions over objects, without files."""

from plumbline.kubernetes.images import Image, parse_image
from plumbline.kubernetes.objects import group_of, is_cluster_scoped, object_id
from plumbline.kubernetes.quantity import canonical, parse
from plumbline.kubernetes.replicas import most_pods, steady_pods
from plumbline.kubernetes.requests import pod_limits, pod_requests
from plumbline.kubernetes.shapes import dig, mapping, sequence
from plumbline.kubernetes.workloads import PodTemplate, Role, containers, images, pod_templates

__all__ = [
    "Image",
    "PodTemplate",
    "Role",
    "canonical",
    "containers",
    "dig",
    "group_of",
    "images",
    "is_cluster_scoped",
    "mapping",
    "most_pods",
    "object_id",
    "parse",
    "parse_image",
    "pod_limits",
    "pod_requests",
    "pod_templates",
    "sequence",
    "steady_pods",
]
