# What a person does with this checkout. `make` alone lists it.
# Recipes are single commands, so that a signal to make reaches the script that must clean up.

MAKEFLAGS += --no-print-directory
ARGS ?=
N ?= 100
SEED ?= $(shell date +%s)
PROFILE ?= full

.DEFAULT_GOAL := help
.PHONY: help run build console test lint chaos failover rolling bench services services-stop clean \
	secrets compose compose-reload create k8sbuild reset sbe bets-queue kustomize-base

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: console ## build all, serve on 127.0.0.1:3001 (ARGS="--listen …" for more)
	cargo run --release --bin betstream -- serve $(ARGS)

build: console ## the release binary with the console in it
	cargo build --release --bin betstream

console: ## the operators' console, when its sources are newer than its build
	@scripts/console

test: ## every test, on private servers that are stopped afterwards (STEPS="rust unit e2e")
	@scripts/test

lint: ## formatting, clippy, console lint, licences, shell scripts, all of deploy/
	@scripts/lint

chaos: ## N=300 cycles of kill, stop and panic under load; SEED=7 FIRST=12 N=1 repeats one
	@cargo test --release --features fault-points --test chaos --no-run
	@BETSTREAM_CHAOS_CYCLES=$(N) BETSTREAM_CHAOS_SEED=$(SEED) BETSTREAM_CHAOS_FIRST=$(FIRST) \
		scripts/with-servers cargo test --release --features fault-points --test chaos cycles_drawn -- --nocapture

failover: ## N=20 promotions: the primary is killed under load and its standby takes over
	@cargo test --release --features fault-points --test chaos --no-run
	@BETSTREAM_FAILOVER_PROMOTIONS=$(N) \
		scripts/with-servers cargo test --release --features fault-points --test chaos a_standby_takes -- --nocapture

rolling: ## N=5 rounds: three processes behind nginx are restarted one by one under load
	@cargo test --release --features fault-points --test system --no-run
	@BETSTREAM_ROLLING_ROUNDS=$(N) \
		scripts/with-servers cargo test --release --features fault-points --test system restarted_one_by_one -- --nocapture

bench: ## the figures of this machine, on private servers (ARGS="ingest commands/sqlite", --list)
	@cargo build --release --bin betstream --example bench
	@scripts/with-servers target/release/examples/bench $(ARGS)

services: ## keep private servers running; prints the three variables to export
	@scripts/services up

services-stop: ## stop them and delete their data
	@scripts/services stop

secrets: ## what compose.yaml may know alone, below deploy/secrets (HOST=desk.example)
	@scripts/secrets $(HOST)

compose: secrets ## BetStream with its servers on this host, over TLS (PROFILE=minimal: the embedded store)
	docker compose --file deploy/compose.yaml --profile $(PROFILE) up --detach --build

compose-reload: ## nginx looks again which processes there are (after --scale betstream=3)
	docker compose --file deploy/compose.yaml exec nginx nginx -s reload

create: ## a local Kubernetes cluster with what the chart needs
	@scripts/cluster create

k8sbuild: ## build the image, install or upgrade the release (VALUES="-f mine.yaml")
	@scripts/cluster build

reset: ## delete the release with its data, install it anew (YES=1)
	@scripts/cluster reset

sbe: ## scale ingest: make sbe r=5, r=auto for the autoscaler
	@scripts/cluster scale $(r)

bets-queue: ## what waits on the bet stream of the cluster
	@scripts/cluster queue

kustomize-base: ## write deploy/kubernetes/base anew from the chart
	@scripts/install-lint-tools
	@target/tools/lint/python/bin/python deploy/kubernetes/check.py --write

clean: services-stop ## delete everything that was built or fetched into this folder
	@rm -rf target web/ui/dist web/ui/node_modules
