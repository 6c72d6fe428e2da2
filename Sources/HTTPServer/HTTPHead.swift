/// The head of a request as libmicrohttpd read it, before anything of it is believed.
package struct HTTPHead: Sendable {
    package let method: String
    package let version: String
    package let target: [UInt8]
    package let headers: HTTPHeaders
    /// Where its parts stood on the wire, where the library lets us see that.
    package let layout: HTTPHeadLayout?
    package let peer: HTTPPeerAddress?
    package let peerUserID: UInt32?

    package init(
        method: String, version: String = "HTTP/1.1", target: [UInt8], headers: HTTPHeaders,
        layout: HTTPHeadLayout? = nil, peer: HTTPPeerAddress? = nil, peerUserID: UInt32? = nil
    ) {
        self.method = method
        self.version = version
        self.target = target
        self.headers = headers
        self.layout = layout
        self.peer = peer
        self.peerUserID = peerUserID
    }
}
