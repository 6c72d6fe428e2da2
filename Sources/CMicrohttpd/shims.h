// libmicrohttpd for Swift: what the importer cannot bring over (variadic functions and cast macros).
#ifndef ERGOMETER_CMICROHTTPD_SHIMS_H
#define ERGOMETER_CMICROHTTPD_SHIMS_H

#include <microhttpd.h>

#endif
