"""The values of the trade, as stored (short ASCII) and as written (Chinese, with the synonyms seen in lists).

Source: domain.md §2.3 and §2.4 (national system's columns).
"""

from __future__ import annotations

from typing import Self

from django.db import models


class Labelled(models.TextChoices):
    """Choices that can be read back from Chinese text; `synonyms()` adds the other words that lists use."""

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {}

    @classmethod
    def from_label(cls, text: str) -> Self | None:
        """Return the member whose label or synonym is this text, or None."""
        value = cls._by_label().get(text)
        return cls(value) if value is not None else None

    @classmethod
    def _by_label(cls) -> dict[str, str]:
        return {str(member.label): member.value for member in cls} | cls.synonyms()


class Tier(Labelled):
    """监测等级, the four monitoring tiers (highest first)."""

    KEY = "key", "重点监测"
    LOW_INCOME = "low_income", "低收入"
    STABLE = "stable", "稳定脱贫"
    GENERAL = "general", "一般农户"


class HouseholdKind(Labelled):
    EX_POOR = "ex_poor", "脱贫户"
    RURAL = "rural", "一般农户"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "建档立卡户": "ex_poor",
            "建档立卡脱贫户": "ex_poor",
            "普通农户": "rural",
            "非脱贫户": "rural",
        }


class MonitoredKind(Labelled):
    UNSTABLE = "unstable", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN = "sudden", "突发严重困难户"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "脱贫监测户": "unstable",
            "脱贫不稳定": "unstable",
            "边缘户": "marginal",
            "边缘易致贫": "marginal",
            "突发困难户": "sudden",
            "突发严重困难": "sudden",
        }


class LowIncomeKind(Labelled):
    """低收入类型 of ledger 2 (domain.md §3.3)."""

    DIBAO = "dibao", "低保户"
    TEKUN = "tekun", "分散特困"
    DIBAO_MARGIN = "dibao_margin", "低保边缘"
    EXPENDITURE = "expenditure", "支出型困难"
    DISABLED = "disabled", "残疾人家庭"
    ILLNESS = "illness", "大病慢病家庭"
    LIVING_ALONE = "living_alone", "孤寡独居"
    NEAR_LINE = "near_line", "收入接近监测线"
    OTHER = "other", "其他"


class Risk(Labelled):
    """致贫返贫风险."""

    ILLNESS = "illness", "因病"
    SCHOOLING = "schooling", "因学"
    DISABILITY = "disability", "因残"
    DISASTER = "disaster", "因自然灾害"
    ACCIDENT = "accident", "因意外事故"
    BUSINESS = "business", "因产业失败"
    EMPLOYMENT = "employment", "因务工就业不稳"
    LABOUR = "labour", "缺劳动力"
    HOUSING = "housing", "因安全住房"
    WATER = "water", "因安全饮水"
    OTHER = "other", "其他"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "因产业(经营)失败": "business",
            "因产业（经营）失败": "business",
            "因产业经营失败": "business",
            "因灾": "disaster",
            "缺劳力": "labour",
            "因务工不稳": "employment",
            "因住房": "housing",
            "因饮水": "water",
        }


class PovertyCause(Labelled):
    """The older 致贫原因 of registered ex-poor households."""

    ILLNESS = "illness", "因病"
    DISABILITY = "disability", "因残"
    SCHOOLING = "schooling", "因学"
    DISASTER = "disaster", "因灾"
    MARRIAGE = "marriage", "因婚"
    FUNERAL = "funeral", "因丧"
    LAND = "land", "缺土地"
    WATER = "water", "缺水"
    SKILL = "skill", "缺技术"
    LABOUR = "labour", "缺劳力"
    MONEY = "money", "缺资金"
    TRAFFIC = "traffic", "交通条件落后"
    MOTIVATION = "motivation", "自身发展动力不足"
    OTHER = "other", "其他"


class EliminationMode(Labelled):
    HELPED = "helped", "帮扶消除"
    NATURAL = "natural", "自然消除"


class HousingGrade(Labelled):
    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {letter: letter for letter in "ABCD"}


class Sex(Labelled):
    MALE = "M", "男"
    FEMALE = "F", "女"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"1": "M", "2": "F", "男性": "M", "女性": "F"}


class IdKind(Labelled):
    RESIDENT = "resident", "居民身份证"
    DISABILITY = "disability", "残疾人证"
    HOUSEHOLD_BOOK = "household_book", "户口簿"
    PASSPORT = "passport", "护照"
    OTHER = "other", "其他证件"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"身份证": "resident", "第二代居民身份证": "resident", "残疾证": "disability", "其他": "other"}


class Relation(Labelled):
    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    SON = "son", "之子"
    DAUGHTER = "daughter", "之女"
    DAUGHTER_IN_LAW = "daughter_in_law", "之儿媳"
    SON_IN_LAW = "son_in_law", "之女婿"
    GRANDSON = "grandson", "之孙子"
    GRANDDAUGHTER = "granddaughter", "之孙女"
    DAUGHTERS_SON = "daughters_son", "之外孙子"
    DAUGHTERS_DAUGHTER = "daughters_daughter", "之外孙女"
    FATHER = "father", "之父"
    MOTHER = "mother", "之母"
    WIFES_FATHER = "wifes_father", "之岳父"
    WIFES_MOTHER = "wifes_mother", "之岳母"
    HUSBANDS_FATHER = "husbands_father", "之公公"
    HUSBANDS_MOTHER = "husbands_mother", "之婆婆"
    GRANDFATHER = "grandfather", "之祖父"
    GRANDMOTHER = "grandmother", "之祖母"
    MOTHERS_FATHER = "mothers_father", "之外祖父"
    MOTHERS_MOTHER = "mothers_mother", "之外祖母"
    SIBLING = "sibling", "之兄弟姐妹"
    GREAT_GRANDSON = "great_grandson", "之曾孙子"
    GREAT_GRANDDAUGHTER = "great_granddaughter", "之曾孙女"
    NEPHEW = "nephew", "之侄儿"
    NIECE = "niece", "之侄女"
    BROTHERS_WIFE = "brothers_wife", "之兄弟媳妇"
    UNCLE = "uncle", "之叔伯"
    OTHER = "other", "其他"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        bare = {member.label[1:]: member.value for member in cls if str(member.label).startswith("之")}
        return bare | {
            "本人": "head",
            "本人或户主": "head",
            "妻子": "spouse",
            "丈夫": "spouse",
            "妻": "spouse",
            "夫": "spouse",
            "儿子": "son",
            "女儿": "daughter",
            "父亲": "father",
            "母亲": "mother",
        }


class Politics(Labelled):
    PARTY_MEMBER = "party_member", "中共党员"
    PROBATIONARY = "probationary", "中共预备党员"
    YOUTH_LEAGUE = "youth_league", "共青团员"
    MASSES = "masses", "群众"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"党员": "party_member", "团员": "youth_league"}


class Education(Labelled):
    ILLITERATE = "illiterate", "文盲或半文盲"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科及以上"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"文盲": "illiterate", "半文盲": "illiterate", "中专": "senior", "本科": "bachelor"}


class Schooling(Labelled):
    """在校生状况; empty = not in school."""

    BEFORE_SCHOOL = "before_school", "学龄前儿童"
    KINDERGARTEN = "kindergarten", "学前教育"
    PRIMARY = "primary", "小学"
    GRADE_7 = "grade_7", "七年级"
    GRADE_8 = "grade_8", "八年级"
    GRADE_9 = "grade_9", "九年级"
    SENIOR_1 = "senior_1", "普通高中一年级"
    SENIOR_2 = "senior_2", "普通高中二年级"
    SENIOR_3 = "senior_3", "普通高中三年级"
    VOCATIONAL_1 = "vocational_1", "中职一年级"
    VOCATIONAL_2 = "vocational_2", "中职二年级"
    VOCATIONAL_3 = "vocational_3", "中职三年级"
    COLLEGE_1 = "college_1", "高职高专一年级"
    COLLEGE_2 = "college_2", "高职高专二年级"
    COLLEGE_3 = "college_3", "高职高专三年级"
    TECHNICIAN_1 = "technician_1", "技师学院一年级"
    TECHNICIAN_2 = "technician_2", "技师学院二年级"
    TECHNICIAN_3 = "technician_3", "技师学院三年级"
    TECHNICIAN_4 = "technician_4", "技师学院四年级"
    BACHELOR_1 = "bachelor_1", "本科一年级"
    BACHELOR_2 = "bachelor_2", "本科二年级"
    BACHELOR_3 = "bachelor_3", "本科三年级"
    BACHELOR_4 = "bachelor_4", "本科四年级"
    BACHELOR_5 = "bachelor_5", "本科五年级"
    POSTGRADUATE = "postgraduate", "硕士研究生及以上"


class Health(Labelled):
    """健康状况; a person may have several."""

    HEALTHY = "healthy", "健康"
    CHRONIC = "chronic", "长期慢性病"
    SERIOUS = "serious", "患有大病"
    DISABLED = "disabled", "残疾"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"慢性病": "chronic", "大病": "serious", "良好": "healthy"}


class DisabilityKind(Labelled):
    SIGHT = "1", "视力"
    HEARING = "2", "听力"
    SPEECH = "3", "言语"
    LIMB = "4", "肢体"
    INTELLECT = "5", "智力"
    MIND = "6", "精神"
    MULTIPLE = "7", "多重"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        short = {str(kind.label)[0]: kind.value for kind in cls}
        return short | {f"{kind.label}残疾": kind.value for kind in cls} | {"语言": "3", "言语语言": "3"}


class Labour(Labelled):
    """劳动技能."""

    ORDINARY = "ordinary", "普通劳动力"
    SKILLED = "skilled", "技能劳动力"
    WEAK = "weak", "弱劳动力或半劳动力"
    LOST = "lost", "丧失劳动力"
    NONE = "none", "无劳动力"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {"弱劳动力": "weak", "半劳动力": "weak"}


# Who counts in 劳动力人数: ordinary and skilled labour; weak labour is told apart in the trade (domain.md §2.4).
WORKING_LABOUR = (Labour.ORDINARY, Labour.SKILLED)


class WorkRegion(Labelled):
    """务工地点 as the report counts it (domain.md §3.4)."""

    COUNTY = "county", "县内"
    CITY = "city", "市内"
    OTHER_CITY = "other_city", "跨市"
    OTHER_PROVINCE = "other_province", "跨省"
    ABROAD = "abroad", "国外"


class Dibao(Labelled):
    NONE = "none", "未享受"
    RURAL = "rural", "农村低保"
    URBAN = "urban", "城市低保"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        urban = dict.fromkeys(("城市", "城镇", "城镇低保", "城市居民最低生活保障"), "urban")
        rural = dict.fromkeys(("农村", "是", "农村居民最低生活保障"), "rural")
        return {"不享受": "none", "否": "none"} | rural | urban


class Tekun(Labelled):
    NONE = "none", "不享受"
    RURAL = "rural", "农村特困"
    URBAN = "urban", "城市特困"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        urban = dict.fromkeys(("城市", "城镇", "城市特困人员"), "urban")
        return {
            "未享受": "none",
            "否": "none",
            "是": "rural",
            "农村": "rural",
            "农村特困人员": "rural",
        } | urban


class ClueSource(Labelled):
    """线索来源 A–F (domain.md §1.6)."""

    APPLICATION = "A", "农户自主申报"
    VISIT = "B", "干部走访排查"
    DEPARTMENT = "C", "部门筛查预警"
    PETITION = "D", "信访舆情"
    CAMPAIGN = "E", "集中排查"
    SYSTEM = "F", "系统比对"
