/// A request that has been answered, for metrics. All of it is bounded: no path, no invented method.
package struct HTTPExchange: Sendable {
    /// The pattern of its route, or `none` if it found none.
    package let route: String
    /// What the server understands, or `OTHER`.
    package let method: String
    package let status: Int
    /// From the request line to the last byte of the response, with all waiting in between.
    package let duration: Duration
}
