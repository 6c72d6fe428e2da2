import CLinux
import Glibc
import Measurement
import Synchronization

/// Names that the maker of the processor gives to its events, as libpfm4 knows them. The library is loaded at the first
/// question; without it everything else works.
final class ModelEventNames: Sendable {
    /// Of this process; a library that has been loaded stays.
    static let shared = ModelEventNames()

    private let state = Mutex(State.notLoaded)
    private let path: String
    private let encodesOtherModels: Bool

    /// - Parameters:
    ///   - path: as for dlopen(3).
    ///   - encodesOtherModels: takes encodings that the library's own environment variables made it give for
    ///     another processor. For tests: on this one they count something else.
    init(path: String = "libpfm.so.4", encodesOtherModels: Bool = false) {
        self.path = path
        self.encodesOtherModels = encodesOtherModels
    }

    /// What an event of the processor is to the kernel.
    struct Encoding: Sendable, Hashable {
        /// `icx::INST_RETIRED:ANY_P`: everything that differs from the default is in it.
        let name: String
        let type: UInt32
        let config: UInt64
        let config1: UInt64
        let config2: UInt64
        let modifiers: PerfModifiers
    }

    /// Why there are no such names here; nil where there are.
    var obstacle: Obstacle? {
        state.withLock { state in
            load(&state)
            if case .missing(let obstacle) = state { return obstacle }
            return nil
        }
    }

    /// - Returns: nil when the library does not know the name.
    func encoding(of name: String) -> Encoding? {
        state.withLock { state in
            load(&state)
            guard case .loaded(var library) = state else { return nil }
            return Self.encoding(of: name, library: &library)
        }
    }

    private static func encoding(of name: String, library: inout ergo_pfm_library) -> Encoding? {
        var event = ergo_perf_event()
        var qualified: UnsafeMutablePointer<CChar>?
        defer { free(qualified) }
        guard ergo_pfm_encode(&library, name, &event, &qualified) == nil, let qualified,
            !(event.exclude_user && event.exclude_kernel)
        else { return nil }
        return Encoding(
            name: shortened(String(cString: qualified)), type: event.type, config: event.config,
            config1: event.config1, config2: event.config2,
            modifiers: event.exclude_kernel ? .user : event.exclude_user ? .kernel : .both)
    }

    /// Takes the defaults out of `skl::INST_RETIRED:ANY_P:e=0:i=0:c=2:u=1:k=1:mg=0:mh=1`.
    static func shortened(_ name: String) -> String {
        guard let start = name.firstRange(of: "::")?.upperBound else { return name }
        let parts = name[start...].split(separator: ":").filter { part in
            !part.hasSuffix("=0") && !["u=1", "k=1", "mh=1"].contains(part)
        }
        return name[..<start] + parts.joined(separator: ":")
    }
}

// MARK: - Loading

extension ModelEventNames {
    private enum State {
        case notLoaded
        case loaded(ergo_pfm_library)
        case missing(Obstacle)
    }

    private func load(_ state: inout sending State) {
        // Again where it was missing: somebody may have installed it meanwhile.
        if case .loaded = state { return }
        if !encodesOtherModels, let variable = Self.misleading.first(where: { getenv($0) != nil }) {
            state = .missing(
                Obstacle(
                    "\(variable) is set: libpfm4 may encode for another processor, and the counts would be of something "
                        + "else", remedy: "unset it"))
            return
        }
        var library = ergo_pfm_library()
        if let complaint = ergo_pfm_load(&library, path) {
            state = .missing(
                Obstacle(
                    "libpfm4 cannot be loaded (\(String(cString: complaint)))",
                    remedy: "install it: the package is libpfm4 on Debian and Ubuntu, libpfm on Fedora"))
        } else {
            state = .loaded(library)
        }
    }

    private static let misleading = ["LIBPFM_FORCE_PMU", "LIBPFM_ENCODE_INACTIVE", "LIBPFM_PROC_CPUINFO"]
}
