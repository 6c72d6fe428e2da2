import HTTPServer

/// The names under which a server is reached.
package struct HostList: Sendable {
    /// In lower case.
    private let names: [[UInt8]]
    private let takesAnyAddress: Bool

    /// - Parameters:
    ///   - names: besides `localhost` and the loopback addresses. Ports do not matter: a page that rebinds its name
    ///     chooses the port, but never the name.
    ///   - takesAnyAddress: whether any IP address will do: for a server that listens beyond loopback.
    package init(names: [String], takesAnyAddress: Bool = false) {
        self.names = (["localhost", "127.0.0.1", "[::1]"] + names).map { $0.utf8.map(HTTPHeaders.lowercased) }
        self.takesAnyAddress = takesAnyAddress
    }

    /// - Parameter host: a name or address, with or without a port, as in the header `Host`.
    func contains(_ host: String) -> Bool {
        var host = host
        return host.withUTF8 { bytes in
            let name = Self.parts(of: bytes).name
            return names.contains { Self.matches(name, $0) }
                || (takesAnyAddress && HTTPListenAddress(host: String(decoding: name, as: UTF8.self), port: 0) != nil)
        }
    }

    /// The port that stands in a header `Host`; nil where it is the scheme's own.
    static func port(of host: String) -> UInt16? {
        var host = host
        return host.withUTF8 { parts(of: $0).port }
    }

    /// What is no port belongs to the name.
    private static func parts(of host: UnsafeBufferPointer<UInt8>) -> (
        name: Slice<UnsafeBufferPointer<UInt8>>, port: UInt16?
    ) {
        guard let colon = host.lastIndex(of: UInt8(ascii: ":")), let port = number(host[colon...].dropFirst()) else {
            return (host[...], nil)
        }
        return (host[..<colon], port)
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
        var number: UInt16?
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, isTooMuch) = (number ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isMore) = tens.addingReportingOverflow(UInt16(digit - UInt8(ascii: "0")))
            if isTooMuch || isMore { return nil }
            number = sum
        }
        return number
    }

    private static func matches(_ name: Slice<UnsafeBufferPointer<UInt8>>, _ own: [UInt8]) -> Bool {
        name.count == own.count && zip(name, own).allSatisfy { HTTPHeaders.lowercased($0) == $1 }
    }
}
