/// What went wrong, for people.
package struct ProblemPage: Sendable {
    let title: String
    let detail: String

    package init(title: String, detail: String) {
        self.title = title
        self.detail = detail
    }

    package func document(_ site: Site) -> Document {
        Document(
            title: title, section: nil, script: "live",
            body: """
                <h1>\(title)</h1>
                <p>\(detail)</p>
                <p><a href="/">All runs</a></p>
                """)
    }
}
