# make help  lists the targets
PYTHON := .venv/bin/python

.PHONY: help
help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

.venv:  ## make the environment with every extra
	python3 -m venv .venv
	.venv/bin/pip install -q -e ".[all,dev]"

.PHONY: test
test: .venv  ## lint, types and tests
	.venv/bin/pytest

.PHONY: format
format: .venv  ## format and fix what ruff can fix
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

.PHONY: model
model: .venv  ## train the bundled model and measure it for its card (needs ../shared)
	$(PYTHON) benchmarks/accuracy.py --save
	$(PYTHON) docs/refresh.py

.PHONY: docs
docs: .venv  ## renew the output that the READMEs show, and docs/cli.md
	$(PYTHON) docs/refresh.py

.PHONY: benchmarks
benchmarks: .venv  ## speed against what people would use instead (needs ../shared)
	$(PYTHON) benchmarks/speed.py

.PHONY: demo
demo: .venv  ## relabel the demo archive
	.venv/bin/complaintnlp relabel datasets/complaints.csv -o labelled.csv --force
