#ifndef ERGOMETER_THREAD_CPU_H
#define ERGOMETER_THREAD_CPU_H

// Where the calling thread runs, or -1 with errno.
int cpu_of_this_thread(void);

// Keeps the calling thread on one CPU. Returns 0, or -1 with errno.
int keep_this_thread_on(int cpu);

#endif
