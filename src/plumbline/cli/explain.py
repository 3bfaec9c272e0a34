"""`plumbline explain`: a rule's page, or the rules that give evidence for a control."""

import argparse

from plumbline.findings import CannotCheck


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb and its options."""
    parser = verbs.add_parser("explain", help="print a rule's page", description=__doc__)
    parser.add_argument("what", nargs="?", metavar="RULE|CONTROL", help="without it: all rules")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints what is known of a rule id, a rule name or a control id."""
    from plumbline.rules import ALL_RULES
    from plumbline.schemas import nearest

    wanted = arguments.what
    if wanted is None:
        for rule in ALL_RULES:
            print(f"{rule.id}  {rule.severity.value:<7}  {rule.name}")
        return 0
    found = [r for r in ALL_RULES if wanted.upper() == r.id or wanted.lower() == r.name]
    if found:
        rule = found[0]
        print(f"# {rule.id} {rule.name} ({rule.severity.value})\n")
        print(rule.page)
        if rule.controls:
            print(f"\nEvidence for: {', '.join(rule.controls)}")
        return 0
    evidence = [rule for rule in ALL_RULES if wanted in rule.controls]
    if evidence:
        print(f"Rules that give evidence for {wanted}:")
        for rule in evidence:
            print(f"{rule.id}  {rule.name}")
        return 0
    names = [n for r in ALL_RULES for n in (r.id, r.name, *r.controls)]
    close = nearest(wanted, names)
    hint = f'did you mean "{close}"?' if close else "`plumbline explain` lists the rules"
    message = f'nothing is known of "{wanted}": {hint}'
    raise CannotCheck(message)
