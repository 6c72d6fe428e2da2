/// A number with its noun, for sentences: `1 sample`, `2 samples`.
func counted(_ number: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(plural ?? "\(noun)s")"
}
