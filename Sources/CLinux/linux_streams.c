#define _GNU_SOURCE
#include "linux_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

int ergo_pipe(int *read_end, int *write_end, int capacity) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -1;
    // Flags belong to an end, not to the pipe: the command finds its own as it expects it.
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        errno = error;
        return -1;
    }
    // Refused beyond pipe-max-size and pipe-user-pages-soft; the usual 64 KiB do as well, with more switches.
    fcntl(ends[1], F_SETPIPE_SZ, capacity);
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int ergo_pipe_capacity(int pipe) { return fcntl(pipe, F_GETPIPE_SZ); }

int64_t ergo_splice(int pipe, int target, size_t count) {
    return splice(pipe, NULL, target, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

static bool write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

int ergo_memory_file(const char *name, const void *bytes, size_t count) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0) return -1;
    if (!write_all(fd, bytes, count) || lseek(fd, 0, SEEK_SET) < 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}
