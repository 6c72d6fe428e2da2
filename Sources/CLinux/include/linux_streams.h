// Pipes, moved pages and files in memory: what Swift's Glibc module leaves out of <fcntl.h> and <sys/mman.h>.
#ifndef ERGOMETER_LINUX_STREAMS_H
#define ERGOMETER_LINUX_STREAMS_H

#include <stddef.h>
#include <stdint.h>

// Makes a pipe whose ends are close-on-exec and of which reading (not writing) does not block. It holds `capacity`
// bytes where the kernel allows that, otherwise what is usual. Returns 0, or -1 with errno.
int ergo_pipe(int *read_end, int *write_end, int capacity);

// How many bytes a pipe holds. Returns -1 with errno.
int ergo_pipe_capacity(int pipe);

// Moves up to `count` bytes out of a pipe without copying them (splice(2)), and does not wait for any. Returns how
// many; 0 when the pipe is empty and has no writer; -1 with errno.
int64_t ergo_splice(int pipe, int target, size_t count);

// Makes a file in memory (memfd_create(2)) that holds `bytes` and is read from their start. The fd is close-on-exec.
// Returns -1 with errno.
int ergo_memory_file(const char *name, const void *bytes, size_t count);

#endif
