#include "thread_capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

int drop_capabilities_of_this_thread(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    return (int)syscall(SYS_capset, &header, none);
}
