"""Whether measures answer the risks of a monitored household, and until when they have to be planned. Pure.

Source: domain.md §1.8, 缺什么补什么: each risk is answered by a measure of one of its classes (dated rows,
RiskAnswer), and so is each need that its members show, a child out of school or somebody uninsured; a household with
labour has one development measure at least, and 综合保障 alone is no help for it (一兜了之).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from households.choices import Risk
from households.guarantees import GuaranteeState, Person, education_state, medical_state
from monitoring.choices import MeasureClass, Need
from township.base.dates import month_end

DEVELOPMENT = (MeasureClass.INDUSTRY, MeasureClass.EMPLOYMENT, MeasureClass.FINANCE, MeasureClass.POST)
# In the order in which gaps are told.
ANSWERED = {str(member.value): str(member.label) for kind in (Risk, Need) for member in kind}
NO_DEVELOPMENT, NO_MEASURE = "no_development", "no_measure"


@dataclass(frozen=True, slots=True)
class Gap:
    """What the measures leave open, in words; a measure of any of `classes` closes it (empty: of any class)."""

    code: str
    text: str
    classes: tuple[str, ...] = ()


def unanswered(
    risks: Iterable[str],
    *,
    has_labour: bool,
    measure_classes: Collection[str],
    answers: Mapping[str, Collection[str]],
) -> list[Gap]:
    """Return what the measures of a household leave open, risks first, in the order of the words of the trade.

    `risks` are values of Risk and Need, `measure_classes` the classes of its measures; `answers` gives for a risk the
    classes that answer it. A risk that is not in it is answered by any measure. Another measure never opens a gap.
    """
    held = set(measure_classes)
    gaps = [
        _risk_gap(risk, answers.get(risk, ()))
        for risk in _ordered(risks)
        if not _is_answered(risk, held, answers)
    ]
    if has_labour and held.isdisjoint(DEVELOPMENT):
        gaps.append(Gap(NO_DEVELOPMENT, _development_text(held), tuple(DEVELOPMENT)))
    if not held and not gaps:
        gaps.append(Gap(NO_MEASURE, "还没有任何帮扶措施"))
    return gaps


def answered(measure_class: str, risks: Iterable[str], answers: Mapping[str, Collection[str]]) -> list[str]:
    """Return which of the risks a measure of a class answers, in the order of the words of the trade."""
    return [risk for risk in _ordered(risks) if _is_answered(risk, (measure_class,), answers)]


def needs_of(people: Collection[Person], on: date) -> Iterator[Need]:
    """Yield what the members of a household (without those who left) show on a day; what is not registered is none."""
    if education_state(people, on) is GuaranteeState.PROBLEM:
        yield Need.OUT_OF_SCHOOL
    if medical_state(people) is GuaranteeState.PROBLEM:
        yield Need.UNINSURED


def plan_due_on(identified_on: date | None, identified_month: date, plan_days: int) -> date:
    """Return the day by which the help of a household is planned: `plan_days` days after its identification.

    The national system knows the month alone; then the days are counted from the month's end.
    """
    return (identified_on or month_end(identified_month)) + timedelta(days=plan_days)


def _ordered(risks: Iterable[str]) -> list[str]:
    wanted = set(risks)
    return [risk for risk in ANSWERED if risk in wanted]


def _is_answered(risk: str, held: Collection[str], answers: Mapping[str, Collection[str]]) -> bool:
    wanted = answers.get(risk, ())
    return any(one in held for one in wanted) if wanted else bool(held)


def _risk_gap(risk: str, wanted: Collection[str]) -> Gap:
    label = ANSWERED[risk]
    what = f"户内有成员{label}，" if risk in Need.values else f"风险“{label}”"
    classes = tuple(one for one in MeasureClass.values if one in wanted)
    if not classes:
        return Gap(risk, f"{what}还没有帮扶措施")
    return Gap(risk, f"{what}没有对应措施，应有{_one_of(classes)}", classes)


def _development_text(held: Collection[str]) -> str:
    wanted = _one_of(DEVELOPMENT)
    if held == {MeasureClass.SECURITY}:
        return f"户内有劳动力，只有综合保障（一兜了之），应有{wanted}"
    return f"户内有劳动力，没有开发式帮扶措施，应有{wanted}"


def _one_of(classes: Collection[str]) -> str:
    named = "、".join(str(MeasureClass(one).label) for one in classes)
    return f"{named}之一" if len(classes) > 1 else named
