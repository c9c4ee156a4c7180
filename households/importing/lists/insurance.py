"""What the lists of medical insurance and pension have in common: two schemes, and whether somebody is in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from households.importing import clean
from households.importing.columns import Column
from households.importing.kinds import Question
from households.importing.lists.engine import Facts
from households.importing.lists.fields import own
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes

RESIDENT, EMPLOYEE = "resident", "employee"
SCHEMES = {RESIDENT: "城乡居民", EMPLOYEE: "城镇职工"}
YES = (
    "是", "已参保", "正常参保", "参保", "参保缴费", "已缴费", "正常缴费", "正常", "在保", "待遇领取", "领取待遇", "有",
    "√", "1",
)  # fmt: skip
NO = (
    "否", "未参保", "未缴费", "停保", "中断", "暂停参保", "暂停缴费", "终止参保", "断保", "无", "×", "0",
)  # fmt: skip
IS_IN = clean.choice(dict.fromkeys(YES, True) | dict.fromkeys(NO, False))
SCHEME_NAMES = {
    RESIDENT: ("城乡居民", "居民", "城镇居民", "新农合"),
    EMPLOYEE: ("城镇职工", "职工", "企业职工", "机关事业单位"),
}


@dataclass(frozen=True)
class Insurance:
    """One insurance with its two schemes: `what` as in 基本医疗保险, `short` as in 医保, and the two member fields."""

    what: str
    short: str
    resident: str
    employee: str

    def columns(self, kind_synonyms: tuple[str, ...]) -> tuple[Column, ...]:
        """Return the columns: each scheme by itself (是/否), or the scheme and whether the person is in it."""
        return (
            own(self.resident, f"是否参加居民{self.short}", f"居民{self.short}", f"城乡居民{self.what}"),
            own(self.employee, f"是否参加职工{self.short}", f"职工{self.short}", f"城镇职工{self.what}"),
            Column("scheme", f"{self.short}类型", self._scheme(), "list", kind_synonyms),
            Column(
                "is_in", f"是否参加{self.short}", IS_IN, "list",
                ("是否参保", "参保状态", "参保情况", "缴费状态", "是否缴费", f"{self.short}参保状态",
                 "参保缴费状态", "人员参保状态"),
            ),
            Column(
                "paid_yuan", "缴费金额", clean.money, "list",
                ("个人缴费", "个人缴费金额", "缴费额", "缴费档次", "实缴金额"),
                only_warned=True,
            ),
        )  # fmt: skip

    def facts(self) -> Facts:
        """Return what the list says: everybody listed is in the scheme, unless his row says otherwise."""
        return Facts(
            of=self._of,
            receiving=self._receiving,
            ended=lambda rows: {self._only(rows): False},
            end_label="改为未参保",
            says=("is_in", self.resident, self.employee),
        )

    def question(self) -> Question:
        """Return the question which scheme a list is of that does not say so itself."""
        return Question(
            key="scheme",
            label=f"{self.short}类型",
            answer="choice",
            required=False,
            help_text="名单里没有写明时按这里登记；不选则看标题，标题也没有写的按城乡居民。",
            options=lambda user: [("", "按标题"), *SCHEMES.items()],
        )

    def _scheme(self) -> Callable[[object], str | None]:
        labels: dict[str, str] = {}
        for scheme, names in SCHEME_NAMES.items():
            for name in names:
                labels |= dict.fromkeys((name, f"{name}{self.short}", f"{name}{self.what}"), scheme)
        return clean.choice(labels)

    def _field(self, scheme: str) -> str:
        return self.employee if scheme == EMPLOYEE else self.resident

    def _of(self, rows: Rows) -> dict[int, Changes]:
        facts: dict[int, Changes] = {}
        for index in rows.good:
            own_columns: Changes = {name: rows.value(index, name) for name in (self.resident, self.employee)}
            if rows.has(self.resident, self.employee):
                facts[index] = own_columns
            else:
                is_in = rows.value(index, "is_in")
                scheme = rows.value(index, "scheme") or self._of_list(rows)
                facts[index] = {self._field(scheme): True if is_in is None else is_in}
        return facts

    def _of_list(self, rows: Rows) -> str:
        answer = rows.answers.get("scheme")
        if answer in SCHEMES:
            return str(answer)
        return EMPLOYEE if rows.title_says("职工") and not rows.title_says("居民") else RESIDENT

    def _only(self, rows: Rows) -> str:
        schemes = {scheme for index in rows.good if (scheme := rows.value(index, "scheme")) is not None}
        return self._field(schemes.pop() if schemes else self._of_list(rows))

    def _receiving(self, rows: Rows) -> Q | None:
        """Those whom the register has in the one scheme that the list is of; a list of several lacks nobody."""
        schemes = {rows.value(index, "scheme") for index in rows.good}
        if len(schemes) > 1 or rows.has(self.resident, self.employee):
            return None
        return Q(**{self._only(rows): True})
