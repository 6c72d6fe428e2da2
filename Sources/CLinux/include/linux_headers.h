// System headers that Swift's Glibc module leaves out, and what of them is variadic.
#ifndef ERGOMETER_LINUX_HEADERS_H
#define ERGOMETER_LINUX_HEADERS_H

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>

// prctl(2) is variadic, and what of it the project uses is here.

static inline void ergo_name_calling_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// Orphans among the descendants become children of this process instead of init's. Returns 0, or -1 with errno.
static inline int ergo_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

#endif
