/// An error that the operating system is the cause of: for those who decide whether another attempt makes sense.
package protocol SystemFailure: Error {
    /// The errno.
    var code: Int32 { get }
}
