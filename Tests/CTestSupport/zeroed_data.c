#define _DEFAULT_SOURCE
#include "zeroed_data.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { COUNT = 16, LARGEST_PAGE = 65536 };

static char untouched[(COUNT + 1) * LARGEST_PAGE];

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

int populate_is_known(void) {
    // Of nothing at all: known is that there is nothing to do.
    return madvise((void *)((uintptr_t)untouched & ~(uintptr_t)(LARGEST_PAGE - 1)), 0, MADV_POPULATE_WRITE) == 0;
}

int mapped_untouched_pages(int *pages) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t start = ((uintptr_t)untouched + page - 1) & ~(page - 1);
    unsigned char mapped[COUNT];
    if (mincore((void *)start, COUNT * page, mapped) < 0) return -1;
    int count = 0;
    for (int i = 0; i < COUNT; i++) count += mapped[i] & 1;
    *pages = COUNT;
    return count;
}
