/// Frames of one run that could not be stored: one sentence among its warnings, however often that happened.
struct FrameLoss {
    private var count = 0
    private var sentence: String?

    mutating func add(_ count: Int, of active: ActiveRun, because failure: any Error) {
        self.count += count
        let former = sentence
        let current =
            "\(counted(self.count, "sample")) \(self.count == 1 ? "is" : "are") missing from the stored "
            + "measurements, not from the totals: \(failure)"
        sentence = current
        active.updateQuietly { run in
            run.warnings.removeAll { $0 == former }
            run.warnings.append(current)
        }
    }
}
