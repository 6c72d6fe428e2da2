import Measurement
import Sampling

extension Sampler {
    /// The machine's columns that must move to be believed, and have not since the sampler started.
    var stillColumns: Set<Int> {
        let status = status
        guard let now = status.machine?.values, let start = status.baseline?.values else { return [] }
        let columns = machineLayout.series.filter { $0.provesItselfByMoving && now[$0.column] == start[$0.column] }
        return Set(columns.map(\.column))
    }
}
