#ifndef ERGOMETER_CGNUTLS_SHIMS_H
#define ERGOMETER_CGNUTLS_SHIMS_H

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

/// The callback as libmicrohttpd takes it.
static inline void *gnutls_certificate_callback(gnutls_certificate_retrieve_function2 *callback)
{
    return (void *)callback;
}

#endif
