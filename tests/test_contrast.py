"""Every text colour of the design tokens is readable (WCAG AA, 4.5 : 1) on every ground it is used on."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "township/static/township/tokens.css"
PLAIN_INKS = ("ink", "muted", "link")
GROUNDS = ("ground", "surface", "head", "hover")
STEPS = ("none", "0", "1", "2", "3", "4", "5")
LEAST_CONTRAST = 4.5
DARK = "@media screen and (prefers-color-scheme: dark)"


def declarations(css: str) -> dict[str, str]:
    """Return {token name: hex colour} of the custom properties in `css`; later ones win."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css))


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of the light, dark and print scheme, each laid over the light one."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.DOTALL)
    light, rest = css.split(DARK)
    dark, paper = rest.split("@media print")
    base = declarations(light)
    return {"light": base, "dark": base | declarations(dark), "print": base | declarations(paper)}


def luminance(colour: str) -> float:
    """Return the WCAG relative luminance of `#rrggbb`."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(tokens: dict[str, str]) -> list[tuple[str, str]]:
    """Return every (ink, ground) pair of token names that the stylesheets put on each other."""
    tinted = [
        name.removesuffix("-tint")
        for name in tokens
        if name.endswith("-tint") and not name.startswith("brand")
    ]
    return [
        *((ink, ground) for ink in PLAIN_INKS for ground in GROUNDS),
        *((ink, f"{ink}-tint") for ink in tinted),
        *((ink, ground) for ink in tinted for ground in ("surface", "ground", "hover")),
        *((f"step-{step}-ink", f"step-{step}") for step in STEPS),
        ("ink", "brand-tint"),
        ("link", "brand-tint"),
        ("brand-ink", "brand"),
        ("brand-ink", "brand-hover"),
        ("danger-ink", "danger"),
        ("danger-ink", "danger-hover"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_is_readable_on_every_ground(scheme: str) -> None:
    tokens = schemes()[scheme]
    weak = {
        pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2)
        for pair in pairs(tokens)
        if contrast(tokens[pair[0]], tokens[pair[1]]) < LEAST_CONTRAST
    }
    assert weak == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["focus", "edge"])
def test_outlines_are_visible(scheme: str, mark: str) -> None:
    tokens = schemes()[scheme]
    assert all(contrast(tokens[mark], tokens[ground]) >= 3 for ground in ("ground", "surface"))


def test_dark_scheme_names_every_colour_of_the_light_one() -> None:
    dark = TOKENS.read_text().split(DARK)[1].split("@media print")[0]
    assert set(declarations(dark)) == set(schemes()["light"])


def test_known_contrast_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
