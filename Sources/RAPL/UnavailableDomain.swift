/// A RAPL counter that the machine shows and that cannot be used, or the absence of all of them.
package struct UnavailableDomain: Sendable, Hashable {
    /// nil where not even this much could be found out.
    package let domain: RAPLDomain?
    package let package: Int?
    package let die: Int?
    /// nil where no interface exists at all.
    package let interface: RAPLInterface?
    /// What was tried, on which object, and what the system answered.
    package let reason: String
    /// What the operator can do about it.
    package let remedy: String

    init(
        domain: RAPLDomain? = nil, package: Int? = nil, die: Int? = nil, interface: RAPLInterface?,
        reason: String, remedy: String
    ) {
        self.domain = domain
        self.package = package
        self.die = die
        self.interface = interface
        self.reason = reason
        self.remedy = remedy
    }
}
