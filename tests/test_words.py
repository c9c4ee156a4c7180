"""Our words win over the packages' where theirs read stiffly."""

import gettext
from pathlib import Path

import pytest
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
    texts = [line.split(" ", 1)[1].strip('"') for line in lines if line.startswith(("msgid ", "msgstr "))]
    pairs = list(zip(texts[::2], texts[1::2], strict=True))[1:]
    assert pairs
    assert all(compiled.gettext(english) == chinese for english, chinese in pairs)
