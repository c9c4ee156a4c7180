"""The floors hold: imports point downwards, pure modules stay pure, views stay in scope, pages need nothing else.

Standard library only, so the contract needs no extra package.  Function-local and
TYPE_CHECKING imports count too: moving an import does not remove a dependency.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("township", "households", "monitoring", "ledgers")

# Highest floor first; a module belongs to the longest prefix that matches it.
FLOORS = (
    ("township",),  # shell: settings, urls, portal, demo, commands
    ("ledgers",),
    ("monitoring",),
    ("households",),
    ("township.base", "township.env", "township.models"),  # shared base
)

# No ORM, no request, no clock: these take plain values and return plain values.
PURE = (
    "households.benefit_inputs",
    "households.entry_checks",
    "households.fact_rules",
    "households.family",
    "households.identity",
    "households.income",
    "households.income_benefits",
    "households.income_lines",
    "households.spells",
    "households.importing.clean",
    "households.importing.clean_dates",
    "households.importing.titles",
    "households.importing.wording",
    "households.importing.work_places",
    "monitoring.calendar_year",
    "monitoring.companions",
    "monitoring.importing.warnings.spans",
    "monitoring.returning.columns",
    "monitoring.schedule",
    "monitoring.warning_answers",
    "monitoring.warning_clock",
    "monitoring.workdays",
    "monitoring.rules.elimination",
    "monitoring.rules.findings.sources",
    "monitoring.rules.help",
    "monitoring.rules.procedure_clock",
    "monitoring.rules.screening.judging",
    "monitoring.rules.tiering",
    "monitoring.rules.water",
    "monitoring.rules.water_sample",
    "monitoring.warning_words",
    "township.base.charts",
    "township.base.dates",
    "township.base.ids",
    "township.base.masking",
    "township.base.personal_numbers",
    "township.base.pinyin",
)
IMPURE = ("django.db", "django.http", "django.utils.timezone", *(f"{app}.models" for app in APPS))

# Nobody below the shell may depend on a page.
PAGES = ("views", "urls", "admin", "field", "pages")

# What the content security policy forbids in a page, and addresses that an intranet cannot reach.
FORBIDDEN_IN_PAGES = {
    "inline script": r"<script(?![^>]*\bsrc=)",
    "inline style": r"<style|\sstyle\s*=|setAttribute\(\s*[\"']style",
    "inline handler": r"\son[a-z]+\s*=\s*[\"']|javascript:",
    "code from text": r"\beval\(|\bnew Function\(",
    "outside address": r"(?:https?:)?//(?!www\.w3\.org/)(?=[\w-]+\.[\w-]+)",
}
# In a script or a sheet, markup and comments look like addresses only with their scheme.
FORBIDDEN_IN_SOURCES = FORBIDDEN_IN_PAGES | {"outside address": r"https?://(?!www\.w3\.org/)"}


def matches(name, prefix):
    return name == prefix or name.startswith(prefix + ".")


def floor_of(name):
    found = [(len(p), i) for i, prefixes in enumerate(FLOORS) for p in prefixes if matches(name, p)]
    return max(found)[1] if found else None


def modules(wanted=lambda name: True):
    """Return the (name, path) cases for every project module that is wanted."""
    return [pytest.param(name, path, id=name) for name, path in walk() if wanted(name)]


def walk():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, path


def web_files(*endings):
    """Return the path cases for every template and static file with one of the endings."""
    folders = [ROOT / "templates", *(ROOT / app / kind for app in APPS for kind in ("templates", "static"))]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in endings)
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(name, path, tree=None):
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree or parse(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join(parents[: len(parents) - node.level + 1] + [base] * bool(base))
            if base not in APPS:  # `from township import models` names the module, not the roof
                yield base, node.lineno
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


def is_pure(name):
    return any(matches(name, pure) for pure in PURE)


def is_page(name):
    return bool({"views", "admin", "field", "pages"} & set(name.split(".")))


def is_below_pages(name):
    role = name.split(".")[1] if "." in name else ""
    return role not in PAGES and floor_of(name) != 0


every_module = pytest.mark.parametrize("name, path", modules())


def test_there_is_something_to_check():
    assert {name.split(".")[0] for name, _ in walk()} == set(APPS)


@every_module
def test_imports_point_downwards(name, path):
    here = floor_of(name)
    wrong = {
        f"{path.name}:{line} -> {target}"
        for target, line in imports(name, path)
        if (there := floor_of(target)) is not None and there < here
    }
    assert not wrong


@every_module
def test_imports_stand_at_the_top(name, path):
    """An import inside a function hides a cycle; only `AppConfig.ready()` has to wait for the apps."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    wrong = {
        f"{path.name}:{line} -> {target}"
        for node in ast.walk(parse(path))
        if isinstance(node, functions) and path.name != "apps.py"
        for target, line in imports(name, path, node)
        if target.split(".")[0] in APPS
    }
    assert not wrong


@pytest.mark.parametrize("name, path", modules(is_pure))
def test_pure_modules_stay_pure(name, path):
    wrong = {
        f"{path.name}:{line} -> {target}"
        for target, line in imports(name, path)
        if any(matches(target, impure) for impure in IMPURE)
    }
    assert not wrong


@pytest.mark.parametrize("name, path", modules(is_below_pages))
def test_nothing_depends_on_a_page(name, path):
    wrong = {
        f"{path.name}:{line} -> {target}"
        for target, line in imports(name, path)
        if target.split(".")[0] in APPS and set(target.split(".")[1:2]) & set(PAGES)
    }
    assert not wrong


@pytest.mark.parametrize("name, path", modules(is_page))
def test_pages_query_in_scope(name, path):
    """`Model.objects` in a page must be followed at once by `.visible_to(user)`."""
    tree = parse(path)
    scoped = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "visible_to"}
    wrong = [
        f"{path.name}:{n.lineno}"
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and n.attr in ("objects", "_default_manager") and id(n) not in scoped
    ]
    wrong += [
        f"{path.name}:{n.lineno} {n.name}"
        for n in ast.walk(tree)
        if isinstance(n, ast.ClassDef)
        for b in n.bases
        if ast.unparse(b).endswith("ModelAdmin") and n.name != "ScopedAdmin"
    ]
    assert not wrong


def forbidden(path, patterns):
    text = path.read_text(encoding="utf-8")
    # Multi-line comments of templates are not sent to anybody.
    text = re.sub(r"{% comment.*?endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)
    return {
        f"{what}: {text[found.start() : found.end() + 40]!r}"
        for what, pattern in patterns.items()
        for found in re.finditer(pattern, text)
    }


@pytest.mark.parametrize("path", web_files(".html", ".svg"))
def test_pages_keep_the_content_security_policy(path):
    assert not forbidden(path, FORBIDDEN_IN_PAGES)


@pytest.mark.parametrize("path", web_files(".js", ".css", ".txt", ".json", ".webmanifest"))
def test_scripts_and_sheets_keep_the_content_security_policy(path):
    assert not forbidden(path, FORBIDDEN_IN_SOURCES)


@pytest.mark.parametrize(
    "text, what",
    [
        ("<script>go()</script>", "inline script"),
        ('<script type="module">', "inline script"),
        ("<style>", "inline style"),
        ('<td style="width: 3px">', "inline style"),
        ('<a onclick="go()">', "inline handler"),
        ('<a href="javascript:go()">', "inline handler"),
        ('<link href="https://cdn.example.com/x.css">', "outside address"),
        ('<script src="//cdn.example.com/x.js">', "outside address"),
    ],
)
def test_the_policy_check_sees(text, what, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(text, encoding="utf-8")
    assert {found.split(":")[0] for found in forbidden(page, FORBIDDEN_IN_PAGES)} == {what}


def test_the_policy_check_lets_pass(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><title>户</title></svg>\n'
        '<script src="a.js" defer></script>\n'
        '<link rel="stylesheet" href="a.css"><meta name="viewport" content="width=device-width">',
        encoding="utf-8",
    )
    assert not forbidden(page, FORBIDDEN_IN_PAGES)


@every_module
def test_files_stay_readable(name, path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_tests_stay_readable():
    paths = (ROOT / "tests").rglob("*.py")
    assert not [path.name for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > 400]


@pytest.mark.parametrize("path", web_files(".html", ".js", ".css"))
def test_pages_stay_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_package_that_is_ground_and_roof_stays_empty():
    """Importing township.base must not pull in the shell."""
    assert not (ROOT / "township" / "__init__.py").read_text(encoding="utf-8").strip()
