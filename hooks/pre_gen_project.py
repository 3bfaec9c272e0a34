"""Refuses an answer that would make a broken repository, and proposes the fix."""

import json
import re
import sys

A = json.loads(r'{{ cookiecutter | tojson }}')
DNS_LABEL = "use lower-case letters, digits and '-', and a letter first"
TEXT = (r'[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]{1,100}', "use one line without '\"' and '\\'")
LABEL_VALUE = (
    r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?",
    "use letters, digits, '-', '_' and '.', at most 63 of them, no e-mail address",
)
DNS_NAME = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+"
REGISTRY = r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._-]*[a-z0-9])*"
RULES = {
    "project_name": TEXT,
    "project_slug": (r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", DNS_LABEL),
    "organisation": TEXT,
    "label_prefix": (DNS_NAME, "use a DNS name of your own, such as example.com"),
    "registry": (REGISTRY, "use the mirror's host, with port and path if any, without https://"),
    "platform_owner": LABEL_VALUE,
    "compliance_owner": LABEL_VALUE,
    "team": (r"[a-z]([-a-z0-9]{0,40}[a-z0-9])?", DNS_LABEL),
    "owner_group": LABEL_VALUE,
    "cost_center": LABEL_VALUE,
    "model_name": (r"[a-z]([-a-z0-9]{0,40}[a-z0-9])?", DNS_LABEL),
}
YAML_WORDS = ("false", "n", "no", "null", "off", "on", "true", "y", "yes")
RESERVED = {
    "label_prefix": ("kubernetes.io", "k8s.io", "plumbline.dev"),
    "team": ("platform", *YAML_WORDS),
    "model_name": ("default", *YAML_WORDS),
    "project_slug": YAML_WORDS,
}


def proposal(name, value):
    """The nearest value that would pass, or ""."""
    if RULES[name] is TEXT:
        near = re.sub(r'["\\\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+', " ", value)[:100].strip()
    elif RULES[name] is LABEL_VALUE:
        near = re.sub(r"[^-_.A-Za-z0-9]+", "-", value.split("@")[0])[:63].strip("-_.")
    elif name in ("label_prefix", "registry"):
        near = re.sub(r"^[a-z]+://|/$", "", value.strip().lower()).strip(".")
    else:
        near = re.sub(r"[^a-z0-9]+", "-", value.lower()).lstrip("-0123456789")[:40].strip("-")
    return near if re.fullmatch(RULES[name][0], near) else ""


for name, (pattern, advice) in RULES.items():
    said = f"{name} {json.dumps(A[name], ensure_ascii=False)}"
    reserved = [r for r in RESERVED.get(name, ()) if A[name] == r or A[name].endswith("." + r)]
    if reserved:
        sys.exit(f'{said}: {reserved[0]} is taken: choose another name')
    if not re.fullmatch(pattern, A[name]):
        near = proposal(name, A[name])
        sys.exit(f"{said}: {advice}" + (f'; did you mean "{near}"?' if near else ""))
