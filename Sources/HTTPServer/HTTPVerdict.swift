/// What is to become of a request, decided when its head is complete and before its body is read.
struct HTTPVerdict {
    enum Outcome {
        case serve(HTTPRequest, HTTPRoute)
        /// - Parameter closing: nothing more may be read from this connection.
        case refuse(HTTPResponse, closing: Bool)
    }

    let outcome: Outcome
    /// For metrics.
    var pattern = "none"
    var method = "OTHER"
    var framing = HTTPFraming.unknown
    /// The client sends its body only if we ask for it.
    var expectsContinue = false
}
