import CZstd

/// Compression of one buffer in one call, with a checksum over its content.
enum Zstandard {
    /// zstd's own default: at measurements, higher levels take several times as long for a few percent.
    private static let level: Int32 = 3

    static func compress(_ bytes: [UInt8]) throws(StorageError) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { throw StorageError(.inputOutput, "no memory for compression") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        var written = 0
        let bound = ZSTD_compressBound(bytes.count)
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            written = ZSTD_compress2(context, buffer.baseAddress, bound, bytes, bytes.count)
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        try check(written)
        return compressed
    }

    /// Undoes ``compress(_:)``.
    ///
    /// - Parameter limit: the largest content that is believed; nothing larger is ever allocated.
    static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) throws(StorageError) -> [UInt8] {
        let declared = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // The answers for "unknown" and "no frame at all" are the two greatest numbers.
        guard declared <= UInt64(limit) else {
            throw StorageError(.corrupt, "this is no compressed chunk, or one of more than \(limit) bytes")
        }
        var written = 0
        let content = [UInt8](unsafeUninitializedCapacity: Int(declared)) { buffer, count in
            written = bytes.withUnsafeBytes {
                ZSTD_decompress(buffer.baseAddress, Int(declared), $0.baseAddress, $0.count)
            }
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        try check(written)
        guard content.count == Int(declared) else { throw StorageError(.corrupt, "the chunk is shorter than it says") }
        return content
    }

    private static func check(_ result: Int) throws(StorageError) {
        if ZSTD_isError(result) == 0 { return }
        throw StorageError(.corrupt, "zstd says: \(String(cString: ZSTD_getErrorName(result)))")
    }
}
