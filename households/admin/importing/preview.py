"""预览 and 完成: what an import would change, line by line, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

from households.access import Capability
from households.admin.importing.jobs import job_context
from households.admin.importing.steps import State, draft_or_404, page_context
from households.admin.importing.words import counted_things, kind_named, next_step, was_done, will_happen
from households.importing.comparison import FIELD_GROUPS, NEW_VILLAGE, NOBODY, WINS, Choices
from households.models import ImportDraft, PreviewLine, Village, WaitingRow

LINES_A_PAGE = 50
# More names that no village bears are a wrong column or another township's list, not villages to be made.
VILLAGES_ASKED = 40
# The tabs in the order in which they want a hand; what is the same stands as a number only.
TABS = {
    "doubt": "认人",
    "new": "新增",
    "changed": "变更",
    "missing": "缺少",
    "refused": "拒绝",
    "warned": "提醒",
}
FIRST_LOOKED_AT = ("doubt", "changed", "new", "refused", "warned", "missing")
EMPTY = {
    "doubt": "没有认不准的人。",
    "new": "没有要新增的。",
    "changed": "没有要更改的。",
    "missing": "名单所涉及的村里，已登记的都在名单中。",
    "refused": "没有被拒绝的行。",
    "warned": "没有需要核对的行。",
}
ABOUT_TAB = {
    "doubt": "这些行没有证件号码，或号码与登记的对不上。请指明是谁，再点“重新比对”；不指明的以后再认。",
    "missing": "这些已登记、名单里没有。缺少不会改动任何登记，只供核对。",
    "refused": "这些行不导入，留在“待处理”，可以在网页上改正，也可以下载标注后的原文件改好再传。",
    "warned": "这些行照常导入，请核对标出的地方。",
}


def draft_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the step that the user's draft has reached."""
    draft = draft_or_404(request, object_id)
    if draft.state == State.READING:
        return redirect("admin:households_importdraft_reading", draft.pk)
    context = page_context(model_admin, request, draft)
    if draft.state in (State.COMPARING, State.IMPORTING):
        context |= job_context(draft.job)
        return TemplateResponse(request, "admin/households/import/working.html", context)
    if draft.state == State.READY:
        context |= _preview(request, draft)
        return TemplateResponse(request, "admin/households/import/preview.html", context)
    if draft.state == State.DONE:
        context |= _done(request, draft)
    return TemplateResponse(request, "admin/households/import/ended.html", context)


class LinesPaginator(Paginator):
    """Pages of a tab whose number of lines was counted when the preview was made."""

    def __init__(self, lines: Any, total: int) -> None:
        super().__init__(lines, LINES_A_PAGE)
        self.total = total

    @cached_property
    def count(self) -> int:
        return self.total


def lines_of(request: HttpRequest, draft: ImportDraft, tab: str) -> Page:
    """Return the page of a tab's lines that the address asks for."""
    lines = (
        PreviewLine.objects.visible_to(request.user).filter(draft=draft, status=tab).order_by("what", "id")
    )
    total = draft.counts.get("lines", {}).get(tab, 0)
    return LinesPaginator(lines, total).get_page(request.GET.get("p"))


def current_tab(request: HttpRequest, draft: ImportDraft) -> str:
    """Return the tab of the address, else the first that wants a look."""
    wanted = str(request.GET.get("tab", ""))
    if wanted in TABS:
        return wanted
    lines = draft.counts.get("lines", {})
    return next((tab for tab in FIRST_LOOKED_AT if lines.get(tab)), "new")


def _preview(request: HttpRequest, draft: ImportDraft) -> dict[str, Any]:
    counts, kind = draft.counts, kind_named(draft.kind)
    choices = Choices.from_json(draft.choices) if draft.choices else Choices()
    tab = current_tab(request, draft)
    page = lines_of(request, draft, tab)
    units = {key: (title, unit) for key, title, unit in kind.counted} if kind else {}
    return {
        "counts": counts,
        "things": counted_things(counts, kind),
        "sentence": will_happen(counts, kind),
        "may_import": bool(counts.get("people")),
        "villages": _villages(request, counts, choices),
        "villages_more": max(len(counts.get("villages", ())) - VILLAGES_ASKED, 0),
        "wins": _wins(counts, choices),
        "has_own_wins": bool(choices.wins),
        "is_dated": counts.get("is_dated", True),
        "people_chosen": len(choices.people),
        "tab": tab,
        "tab_about": ABOUT_TAB.get(tab, ""),
        "tab_empty": EMPTY[tab],
        "tabs": [
            {
                "key": key,
                "title": title,
                "count": counts.get("lines", {}).get(key, 0),
                "is_current": key == tab,
            }
            for key, title in TABS.items()
        ],
        "tab_query": f"tab={tab}&",
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "lines": [_line(line, units, choices) for line in page],
        "shows_what": tab in ("new", "changed", "missing"),
        "shows_problems": tab in ("refused", "warned")
        or (tab != "doubt" and any(one.problems for one in page)),
        "nobody": NOBODY,
        "answers": list(_answers(kind, choices, request.user)),
    }


def _line(line: PreviewLine, units: dict[str, tuple[str, str]], choices: Choices) -> dict[str, Any]:
    chosen = choices.people.get(line.index, "") if line.index is not None else ""
    return {"line": line, "what": units.get(line.what, ("行", ""))[0], "chosen": chosen}


def _villages(request: HttpRequest, counts: dict[str, Any], choices: Choices) -> list[dict[str, Any]]:
    """Return the names that no village bears, each with what was decided; those decided earlier stay to be changed."""
    asked = {one["name"]: one for one in counts.get("villages", ())}
    names = [*asked, *(name for name in choices.villages if name not in asked)][:VILLAGES_ASKED]
    if not names:
        return []
    known = list(
        Village.objects.visible_to(request.user)
        .within(request.user, Capability.IMPORT)
        .order_by("area")
        .values_list("area", "name")
    )
    return [
        {
            "name": name,
            "township": asked.get(name, {}).get("township", ""),
            "rows": asked.get(name, {}).get("rows"),
            "chosen": choices.villages.get(name, ""),
            "new": NEW_VILLAGE,
            "known": known,
        }
        for name in names
    ]


def _wins(counts: dict[str, Any], choices: Choices) -> list[dict[str, Any]]:
    """Return the field groups in which file and register differ, with the side that wins."""
    differing = {
        *counts.get("groups", ()),
        *(group for group, wins in choices.wins.items() if wins != "newer"),
    }
    return [
        {
            "group": group,
            "title": title,
            "changes": counts.get("groups", {}).get(group, 0),
            "options": [(value, words, value == choices.wins_of(group)) for value, words in WINS.items()],
        }
        for group, title in FIELD_GROUPS.items()
        if group in differing
    ]


def _answers(kind: Any, choices: Choices, user: Any) -> Iterable[tuple[str, str]]:
    """Return the kind's questions with the answers given, in words."""
    for question in kind.questions if kind else ():
        answer = choices.answers.get(question.key, "")
        named = dict(question.options(user)) if question.options else {}
        if answer:
            yield question.label, named.get(answer, answer)


def _done(request: HttpRequest, draft: ImportDraft) -> dict[str, Any]:
    batch = draft.batch
    if batch is None:
        return {}
    waiting = WaitingRow.objects.visible_to(request.user).filter(batch=batch).waiting().count()
    return {
        "batch": batch,
        "result": was_done(batch.counts, kind_named(batch.kind)),
        "waiting": waiting,
        "waiting_url": f"{reverse('admin:households_waitingrow_changelist')}?batch={batch.pk}",
        "next_step": next_step(batch, request.user),
    }
