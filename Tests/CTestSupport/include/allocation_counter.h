// Counts what the calling thread allocates, for tests of code that must not.
#ifndef ERGOMETER_ALLOCATION_COUNTER_H
#define ERGOMETER_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

// False under a sanitizer, which has an allocator and memory of its own: then nothing is counted.
bool counts_allocations(void);

// Calls of malloc and its relatives on this thread so far.
uint64_t allocations_of_this_thread(void);

// What the main arena has given out and not got back (mallinfo2(3)), in bytes.
uint64_t allocated_bytes(void);

#endif
