/// A failure that is told to the person at the terminal as it is.
package struct ApplicationError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
