# The work is done in scripts/; this is the index.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: commands arm size demo test race soak lint fuzz bench micro clean help

commands: ## every command of cmd/, for GOOS, GOARCH and GOARM, into build/out/
	@scripts/build.sh

arm: ## the same for the boards: arm64, armv7, armv6
	@GOOS=linux GOARCH=arm64 scripts/build.sh
	@GOOS=linux GOARCH=arm GOARM=7 scripts/build.sh
	@GOOS=linux GOARCH=arm GOARM=6 scripts/build.sh

size: ## what the demos take on a board, beside their budgets
	@scripts/size.sh

demo: ## both demos on one embedded broker, until Ctrl-C
	@scripts/demo.sh

test: ## all tests, beside a Redis of their own
	scripts/need.sh --try chromium qemu-user-static
	scripts/with-redis.sh go test ./...
	scripts/with-redis.sh go -C scripts/bench test ./...

race: ## the same with the race detector
	scripts/need.sh --try chromium qemu-user-static
	scripts/with-redis.sh go test -race ./...
	scripts/with-redis.sh go -C scripts/bench test -race ./...

soak: ## 30 cycles of faults under the kiosk's page, as long as in the field: a quarter of an hour
	scripts/need.sh chromium
	DAEBUS_TEST_FAULTS=30 go test -count=1 -timeout 2h -run 'TestFaults$$' -v ./cmd/kiosk-demo

lint: ## formatting, vet, staticcheck, design rules
	scripts/lint.sh

fuzz: ## every fuzz target for FUZZTIME (10s)
	scripts/fuzz.sh

bench: ## our RPC, broker and screens beside their peers, in short, into build/out/*.md
	scripts/need.sh redis-server
	go -C scripts/bench run . -time 200ms -o $(CURDIR)/build/out/bench.md
	go -C scripts/bench run . -servers -rounds 1 -time 200ms -o $(CURDIR)/build/out/servers.md
	go -C scripts/bench run . -screens -peers 100,1000 -time 500ms -idle 0 -o $(CURDIR)/build/out/screens.md

micro: ## the benchmarks of the packages, into build/out/micro.txt
	@mkdir -p build/out
	scripts/with-redis.sh go test -run '^$$' -bench . ./... | tee build/out/micro.txt

clean: ## removes what was built
	rm -rf build/out

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16
