// Landlock: what a process and all its descendants may open, connect to and signal, however privileged they are.
#ifndef ERGOMETER_LINUX_SANDBOX_H
#define ERGOMETER_LINUX_SANDBOX_H

#include <stdbool.h>

// The version of Landlock in this kernel: 1 and more; -1 with errno where there is none.
int ergo_landlock_version(void);

// Makes a ruleset (close-on-exec) that allows nothing of what version 4 knows: no file, no directory, no TCP; from version
// 5 on no ioctl on a device, and from version 6 on no signal to and no abstract socket of processes outside either.
// Returns -1 with errno.
int ergo_sandbox_create(int version);

// Allows to read and execute what lies at and below a path, or also to change it. A link gives no right. Returns -1 with
// errno.
int ergo_sandbox_allow(int ruleset, const char *path, bool change);

// The same to the letter, for a directory that the child has mounted: raw system calls only.
int ergo_sandbox_allow_in_child(int ruleset, const char *path);

// The calling process lives under the ruleset from here on. Raw system calls only.
int ergo_sandbox_enter_in_child(int ruleset);

#endif
