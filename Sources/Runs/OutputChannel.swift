/// A stream on which a command says something.
package enum OutputChannel: String, Sendable, CaseIterable {
    case stdout, stderr
}
