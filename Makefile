# Two commands for a newcomer: `make demo` and `make test`. Each does its own set-up into .venv/.
PY = .venv/bin/python

.PHONY: help setup checkers demo explore test lint figures bench explorebench torture season lock licences sbom audit clean
.DEFAULT_GOAL = help

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

setup:  ## everything into .venv/, the browser included where it can be had
	@.ci/setup

demo: setup  ## crawl a portal of our own on this machine, show what comes out (data/demo/)
	@$(PY) -m tests.demo

explore: checkers  ## look at the demo's store in a browser (after make demo), its archive beside it
	@ARCHIVE_URL=data/demo/archive .venv/bin/scrapy explore data/demo/reports.sqlite --archive data/demo/archive

checkers: setup  ## other projects' archive tools into .venv/checkers/: pywb, wacz, cdxj-indexer
	@.ci/setup checkers

test: lint checkers  ## lint, types, tests
	@$(PY) -m pytest -n 2 -q -W error

lint: setup
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy --no-error-summary

figures: setup  ## how well figures are read, on the generated sets in full
	@$(PY) -m tests.reading

bench: setup  ## figures against named peers, in one run
	@$(PY) -m tests.benchmarks

explorebench: setup  ## how long pages of explore take over 100,000 synthetic reports
	@$(PY) -m tests.benchmarks.explore

torture: setup  ## every check of tests/torture in full: hours; CHECKS="R1 R8" COUNT=100 SEED=1 for less
	@$(PY) -m tests.torture $(CHECKS) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

season: setup  ## a season of 200 portals on loopback, every night crawled; SEED=1 for another
	@$(PY) -m tests.jobs.season $(if $(SEED),--seed $(SEED))

licences: setup  ## the table of licences, deploy/licences.tsv, from what is installed
	@$(PY) -m tests.supply_chain licences

sbom: setup  ## a bill of materials (CycloneDX) of what requirements.lock installs
	@$(PY) -m tests.supply_chain sbom

audit: setup  ## known holes in the locked packages, over the network; 1: holes, 2: could not ask
	@$(PY) -m tests.audit

lock: setup  ## pin anew what pyproject.toml and .ci/checkers.in ask for (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --extra dev --extra ocr --extra kafka --extra dask --extra explore --extra queue \
	    --extra bench pyproject.toml \
	    -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate .ci/checkers.in -o .ci/checkers.lock
	@.ci/setup && $(PY) -m tests.supply_chain licences

clean:  ## remove what set-up and runs made, the archives of data/ excepted
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis data/demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
