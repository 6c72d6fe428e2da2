import Runs

/// What is wrong with a body: all of it is counted, and as much is listed as anybody will mend in one go.
struct FaultList {
    /// A short body can have many faults: one for every second byte.
    static let maximumListed = 100

    private(set) var listed: [SpecificationFault] = []
    private(set) var count = 0

    init() {}

    init(_ faults: some Sequence<SpecificationFault>) {
        for fault in faults { add(fault) }
    }

    /// A fault that is not listed is not made either.
    mutating func add(_ fault: @autoclosure () -> SpecificationFault) {
        if listed.count < Self.maximumListed { listed.append(fault()) }
        count += 1
    }

    /// How many there are, for people.
    var summary: String {
        let total = "\(count) fault\(count == 1 ? "" : "s")"
        let unlisted = count - listed.count
        return unlisted == 0 ? total : "\(total): the first \(listed.count) are listed, and \(unlisted) more are there"
    }
}
