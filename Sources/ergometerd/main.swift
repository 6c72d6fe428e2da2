import Application

// Synchronous, and before any thread exists: an `async` main would leave the main thread with an empty signal mask.
Ergometer.run()
