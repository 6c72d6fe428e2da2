import Measurement
import Sampling

extension Sampler {
    /// The machine's columns that must move to be believed, and have not since the sampler started.
    var stillColumns: Set<Int> {
        let status = status
        return Set(machineLayout.series.filter { status.hasProvedItself($0) == false }.map(\.column))
    }
}
