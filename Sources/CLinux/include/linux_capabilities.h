// capset(2) for Swift: glibc exports it without a header.
#ifndef ERGOMETER_LINUX_CAPABILITIES_H
#define ERGOMETER_LINUX_CAPABILITIES_H

#include <linux/capability.h>
#include <stdbool.h>

// Makes every capability that the calling thread may have (permitted) one that it has (effective), and leaves those that
// its children inherit alone. For a file that carries its capabilities as `=p`: with `=ep` the kernel refuses to execute
// it where one of them is out of bounds, as in a container that is granted nothing.
//
// Returns -1 and sets errno.
int ergo_use_permitted_capabilities(void);

// Whether the calling thread has a capability, such as CAP_SETUID.
bool ergo_has_capability(int capability);

// Other processes of the same user can no longer read this one's memory, trace it or see its descriptors, and it leaves
// no core (PR_SET_DUMPABLE). Returns -1 and sets errno.
int ergo_close_own_memory(void);

#endif
