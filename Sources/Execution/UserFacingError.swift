/// A failure whose words are told to the user as they are.
package struct UserFacingError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
