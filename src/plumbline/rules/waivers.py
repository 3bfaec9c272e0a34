"""HYG: waivers that have ended, end soon, or permit nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

from plumbline.findings import Problem, Severity
from plumbline.rules.model import Config, Ledger, rule

_WARN_DAYS = 14
_MAX_DAYS = 180


@rule("HYG001", Severity.ERROR, controls=("nist-800-53r5/CM-3",), never_waived=True)
def expired_waiver(ledger: Ledger, _config: Config) -> Iterator[Problem]:
    """A waiver has ended.

    The permission was given until a day, and that day is over. Either the reason still holds and
    somebody answers for it again, or the finding is to be mended now.

    ## Bad
    ```yaml title=policies/waivers.yaml
    - rule: POD004  # HYG001
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-05-31"
    ```
    ## Good
    ```yaml title=policies/waivers.yaml
    - rule: POD004
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-06-01"
    ```
    """
    for waiver, at in ledger.waivers:
        if date.fromisoformat(waiver.expires) < ledger.today:
            message = (
                f"the waiver of {waiver.rule} for {waiver.subject} ended on {waiver.expires}: "
                f"mend the finding, or ask {waiver.owner} for a new date"
            )
            yield Problem(message, at=at)


@rule("HYG002", Severity.ERROR, controls=("nist-800-53r5/CM-3",), never_waived=True)
def unused_waiver(ledger: Ledger, _config: Config) -> Iterator[Problem]:
    """A waiver matches no finding.

    What it permitted is mended, or its subject is misspelt and protects nothing. Left in place it
    permits the next one, which nobody has looked at.

    ## Bad
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      namespace: fraud
    ```
    ```yaml title=policies/waivers.yaml
    - rule: LBL001  # HYG002
      subject: ConfigMap/fraud/scorerr
      overlay: models/fraud/churn/overlays/prod
      reason: an example
      owner: platform-team
      expires: "2026-09-30"
    ```
    ## Good
    ```yaml
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: scorer
      namespace: fraud
    ```
    ```yaml title=policies/waivers.yaml
    - rule: LBL001
      subject: ConfigMap/fraud/scorer
      overlay: models/fraud/churn/overlays/prod
      reason: an example
      owner: platform-team
      expires: "2026-09-30"
    ```
    """
    for waiver, at in ledger.waivers:
        found = ledger.matched.get(waiver)  # None: its rule did not run, so nothing is known
        if found == () and date.fromisoformat(waiver.expires) >= ledger.today:
            message = (
                f"the waiver of {waiver.rule} for {waiver.subject} matches no finding: "
                "delete it, or correct its rule, subject and overlay"
            )
            yield Problem(message, at=at)


@rule("HYG003", Severity.WARNING, controls=("nist-800-53r5/CM-3",), never_waived=True)
def ending_waiver(ledger: Ledger, config: Config) -> Iterator[Problem]:
    """A waiver ends soon.

    On the day after, every merge request is red, also the urgent one that has nothing to do with
    it. Two weeks are enough to mend the finding or to ask again.

    ## Bad
    ```yaml title=policies/waivers.yaml
    - rule: POD004  # HYG003
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-06-15"
    ```
    ## Good
    ```yaml title=policies/waivers.yaml
    - rule: POD004
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-06-16"
    ```
    """
    days = config.repository.warn_waiver_days if config.repository else _WARN_DAYS
    last = ledger.today + timedelta(days=days)
    for waiver, at in ledger.waivers:
        if ledger.today <= date.fromisoformat(waiver.expires) <= last:
            message = (
                f"the waiver of {waiver.rule} for {waiver.subject} ends on {waiver.expires}: "
                f"mend the finding, or ask {waiver.owner} for a new date"
            )
            yield Problem(message, at=at)


@rule("HYG006", Severity.ERROR, controls=("nist-800-53r5/CM-3",), never_waived=True)
def overlong_waiver(ledger: Ledger, config: Config) -> Iterator[Problem]:
    """A waiver ends later than this site permits.

    A permission without a near end is a rule that was switched off. Who gave it has left by the
    time that an auditor asks, and nobody knows whether the reason still holds.

    ## Bad
    ```yaml title=policies/waivers.yaml
    - rule: POD004  # HYG006
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-11-29"
    ```
    ## Good
    ```yaml title=policies/waivers.yaml
    - rule: POD004
      subject: DaemonSet/monitoring/node-exporter
      overlay: platform/prometheus/overlays/prod
      reason: reads the host's network counters
      owner: platform-team
      ticket: RISK-412
      expires: "2026-11-28"
    ```
    """
    days = config.repository.max_waiver_days if config.repository else _MAX_DAYS
    last = ledger.today + timedelta(days=days)
    for waiver, at in ledger.waivers:
        if date.fromisoformat(waiver.expires) > last:
            message = (
                f"the waiver of {waiver.rule} for {waiver.subject} ends on {waiver.expires}, "
                f"more than {days} days away: write {last.isoformat()} or earlier"
            )
            yield Problem(message, at=at)


RULES = (expired_waiver, unused_waiver, ending_waiver, overlong_waiver)
