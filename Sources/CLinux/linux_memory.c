#define _GNU_SOURCE
#include "linux_memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

// Both from the linker.
extern char __bss_start[], _end[];

void ergo_map_zeroed_data(void) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t start = ((uintptr_t)__bss_start + page - 1) & ~(page - 1);
    const uintptr_t end = (uintptr_t)_end & ~(page - 1);
    const int code = errno;
    if (start < end) (void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
    errno = code;
}
