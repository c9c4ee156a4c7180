"""What many verdicts at once left undecided: each case with its reason, so that nobody has to look for it."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from monitoring.admin.warnings.columns import person_name
from monitoring.choices import WarningResult
from monitoring.models import WarningCase
from monitoring.services.warning_decide import BULK_RESULTS
from monitoring.services.warning_moves import is_his_own

LEFT_NAMED = 12


def told_of_left(left: Any, result: str, user: Any, url: str) -> SafeString | str:
    """Name the first of the cases that are left, with the reason of each; `result` "": as the verifiers propose.

    `url` opens all that wait for a verdict. "" where none is left.
    """
    count = left.count()
    if not count:
        return ""
    rows = left.select_related("member").defer("raw", "id_number", "phone").order_by("code")[:LEFT_NAMED]
    named = format_html_join(
        "；", "{} {}：{}", [(row.code, person_name(row), why_left(row, result, user)) for row in rows]
    )
    more = format_html('等，<a href="{}">查看待研判</a>', url) if count > LEFT_NAMED else ""
    return format_html("另有 {} 件没有认定，请逐件办理：{}{}。", count, named, more)


def why_left(case: WarningCase, result: str, user: Any) -> str:
    """Say why a verified case could not be decided together with others."""
    verdict = result or case.proposed_result
    if is_his_own(case, user):
        return "由您核查或代录，须由其他人认定"
    if verdict not in BULK_RESULTS:
        return f"建议 {verdict} {WarningResult(verdict).label}，不能批量认定"
    if verdict == WarningResult.MONITORED:
        return "该户不在监测中，不能认定为 V3"
    if not result and verdict == WarningResult.DECLINE and not (case.proposed_words and case.proposed_reason):
        return "建议缺少原因或说明"
    return "刚由他人办理"
