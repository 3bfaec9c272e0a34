"""What a pod asks of a node and of a quota, as the scheduler and the quota evaluator count it.

Follows `k8s.io/component-helpers/resource` (PodRequests, PodLimits) after API defaulting.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from plumbline.kubernetes.quantity import MILLI, parse, round_up
from plumbline.kubernetes.shapes import mapping, sequence

Amounts: TypeAlias = dict[str, Fraction]
_ZERO = Fraction(0)


def amounts(resources: object) -> Amounts:
    """Resource name -> amount; each value rounded up to a thousandth, as the API stores it.

    ValueError where a quantity cannot be read.
    """
    values = mapping(resources).items()
    return {str(name): round_up(parse(value), MILLI) for name, value in values}


def container_requests(container: Mapping[str, Any]) -> Amounts:
    """A container's requests after defaulting: a limit without a request is the request."""
    resources = mapping(container.get("resources"))
    return amounts(resources.get("limits")) | amounts(resources.get("requests"))


def container_limits(container: Mapping[str, Any]) -> Amounts:
    """A container's limits as written."""
    return amounts(mapping(container.get("resources")).get("limits"))


def pod_requests(spec: Mapping[str, Any]) -> Amounts:
    """The effective request of one pod, by resource name, in base units.

    The larger of what runs for good (containers and sidecars) and of what runs at start (each
    init container with the sidecars before it); then pod-level resources, then overhead.
    """
    total = _aggregate(spec, container_requests)
    level = mapping(spec.get("resources"))
    limits = _pod_level(amounts(level.get("limits")))
    stated = _pod_level(amounts(level.get("requests")))
    total = limits | total | stated
    return _add(total, amounts(spec.get("overhead")))


def pod_limits(spec: Mapping[str, Any]) -> Amounts:
    """The effective limits of one pod; overhead joins only limits that are set and not zero."""
    total = _aggregate(spec, container_limits)
    total |= _pod_level(amounts(mapping(spec.get("resources")).get("limits")))
    overhead = amounts(spec.get("overhead"))
    return {name: value + (overhead.get(name, 0) if value else 0) for name, value in total.items()}


def _aggregate(spec: Mapping[str, Any], of: Callable[[Mapping[str, Any]], Amounts]) -> Amounts:
    running: Amounts = {}
    for container in sequence(spec.get("containers")):
        running = _add(running, of(mapping(container)))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for item in sequence(spec.get("initContainers")):
        container = mapping(item)
        need = _add(sidecars, of(container))
        if container.get("restartPolicy") == "Always":
            sidecars = need
        starting = _largest(starting, need)
    return _largest(_add(running, sidecars), starting)


def _pod_level(resources: Amounts) -> Amounts:
    return {
        name: value
        for name, value in resources.items()
        if name in ("cpu", "memory") or name.startswith("hugepages-")
    }


def _add(left: Amounts, right: Amounts) -> Amounts:
    if not left or not right:
        return left | right
    return {name: left.get(name, _ZERO) + right.get(name, _ZERO) for name in left | right}


def _largest(left: Amounts, right: Amounts) -> Amounts:
    return {name: max(left.get(name, _ZERO), right.get(name, _ZERO)) for name in left | right}
