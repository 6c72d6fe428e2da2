// seccomp: the system calls that reach around Landlock.
#ifndef ERGOMETER_LINUX_SECCOMP_H
#define ERGOMETER_LINUX_SECCOMP_H

#include <stdbool.h>

// What is left to the command, because something else protects others from it.
typedef struct ergo_open_calls {
    bool attributes; // modes, owners, times and attributes of files
    bool scheduling; // CPUs and priorities of other processes and threads, its own threads among them
} ergo_open_calls;

// Whether this kernel has such filters.
bool ergo_has_call_filters(void);

// The calling process and its descendants have no more of: sockets that are neither Unix nor of routes, limits of other
// processes, keys, io_uring, user namespaces, leases, typing into a terminal, and what is not left open (EPERM). Programs
// for another architecture are killed (SIGSYS). Takes no_new_privs. Raw system calls only. Returns 0, or -1 with errno.
int ergo_restrict_calls_in_child(ergo_open_calls open);

#endif
