# Every target sets itself up on a fresh machine: Python 3.11+ and make are all it takes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml
# American words in prose; LaTeX commands, labels, commands to try, file names and code are not prose.
BRITISH := --builtin clear --dictionary tests/support/british.txt --ignore-regex '\\begin\{tryit\}\{[^}]*\}|\\(label|[ce]?q?ref|texttt|includegraphics)(\[[^]]*\])?\{[^}]*\}|\\[A-Za-z]+|\{(center|[A-Za-z]*color)\}|`[^`]*`'

.DEFAULT_GOAL := help
.PHONY: help run test coverage conformity mutate api lint hooks book bench picture lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

# One environment, filled in two steps: what running needs, then what developing needs on top.
$(VENV)/run.stamp: locks/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "groundup needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "could not create $(VENV): on Debian or Ubuntu, apt install python3-venv"; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	@touch $@

run: $(VENV)/run.stamp  ## run every project and write runs/index.html
	$(BIN)/groundup run all

test: $(VENV)/dev.stamp  ## run the whole test suite
	$(BIN)/python -m pytest

coverage: $(VENV)/dev.stamp  ## run the suite, tell the branches it misses; core and models need 95 %
	$(BIN)/python -m pytest --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/coverage report --include='src/groundup/core/*,src/groundup/projects/*/models/*' --fail-under=95

conformity: $(VENV)/dev.stamp  ## run scikit-learn's tests on our classes; tests/conformity lists what fails, and why
	$(BIN)/python tests/conformity/run.py $(FILES)

mutate: $(VENV)/dev.stamp  ## plant defects in FILE=src/groundup/… and list those that no test sees
	@test -n "$(FILE)" || { echo "make mutate needs a file: make mutate FILE=src/groundup/core/functions.py"; exit 1; }
	$(BIN)/python tests/support/mutate.py $(FILE)

api: $(VENV)/dev.stamp  ## record the public interface in tests/api.txt
	$(BIN)/python tests/support/api.py

lint: $(VENV)/dev.stamp  ## check style, docstrings, types and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/codespell $(BRITISH) $$(git ls-files '*.md' '*.tex')

hooks: $(VENV)/dev.stamp  ## check style, types and spelling before every commit
	$(BIN)/pre-commit install

bench: $(VENV)/run.stamp  ## time every project beside scikit-learn and print the table
	$(BIN)/groundup bench --out benchmarks
	$(BIN)/python benchmarks/readme.py

picture: $(VENV)/run.stamp  ## draw the README's picture anew
	$(BIN)/python docs/picture.py

book: $(VENV)/run.stamp  ## typeset the chapters into book/build/main.pdf
	@command -v latexmk >/dev/null || { echo "make book needs LaTeX; on Debian or Ubuntu:"; \
		echo "  apt install --no-install-recommends texlive-latex-extra texlive-science latexmk lmodern"; exit 1; }
	$(BIN)/python -m groundup.publish.book book/generated
	cd book && latexmk -pdf -silent -outdir=build main.tex
	$(BIN)/python book/check.py book/build/main.log
	@echo "the book is book/build/main.pdf"

lock: $(VENV)/dev.stamp  ## resolve the locked versions anew (for maintainers)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) --extra build -o locks/run.txt
	$(BIN)/uv pip compile $(LOCK) --extra build --extra dev -c locks/run.txt -o locks/dev.txt

clean:  ## remove what the other targets made
	rm -rf $(VENV) runs book/build book/generated .coverage .pytest_cache .mypy_cache .ruff_cache
