# Two commands matter: `make run` opens the window, `make test` runs all tests. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIBRARIES := libegl1 libgl1 libgl1-mesa-dri libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 \
  libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-util1 libxcb-xkb1 libdbus-1-3 \
  libfontconfig1 libglib2.0-0 fonts-inter fonts-jetbrains-mono
SENTINELS := libegl1 libgl1-mesa-dri libxcb-cursor0 libxkbcommon-x11-0 fonts-inter
SCREEN := xvfb-run -a -s "-screen 0 1600x1000x24 -ac +extension GLX +render -noreset"

export OMP_WAIT_POLICY := PASSIVE

.PHONY: run test check shots words bench coverage bundle clean system-run system-test

run: system-run $(VENV)/ready
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	  $(BIN)/pcd-workbench; \
	else \
	  echo "There is no display here, so the guided demo runs without a window: it trains, then writes report.html."; \
	  $(BIN)/pcd-engine run resources/presets/quick.toml --report report.html; \
	fi

test: system-test $(VENV)/ready-dev
	$(MAKE) check
	LP_NUM_THREADS=1 $(SCREEN) $(BIN)/python -m pytest

check: $(VENV)/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

shots: system-test $(VENV)/ready-dev
	$(SCREEN) $(BIN)/python -m workbench.shots shots

# The texts of the window for translators: brings resources/languages up to date; `make words NEW=de` begins one.
words: $(VENV)/ready-dev
	$(BIN)/python -m tests.languages $(NEW)

bench: system-test $(VENV)/ready-dev
	LP_NUM_THREADS=1 $(SCREEN) $(BIN)/python -m tests.benchmarks
	for name in heartbeat start transformer; do \
	  echo "== $$name"; $(SCREEN) $(BIN)/python -m tests.benchmarks.bench_$$name || exit 1; \
	done

coverage: system-test $(VENV)/ready-dev
	rm -f .coverage .coverage.*
	LP_NUM_THREADS=1 $(SCREEN) $(BIN)/python -m coverage run -m pytest -q
	$(BIN)/python -m coverage combine --quiet
	@for part in engine workbench; do \
	  echo "$$part: $$($(BIN)/python -m coverage report --include "$$part/*" --format=total) % of lines and branches"; \
	done

# A folder that runs where no Python is: dist/pcd-workbench.
bundle: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bundle]'
	$(BIN)/python -m PyInstaller --noconfirm --log-level WARN bundle/pcd-workbench.spec

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up in $(VENV): about 2 GB, some minutes the first time."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Debian and Ubuntu: install what is missing when allowed to, else say the one line to run.
define install_missing
@if command -v dpkg-query >/dev/null; then \
  missing=""; \
  for name in $(1); do dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q "ok installed" || missing="$$missing $$name"; done; \
  $(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
  if [ -n "$$missing" ]; then \
    if [ "$$(id -u)" = 0 ]; then \
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) $$missing >/dev/null \
        || { echo "System libraries could not be installed:$$missing"; exit 1; }; \
    else \
      echo "Some system libraries are missing. Run this once, then try again:"; \
      echo "  sudo apt-get install -y $(2)$$missing"; exit 1; \
    fi; \
  fi; \
fi
endef

system-run:
	$(call install_missing,$(SENTINELS),$(LIBRARIES))

system-test:
	$(call install_missing,$(SENTINELS) xvfb,$(LIBRARIES) xvfb)
