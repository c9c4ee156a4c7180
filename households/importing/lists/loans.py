"""小额信贷名单: loans to households, found by the borrower (domain.md §7.1 P29)."""

from __future__ import annotations

from households.benefit_inputs import BANK_LENGTH, PURPOSE_LENGTH, LoanInput, loan_problems
from households.importing import clean, clean_dates
from households.importing.columns import Column, shorter
from households.importing.comparison import Task
from households.importing.kinds import ListKind
from households.importing.lists.columns import identifying
from households.importing.lists.entries import COUNTED, EntriesComparison, Register, compare_entries
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes
from households.importing.table import Table
from households.models import MicroLoan

COLUMNS = (
    Column(
        "amount_yuan", "贷款金额", clean.money, "list",
        ("贷款金额（元）", "放款金额", "放款金额（元）", "借款金额", "贷款本金"), required=True, help_text="单位是元",
    ),
    Column(
        "lent_on", "放款日期", clean_dates.day, "list",
        ("贷款日期", "放贷日期", "放款时间", "借款日期", "发放日期", "贷款时间"),
        required=True,
    ),
    Column(
        "due_on", "到期日期", clean_dates.day, "list", ("贷款到期日", "到期时间", "到期日", "还款日期", "应还日期"),
        required=True,
    ),
    Column("repaid_on", "还清日期", clean_dates.day, "list", ("结清日期", "实际还款日期", "结清时间", "还清时间")),
    Column(
        "bank", "贷款银行", shorter(clean.text, BANK_LENGTH), "list",
        ("放款银行", "承贷银行", "银行", "贷款机构", "经办银行"),
    ),
    Column("purpose", "贷款用途", shorter(clean.text, PURPOSE_LENGTH), "list", ("用途", "资金用途", "发展产业")),
)  # fmt: skip
WORDS = {column.field: column for column in COLUMNS}
DEFAULTS: Changes = {"repaid_on": None, "bank": "", "purpose": ""}


def loan_of(rows: Rows, index: int) -> Changes | None:
    """What one row says of a loan; refuses the row whose sum or days cannot be."""
    values: Changes = {name: value for name in WORDS if (value := rows.value(index, name)) is not None}
    problems = list(loan_problems(LoanInput(**{**DEFAULTS, **values}), rows.on))
    for name, message in problems:
        rows.cleaned.refuse(index, name, "impossible", message)
    return None if problems else values


def _same(old: Changes, new: Changes) -> bool:
    """A loan of the same day is the same one unless the list names another bank."""
    return bool(old["lent_on"] == new["lent_on"] and new.get("bank", old["bank"]) == old["bank"])


REGISTER = Register(
    model=MicroLoan,
    of=loan_of,
    is_household=lambda values: True,
    same=_same,
    identity=lambda values: (values["lent_on"], values.get("bank", "")),
    words=WORDS,
    defaults=DEFAULTS,
    has_member=False,
)


def compare_loans(table: Table, task: Task) -> EntriesComparison:
    """Find out what a list of loans would change."""
    return compare_entries(table, task, LOANS, REGISTER)


LOANS = ListKind(
    "loans",
    "小额信贷名单",
    (*identifying(name_synonyms=("借款人", "借款人姓名", "贷款人", "贷款人姓名", "贷款户主")), *COLUMNS),
    compare_loans,
    order=140,
    signs=("小额信贷", "小额贷款", "信贷", "贷款"),
    either=(frozenset({"id_number", "name", "head_name"}),),
    counted=((COUNTED, "贷款", "笔"),),
    about="每笔贷款一行，金额单位是元。按借款人找到农户，登记为这一户的贷款；同一天、同一银行的再导入一次不会重复登记。",
)
