import HTTPServer
import Runs

/// Durations and sizes, as they stand in a specification and on the command line.
@Sendable func fuzzWords(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let duration = DurationText.parse(text) {
        precondition(duration >= .zero, "a duration is negative")
        precondition(DurationText.parse(DurationText.format(duration)) == duration, "a duration does not read back")
    }
    if let size = ByteSizeText.parse(text) {
        precondition(ByteSizeText.parse("\(size)B") == size, "a size does not read back")
    }
    if let address = HTTPListenAddress(text) {
        precondition(HTTPListenAddress(address.description) == address, "an address does not read back")
    }
}
