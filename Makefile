# make test is the whole check: it installs what a new machine lacks, fails if
# a generated file differs from its source, and runs every test.

GO ?= go
export GOFLAGS += -buildvcs=false

.PHONY: build test tools generate generated front go-test elsewhere bench clean

build:
	$(GO) build -o bin/interleave .

test: tools generated front go-test elsewhere

# A C compiler for -race and a browser, from Debian's packages.
tools:
	@./.ci/tools

# Writes everything that is written by a program.
generate:
	$(GO) generate ./...
	npm --prefix static ci --no-audit --no-fund
	npm --prefix static run build

# Fails if that changes anything.
generated: generate
	@git diff --exit-code --stat -- '*.gen.go' '*.gen.ts' '*_templ.go' static/dist || \
		{ echo "generated files differ from their sources: run make generate and commit"; exit 1; }
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v /testdata/))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go' | grep -v /testdata/); exit 1; }
	$(GO) vet ./...

front:
	npm --prefix static run check
	npm --prefix static test

# The tests that are run without the race detector.
elsewhere-tests := (InABrowser|^($(shell grep '^Test' .ci/without-race | paste -sd '|')))$$

# Packages of ours that start no goroutine: nothing there can race. The exercises'
# solutions can, and are tried with the detector.
lone := interleave|interleave/(chapters|content|labs|sim|sim/(attach|event.*|goal|mutate|probe|rewrite|say|explore/kernel|rt/gen.*|rt/search))
forking := interleave/web $$($(GO) list ./... | grep -Ev '^($(lone)|interleave/web|interleave/labs/.*)$$')

# sim/sandbox/enter is a module of its own. Some tests wait more than they work:
# three packages at a time keep two cores busy, and the longest one is first.
# vet has been here before (generated).
go-test:
	$(GO) test -race -vet=off -p 3 -timeout 15m -skip '$(elsewhere-tests)' $(forking) $$($(GO) list ./labs/...  | grep -v '^interleave/labs$$')
	$(GO) test -vet=off -p 3 -timeout 25m -run '$(elsewhere-tests)' $(forking)
	$(GO) test -vet=off -p 3 -timeout 15m $$($(GO) list ./... | grep -E '^($(lone))$$')
	cd sim/sandbox/enter && $(GO) vet ./... && $(GO) test -race ./...

# What there is on other systems, by its types: all but programs in the model,
# which are built where they run, and the measurements.
elsewhere:
	$(GO) build -o bin/elsewhere ./.ci/elsewhere
	for os in darwin windows; do \
		bin/elsewhere $$os $$($(GO) list ./... | grep -v '^interleave/sim/\(rt\|bench\)') && \
		(cd sim/sandbox/enter && ../../../bin/elsewhere $$os ./...) || exit 1; \
	done

bench: build
	$(GO) run ./sim/bench

clean:
	rm -rf bin static/node_modules
