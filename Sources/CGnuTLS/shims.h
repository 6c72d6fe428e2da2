#ifndef ERGOMETER_CGNUTLS_SHIMS_H
#define ERGOMETER_CGNUTLS_SHIMS_H

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#endif
