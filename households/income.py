"""A household's income of one year and the figures made of it.  Pure; every amount in yuan.

Source: the definition of the national system (domain.md §2.5),
人均纯收入 = (工资性 + 生产经营性 + 财产性 + 转移性收入 − 生产经营性支出) ÷ 年度家庭人口数.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class IncomeFigures:
    """The registered amounts of one household and year, in yuan; None where nothing is registered.

    wage 工资性收入, business 生产经营性收入 (gross), property 财产性收入, transfer 转移性收入,
    business_cost 生产经营性支出, compliant_self_pay 合规自付支出 (both positive), claims 理赔收入.
    """

    wage: Decimal | None = None
    business: Decimal | None = None
    property: Decimal | None = None
    transfer: Decimal | None = None
    business_cost: Decimal | None = None
    compliant_self_pay: Decimal | None = None
    claims: Decimal | None = None

    def gross_yuan(self) -> Decimal | None:
        """年总收入: the four kinds of income; None when none of them is registered."""
        return _total(self.wage, self.business, self.property, self.transfer)

    def net_yuan(self) -> Decimal | None:
        """年纯收入: the four kinds less the business cost, negative after a loss.

        None when no income is registered: a cost alone says nothing about the income.
        """
        gross = self.gross_yuan()
        return None if gross is None else gross - (self.business_cost or 0)

    def reference_yuan(self) -> Decimal | None:
        """收入参考范围, compared with the monitoring line: net income + claims − compliant self pay."""
        net = self.net_yuan()
        return None if net is None else net + (self.claims or 0) - (self.compliant_self_pay or 0)

    def per_capita_net_yuan(self, people: int | None) -> Decimal | None:
        """人均纯收入 to 0.01 yuan, half up; `people` is the yearly family size (年度家庭人口数).

        None when the income or the family size is not registered.
        """
        return _per_capita(self.net_yuan(), people)

    def per_capita_reference_yuan(self, people: int | None) -> Decimal | None:
        """人均收入参考范围 to 0.01 yuan, half up; `people` and None as for the net income."""
        return _per_capita(self.reference_yuan(), people)


def _total(*amounts: Decimal | None) -> Decimal | None:
    registered = [amount for amount in amounts if amount is not None]
    return sum(registered, Decimal(0)) if registered else None


def _per_capita(amount: Decimal | None, people: int | None) -> Decimal | None:
    if amount is None or not people or people < 0:
        return None
    return (amount / people).quantize(FEN, ROUND_HALF_UP)
