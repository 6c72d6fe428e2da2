/// The value of `--events`.
package enum EventListText {
    /// Splits at commas, except for those between the slashes of a PMU's event: `cpu/event=1,umask=2/u,faults`.
    package static func split(_ text: String) -> [String] {
        var names = [""]
        var isBetweenSlashes = false
        for character in text {
            if character == "/" { isBetweenSlashes.toggle() }
            if character == "," && !isBetweenSlashes {
                names.append("")
            } else {
                names[names.count - 1].append(character)
            }
        }
        return names.filter { !$0.isEmpty }
    }
}
