import Glibc

/// C strings with NULL behind the last one, as `execve` takes arguments and environment. Freed at the end of its scope.
struct CStringArray: ~Copyable {
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    /// Copies the strings; each ends at its first NUL.
    init(_ strings: [String]) {
        self.init(strings.map { Array($0.utf8CString) })
    }

    /// Copies strings of bytes, each with its NUL.
    init(_ strings: [[CChar]]) {
        pointers = .allocate(capacity: strings.count + 1)
        pointers.initialize(repeating: nil)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    }

    deinit {
        for pointer in pointers { free(pointer) }
        pointers.deallocate()
    }

    /// `char *const *`.
    var address: UnsafePointer<UnsafeMutablePointer<CChar>?> { UnsafePointer(pointers.baseAddress!) }

    /// `const char *const *`.
    var constantAddress: UnsafePointer<UnsafePointer<CChar>?> {
        UnsafeRawPointer(address).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }

    /// The first string; NULL when there is none.
    var first: UnsafePointer<CChar>? { UnsafePointer(pointers[0]) }
}
