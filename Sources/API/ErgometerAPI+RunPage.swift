import Glibc
import HTTPServer
import LinuxSystem
import Measurement
import Page
import Runs

extension ErgometerAPI {
    /// `GET /runs/{id}` in a browser; everybody else gets JSON.
    func showRunPage(_ request: HTTPRequest) throws -> HTTPReply {
        let run: Run
        do {
            run = try self.run(for: request)
        } catch let problem as HTTPProblem {
            return .now(problemPage(problem, to: request))
        }
        let isOwners = request.role == .owner
        // What a command wrote may hold secrets.
        let output = isOwners ? [OutputChannel.stdout, .stderr].map { excerpt($0, of: run.id) } : []
        let page = RunPage(run, output: output, isOwners: isOwners, now: .now)
        return .now(response(page.document, to: request))
    }

    /// A problem for people: the same status and headers.
    func problemPage(_ problem: HTTPProblem, to request: HTTPRequest) -> HTTPResponse {
        let page = ProblemPage(title: problem.title, detail: problem.detail ?? "")
        var response = response(page.document, to: request)
        response.status = problem.status
        for field in problem.headers.fields { response.headers.append(name: field.name, value: field.value) }
        return response
    }

    /// What is kept of a stream, its end only; nothing where it cannot be read.
    private func excerpt(_ channel: OutputChannel, of id: RunID) -> OutputExcerpt {
        var status = stat()
        guard let opened = try? engine.openOutput(channel, of: id), let file = Optional(opened),
            fstat(file.rawValue, &status) == 0
        else { return OutputExcerpt(stream: channel.rawValue, tail: [], keptBytes: 0) }
        let count = min(status.st_size, OutputExcerpt.maximumBytes)
        let tail = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, pread(file.rawValue, buffer.baseAddress, count, status.st_size - count))
        }
        return OutputExcerpt(stream: channel.rawValue, tail: tail, keptBytes: UInt64(status.st_size))
    }
}
