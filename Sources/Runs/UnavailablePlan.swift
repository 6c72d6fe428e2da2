import Measurement

/// Stands in for the plan of a run that was accepted by an earlier server and cannot be carried out any more.
struct UnavailablePlan: RunSourcePlan {
    let reason: String
    let warnings: [String] = []

    func open() throws -> any RunSource { throw UnavailablePlanError(description: reason) }
}

struct UnavailablePlanError: Error, CustomStringConvertible {
    let description: String
}
