# Two commands do everything: `make serve` and `make test`. CONTRIBUTING.md has the others.

SWIFT ?= swift
# What .ci/run adds to builds and tests alike, so that both share their results.
SWIFT_FLAGS ?=
RELEASE_FLAGS = -c release --static-swift-stdlib --disable-local-rpath -Xlinker --gc-sections -Xlinker --no-export-dynamic
SOURCES = Package.swift Sources Tests

.PHONY: serve test test-deploy build release bench ceilings deb image dependencies test-dependencies lint format sanitize \
	fuzz clean

## Install what is missing, build a release and start the server on 127.0.0.1:9797. ARGS are passed on.
serve: release
	exec .build/release/ergometer serve $(ARGS)

## Build and run all tests.
test: test-dependencies
	PATH="$$PATH:$(CURDIR)/.build/tools/usr/bin:$(CURDIR)/.build/tools/schemathesis/bin" $(SWIFT) test $(SWIFT_FLAGS)

## Try the Debian package and the image for containers, each in a clean Debian; as root.
test-deploy:
	scripts/test-deploy

build: test-dependencies
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)

# The Swift runtime needs the C++ library, whose own relocations would take the loader longer than all others.
release: dependencies
	archive=$$(clang -print-file-name=libstdc++.a) && [ -f "$$archive" ] || { echo "no libstdc++.a: clang, which comes with \
	Swift, must be found, and libstdc++ be installed for it" >&2; exit 1; }; \
	mkdir -p .build/archives && ln -sf "$$archive" .build/archives/
	$(SWIFT) build $(RELEASE_FLAGS) --product ergometer
	$(SWIFT) build $(RELEASE_FLAGS) --product ergometerd

## Measure what measuring costs, beside C and other tools, as root on a quiet machine, and write docs/performance.md.
## QUICK=1 repeats little; ONLY=scrape,launch measures some groups and leaves the document as it is.
bench: release
	Benchmarks/install-peers
	PYTHONDONTWRITEBYTECODE=1 Benchmarks/run .build/release/ergometer $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

## Hold the instructions of a tick, a row, a scrape and an exec to their ceilings; needs valgrind, and says so where there is none.
ceilings: release
	PYTHONDONTWRITEBYTECODE=1 Benchmarks/ceilings .build/release/ergometer

## Make a Debian package in .build/deb.
deb: release
	scripts/build-deb .build/release/ergometer .build/deb

## Build an image for containers with buildah, from the release build.
image: release
	deploy/container/build .build/release/ergometer

dependencies:
	scripts/install-dependencies

test-dependencies:
	scripts/install-dependencies --test

lint:
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format:
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

## Run all tests under AddressSanitizer and ThreadSanitizer.
sanitize: test-dependencies
	scripts/test-with-sanitizers

## Try the parsers of outside bytes with libFuzzer, each for so many seconds.
FUZZ_SECONDS ?= 60
fuzz: dependencies
	scripts/fuzz $(FUZZ_SECONDS)

clean:
	rm -rf .build
