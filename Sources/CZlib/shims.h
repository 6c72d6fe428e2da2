#ifndef ERGOMETER_CZLIB_SHIMS_H
#define ERGOMETER_CZLIB_SHIMS_H

#include <zlib.h>

/// `deflateInit2`, which is a macro: the fastest level, in the gzip format. Takes 256 KiB until `deflateEnd`.
static inline int zlib_begin_gzip(z_stream *stream)
{
    return deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
