import CLinux
import Execution
import Glibc

// Synchronous, and before any thread exists: an `async` main would leave the main thread with an empty signal mask.
guard let request = ExecRequest(ofProgram: CommandLine.arguments) else { CompleteProgram.become() }
ergo_map_zeroed_data()
OwnProcess.begin(handling: HandledSignals.forwarded)
do {
    // At once: threads are left, and nothing is to be flushed.
    _exit(try request.carryOut())
} catch {
    StandardStream.error.write("Error: \(error)\n")
    exit(ExecRequest.ownFailure)
}
