#ifndef ERGOMETER_THREAD_CAPABILITIES_H
#define ERGOMETER_THREAD_CAPABILITIES_H

// Takes all effective capabilities from the calling thread, for good (capabilities(7)). Returns 0, or -1 with errno.
int drop_capabilities_of_this_thread(void);

#endif
