import Glibc

/// Counts the responses that are under way, so that stopping can wait for them.
///
/// Sendable, because the count is only touched while holding the mutex.
final class HTTPInFlight: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let none = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count = 0

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(none, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(none)
        pthread_mutex_destroy(mutex)
        none.deallocate()
        mutex.deallocate()
    }

    func begin() {
        pthread_mutex_lock(mutex)
        count += 1
        pthread_mutex_unlock(mutex)
    }

    func end() {
        pthread_mutex_lock(mutex)
        count -= 1
        if count == 0 { pthread_cond_broadcast(none) }
        pthread_mutex_unlock(mutex)
    }

    /// Waits until none is left, but no longer than so many seconds.
    func wait(seconds: Int) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += seconds
        pthread_mutex_lock(mutex)
        while count > 0, pthread_cond_timedwait(none, mutex, &deadline) == 0 {}
        pthread_mutex_unlock(mutex)
    }
}
