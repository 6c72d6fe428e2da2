import Glibc

/// What libFuzzer, which brings the `main`, calls with every input: tries the target that `FUZZ_TARGET` names.
@_cdecl("LLVMFuzzerTestOneInput") func tryInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    chosenTarget.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

private let chosenTarget: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    if let target = FuzzTarget.named(name) { return target }
    print("FUZZ_TARGET must be one of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
    exit(2)
}()
