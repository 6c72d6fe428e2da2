import CMicrohttpd

/// One request on its way through libmicrohttpd, which calls once when the head is complete, once for each part of
/// the body, and once when the request is complete. Lives from the request line until the response is sent or the
/// connection has died, and is touched on the server's thread only.
final class HTTPTransaction {
    private enum Phase {
        case head
        case receiving(HTTPRequest, HTTPRoute)
        /// The body is taken in and forgotten, so that the client comes to listen.
        case discarding(HTTPResponse, closing: Bool)
        case waiting(HTTPSuspension)
        case answered
    }

    /// As it was received; the library decodes and cuts it in place afterwards.
    let target: [UInt8]
    private let dispatcher: HTTPDispatcher
    private let started = ContinuousClock.now
    private var phase = Phase.head
    private var pattern = "none"
    private var method = "OTHER"
    private var status: HTTPStatus?
    private var isInFlight = false
    /// The library takes a bare LF as the end of a chunk's line and does not show it, so nothing is read behind chunks.
    private var isChunked = false
    private var discarded = 0

    init(target: [UInt8], dispatcher: HTTPDispatcher) {
        self.target = target
        self.dispatcher = dispatcher
    }

    // MARK: The library's three calls; each returns whether the connection can go on

    var awaitsHead: Bool {
        if case .head = phase { true } else { false }
    }

    func begin(_ head: HTTPHead, on connection: HTTPConnection) -> Bool {
        let verdict = dispatcher.judge(head)
        pattern = verdict.pattern
        method = verdict.method
        isChunked = verdict.framing == .chunked
        if verdict.framing == .noBody {
            hasArrived(on: connection)
        } else {
            dispatcher.deadlines.give(dispatcher.configuration.bodyDeadline, to: connection.socket)
        }
        switch verdict.outcome {
        case .serve(var request, let route):
            if case .length(let length) = verdict.framing { request.body.reserveCapacity(Int(length)) }
            phase = .receiving(request, route)
            return true
        case .refuse(let response, let closing):
            guard mustAnswerAtOnce(verdict) else {
                phase = .discarding(response, closing: closing)
                return true
            }
            return answer(response, on: connection, closing: true)
        }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch phase {
        case .receiving(var request, let route):
            phase = .answered  // so that the body has one owner and grows in place
            guard request.body.count + bytes.count <= route.maximumBodySize else {
                phase = .discarding(HTTPDispatcher.tooLarge(route).response, closing: true)
                return discard(bytes.count)
            }
            request.body.append(contentsOf: bytes)
            phase = .receiving(request, route)
            return true
        default:
            return discard(bytes.count)
        }
    }

    func finish(on connection: HTTPConnection) -> Bool {
        switch phase {
        case .head: return false
        case .receiving(let request, let route): return serve(request, route, on: connection)
        case .discarding(let response, let closing): return answer(response, on: connection, closing: closing)
        case .waiting(let suspension): return resumed(suspension, on: connection)
        case .answered: return true
        }
    }

    /// The response is sent, or the connection has died.
    func completed(on connection: HTTPConnection) {
        if case .waiting(let suspension) = phase { dispatcher.suspensions.remove(suspension) }
        if isInFlight { dispatcher.inFlight.leave() }
        let now = ContinuousClock.now
        let configuration = dispatcher.configuration
        dispatcher.deadlines.give(
            .seconds(configuration.idleTimeoutSeconds) + configuration.headDeadline, to: connection.socket, at: now)
        let code = status?.code ?? connection.queuedStatus
        guard code != 0 else { return }
        dispatcher.completed(
            HTTPExchange(route: pattern, method: method, status: code, duration: now - started))
    }

    // MARK: Answers

    private func serve(_ request: HTTPRequest, _ route: HTTPRoute, on connection: HTTPConnection) -> Bool {
        var request = request
        let hadBody = !isInFlight
        // Who was let in by its head may have been locked out while the body came.
        if hadBody, let refusal = dispatcher.admit(&request) {
            return answer(refusal, on: connection, closing: true)
        }
        hasArrived(on: connection)
        switch dispatcher.reply(to: request, of: route) {
        case .now(let response):
            return answer(response, on: connection)
        case .later(let start):
            let suspension = HTTPSuspension(connection)
            phase = .waiting(suspension)
            dispatcher.suspensions.add(suspension)
            start(HTTPResponder(suspension))
            return true
        }
    }

    private func resumed(_ suspension: HTTPSuspension, on connection: HTTPConnection) -> Bool {
        dispatcher.suspensions.remove(suspension)
        guard let response = suspension.response else { return false }
        return answer(response, on: connection)
    }

    private func answer(_ response: HTTPResponse, on connection: HTTPConnection, closing: Bool = false) -> Bool {
        hasArrived(on: connection)
        phase = .answered
        let closing = closing || isChunked || dispatcher.suspensions.isStopping
        status = response.status
        let isHEAD = method == HTTPMethod.head.rawValue
        if connection.queue(response, toHEAD: isHEAD, of: dispatcher, closing: closing) { return true }
        status = .internalServerError
        let problem = HTTPProblem(.internalServerError, detail: "The response was not fit for the wire.")
        return connection.queue(problem.response, toHEAD: isHEAD, of: dispatcher, closing: true)
    }

    /// Nothing more of the request is waited for.
    private func hasArrived(on connection: HTTPConnection) {
        if isInFlight { return }
        isInFlight = true
        dispatcher.inFlight.enter()
        dispatcher.deadlines.lift(from: connection.socket)
    }

    // MARK: Bodies nobody wants

    /// Answering before the body is read closes the connection, and what the client still sends then resets it. So
    /// the answer waits for the body, unless its end cannot be trusted, or it is not sent yet, or it is too long.
    private func mustAnswerAtOnce(_ verdict: HTTPVerdict) -> Bool {
        switch verdict.framing {
        case .unknown: true
        case .noBody: false
        case .length(let length): verdict.expectsContinue || length > dispatcher.configuration.maximumDiscardedBytes
        case .chunked: verdict.expectsContinue
        }
    }

    private func discard(_ count: Int) -> Bool {
        discarded += count
        return discarded <= dispatcher.configuration.maximumDiscardedBytes
    }
}
