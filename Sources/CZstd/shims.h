#ifndef ERGOMETER_CZSTD_SHIMS_H
#define ERGOMETER_CZSTD_SHIMS_H

#include <zstd.h>

#endif
