/// Metric × resource × consumer × attributes, fixed for the length of a run.
package struct Series: Sendable, Codable, Hashable {
    package let metric: Metric
    package let resource: Resource
    package let consumer: Consumer
    /// What else tells this series from its neighbours, such as `domain` → `package`.
    package let attributes: [String: String]

    package init(metric: Metric, resource: Resource, consumer: Consumer, attributes: [String: String] = [:]) {
        self.metric = metric
        self.resource = resource
        self.consumer = consumer
        self.attributes = attributes
    }
}
