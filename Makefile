# Every target does its own set-up; `make help` says what there is.

.DEFAULT_GOAL := help
.PHONY: help venv servers check test drill drill-full bench soak lock clean
.DELETE_ON_ERROR:

BIN := .venv/bin
STAMP := .venv/.drillbook-ready
REPORT := build/report

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

venv: $(STAMP) ## the virtual environment, from the lock file

$(STAMP): requirements.lock pyproject.toml
	python="$$(tools/python.sh)" && "$$python" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q -j 0 .venv/lib src >/dev/null || true
	touch $(STAMP)

servers: ## Prometheus, Alertmanager and the exporter, unpacked without root
	@tools/servers.sh

check: venv ## style, types and the import contract
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: venv servers check ## everything that decides whether a change is good
	$(BIN)/python -m compileall -q -j 0 src tests bench
	$(BIN)/pytest -m "not lab and not soak" -n 3
	$(BIN)/pytest -m "lab and not soak" -n 3

drill: venv servers ## the main job: break PostgreSQL, follow the runbook, judge (compressed)
	$(BIN)/drillbook drill packs/erpgo --compressed 10 --report $(REPORT)

drill-full: venv servers ## the same with rules and intervals at full length
	$(BIN)/drillbook drill packs/erpgo --report $(REPORT)

bench: venv servers ## cost per step, parsing speed, start-up time
	$(BIN)/python bench/run.py

soak: venv servers ## the long storms, and SQL on today's ClickHouse
	tools/chdb.sh
	$(BIN)/pytest -m soak
	$(BIN)/pytest -m "hypothesis and not lab and not soak" --hypothesis-profile=soak -n 2
	$(BIN)/pytest tests/run/test_sql_clickhouse.py

lock: ## write requirements.lock anew (needs uv)
	@command -v uv >/dev/null || { echo "error: uv is missing; pip install uv" >&2; exit 1; }
	uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
		--no-emit-find-links -p 3.11 --all-extras --group dev pyproject.toml -o requirements.lock

clean: ## remove what the other targets made, the downloaded servers included
	rm -rf .venv .tools build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
