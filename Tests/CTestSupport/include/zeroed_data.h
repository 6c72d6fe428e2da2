#ifndef ERGOMETER_ZEROED_DATA_H
#define ERGOMETER_ZEROED_DATA_H

// How many of the pages of some data that nothing has ever touched are mapped, and of how many. Returns -1 with errno.
int mapped_untouched_pages(int *pages);

// Whether the kernel has MADV_POPULATE_WRITE.
int populate_is_known(void);

#endif
