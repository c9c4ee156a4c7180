"""Our words win over the packages' where theirs read stiffly."""

import gettext
from pathlib import Path

import pytest
from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import override

FOLDER = Path(__file__).resolve().parent.parent / "township" / "locale" / "zh_Hans" / "LC_MESSAGES"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Add %(name)s", "增加%(name)s"),
        ("Select %s to view", "%s"),
        ("Add another %(model)s", "再加一项%(model)s"),
    ],
)
def test_titles_and_buttons_read_as_chinese_is_written(english, chinese):
    with override("zh-hans"):
        assert translated(english) == chinese


def test_compiled_words_are_those_of_the_source():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    lines = (FOLDER / "django.po").read_text(encoding="utf-8").splitlines()
    told = ("msgid ", "msgstr ", "msgstr[0] ")  # Chinese has one form for any number
    texts = [line.split(" ", 1)[1].strip('"') for line in lines if line.startswith(told)]
    pairs = list(zip(texts[::2], texts[1::2], strict=True))[1:]
    assert pairs
    for english, chinese in pairs:
        assert chinese in (compiled.gettext(english), compiled.ngettext(english, english, 2))


def test_what_is_wrong_in_a_form_is_said_in_plain_words():
    with override("zh-hans"):
        field = forms.DecimalField(max_digits=4, decimal_places=1, min_value=0)
        for value, words in (
            ("", "请填写这一项。"), ("-1", "不能小于 0。"), ("12345", "一共不能超过 4 位"), ("1.25", "小数最多 1 位。"),
        ):  # fmt: skip
            with pytest.raises(forms.ValidationError, match=words):
                field.clean(value)
