import CLinux
import Execution
import Glibc

ergo_map_zeroed_data()
// Synchronous, and before any thread exists: an `async` main would leave the main thread with an empty signal mask.
guard let request = ExecRequest(ofProgram: CommandLine.arguments) else { CompleteProgram.become() }
OwnProcess.begin(handling: HandledSignals.forwarded)
do {
    // At once: threads are left, and nothing is to be flushed.
    _exit(try request.carryOut())
} catch {
    StandardStream.error.write("Error: \(error)\n")
    exit(ExecRequest.ownFailure)
}
