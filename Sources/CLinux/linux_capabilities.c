#include "linux_capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ergo_use_permitted_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    for (int word = 0; word < _LINUX_CAPABILITY_U32S_3; word++) data[word].effective = data[word].permitted;
    return (int)syscall(SYS_capset, &header, data);
}

bool ergo_has_capability(int capability) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) return false;
    return data[capability / 32].effective >> (capability % 32) & 1;
}

int ergo_close_own_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
