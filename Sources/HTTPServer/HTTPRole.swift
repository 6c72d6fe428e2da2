/// What somebody may do, in the words of whoever lets requests in. The server itself knows none.
package struct HTTPRole: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}
