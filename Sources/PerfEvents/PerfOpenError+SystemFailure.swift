import Measurement

extension PerfOpenError: SystemFailure {
    package var code: Int32 { error.rawValue }
}
