"""公益岗位: who may hold one, for how long and for how much (domain.md §2.8 R13, §7.1 P26)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from households.benefit_amounts import FEN
from households.benefit_kinds import BenefitKind, PaidPer, PostKind, QualificationKind
from households.choices import Labour, WorkRegion
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import each_rule, home_rule, person_rule
from monitoring.rules.findings.benefits import AWAY
from monitoring.rules.findings.facts import Day, Home, Person, Span
from monitoring.rules.findings.labour import UNABLE
from monitoring.rules.findings.limits import limit
from monitoring.rules.findings.schooling import is_student
from monitoring.rules.screening.judging import in_yuan

limit("post_age_min", "公益岗位年龄下限", "16", "岁")
limit("post_age_max", "公益岗位年龄上限（不满）", "70", "岁")
limit("posts_most", "一人在岗公益岗位上限", "2", "个")
limit("home_posts_most", "一户在岗公益岗位人数上限", "2", "人")

POST = BenefitKind.PUBLIC_POST.value
MONTHS_OF_A_YEAR = 12
_POSTS: dict[str, Any] = {
    "family": Family.POSTS, "level": Level.WARN, "fixer": Fixer.HUMAN_RESOURCES,
    "source": "domain.md §2.8 R13, §7.1 P26",
}  # fmt: skip
_HELD = _POSTS | {"needs": "has_post"}
_ASK_WHO = "公益岗位是不是本人在岗，平时做什么？"
_PAID_BY_STATE = (QualificationKind.PUBLIC_PAYROLL.value, QualificationKind.VILLAGE_CADRE.value)


def running_posts(person: Person, day: Day) -> list[Span]:
    """Return the posts of a person that run on the day."""
    return [one for one in person.posts if one.runs(day.on)] if person.posts else []


def post_held(person: Person, day: Day) -> str:
    """Say which post a person holds, by its own record or else as the register writes it; "" for none."""
    if running := running_posts(person, day):
        return str(PostKind(running[0].kind).label)
    return person.post


@person_rule("P26", title="未满 16 岁在公益岗位", question=_ASK_WHO, uses=("limit:post_age_min",), **_HELD)
def too_young(person: Person, home: Home, day: Day) -> str:
    if not (post := post_held(person, day)) or person.age is None or person.age >= day.limit("post_age_min"):
        return ""
    return f"{person.age} 岁，在公益岗位（{post}），应满 {day.limit('post_age_min'):.0f} 岁"


@person_rule("P26-2", title="年满 70 岁在公益岗位", question=_ASK_WHO, uses=("limit:post_age_max",), **_HELD)
def too_old(person: Person, home: Home, day: Day) -> str:
    if not (post := post_held(person, day)) or person.age is None or person.age < day.limit("post_age_max"):
        return ""
    return f"{person.age} 岁，在公益岗位（{post}），应不满 {day.limit('post_age_max'):.0f} 岁"


@person_rule("P26-3", title="在校学生在公益岗位", question=_ASK_WHO, **_HELD)
def at_school(person: Person, home: Home, day: Day) -> str:
    if not (post := post_held(person, day)) or not is_student(person):
        return ""
    return f"登记为在校生，又在公益岗位（{post}）"


@person_rule(
    "P26-4", title="无或丧失劳动力在公益岗位", question="身体情况能不能胜任岗位，是不是本人在岗？", **_HELD
)
def unable(person: Person, home: Home, day: Day) -> str:
    if person.labour not in UNABLE or not (post := post_held(person, day)):
        return ""
    return f"劳动技能为{Labour(person.labour).label}，在公益岗位（{post}）"


@person_rule("P26-5", title="县外务工又在公益岗位", question="现在在外务工还是在家，岗位由谁在做？", **_HELD)
def works_away(person: Person, home: Home, day: Day) -> str:
    if not (post := post_held(person, day)):
        return ""
    region = person.work_region if person.work_region in AWAY else ""
    region = region or next((one.kind for one in person.works if one.kind in AWAY and one.runs(day.on)), "")
    return f"务工地点为{WorkRegion(region).label}，又在公益岗位（{post}）" if region else ""


@person_rule(
    "P26-6",
    title="一人同时在多个公益岗位",
    question="同时在做哪几个岗位？",
    uses=("limit:posts_most",),
    **_HELD,
)
def too_many(person: Person, home: Home, day: Day) -> str:
    running = running_posts(person, day)
    if len(running) <= day.limit("posts_most"):
        return ""
    names = "、".join(str(PostKind(one.kind).label) for one in running)
    return f"同时在 {len(running)} 个公益岗位（{names}），最多 {day.limit('posts_most'):.0f} 个"


@person_rule(
    "P26-7",
    title="公益岗位与月数只填一项",
    question="今年在公益岗位干了几个月？",
    **_POSTS | {"fixer": Fixer.VILLAGE},
)
def months_missing(person: Person, home: Home, day: Day) -> str:
    if bool(person.post) == bool(person.post_months):
        return ""
    if person.post:
        return f"登记了公益性岗位（{person.post}），没有月数"
    return f"公益性岗位月数为 {person.post_months} 个月，没有登记岗位"


@person_rule(
    "P26-8", title="登记了公益岗位，没有在岗记录", question="是什么岗位，从什么时候开始上岗？", **_HELD
)
def no_record(person: Person, home: Home, day: Day) -> str:
    """A record that has ended in the year bears the register out too: its months are of the year."""
    if not person.post or any(_in_year(one, day) for one in person.posts):
        return ""
    return f"登记的公益性岗位为“{person.post[:40]}”，{day.on.year} 年没有公益岗位在岗记录"


@person_rule(
    "P26-9", title="有公益岗位在岗记录，户籍资料未登记", question="", **_HELD | {"fixer": Fixer.VILLAGE}
)
def not_in_register(person: Person, home: Home, day: Day) -> str:
    if person.post or not (running := running_posts(person, day)):
        return ""
    return f"{PostKind(running[0].kind).label} {running[0].started_on} 起在岗，成员信息中没有登记公益性岗位"


@home_rule(
    "P26-10",
    title="一户多人在公益岗位",
    question="家里谁在公益岗位，各是什么岗位？",
    uses=("limit:home_posts_most",),
    **_POSTS,
)
def many_of_a_home(home: Home, day: Day) -> str:
    if len(home.people) <= (most := day.limit("home_posts_most")):
        return ""
    holders = sum(bool(post_held(person, day)) for person in home.people)
    return f"户内 {holders} 人在公益岗位，最多 {most:.0f} 人" if holders > most else ""


@person_rule("P26-11", title="特困供养人员在公益岗位", question=_ASK_WHO, **_HELD)
def in_tekun(person: Person, home: Home, day: Day) -> str:
    if not person.in_tekun or not (post := post_held(person, day)):
        return ""
    return f"享受特困供养，又在公益岗位（{post}）"


@person_rule(
    "P26-12", title="财政供养人员或村干部在公益岗位", question=_ASK_WHO, **_POSTS | {"level": Level.ALERT}
)
def on_payroll(person: Person, home: Home, day: Day) -> str:
    if not person.qualifications or not (post := post_held(person, day)):
        return ""
    kind = next((one for one in _PAID_BY_STATE if one in person.qualifications), None)
    return f"{QualificationKind(kind).label}，又在公益岗位（{post}）" if kind else ""


def _posts_of(home: Home) -> list[Span]:
    return [one for person in home.people if person.posts for one in person.posts]


@each_rule(
    "P26-M",
    _posts_of,
    title="公益岗位工资与标准不符",
    question="公益岗位每月到账多少钱？",
    uses=("standard:P26",),
    **_POSTS | {"family": Family.AMOUNT, "level": Level.ERROR, "source": "domain.md §7.1 P26"},
)
def pay(post: Span, home: Home, day: Day) -> str:
    """Of posts that run, by the standard of their kind (else of all posts) on the day, as a month's pay."""
    if post.month_yuan is None or not post.runs(day.on):
        return ""
    standard = day.standards.on(POST, post.kind, day.on)
    if standard is None or standard.per not in (PaidPer.MONTH, PaidPer.YEAR):
        return ""
    months = MONTHS_OF_A_YEAR if standard.per == PaidPer.YEAR else 1
    least, most = ((yuan / months).quantize(FEN) for yuan in standard.of_one_span(Decimal(1)))
    if least <= post.month_yuan <= most:
        return ""
    right = in_yuan(least) if least == most else f"{in_yuan(least)}至 {in_yuan(most)}"
    return f"{PostKind(post.kind).label} {post.started_on} 起在岗，月工资 {in_yuan(post.month_yuan)}，标准 {right}"


def _in_year(one: Span, day: Day) -> bool:
    return one.started_on <= day.on and (one.ended_on is None or one.ended_on.year >= day.on.year)
