#define _GNU_SOURCE
#include "thread_cpu.h"

#include <sched.h>

int cpu_of_this_thread(void) { return sched_getcpu(); }

int keep_this_thread_on(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
