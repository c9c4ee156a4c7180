"""Invented names of people and places. No name is taken from a document about real people."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王王王王李李李李张张张张刘刘刘陈陈陈杨杨杨赵赵黄周周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅"
    "沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱"
)
MEN = "伟强磊军洋勇涛明超刚平建国志文海春生福贵宝山成林树根喜旺永庆忠义世民广全占英"
WOMEN = "芳娜敏静丽艳杰娟霞秀英华玉兰红梅凤金枝桂花淑珍巧云燕荣翠莲香素琴慧"
TWO_SIGNS = 0.72

VILLAGES = (
    "东河沿村", "西河沿村", "上坡头村", "下坡头村", "大榆树村", "小榆树村", "前营子村", "后营子村", "北滩村", "南滩村",
    "石门沟村", "柳条沟村", "杏树洼村", "马莲滩村", "白土窑村", "红土湾村", "三道梁村", "五道梁村", "二台村",
    "七棵树村", "双井村", "旧堡村", "新堡村", "东号村", "西号村", "黑沙洼村", "青石崖村", "沙河岔村", "羊草坡村",
)  # fmt: skip
# Natural villages that lie apart from the rest of their village: with the 29 they make the report's 34.
OUTLYING = {1: "后沟自然村", 8: "碾坊自然村", 13: "井沿自然村", 18: "土城自然村", 24: "湾子自然村"}

OFFICES = (
    "县农业农村局干部", "县教育局干部", "县医疗保障局干部", "县水务局干部", "县自然资源局干部", "镇党政综合办公室干事",
    "镇农业综合服务中心干事", "镇民政办公室干事", "镇卫生院职工", "镇中心小学教师",
)  # fmt: skip


def person_name(rng: Random, sex: str, surname: str = "") -> str:
    """Return an invented name; `sex` is M or F, `surname` that of the family where it is inherited."""
    signs = MEN if sex == "M" else WOMEN
    given = "".join(rng.choices(signs, k=2 if rng.random() < TWO_SIGNS else 1))
    return (surname or rng.choice(SURNAMES)) + given
