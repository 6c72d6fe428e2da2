// swift-tools-version: 6.2

import PackageDescription

/// Parsers of outside bytes and what must hold of them. The tests try the corpus; `FUZZING=1` makes a program of the
/// same for libFuzzer instead (`scripts/fuzz`).
let fuzzDependencies: [Target.Dependency] = [
    "API", "Accounting", "Analysis", "Application", "Exposition", "HTTPServer", "LinuxSystem", "Measurement",
    "Page", "PerfEvents", "RAPL", "Runs", "Storage", "TestSupport",
]
let fuzzTarget: Target =
    Context.environment["FUZZING"] == nil
    ? .testTarget(
        name: "FuzzTests", dependencies: fuzzDependencies, path: "Tests/Fuzz", exclude: ["Driver", "corpus"])
    : .executableTarget(
        name: "fuzz", dependencies: fuzzDependencies, path: "Tests/Fuzz",
        exclude: ["FuzzCorpusTests.swift", "corpus"])

/// The layers of the house, from the ground up; `docs/architecture.md` draws them.
/// A target may import what it names here and nothing else: the build checks it
/// (`--explicit-target-dependency-import-check error`).
let package = Package(
    name: "ergometer",
    products: [
        .executable(name: "ergometer", targets: ["ergometer"]),
        .executable(name: "ergometerd", targets: ["ergometerd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // C and system libraries
        .systemLibrary(
            name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CLinux", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror=implicit"])]),

        // Ground: words and the operating system
        .target(name: "Measurement"),
        .target(
            name: "LinuxSystem",
            dependencies: ["CLinux", "Measurement", .product(name: "SystemPackage", package: "swift-system")]),

        // Backends
        .target(
            name: "RAPL",
            dependencies: [
                "CLinux", "LinuxSystem", "Measurement", .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(
            name: "PerfEvents",
            dependencies: [
                "CLinux", "LinuxSystem", "Measurement", .product(name: "SystemPackage", package: "swift-system"),
            ]),

        .target(
            name: "Accounting",
            dependencies: [
                "CLinux", "LinuxSystem", "Measurement", .product(name: "SystemPackage", package: "swift-system"),
            ]),

        // The engine
        .target(
            name: "Sampling",
            dependencies: [
                "LinuxSystem", "Measurement", .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(name: "Analysis", dependencies: ["Measurement"]),
        .target(
            name: "Runs",
            dependencies: [
                "Analysis", "CLinux", "LinuxSystem", "Measurement", "Sampling",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),

        // What others see and keep
        .target(
            name: "Storage",
            dependencies: [
                "Analysis", "CZstd", "LinuxSystem", "Measurement", "Runs",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(name: "Exposition", dependencies: ["Analysis", "Measurement"]),
        .target(
            name: "Page", dependencies: ["Analysis", "Exposition", "LinuxSystem", "Measurement", "Runs", "Sampling"],
            resources: [
                .embedInCode("Assets/chart.js"),
                .embedInCode("Assets/charts.js"),
                .embedInCode("Assets/compare.js"),
                .embedInCode("Assets/ergometer.css"),
                .embedInCode("Assets/format.js"),
                .embedInCode("Assets/icon.svg"),
                .embedInCode("Assets/list.js"),
                .embedInCode("Assets/live.js"),
                .embedInCode("Assets/machine.js"),
                .embedInCode("Assets/run.js"),
                .embedInCode("Assets/series.js"),
                .embedInCode("Assets/start.js"),
            ]),
        .target(name: "HTTPServer", dependencies: ["CGnuTLS", "CMicrohttpd", "CZlib", "LinuxSystem"]),
        .target(
            name: "API",
            dependencies: [
                "Analysis", "CGnuTLS", "Exposition", "HTTPServer", "LinuxSystem", "Measurement", "Page", "Runs",
                "Sampling", "Storage",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.embedInCode("openapi.yaml")]),
        .target(
            name: "Execution",
            dependencies: [
                "Accounting", "Analysis", "CLinux", "Exposition", "LinuxSystem", "Measurement", "PerfEvents", "RAPL",
                "Runs", "Sampling",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(
            name: "Application",
            dependencies: [
                "API", "Accounting", "Analysis", "CLinux", "Execution", "Exposition", "HTTPServer", "LinuxSystem",
                "Measurement", "PerfEvents", "RAPL", "Runs", "Sampling", "Storage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .executableTarget(
            name: "ergometer",
            dependencies: ["CLinux", "Execution", .product(name: "SystemPackage", package: "swift-system")],
            // A release finds the archive of the C++ library there, instead of the shared one (`make release`).
            linkerSettings: [
                .unsafeFlags(["-L\(Context.packageDirectory)/.build/archives"], .when(configuration: .release))
            ]),
        .executableTarget(name: "ergometerd", dependencies: ["Application"]),

        // Tests
        .executableTarget(name: "workload", path: "Tests/Workload"),
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .testTarget(name: "MeasurementTests", dependencies: ["Measurement"]),
        .testTarget(
            name: "SamplingTests",
            dependencies: ["CTestSupport", "LinuxSystem", "Measurement", "Sampling", "TestSupport"]),
        .testTarget(
            name: "PerfEventsTests",
            dependencies: [
                "Analysis", "CLinux", "CTestSupport", "Exposition", "LinuxSystem", "Measurement", "PerfEvents", "Runs",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "RunsTests",
            dependencies: [
                "Analysis", "CLinux", "CTestSupport", "LinuxSystem", "Measurement", "PerfEvents", "Runs", "Sampling",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "Measurement"]),
        .testTarget(
            name: "ExpositionTests", dependencies: ["Analysis", "Exposition", "Measurement"], exclude: ["Pictures"]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Analysis", "Measurement", "Runs", "Storage", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "TestSupport",
            dependencies: ["LinuxSystem", "Measurement", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/TestSupport"),
        .testTarget(
            name: "LinuxSystemTests",
            dependencies: [
                "CLinux", "CTestSupport", "LinuxSystem", "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "RAPLTests",
            dependencies: [
                "Analysis", "CLinux", "LinuxSystem", "Measurement", "RAPL", "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "AccountingTests",
            dependencies: [
                "Accounting", "CTestSupport", "LinuxSystem", "Measurement", "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(name: "PageTests", dependencies: ["Analysis", "Measurement", "Page", "Runs", "Sampling"]),
        .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer", "TestSupport"]),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "Analysis", "Exposition", "HTTPServer", "Measurement", "PerfEvents", "Runs", "Sampling",
                "Storage", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"), .product(name: "Yams", package: "Yams"),
            ]),
        .testTarget(
            name: "ApplicationTests",
            dependencies: [
                "API", "Analysis", "Application", "Execution", "HTTPServer", "Measurement", "Runs", "TestSupport",
                "ergometer", "ergometerd", "workload",
                .product(name: "Yams", package: "Yams"),
            ]),
        fuzzTarget,
    ],
    swiftLanguageModes: [.v6]
)
