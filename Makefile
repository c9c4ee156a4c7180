# make setup | demo | test | bench | lint      (also: serve = own data, format, lock, clean)
# DATABASE_URL=postgres://… puts any of them on PostgreSQL; TOWNSHIP_VAR= moves all state out of var/.

PORT ?= 8000
PYTHON ?=
BIN := .venv/bin
VAR := $(or $(TOWNSHIP_VAR),var)
CODE := manage.py township households monitoring ledgers tests deploy
TEMPLATES := $(wildcard templates */templates)
# Directories too: their time changes when a file is removed.
STATIC_FOLDERS := $(wildcard */static)
STATIC := $(if $(STATIC_FOLDERS),$(shell find $(STATIC_FOLDERS)))

PACKAGES_STAMP := .venv/.packages
STATIC_STAMP := $(VAR)/.static

.DELETE_ON_ERROR:
.PHONY: help setup demo serve test bench lint format lock clean

help:
	@sed -n 1,2p Makefile

setup: $(PACKAGES_STAMP)
	@mkdir -p $(VAR)
	$(BIN)/python manage.py migrate --noinput --verbosity 0
	@$(MAKE) --no-print-directory $(STATIC_STAMP)

$(PACKAGES_STAMP): requirements.lock requirements-dev.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		python="$(PYTHON)"; \
		[ -n "$$python" ] || python=$$(sh deploy/find_python.sh) || exit 1; \
		echo "$$python -m venv .venv"; \
		"$$python" -m venv --clear .venv || { rm -rf .venv; exit 1; }; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -r requirements-dev.lock
	@touch $@

# With the packages, because they bring static files of their own.
$(STATIC_STAMP): $(PACKAGES_STAMP) $(STATIC)
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

demo: setup
	TOWNSHIP_DEBUG=1 $(BIN)/python manage.py load_demo
	@exec env TOWNSHIP_DEBUG=1 $(BIN)/python deploy/serve.py --demo --port $(PORT)

serve: setup
	@exec $(BIN)/python deploy/serve.py --port $(PORT)

test: setup
	@$(BIN)/python -m tests $(ARGS)

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(PACKAGES_STAMP)
	@mkdir -p $(VAR)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/djlint --quiet --lint $(TEMPLATES)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/pytest -q tests/test_architecture.py

format: $(PACKAGES_STAMP)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Needs uv on the path. Pins stay where they are; name a package to raise it: make lock ARGS='--upgrade-package django'
COMPILE := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet
lock:
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# Never touches var/, where an office keeps its data.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis bench.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
